// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Pays with a call that passes on no gas but the stipend.
contract Payer {
    constructor() payable {}

    /// @return paid Whether the receiver took it.
    function pay(address payable to) external returns (bool paid) {
        (paid, ) = to.call{value: 1, gas: 0}("");
    }
}

/// @notice Logs what it is paid.
contract Logger {
    event Paid(uint256 left);

    receive() external payable {
        emit Paid(gasleft());
    }
}

/// @notice Counts what it is paid.
contract Writer {
    uint256 public paid;

    receive() external payable {
        paid += msg.value;
    }
}
