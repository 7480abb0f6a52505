// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Emits events: for filters, subscriptions and many logs.
contract Emitter {
    event Emitted(address indexed by, uint256 indexed number, bytes32 indexed tag, uint256 value);
    event Plain(uint256 value);
    event Large(bytes data);

    /// @notice Both events once.
    function emitOne(uint256 number, bytes32 tag, uint256 value) external {
        emit Emitted(msg.sender, number, tag, value);
        emit Plain(value);
    }

    /// @notice `Emitted` for the numbers from `first` on, `count` times.
    function emitMany(uint256 first, uint256 count, bytes32 tag) external {
        for (uint256 i = 0; i < count; ++i) emit Emitted(msg.sender, first + i, tag, i);
    }

    /// @notice `Large` with `size` bytes of data, `count` times.
    function emitLarge(uint256 size, uint256 count) external {
        bytes memory data = new bytes(size);
        for (uint256 i = 0; i < count; ++i) emit Large(data);
    }
}
