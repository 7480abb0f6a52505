// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Fails in every way that Solidity knows.
contract Refuser {
    uint256 public counter;

    error Refused(uint256 code, string why);

    function withReason() external pure {
        revert("not today");
    }

    function withCustomError(uint256 code) external pure {
        revert Refused(code, "because");
    }

    function withNothing() external pure {
        revert();
    }

    function withPanic(uint256 divisor) external pure returns (uint256) {
        return 1 / divisor;
    }

    function withInvalidOpcode() external pure {
        assembly {
            invalid()
        }
    }

    /// @notice Writes first, so that a test can see that nothing of it stays.
    function afterWriting() external {
        counter += 1;
        revert("after writing");
    }

    /// @notice Costs more gas than any transaction has.
    function forever() external {
        while (true) counter += 1;
    }
}
