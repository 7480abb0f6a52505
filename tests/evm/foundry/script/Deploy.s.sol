// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Ledger} from "../src/Ledger.sol";

/// @notice The cheat codes that the script uses.
interface Vm {
    function startBroadcast() external;
    function stopBroadcast() external;
}

/// @notice Deploys two ledgers and writes into them: five transactions.
contract Deploy {
    bool public constant IS_SCRIPT = true;
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function run() external returns (Ledger first, Ledger second) {
        VM.startBroadcast();
        first = new Ledger();
        second = new Ledger();
        first.add("rows", 7);
        first.add("rows", 8);
        second.add("rows", 9);
        VM.stopBroadcast();
    }
}
