// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Ledger} from "../src/Ledger.sol";

/// @notice Run by `forge test`, also over the state of a running node with `--fork-url`.
contract LedgerTest {
    function test_sums_what_is_added() external {
        Ledger ledger = new Ledger();
        ledger.add("rows", 7);
        ledger.add("rows", 8);
        require(ledger.sums("rows") == 15, "wrong sum");
    }
}
