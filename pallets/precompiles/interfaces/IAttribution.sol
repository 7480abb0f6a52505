// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity >=0.8.20;

/// @dev Where the chain answers this interface.
address constant IATTRIBUTION_ADDRESS = 0x0000000000000000000000000000000008040000;

/// @dev The interface at its address.
IAttribution constant IATTRIBUTION = IAttribution(IATTRIBUTION_ADDRESS);

/// @title Attribution: who influenced an answer, and what they earned by it
/// @notice A settled answer names the contributions that moved it, in parts per million that sum to
/// 1,000,000; its fee is credited in the same act to contributors, developer, worker, stakers and
/// treasury. Credits are claimed by or for whoever earned them.
/// @dev Reverts are `Error(string)`, for example `Attribution.NothingToClaim`. State-changing functions
/// revert under STATICCALL and DELEGATECALL, and none accepts a value. Amounts are in units of 10^-18
/// OPEN.
interface IAttribution {
    /// @notice A settled answer.
    struct Receipt {
        /// The receipt's hash.
        bytes32 hash;
        /// Who paid.
        address consumer;
        /// The adapter that answered.
        uint32 adapter;
        /// The worker that answered.
        address worker;
        /// blake2-256 of the input.
        bytes32 inputHash;
        /// blake2-256 of the output.
        bytes32 outputHash;
        /// Units used.
        uint32 units;
        /// The fee.
        uint256 fee;
        /// blake2-256 of the evidence behind the influence vector.
        bytes32 evidence;
        /// The block of the settlement.
        uint32 settledAt;
    }

    /// @notice How much a contribution moved an answer.
    struct Influence {
        /// The contribution.
        uint64 contribution;
        /// Who contributed it.
        address contributor;
        /// The contributor's account.
        bytes32 contributorAccount;
        /// Its part of the answer, parts per million; all of an answer's sum to 1,000,000.
        uint32 share;
    }

    /// @notice What a contribution has done over many answers.
    struct Totals {
        /// The settled answers that named it.
        uint64 receipts;
        /// The sum of its shares over them, parts per million.
        uint256 share;
        /// What it earned.
        uint256 earned;
    }

    /// @notice What a contribution has done for a model.
    struct ModelInfluence {
        /// The contribution.
        uint64 contribution;
        /// Who contributed it.
        address contributor;
        /// The contributor's account.
        bytes32 contributorAccount;
        /// What it did for the model.
        Totals totals;
    }

    /// @notice How fees are divided, parts per million that sum to 1,000,000.
    struct FeeSplit {
        /// To the contributors, by influence.
        uint32 contributors;
        /// To the adapter's developer.
        uint32 developer;
        /// To the worker.
        uint32 worker;
        /// To the stakers.
        uint32 stakers;
        /// To the treasury.
        uint32 treasury;
    }

    /// @notice The answer to an escrowed job was settled, whoever brought the receipt.
    /// @custom:topic 0x65b14c2bdb8804eda1d9eda900030952a750ebddc774371b9db789234191e50c
    event ReceiptSettled(
        uint64 indexed job,
        address indexed consumer,
        uint32 indexed adapter,
        address worker,
        uint256 fee,
        uint32 units,
        bytes32 receiptHash,
        bytes32 outputHash
    );

    /// @notice The answer to a request of a prepaid channel was settled.
    /// @custom:topic 0xd6cc85415b51677cae92481256297edbfe1f265ed9b2620627255ba39e06ce3d
    event ChannelReceiptSettled(
        uint64 indexed channel,
        address indexed consumer,
        uint32 indexed adapter,
        uint32 sequence,
        address worker,
        uint256 fee,
        uint32 units,
        bytes32 receiptHash,
        bytes32 outputHash
    );

    /// @notice What each contribution earned with a settled receipt, in the order of its influence
    /// vector.
    /// @custom:topic 0x0013dc8ead88d471064ef01034e6c60d71c4c8bd22839c4f5d8ffa1d197246c2
    event InfluencePaid(bytes32 indexed receiptHash, uint64[] contributions, uint256[] amounts);

    /// @notice An account was paid its credits, whoever claimed them for it.
    /// @custom:topic 0xd8138f8a3f377c5259ca548e70e4c2de94f129f5a11036a15b69513cba2b426a
    event Claimed(address indexed account, uint256 amount);

    /// @notice Pays the caller its credits.
    /// @return amount What was paid.
    /// @custom:selector 4e71d92d
    function claim() external returns (uint256 amount);

    /// @notice Pays `account` its credits. Anyone may call it.
    /// @return amount What was paid.
    /// @custom:selector ddeae033
    function claimFor(address account) external returns (uint256 amount);

    /// @notice What an account can claim.
    /// @custom:selector 245a45b5
    function creditsOf(address account) external view returns (uint256);

    /// @notice What an account, given in full, can claim.
    /// @custom:selector f8461c7d
    function creditsOfAccount(bytes32 account) external view returns (uint256);

    /// @notice Whether a job has ended: settled, refunded or cancelled.
    /// @custom:selector 1f850e91
    function hasEnded(uint64 job) external view returns (bool);

    /// @notice The receipt of an escrowed job; reverts with `Attribution.UnknownReceipt` when there is none,
    /// or it was settled too long ago.
    /// @custom:selector f909715a
    function receipt(uint64 job) external view returns (Receipt memory);

    /// @notice The receipt of a request of a channel; reverts like `receipt`.
    /// @custom:selector 49c1418e
    function channelReceipt(uint64 channel, uint32 sequence) external view returns (Receipt memory);

    /// @notice How much each contribution moved the answer to an escrowed job, ascending by
    /// contribution, at most 256; reverts like `receipt`.
    /// @custom:selector a85feaa9
    function influenceOfJob(uint64 job) external view returns (Influence[] memory);

    /// @notice How much each contribution moved the answer to a request of a channel; reverts like
    /// `receipt`.
    /// @custom:selector 98151558
    function influenceOfChannelRequest(uint64 channel, uint32 sequence)
        external
        view
        returns (Influence[] memory);

    /// @notice What the contributions of a part of an adapter's lineage have done for it, in the order
    /// of `IModels.lineage`; those that no answer named have totals of zero.
    /// @param start The place of the first entry in the lineage, from 0.
    /// @param count How many entries; at most 256.
    /// @custom:selector a0bfa340
    function influenceOfModel(uint32 adapterId, uint32 start, uint32 count)
        external
        view
        returns (ModelInfluence[] memory);

    /// @notice What a contribution has done for one adapter.
    /// @custom:selector 56ac5ce0
    function influenceOf(uint32 adapterId, uint64 contributionId) external view returns (Totals memory);

    /// @notice What a contribution has done for all adapters.
    /// @custom:selector 7dc01b76
    function totalsOf(uint64 contributionId) external view returns (Totals memory);

    /// @notice How the fees of settlements are divided now.
    /// @custom:selector 6373ea69
    function feeSplit() external view returns (FeeSplit memory);
}
