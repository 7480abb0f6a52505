// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The part of OPEN's ERC-20 interface that is used here.
interface IOpenPart {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
}

/// @notice Moves its own OPEN through the precompile, also inside frames that fail.
contract OpenUser {
    IOpenPart private constant OPEN = IOpenPart(0x0000000000000000000000000000000008000000);

    event Kept(uint256 balance);

    constructor() payable {}

    function send(address to, uint256 value) external {
        OPEN.transfer(to, value);
    }

    /// @notice Sends and fails: for `tryAndGoOn`.
    function sendAndFail(address to, uint256 value) external {
        OPEN.transfer(to, value);
        revert("after sending");
    }

    /// @notice Sends in a frame that fails, and goes on.
    function tryAndGoOn(address to, uint256 value) external {
        try this.sendAndFail(to, value) {
            revert("it did not fail");
        } catch {
            emit Kept(OPEN.balanceOf(address(this)));
        }
    }

    /// @notice A static call that tries to write.
    function sendStatically(address to, uint256 value) external view returns (bool ok) {
        (ok, ) = address(OPEN).staticcall(abi.encodeCall(IOpenPart.transfer, (to, value)));
    }
}
