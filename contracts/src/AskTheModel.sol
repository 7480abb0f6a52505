// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAttribution, IATTRIBUTION} from "@openledger/precompiles/IAttribution.sol";
import {
    IInference,
    IInferenceConsumer,
    IINFERENCE,
    IINFERENCE_ADDRESS
} from "@openledger/precompiles/IInference.sol";

/// @title A contract that asks a model
/// @notice Pays for an inference, stores the answer when the chain brings it, and says in its logs whose data the
/// answer came from and to which part. What a question did not cost is its asker's to withdraw.
/// @dev How the money moves:
/// - `ask` takes value: `callbackFee(callbackGas)` of it prepays the callback, all the rest is the most that the
///   answer may cost. Both are on hold in this contract's account, outside its `balance`, until the job ends.
/// - A settled job keeps its fee, which the chain divides among contributors, developer, worker, stakers and treasury;
///   what is left of the maximum is credited to the asker.
/// - A job that nobody answered is credited in full.
/// - What a callback did not use of its gas cannot be told apart by this contract; it is the keeper's, who deployed
///   the contract.
contract AskTheModel is IInferenceConsumer {
    /// @notice Where a question is in its life.
    enum State {
        /// Nobody asked it.
        Unknown,
        /// It waits for its answer.
        Asked,
        /// Its answer is stored.
        Answered,
        /// It ended without an answer that this contract has.
        Closed
    }

    /// @notice A question.
    struct Question {
        /// Who asked.
        address asker;
        /// The adapter that was asked.
        uint32 adapter;
        /// Where it is in its life.
        State state;
        /// The most that its answer may cost, in wei.
        uint256 maxFee;
        /// What its answer cost, in wei; zero until it is answered.
        uint256 fee;
        /// The hash of the receipt that settled it; zero until it is answered.
        bytes32 receiptHash;
        /// The answer, as the worker gave it.
        bytes answer;
    }

    /// @notice What came with the question does not cover the callback and leave something for the answer.
    /// @param sent What came, in wei.
    /// @param callback What the callback alone takes, in wei.
    error ValueTooSmall(uint256 sent, uint256 callback);

    /// @notice Only the chain itself hands in answers.
    /// @param caller Who tried.
    error NotTheChain(address caller);

    /// @notice The question does not wait for an answer.
    /// @param jobId The question's job.
    /// @param state Where it is.
    error NotWaiting(uint64 jobId, State state);

    /// @notice The question's job has not ended, or its callback is still to come.
    /// @param jobId The question's job.
    error StillRunning(uint64 jobId);

    /// @notice What the question would be credited is not in the contract, beside what belongs to others.
    /// @param needed What it would be credited, in wei.
    /// @param available What is there, in wei.
    error NotCovered(uint256 needed, uint256 available);

    /// @notice The caller has nothing to withdraw.
    error NothingToWithdraw();

    /// @notice The receiver refused the OPEN.
    /// @param account Who refused.
    error TransferRefused(address account);

    /// @notice Only the keeper takes what is nobody's.
    /// @param caller Who tried.
    error NotTheKeeper(address caller);

    /// @notice A question was asked.
    /// @param jobId Its job.
    /// @param asker Who asked.
    /// @param adapter The adapter that is asked.
    /// @param question The question.
    /// @param maxFee The most that the answer may cost, in wei.
    event Asked(uint64 indexed jobId, address indexed asker, uint32 indexed adapter, string question, uint256 maxFee);

    /// @notice A question was answered.
    /// @param jobId Its job.
    /// @param asker Who asked.
    /// @param answer The answer.
    /// @param receiptHash The hash of the receipt that settled it.
    /// @param fee What it cost, in wei.
    event Answered(uint64 indexed jobId, address indexed asker, bytes answer, bytes32 receiptHash, uint256 fee);

    /// @notice A contribution moved an answer. There is one such log for each contribution that did.
    /// @param jobId The answer's job.
    /// @param contribution The contribution.
    /// @param contributor Who contributed it and was paid for it.
    /// @param share Its part of the answer, in parts per million; all of an answer's sum to 1,000,000.
    event Influenced(uint64 indexed jobId, uint64 indexed contribution, address indexed contributor, uint32 share);

    /// @notice A question ended without an answer that this contract has.
    /// @param jobId Its job.
    /// @param asker Who asked.
    /// @param credited What the asker got back, in wei.
    event Closed(uint64 indexed jobId, address indexed asker, uint256 credited);

    /// @notice OPEN left the contract.
    /// @param account Who got it.
    /// @param amount How much, in wei.
    event Withdrawn(address indexed account, uint256 amount);

    /// @notice Who deployed the contract and takes what callbacks did not use.
    address public immutable keeper;

    /// @notice What an account can withdraw, in wei.
    mapping(address account => uint256 amount) public creditOf;

    /// @notice The sum of all credits, in wei.
    uint256 public totalCredit;

    /// @notice The sum of what waiting questions may cost, in wei.
    uint256 public totalWaiting;

    mapping(uint64 jobId => Question) private _questions;

    constructor() {
        keeper = msg.sender;
    }

    /// @notice Asks `adapter` a question; the answer is stored here some blocks later. The value pays for it.
    /// @param adapter The adapter.
    /// @param question The question, 1 to 4,096 bytes of UTF-8.
    /// @param callbackGas The gas with which the answer is stored: `IInference.maxCallbackGas()` if in doubt.
    /// @return jobId The job, by which the answer is found.
    function ask(uint32 adapter, string calldata question, uint64 callbackGas)
        external
        payable
        returns (uint64 jobId)
    {
        uint256 callback = IINFERENCE.callbackFee(callbackGas);
        if (msg.value <= callback) {
            revert ValueTooSmall(msg.value, callback);
        }
        uint256 maxFee = msg.value - callback;
        // The job's id is known only after the call. Nothing can come in between: the chain calls back in a
        // transaction of its own, never from inside the request.
        jobId = IINFERENCE.requestWithCallback{value: msg.value}(adapter, bytes(question), maxFee, callbackGas);
        Question storage asked = _questions[jobId];
        asked.asker = msg.sender;
        asked.adapter = adapter;
        asked.state = State.Asked;
        asked.maxFee = maxFee;
        totalWaiting += maxFee;
        emit Asked(jobId, msg.sender, adapter, question, maxFee);
    }

    /// @inheritdoc IInferenceConsumer
    function onInference(uint64 jobId, bytes calldata output, bytes32 receiptHash) external {
        _onlyTheChain();
        Question storage asked = _waiting(jobId);
        uint256 fee = IINFERENCE.receipt(jobId).fee;
        address asker = asked.asker;
        asked.state = State.Answered;
        asked.fee = fee;
        asked.receiptHash = receiptHash;
        asked.answer = output;
        _end(asked, asked.maxFee - fee);
        emit Answered(jobId, asker, output, receiptHash, fee);

        IAttribution.Influence[] memory influences = IATTRIBUTION.influenceOfJob(jobId);
        for (uint256 i = 0; i < influences.length; ++i) {
            emit Influenced(jobId, influences[i].contribution, influences[i].contributor, influences[i].share);
        }
    }

    /// @inheritdoc IInferenceConsumer
    function onInferenceRefunded(uint64 jobId) external {
        _onlyTheChain();
        Question storage asked = _waiting(jobId);
        _close(jobId, asked, asked.maxFee);
    }

    /// @notice Cancels a question that nobody has answered by its deadline. Anyone may call it; the chain then calls
    /// `onInferenceRefunded`, which credits the asker.
    /// @param jobId The question's job.
    function cancel(uint64 jobId) external {
        _waiting(jobId);
        IINFERENCE.cancel(jobId);
    }

    /// @notice Ends a question whose callback was made and failed, for example because its gas did not suffice, and
    /// credits the asker with what the answer did not cost. The answer itself is in the log `InferenceAnswered` of
    /// `IInference`. Anyone may call it.
    /// @dev When the chain no longer has the receipt, this contract cannot tell what the answer cost. It then credits
    /// the whole maximum, but only from OPEN that belongs to nobody else.
    /// @param jobId The question's job.
    function reclaim(uint64 jobId) external {
        Question storage asked = _waiting(jobId);
        IInference.JobStatus status = IINFERENCE.status(jobId);
        bool ended = status == IInference.JobStatus.Settled || status == IInference.JobStatus.Ended;
        if (!ended || IINFERENCE.callbackOf(jobId).consumer != address(0)) {
            revert StillRunning(jobId);
        }
        uint256 credited = asked.maxFee;
        if (status == IInference.JobStatus.Settled) {
            credited -= IINFERENCE.receipt(jobId).fee;
        } else {
            uint256 available = _available(asked.maxFee);
            if (available < credited) {
                revert NotCovered(credited, available);
            }
        }
        _close(jobId, asked, credited);
    }

    /// @notice Pays the caller its credit.
    /// @return amount What was paid, in wei.
    function withdraw() external returns (uint256 amount) {
        amount = creditOf[msg.sender];
        if (amount == 0) {
            revert NothingToWithdraw();
        }
        creditOf[msg.sender] = 0;
        totalCredit -= amount;
        _pay(msg.sender, amount);
    }

    /// @notice Pays the keeper what belongs to no asker: gas that callbacks did not use.
    /// @return amount What was paid, in wei.
    function sweep() external returns (uint256 amount) {
        if (msg.sender != keeper) {
            revert NotTheKeeper(msg.sender);
        }
        amount = _available(0);
        if (amount == 0) {
            revert NothingToWithdraw();
        }
        _pay(msg.sender, amount);
    }

    /// @notice A question and its answer.
    /// @param jobId Its job.
    /// @return The question; all zero when nobody asked it.
    function questionOf(uint64 jobId) external view returns (Question memory) {
        return _questions[jobId];
    }

    function _waiting(uint64 jobId) private view returns (Question storage asked) {
        asked = _questions[jobId];
        if (asked.state != State.Asked) {
            revert NotWaiting(jobId, asked.state);
        }
    }

    function _onlyTheChain() private view {
        if (msg.sender != IINFERENCE_ADDRESS) {
            revert NotTheChain(msg.sender);
        }
    }

    function _close(uint64 jobId, Question storage asked, uint256 credited) private {
        asked.state = State.Closed;
        _end(asked, credited);
        emit Closed(jobId, asked.asker, credited);
    }

    function _end(Question storage asked, uint256 credited) private {
        totalWaiting -= asked.maxFee;
        totalCredit += credited;
        creditOf[asked.asker] += credited;
    }

    /// The part of the balance that is neither credited nor could belong to a waiting question other than one that
    /// may cost `own`. What waits is mostly on hold, outside the balance, so this errs on the safe side.
    function _available(uint256 own) private view returns (uint256) {
        uint256 others = totalCredit + totalWaiting - own;
        uint256 balance = address(this).balance;
        return balance > others ? balance - others : 0;
    }

    function _pay(address account, uint256 amount) private {
        emit Withdrawn(account, amount);
        (bool accepted,) = account.call{value: amount}("");
        if (!accepted) {
            revert TransferRefused(account);
        }
    }
}
