// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

pragma solidity >=0.8.20;

/// @dev The address of the precompile.
address constant IINFERENCE_ADDRESS = 0x0000000000000000000000000000000008030000;

/// @dev The precompile, ready to be called.
IInference constant IINFERENCE = IInference(IINFERENCE_ADDRESS);

/// @title Asking a model
/// @author OpenLedger contributors
/// @notice Pays an adapter's workers for an answer. The caller (an account or a contract) is the
/// consumer: its balance pays. What is sent along as value is added to the caller's balance before
/// anything is taken from it, so a contract can pass on `msg.value` or pay from what it has.
///
/// A request puts `maxFee` on hold in the caller's account. When a worker's receipt settles, the
/// fee, `units` times the adapter's price at the time of the request and at most `maxFee`, is
/// divided among contributors, developer, worker, stakers and treasury; the rest is released. A
/// request that nobody answers is released in full: by `cancel` from its deadline on, and without
/// anybody's call some time later.
///
/// All amounts are planck, which is what `msg.value` counts: 1 OPEN is 10^18. Failures revert with
/// `Error(string)` that names the pallet and its error, such as "Inference.AdapterNotServable".
/// Nothing that writes can be called by `delegatecall` or inside a `staticcall`.
interface IInference {
    /// @notice What became of a job.
    enum JobStatus {
        /// There never was such a job.
        Unknown,
        /// It waits for its answer.
        Open,
        /// It was answered, and its receipt can be read.
        Settled,
        /// It was cancelled or refunded, or was answered so long ago that its receipt is gone.
        Ended
    }

    /// @notice An open job.
    struct Job {
        /// Who pays.
        address consumer;
        /// The adapter that is asked.
        uint32 adapter;
        /// blake2-256 of the input.
        bytes32 inputHash;
        /// Planck per unit, fixed by the request.
        uint256 unitPrice;
        /// What is on hold for it, planck.
        uint256 maxFee;
        /// The block of the request.
        uint32 requestedAt;
        /// From this block on the consumer can cancel it.
        uint32 deadline;
        /// Whether its answer comes to the chain, for a callback.
        bool delivered;
    }

    /// @notice What a settled receipt says.
    struct Receipt {
        /// The receipt's hash, by which it is referred to.
        bytes32 receiptHash;
        /// Who paid.
        address consumer;
        /// The adapter that answered.
        uint32 adapter;
        /// The worker that answered.
        address worker;
        /// blake2-256 of the input.
        bytes32 inputHash;
        /// blake2-256 of the answer.
        bytes32 outputHash;
        /// Units used: tokens of the input.
        uint32 units;
        /// What it cost, planck.
        uint256 fee;
        /// The block of the settlement.
        uint32 settledAt;
    }

    /// @notice A callback that has not been made yet.
    struct Callback {
        /// The contract to be called; zero when there is no such callback.
        address consumer;
        /// The gas that it was given.
        uint64 gas;
        /// What is on hold for it, planck.
        uint256 prepaid;
        /// Whether its job has ended, so that it is next in the queue.
        bool due;
    }

    /// @notice A job was opened through this contract.
    /// @param jobId The job.
    /// @param consumer Who pays.
    /// @param adapter The adapter that is asked.
    /// @param unitPrice Planck per unit.
    /// @param maxFee What is on hold for it, planck.
    /// @param deadline From this block on it can be cancelled.
    /// @param callbackGas The gas of its callback; zero when it has none.
    event InferenceRequested(
        uint64 indexed jobId,
        address indexed consumer,
        uint32 indexed adapter,
        uint256 unitPrice,
        uint256 maxFee,
        uint32 deadline,
        uint64 callbackGas
    );

    /// @notice The answer to a job with a callback has come to the chain.
    /// @param jobId The job.
    /// @param consumer Who asked.
    /// @param receiptHash The hash of the receipt that settled it.
    /// @param output The answer, as the worker gave it.
    event InferenceAnswered(
        uint64 indexed jobId,
        address indexed consumer,
        bytes32 receiptHash,
        bytes output
    );

    /// @notice A job with a callback was cancelled or refunded.
    /// @param jobId The job.
    /// @param consumer Who asked.
    event InferenceRefunded(uint64 indexed jobId, address indexed consumer);

    /// @notice A callback was made.
    /// @param jobId The job.
    /// @param consumer The contract that was called.
    /// @param success Whether the call went through; if not, it has changed nothing.
    /// @param paid What the call cost of what was prepaid, planck.
    /// @param returned What went back to the contract, planck.
    /// @param reason Why it did not go through: what the contract reverted with, up to 256 bytes, or
    /// the name of the error, such as "Revive.OutOfGas".
    event CallbackMade(
        uint64 indexed jobId,
        address indexed consumer,
        bool success,
        uint256 paid,
        uint256 returned,
        bytes reason
    );

    /// @notice Asks `adapter` about `input`. The answer is the worker's to hand out; the chain gets
    /// its hash.
    /// @param adapter The adapter.
    /// @param input The text, UTF-8, 1 to 4,096 bytes.
    /// @param maxFee The most that the answer may cost, planck.
    /// @return jobId The job.
    /// @custom:selector d4b98868
    function request(uint32 adapter, bytes calldata input, uint256 maxFee)
        external
        payable
        returns (uint64 jobId);

    /// @notice As `request`, about a text that lies in the workers' content store.
    /// @param adapter The adapter.
    /// @param inputHash blake2-256 of the text.
    /// @param maxFee The most that the answer may cost, planck.
    /// @return jobId The job.
    /// @custom:selector 056c999b
    function requestStored(uint32 adapter, bytes32 inputHash, uint256 maxFee)
        external
        payable
        returns (uint64 jobId);

    /// @notice Asks `adapter` about `input` and has the answer brought to the chain and handed to
    /// the calling contract, which must implement `IInferenceConsumer`. Only contracts may call it.
    /// @dev Beside `maxFee`, `callbackFee(callbackGas)` is put on hold in the caller's account. The
    /// callback is made once, in the block of the settlement or a following one, with `callbackGas`
    /// for all of it: computation, storage deposits, and the fixed cost of a transaction. What it
    /// does not use goes back to the contract. It is never made inside the settlement: a callback
    /// that reverts or runs out of gas changes nothing, loses what it used, and is not repeated;
    /// the answer is still in the log `InferenceAnswered`. Answers longer than 1,024 bytes cannot be
    /// delivered: such a job is refunded. If the price of gas has risen since the request, the same
    /// prepayment buys less gas.
    /// @param adapter The adapter.
    /// @param input The text, UTF-8, 1 to 4,096 bytes.
    /// @param maxFee The most that the answer may cost, planck.
    /// @param callbackGas Gas for the callback, from `minCallbackGas()` to `maxCallbackGas()`.
    /// @return jobId The job.
    /// @custom:selector 74980354
    function requestWithCallback(
        uint32 adapter,
        bytes calldata input,
        uint256 maxFee,
        uint64 callbackGas
    ) external payable returns (uint64 jobId);

    /// @notice Ends a job of the caller that nobody has answered by its deadline and releases all of
    /// its escrow. A job with a callback gets `onInferenceRefunded`.
    /// @param jobId The job.
    /// @custom:selector 4c125e79
    function cancel(uint64 jobId) external;

    /// @notice What became of a job.
    /// @param jobId The job.
    /// @return The status.
    /// @custom:selector 20bff893
    function status(uint64 jobId) external view returns (JobStatus);

    /// @notice An open job; reverts when it is not open.
    /// @param jobId The job.
    /// @return The job.
    /// @custom:selector 8514801e
    function job(uint64 jobId) external view returns (Job memory);

    /// @notice The receipt of a settled job; reverts when there is none, or no longer.
    /// @param jobId The job.
    /// @return The receipt.
    /// @custom:selector f909715a
    function receipt(uint64 jobId) external view returns (Receipt memory);

    /// @notice What an adapter asks per unit, and whether it takes jobs. A unit is a token of the
    /// input. Reverts when there is no such adapter.
    /// @param adapter The adapter.
    /// @return price Planck per unit.
    /// @return servable Whether it takes jobs.
    /// @custom:selector a5fa5796
    function unitPrice(uint32 adapter) external view returns (uint256 price, bool servable);

    /// @notice The least `maxFee` for up to `units` units of an adapter; never below the chain's
    /// minimum. Reverts when there is no such adapter.
    /// @param adapter The adapter.
    /// @param units Tokens of the input.
    /// @return Planck.
    /// @custom:selector 613a00bf
    function quote(uint32 adapter, uint32 units) external view returns (uint256);

    /// @notice What a callback with `gas` gas has to prepay at the present price of gas.
    /// @param gas The callback's gas.
    /// @return Planck.
    /// @custom:selector 3c54d74e
    function callbackFee(uint64 gas) external view returns (uint256);

    /// @notice A callback that has not been made yet.
    /// @param jobId The job.
    /// @return The callback; all zero when there is none.
    /// @custom:selector d01aed14
    function callbackOf(uint64 jobId) external view returns (Callback memory);

    /// @notice The least gas of a callback.
    /// @return Gas.
    /// @custom:selector b2177f9a
    function minCallbackGas() external view returns (uint64);

    /// @notice The most gas of a callback.
    /// @return Gas.
    /// @custom:selector a8e224a4
    function maxCallbackGas() external view returns (uint64);
}

/// @title What a contract implements to be called back
/// @author OpenLedger contributors
/// @notice Both functions are called by the precompile: check that `msg.sender` is
/// `IINFERENCE_ADDRESS`, or anybody could hand in an answer.
interface IInferenceConsumer {
    /// @notice The answer to a job of this contract.
    /// @param jobId The job.
    /// @param output The answer, at most 1,024 bytes: for classifiers JSON such as
    /// `{"label":"law","probabilities_ppm":[…]}`. Its blake2-256 is in the worker's signed receipt.
    /// @param receiptHash The hash of the receipt that settled the job.
    /// @custom:selector bbea6d93
    function onInference(uint64 jobId, bytes calldata output, bytes32 receiptHash) external;

    /// @notice A job of this contract ended without an answer: all of its escrow is the contract's
    /// again.
    /// @param jobId The job.
    /// @custom:selector b5962773
    function onInferenceRefunded(uint64 jobId) external;
}
