// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Keeps sums by name.
contract Ledger {
    address public immutable owner;
    mapping(bytes32 name => uint256) public sums;

    event Added(bytes32 indexed name, uint256 amount, uint256 sum);

    error NotOwner(address who);

    constructor() {
        owner = msg.sender;
    }

    function add(bytes32 name, uint256 amount) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        sums[name] += amount;
        emit Added(name, amount, sums[name]);
    }
}
