// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

pragma solidity >=0.8.20;

/// @dev The address of the precompile.
address constant ISTAKING_ADDRESS = 0x0000000000000000000000000000000008050000;

/// @dev The precompile, ready to be called.
IStaking constant ISTAKING = IStaking(ISTAKING_ADDRESS);

/// @title Delegating stake
/// @author OpenLedger contributors
/// @notice Backs operators (validators, inference workers, evaluators) with the caller's OPEN. The
/// caller, an account or a contract, is the delegator. Its stake buys shares of the operator's
/// pool: rewards raise what they are worth, slashes lower it, nobody has to claim.
///
/// An operator is named by its address: that of an sr25519 or ed25519 account is the last 20 bytes
/// of keccak-256 of its public key.
///
/// All amounts are planck: 1 OPEN is 10^18. Failures revert with `Error(string)` that names the
/// pallet and its error, such as "OperatorStaking.BelowMinDelegation". Nothing that writes can be
/// called by `delegatecall` or inside a `staticcall`.
interface IStaking {
    /// @notice Where an operator stands.
    enum OperatorState {
        /// There is no such operator.
        None,
        /// It acts in its roles.
        Active,
        /// It does not act, and can be activated again.
        Chilled,
        /// It has left; delegators can only leave, too.
        Retiring
    }

    /// @notice An operator and its pool.
    struct Operator {
        /// Where it stands.
        OperatorState state;
        /// Whether it validates.
        bool validator;
        /// Whether it serves adapters.
        bool worker;
        /// Whether it evaluates.
        bool evaluator;
        /// Whether it is in the validator set of the present era.
        bool validating;
        /// What it keeps of rewards before they are shared, parts per billion.
        uint32 commission;
        /// What its own shares are worth, planck.
        uint256 selfBond;
        /// All that stands behind it, planck.
        uint256 stake;
        /// Slashes of it that wait to be applied.
        uint32 pendingSlashes;
    }

    /// @notice What an account has bonded to an operator.
    struct Delegation {
        /// Shares of the pool.
        uint256 shares;
        /// What they are worth now, planck.
        uint256 value;
        /// How much of that came by redelegation and cannot leave yet, planck.
        uint256 frozen;
        /// The era from which the frozen part can leave; zero when nothing is frozen.
        uint32 frozenUntil;
    }

    /// @notice What is leaving an operator's pool.
    struct Unbonding {
        /// What it is worth now, planck.
        uint256 amount;
        /// The era from which it can be withdrawn, unless a slash that reaches it is pending then.
        uint32 withdrawableAt;
    }

    /// @notice The caller delegated.
    /// @param delegator Who.
    /// @param operator To whom.
    /// @param amount Planck.
    event Delegated(address indexed delegator, address indexed operator, uint256 amount);

    /// @notice The caller took stake out of a pool; it unbonds.
    /// @param delegator Who.
    /// @param operator From whom.
    /// @param amount What was asked for, planck; all that could leave, if that was less.
    event Undelegated(address indexed delegator, address indexed operator, uint256 amount);

    /// @notice The caller moved stake from one pool to another.
    /// @param delegator Who.
    /// @param from The pool that it left.
    /// @param to The pool that it is in now.
    /// @param amount What was asked for, planck; all that could leave, if that was less.
    event Redelegated(
        address indexed delegator,
        address indexed from,
        address indexed to,
        uint256 amount
    );

    /// @notice The caller was paid what had unbonded.
    /// @param delegator Who.
    /// @param operator Whose pool it had left.
    /// @param amount Planck.
    event Withdrawn(address indexed delegator, address indexed operator, uint256 amount);

    /// @notice Bonds `amount` of the caller to `operator`. What is sent along as value is added to
    /// the caller's balance first.
    /// @param operator The operator.
    /// @param amount Planck.
    /// @custom:selector 026e402b
    function delegate(address operator, uint256 amount) external payable;

    /// @notice Unbonds `amount` of what the caller has with `operator`, or all that can leave if
    /// that is no more.
    /// @param operator The operator.
    /// @param amount Planck.
    /// @custom:selector 4d99dd16
    function undelegate(address operator, uint256 amount) external;

    /// @notice Moves `amount` of what the caller has with `from` to `to`, or all that can leave if
    /// that is no more. It cannot leave `to` until the bonding duration is over, and slashes of
    /// `from` for what happened before follow it.
    /// @param from The operator that it leaves.
    /// @param to The operator that it goes to.
    /// @param amount Planck.
    /// @custom:selector 6bd8f804
    function redelegate(address from, address to, uint256 amount) external;

    /// @notice Pays the caller all that has been unbonding from `operator` for long enough.
    /// @param operator The operator.
    /// @return paid Planck.
    /// @custom:selector 51cff8d9
    function withdraw(address operator) external returns (uint256 paid);

    /// @notice All that stands behind an operator.
    /// @param operator The operator.
    /// @return Planck; zero when there is no such operator.
    /// @custom:selector 42623360
    function stakeOf(address operator) external view returns (uint256);

    /// @notice What an operator is and does.
    /// @param who The operator.
    /// @return The operator; its state is `None` when there is none.
    /// @custom:selector 636f35d3
    function operatorOf(address who) external view returns (Operator memory);

    /// @notice What an account has bonded to an operator.
    /// @param delegator The account.
    /// @param operator The operator, which can be the account itself.
    /// @return The delegation; all zero when there is none.
    /// @custom:selector 628da527
    function delegationOf(address delegator, address operator)
        external
        view
        returns (Delegation memory);

    /// @notice What of an account is leaving an operator's pool.
    /// @param delegator The account.
    /// @param operator The operator.
    /// @return Oldest first.
    /// @custom:selector 606d383d
    function unbondingOf(address delegator, address operator)
        external
        view
        returns (Unbonding[] memory);

    /// @notice The present era.
    /// @return The era.
    /// @custom:selector 973628f6
    function currentEra() external view returns (uint32);

    /// @notice The least that an account can have delegated to an operator.
    /// @return Planck.
    /// @custom:selector 02985992
    function minDelegation() external view returns (uint256);
}
