// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Many calls in one
/// @notice Makes calls one after the other in one transaction or one `eth_call`, and hands all answers back. Clients
/// such as viem, ethers and wagmi look for this interface at 0xcA11bde05977b3631167028862bE2a173976CA11, where
/// genesis places it.
/// @dev An own implementation of the interface. The contract keeps nothing between transactions: who approves tokens
/// to it gives them to whoever calls next. Calls see this contract as their sender.
contract Multicall3 {
    /// @notice One call of `aggregate`, `tryAggregate` and their relatives.
    /// @param target The contract to call.
    /// @param callData What to call it with.
    struct Call {
        address target;
        bytes callData;
    }

    /// @notice One call of `aggregate3`.
    /// @param target The contract to call.
    /// @param allowFailure Whether the others go on when this one reverts.
    /// @param callData What to call it with.
    struct Call3 {
        address target;
        bool allowFailure;
        bytes callData;
    }

    /// @notice One call of `aggregate3Value`.
    /// @param target The contract to call.
    /// @param allowFailure Whether the others go on when this one reverts.
    /// @param value What to send along, in wei.
    /// @param callData What to call it with.
    struct Call3Value {
        address target;
        bool allowFailure;
        uint256 value;
        bytes callData;
    }

    /// @notice What became of one call.
    /// @param success Whether it returned rather than reverted.
    /// @param returnData What it returned, or what it reverted with.
    struct Result {
        bool success;
        bytes returnData;
    }

    /// @notice A call that had to succeed did not. Its own revert data is passed on instead where there is any.
    /// @param index The call's position in the list.
    error CallFailed(uint256 index);

    /// @notice What the calls of `aggregate3Value` send is not what the caller sent.
    /// @param sent What came with the transaction, in wei.
    /// @param needed The sum over the calls, in wei.
    error ValueMismatch(uint256 sent, uint256 needed);

    /// @notice Makes all calls; reverts if one of them does.
    /// @param calls The calls, in order.
    /// @return blockNumber The block they ran in.
    /// @return returnData What each returned.
    function aggregate(Call[] calldata calls)
        external
        payable
        returns (uint256 blockNumber, bytes[] memory returnData)
    {
        blockNumber = block.number;
        returnData = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            returnData[i] = _call(i, calls[i].target, 0, calls[i].callData, false).returnData;
        }
    }

    /// @notice Makes all calls.
    /// @param requireSuccess Whether to revert if one of them does.
    /// @param calls The calls, in order.
    /// @return returnData What became of each.
    function tryAggregate(bool requireSuccess, Call[] calldata calls)
        public
        payable
        returns (Result[] memory returnData)
    {
        returnData = new Result[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            returnData[i] = _call(i, calls[i].target, 0, calls[i].callData, !requireSuccess);
        }
    }

    /// @notice Like `tryAggregate`, and says which block the calls ran in.
    /// @param requireSuccess Whether to revert if one of them does.
    /// @param calls The calls, in order.
    /// @return blockNumber The block they ran in.
    /// @return blockHash What `blockhash` gives for that block: zero, since its hash is not known while it is made.
    /// @return returnData What became of each.
    function tryBlockAndAggregate(bool requireSuccess, Call[] calldata calls)
        public
        payable
        returns (uint256 blockNumber, bytes32 blockHash, Result[] memory returnData)
    {
        blockNumber = block.number;
        blockHash = blockhash(block.number);
        returnData = tryAggregate(requireSuccess, calls);
    }

    /// @notice Like `tryBlockAndAggregate` where every call has to succeed.
    /// @param calls The calls, in order.
    /// @return blockNumber The block they ran in.
    /// @return blockHash What `blockhash` gives for that block.
    /// @return returnData What became of each.
    function blockAndAggregate(Call[] calldata calls)
        external
        payable
        returns (uint256 blockNumber, bytes32 blockHash, Result[] memory returnData)
    {
        return tryBlockAndAggregate(true, calls);
    }

    /// @notice Makes all calls; each says whether the others go on without it.
    /// @param calls The calls, in order.
    /// @return returnData What became of each.
    function aggregate3(Call3[] calldata calls) external payable returns (Result[] memory returnData) {
        returnData = new Result[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            returnData[i] = _call(i, calls[i].target, 0, calls[i].callData, calls[i].allowFailure);
        }
    }

    /// @notice Makes all calls and sends OPEN along. What was sent must be what the calls send, in sum.
    /// @dev What goes with a call that fails, and may, stays in this contract, as in the contract that this interface
    /// comes from: whoever calls next can take it. Allow no failure where value is sent.
    /// @param calls The calls, in order.
    /// @return returnData What became of each.
    function aggregate3Value(Call3Value[] calldata calls) external payable returns (Result[] memory returnData) {
        returnData = new Result[](calls.length);
        uint256 needed = 0;
        for (uint256 i = 0; i < calls.length; ++i) {
            // Checked: a sum that wrapped around could otherwise spend what others left here.
            needed += calls[i].value;
            returnData[i] = _call(i, calls[i].target, calls[i].value, calls[i].callData, calls[i].allowFailure);
        }
        if (needed != msg.value) {
            revert ValueMismatch(msg.value, needed);
        }
    }

    /// @notice The hash of a block of the last 256, and zero for any other.
    function getBlockHash(uint256 blockNumber) external view returns (bytes32 blockHash) {
        return blockhash(blockNumber);
    }

    /// @notice The number of the block that this call runs in.
    function getBlockNumber() external view returns (uint256 blockNumber) {
        return block.number;
    }

    /// @notice The address of the block's author.
    function getCurrentBlockCoinbase() external view returns (address coinbase) {
        return block.coinbase;
    }

    /// @notice The block's `prevrandao`; what it means on this chain stands in docs/evm.md.
    function getCurrentBlockDifficulty() external view returns (uint256 difficulty) {
        return block.prevrandao;
    }

    /// @notice The block's gas limit.
    function getCurrentBlockGasLimit() external view returns (uint256 gaslimit) {
        return block.gaslimit;
    }

    /// @notice The block's time, in seconds since 1970.
    function getCurrentBlockTimestamp() external view returns (uint256 timestamp) {
        return block.timestamp;
    }

    /// @notice The OPEN of an account, in wei.
    function getEthBalance(address addr) external view returns (uint256 balance) {
        return addr.balance;
    }

    /// @notice The hash of the block before this one.
    function getLastBlockHash() external view returns (bytes32 blockHash) {
        unchecked {
            return blockhash(block.number - 1);
        }
    }

    /// @notice The block's base fee per unit of gas, in wei.
    function getBasefee() external view returns (uint256 basefee) {
        return block.basefee;
    }

    /// @notice The chain's id.
    function getChainId() external view returns (uint256 chainid) {
        return block.chainid;
    }

    function _call(uint256 index, address target, uint256 value, bytes calldata callData, bool allowFailure)
        private
        returns (Result memory result)
    {
        (result.success, result.returnData) = target.call{value: value}(callData);
        if (result.success || allowFailure) {
            return result;
        }
        bytes memory reason = result.returnData;
        if (reason.length == 0) {
            revert CallFailed(index);
        }
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }
}
