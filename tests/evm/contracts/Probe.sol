// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Asks the machine about itself: what differs from Ethereum's.
contract Probe {
    mapping(uint256 slot => uint256) private cells;

    /// @notice How many frames fit onto this one: calls itself until a call fails.
    function depth() external returns (uint256) {
        (bool ok, bytes memory data) = address(this).call(abi.encodeCall(this.depth, ()));
        return ok ? abi.decode(data, (uint256)) + 1 : 0;
    }

    function prevrandao() external view returns (uint256) {
        return block.prevrandao;
    }

    function gasLimit() external view returns (uint256) {
        return block.gaslimit;
    }

    function coinbase() external view returns (address) {
        return block.coinbase;
    }

    function chainId() external view returns (uint256) {
        return block.chainid;
    }

    /// @notice The block that the call sees: number, seconds, and the hash of the one before.
    function here() external view returns (uint256, uint256, bytes32) {
        return (block.number, block.timestamp, blockhash(block.number - 1));
    }

    function baseFee() external view returns (uint256) {
        return block.basefee;
    }

    /// @notice The first byte of memory after `size` bytes were used.
    function useMemory(uint256 size) external pure returns (uint256 word) {
        assembly {
            word := mload(size)
        }
    }

    /// @notice Writes `count` words of transient storage and reads the last one.
    function useTransient(uint256 count) external returns (uint256 last) {
        for (uint256 i = 0; i < count; ++i) {
            assembly {
                tstore(i, add(i, 1))
            }
        }
        assembly {
            last := tload(sub(count, 1))
        }
    }

    /// @notice Gas that a thousand additions take.
    function gasOfAdditions() external view returns (uint256) {
        uint256 before = gasleft();
        uint256 sum;
        unchecked {
            for (uint256 i = 0; i < 1000; ++i) sum += i;
        }
        require(sum != 0);
        return before - gasleft();
    }

    /// @notice Gas that one new word of storage takes.
    function gasOfNewWord(uint256 slot) external returns (uint256) {
        uint256 before = gasleft();
        cells[slot] = 1;
        return before - gasleft();
    }

    /// @notice Writes a new word into each of `count` slots.
    function fill(uint256 first, uint256 count) external {
        for (uint256 i = 0; i < count; ++i) cells[first + i] = 1;
    }

    /// @notice Which part of the gas, per mille, a call with "all gas" passes on.
    function passedOn() external view returns (uint256) {
        uint256 before = gasleft();
        uint256 inside = this.left();
        return (inside * 1000) / before;
    }

    function left() external view returns (uint256) {
        return gasleft();
    }

    /// @notice What GASPRICE was when it was noted.
    uint256 public gasPriceSeen;

    function noteGasPrice() external {
        gasPriceSeen = tx.gasprice;
    }
}

/// @notice Ends itself when told to.
contract Ender {
    constructor() payable {}

    function end(address payable heir) external {
        selfdestruct(heir);
    }
}

/// @notice Makes an `Ender`, and ends it in the same transaction or leaves it.
contract EnderMaker {
    event Made(address ender);

    function make() external {
        emit Made(address(new Ender()));
    }

    function makeAndEnd(address payable heir) external payable {
        Ender ender = new Ender{value: msg.value}();
        emit Made(address(ender));
        ender.end(heir);
    }
}
