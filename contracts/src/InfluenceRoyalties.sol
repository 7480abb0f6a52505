// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAttribution, IATTRIBUTION} from "@openledger/precompiles/IAttribution.sol";
import {IMODELS} from "@openledger/precompiles/IModels.sol";

/// @title Royalties that follow influence
/// @notice Who makes money with a model's answer pays royalties here, and those whose data the answer came from earn
/// them, each by its influence as the chain recorded it: a market that sells an image made from an answer, a
/// subscription that is built on a model. The chain's own fee was paid long before; this is what comes after it.
/// @dev Payments are pulled: `payForJob` and `payForModel` credit, `release` pays. Anyone may call `release` for
/// anyone, so that contributors with sr25519 accounts, who send no Ethereum transactions, are paid too: their address
/// leads to their account. What is credited is exactly what was paid in, to the wei.
contract InfluenceRoyalties {
    /// @notice A payment carried no OPEN.
    error NothingPaid();

    /// @notice No contribution has influenced any answer of this model yet.
    /// @param adapter The model.
    error NoInfluence(uint32 adapter);

    /// @notice The account has nothing to be paid.
    /// @param account The account.
    error NothingDue(address account);

    /// @notice The receiver refused the OPEN.
    /// @param account Who refused.
    error TransferRefused(address account);

    /// @notice Royalties for one answer were paid.
    /// @param jobId The answer's job.
    /// @param payer Who paid.
    /// @param amount How much, in wei.
    event PaidForJob(uint64 indexed jobId, address indexed payer, uint256 amount);

    /// @notice Royalties for a model as a whole were paid.
    /// @param adapter The model.
    /// @param payer Who paid.
    /// @param amount How much, in wei.
    event PaidForModel(uint32 indexed adapter, address indexed payer, uint256 amount);

    /// @notice A contributor earned a part of a payment.
    /// @param contribution The contribution it earned it with.
    /// @param contributor Who earned it.
    /// @param amount How much, in wei.
    event RoyaltyEarned(uint64 indexed contribution, address indexed contributor, uint256 amount);

    /// @notice A contributor was paid what it had earned.
    /// @param contributor Who.
    /// @param amount How much, in wei.
    event Released(address indexed contributor, uint256 amount);

    /// @notice The most entries that one call of `IAttribution.influenceOfModel` gives.
    uint32 public constant PAGE = 256;

    /// @notice What an account has earned and was not paid yet, in wei.
    mapping(address account => uint256 amount) public dueOf;

    /// @notice Divides the value among those who influenced the answer to a job, by their shares.
    /// @dev Reverts with the chain's `Attribution.UnknownReceipt` where the job has no receipt.
    /// @param jobId The job.
    function payForJob(uint64 jobId) external payable {
        _requireValue();
        IAttribution.Influence[] memory entries = IATTRIBUTION.influenceOfJob(jobId);
        emit PaidForJob(jobId, msg.sender, msg.value);
        uint256 sum = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            sum += entries[i].share;
        }
        uint256 before = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            uint256 next = before + entries[i].share;
            _credit(entries[i].contribution, entries[i].contributor, _between(before, next, sum));
            before = next;
        }
    }

    /// @notice Divides the value among those who influenced the answers of a model so far, by the sum of their shares.
    /// @dev Costs gas in proportion to the model's lineage.
    /// @param adapter The model.
    function payForModel(uint32 adapter) external payable {
        _requireValue();
        uint32 size = IMODELS.lineageSize(adapter);
        emit PaidForModel(adapter, msg.sender, msg.value);
        uint256 sum = 0;
        for (uint32 start = 0; start < size; start += PAGE) {
            IAttribution.ModelInfluence[] memory page = IATTRIBUTION.influenceOfModel(adapter, start, PAGE);
            for (uint256 i = 0; i < page.length; ++i) {
                sum += page[i].totals.share;
            }
        }
        if (sum == 0) {
            revert NoInfluence(adapter);
        }
        uint256 before = 0;
        for (uint32 start = 0; start < size; start += PAGE) {
            IAttribution.ModelInfluence[] memory page = IATTRIBUTION.influenceOfModel(adapter, start, PAGE);
            for (uint256 i = 0; i < page.length; ++i) {
                uint256 next = before + page[i].totals.share;
                _credit(page[i].contribution, page[i].contributor, _between(before, next, sum));
                before = next;
            }
        }
    }

    /// @notice Pays an account what it has earned. Anyone may call it.
    /// @param account The account.
    /// @return amount What was paid, in wei.
    function release(address account) external returns (uint256 amount) {
        amount = dueOf[account];
        if (amount == 0) {
            revert NothingDue(account);
        }
        dueOf[account] = 0;
        emit Released(account, amount);
        (bool accepted,) = account.call{value: amount}("");
        if (!accepted) {
            revert TransferRefused(account);
        }
    }

    function _requireValue() private view {
        if (msg.value == 0) {
            revert NothingPaid();
        }
    }

    /// The part of the value that belongs to the shares from `before` to `next` of `sum`. Because each part starts
    /// where the last one ended, the parts sum to the value and rounding loses nothing.
    function _between(uint256 before, uint256 next, uint256 sum) private view returns (uint256) {
        return msg.value * next / sum - msg.value * before / sum;
    }

    function _credit(uint64 contribution, address contributor, uint256 amount) private {
        if (amount == 0) {
            return;
        }
        dueOf[contributor] += amount;
        emit RoyaltyEarned(contribution, contributor, amount);
    }
}
