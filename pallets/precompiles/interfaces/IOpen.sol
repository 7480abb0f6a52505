// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity >=0.8.20;

/// @dev Where the chain answers this interface.
address constant IOPEN_ADDRESS = 0x0000000000000000000000000000000008000000;

/// @dev The interface at its address.
IOpen constant IOPEN = IOpen(IOPEN_ADDRESS);

/// @title OPEN, the chain's own token, as an ERC-20 with permits (EIP-2612)
/// @notice The same balances as `address.balance` and `eth_getBalance`: nothing is wrapped. One OPEN is
/// 10^18 units.
/// @dev Reverts are `Error(string)` with the name of what went wrong. State-changing functions revert
/// under STATICCALL and DELEGATECALL, and none accepts a value. An allowance takes storage for which the
/// sender of the transaction pays by gas when it is created; nothing is held back from the owner. Plain
/// transfers of OPEN (a transaction's value) leave no `Transfer` log, as ether leaves none.
interface IOpen {
    /// @notice `value` moved from `from` to `to` by a function of this interface.
    /// @custom:topic 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice `spender` may now move `value` of what `owner` has.
    /// @custom:topic 0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// @notice The token's name: `OpenLedger`.
    /// @custom:selector 06fdde03
    function name() external view returns (string memory);

    /// @notice The token's symbol: `OPEN`.
    /// @custom:selector 95d89b41
    function symbol() external view returns (string memory);

    /// @notice How many decimals an amount has: 18.
    /// @custom:selector 313ce567
    function decimals() external view returns (uint8);

    /// @notice All OPEN that exists. It never grows.
    /// @custom:selector 18160ddd
    function totalSupply() external view returns (uint256);

    /// @notice What an account can spend: without what is held or frozen, and without the existential
    /// deposit that keeps the account alive. The same as `account.balance`.
    /// @custom:selector 70a08231
    function balanceOf(address account) external view returns (uint256);

    /// @notice Moves `value` from the caller to `to`.
    /// @dev An account that does not exist yet gets its existential deposit (10^12 units) on top, out of
    /// the transaction's gas (1,000 gas at 1 gwei), as with a transfer of value. In a signed extrinsic it
    /// comes from who signed, and counts against the limit for storage deposits.
    /// @return Always true; what cannot be done reverts.
    /// @custom:selector a9059cbb
    function transfer(address to, uint256 value) external returns (bool);

    /// @notice How much `spender` may still move of what `owner` has. The greatest number stands for
    /// any amount and is not used up.
    /// @custom:selector dd62ed3e
    function allowance(address owner, address spender) external view returns (uint256);

    /// @notice Lets `spender` move up to `value` of what the caller has, instead of what it was allowed
    /// before. Zero takes it back and frees the storage.
    /// @return Always true; what cannot be done reverts.
    /// @custom:selector 095ea7b3
    function approve(address spender, uint256 value) external returns (bool);

    /// @notice Moves `value` from `from` to `to` and takes it off the caller's allowance.
    /// @return Always true; what cannot be done reverts.
    /// @custom:selector 23b872dd
    function transferFrom(address from, address to, uint256 value) external returns (bool);

    /// @notice Sets the allowance that `owner` signed for (EIP-2612). Anyone may bring the signature.
    /// @param deadline The last second (of `block.timestamp`) at which the signature counts.
    /// @param v 27 or 28.
    /// @param r The signature's r.
    /// @param s The signature's s, in the lower half of the curve's order.
    /// @custom:selector d505accf
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice The nonce that the owner's next permit must carry.
    /// @custom:selector 7ecebe00
    function nonces(address owner) external view returns (uint256);

    /// @notice The EIP-712 domain of permits: name `OpenLedger`, version `1`, this chain's id and this
    /// contract.
    /// @custom:selector 3644e515
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}
