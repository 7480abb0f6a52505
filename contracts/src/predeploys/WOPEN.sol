// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Wrapped OPEN
/// @notice OPEN held one to one by this contract, as an ERC-20 with the interface that exchanges know from WETH9.
/// @dev Genesis places this contract's code at a fixed address without running a constructor, so everything that a
/// constructor would set is a constant. Every unit in circulation is backed by one wei (planck) that this contract
/// holds; OPEN forced onto the contract without `deposit` backs nobody's balance and stays here.
contract WOPEN {
    /// @notice The account has less wrapped OPEN than the transfer or withdrawal takes.
    /// @param account The account whose balance is too small.
    /// @param balance What it has, in wei.
    /// @param needed What it would need, in wei.
    error InsufficientBalance(address account, uint256 balance, uint256 needed);

    /// @notice The spender may take less than it tries to.
    /// @param owner The account whose tokens the spender tries to move.
    /// @param spender The account that tries.
    /// @param allowance What it may take, in wei.
    /// @param needed What it would need to be allowed, in wei.
    error InsufficientAllowance(address owner, address spender, uint256 allowance, uint256 needed);

    /// @notice The receiver of a withdrawal refused the OPEN.
    /// @param account The account that refused.
    error WithdrawalRefused(address account);

    /// @notice `src` allowed `guy` to take up to `wad`.
    event Approval(address indexed src, address indexed guy, uint256 wad);

    /// @notice `wad` moved from `src` to `dst`.
    event Transfer(address indexed src, address indexed dst, uint256 wad);

    /// @notice `dst` wrapped `wad`.
    event Deposit(address indexed dst, uint256 wad);

    /// @notice `src` unwrapped `wad`.
    event Withdrawal(address indexed src, uint256 wad);

    /// @notice The token's name.
    string public constant name = "Wrapped OPEN";

    /// @notice The token's symbol.
    string public constant symbol = "WOPEN";

    /// @notice The number of decimals; the same as OPEN's own.
    uint8 public constant decimals = 18;

    /// @notice The wrapped OPEN of an account, in wei.
    mapping(address account => uint256 wad) public balanceOf;

    /// @notice What a spender may still take from an owner, in wei. The largest value is never used up.
    mapping(address owner => mapping(address spender => uint256 wad)) public allowance;

    uint256 private _totalSupply;

    /// @notice Wraps what the call sends. The same as `deposit`.
    receive() external payable {
        deposit();
    }

    /// @notice Wraps what the call sends, for the caller.
    function deposit() public payable {
        balanceOf[msg.sender] += msg.value;
        _totalSupply += msg.value;
        emit Deposit(msg.sender, msg.value);
    }

    /// @notice Unwraps `wad` and sends it to the caller.
    /// @param wad How much, in wei.
    function withdraw(uint256 wad) external {
        _take(msg.sender, wad);
        unchecked {
            // What one account has is never more than all accounts have.
            _totalSupply -= wad;
        }
        emit Withdrawal(msg.sender, wad);
        (bool accepted,) = msg.sender.call{value: wad}("");
        if (!accepted) {
            revert WithdrawalRefused(msg.sender);
        }
    }

    /// @notice All wrapped OPEN, in wei.
    function totalSupply() external view returns (uint256) {
        return _totalSupply;
    }

    /// @notice Allows `guy` to take up to `wad` from the caller, in place of what it was allowed before.
    /// @param guy Who may take it.
    /// @param wad How much, in wei; the largest value is never used up.
    /// @return Always true.
    function approve(address guy, uint256 wad) external returns (bool) {
        allowance[msg.sender][guy] = wad;
        emit Approval(msg.sender, guy, wad);
        return true;
    }

    /// @notice Moves `wad` from the caller to `dst`.
    /// @param dst Who receives it.
    /// @param wad How much, in wei.
    /// @return Always true; it reverts otherwise.
    function transfer(address dst, uint256 wad) external returns (bool) {
        return transferFrom(msg.sender, dst, wad);
    }

    /// @notice Moves `wad` from `src` to `dst`, which `src` must have allowed the caller, unless it is the caller.
    /// @param src Who gives it.
    /// @param dst Who receives it.
    /// @param wad How much, in wei.
    /// @return Always true; it reverts otherwise.
    function transferFrom(address src, address dst, uint256 wad) public returns (bool) {
        if (src != msg.sender) {
            uint256 allowed = allowance[src][msg.sender];
            if (allowed != type(uint256).max) {
                if (allowed < wad) {
                    revert InsufficientAllowance(src, msg.sender, allowed, wad);
                }
                unchecked {
                    allowance[src][msg.sender] = allowed - wad;
                }
            }
        }
        _take(src, wad);
        unchecked {
            // The sum of all balances is the supply, and the supply is OPEN that exists.
            balanceOf[dst] += wad;
        }
        emit Transfer(src, dst, wad);
        return true;
    }

    function _take(address account, uint256 wad) private {
        uint256 balance = balanceOf[account];
        if (balance < wad) {
            revert InsufficientBalance(account, balance, wad);
        }
        unchecked {
            balanceOf[account] = balance - wad;
        }
    }
}
