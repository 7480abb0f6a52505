// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

pragma solidity >=0.8.20;

/// @dev The address of the precompile.
address constant IGOVERNANCE_ADDRESS = 0x0000000000000000000000000000000008060000;

/// @dev The precompile, ready to be called.
IGovernance constant IGOVERNANCE = IGovernance(IGOVERNANCE_ADDRESS);

/// @title Voting and AI proposals
/// @author OpenLedger contributors
/// @notice Votes in referenda with the caller's OPEN, delegates votes, and submits AI proposals. The
/// caller, an account or a contract, is the voter or proposer.
///
/// Conviction 0 counts a tenth of the amount and locks nothing after the vote; conviction n from 1
/// to 6 counts n times the amount, locked for 2^(n-1) locking periods after the vote if it was on
/// the winning side.
///
/// All amounts are planck: 1 OPEN is 10^18. Failures revert with `Error(string)` that names the
/// pallet and its error, such as "ConvictionVoting.NotOngoing". Nothing that writes can be called by
/// `delegatecall` or inside a `staticcall`.
interface IGovernance {
    /// @notice Where a referendum stands.
    enum ReferendumStatus {
        /// There is no such referendum.
        Unknown,
        /// It is being voted on, or waits for that.
        Ongoing,
        /// It passed.
        Approved,
        /// It was voted down.
        Rejected,
        /// It was cancelled.
        Cancelled,
        /// It was never decided on.
        TimedOut,
        /// It was killed as malicious.
        Killed
    }

    /// @notice A referendum.
    struct Referendum {
        /// Where it stands.
        ReferendumStatus status;
        /// Its track; only while it is ongoing.
        uint16 track;
        /// Votes for it, by conviction, planck; only while it is ongoing.
        uint256 ayes;
        /// Votes against it, by conviction, planck; only while it is ongoing.
        uint256 nays;
        /// Planck that support it, without conviction; only while it is ongoing.
        uint256 support;
    }

    /// @notice What an account has voted on a track.
    struct Voting {
        /// Whether it has delegated its votes on this track.
        bool delegating;
        /// To whom; zero if it has not.
        address target;
        /// With what conviction; zero if it has not.
        uint8 conviction;
        /// How much, planck; zero if it has not.
        uint256 amount;
        /// On how many referenda of the track it has votes of its own.
        uint32 votes;
        /// What of its balance votes have locked, on all tracks, planck.
        uint256 locked;
    }

    /// @notice What an AI proposal asks for.
    enum ProposalKind {
        /// List a base model.
        ListBaseModel,
        /// Delist a base model.
        DelistBaseModel,
        /// Pay for the rows that a Datanet accepts.
        DatanetBounty,
        /// Pay a developer by milestones.
        ModelGrant,
        /// Change how fees are split.
        AttributionParameters
    }

    /// @notice Where an AI proposal is in its life.
    enum ProposalStatus {
        /// There is no such proposal.
        Unknown,
        /// Its referendum decides on it.
        Submitted,
        /// It was approved and could not be carried out. Anyone can retry.
        EnactmentFailed,
        /// It was enacted and its pot pays.
        Active,
        /// It was enacted, and all of its money is paid out or refunded.
        Completed,
        /// It ended without effect.
        Closed
    }

    /// @notice An AI proposal.
    struct Proposal {
        /// Where it is in its life.
        ProposalStatus status;
        /// What it asks for.
        ProposalKind kind;
        /// Who submitted it.
        address proposer;
        /// The referendum that decides on it.
        uint32 referendum;
        /// Whether it has to pass the large track.
        bool large;
        /// What is on hold from the proposer, planck.
        uint256 deposit;
        /// What the treasury put in, planck.
        uint256 granted;
        /// What was paid out, planck.
        uint256 paid;
        /// What went back to the treasury, planck.
        uint256 refunded;
    }

    /// @notice One step of a grant.
    struct Milestone {
        /// What is measured, as the evaluators' tools call it: UTF-8, 1 to 32 bytes, filled up with
        /// zeros on the right, as Solidity writes `bytes32("accuracy")`.
        bytes32 metric;
        /// Whether more is better: the value has to be at least `threshold`, otherwise at most.
        bool atLeast;
        /// What the metric has to reach, in millionths of its unit.
        uint64 threshold;
        /// The Datanet whose version it is measured on.
        uint32 datanet;
        /// The number of that version, from 1.
        uint32 version;
        /// What reaching it pays, planck.
        uint256 payout;
        /// From this block on the payout is the treasury's again.
        uint32 deadline;
    }

    /// @notice The caller voted.
    /// @param voter Who.
    /// @param referendum On what.
    /// @param aye For it or against it.
    /// @param conviction With what conviction.
    /// @param amount Planck.
    event Voted(
        address indexed voter,
        uint32 indexed referendum,
        bool aye,
        uint8 conviction,
        uint256 amount
    );

    /// @notice The caller split its vote.
    /// @param voter Who.
    /// @param referendum On what.
    /// @param aye Planck for it.
    /// @param nay Planck against it.
    /// @param abstain Planck that only count as support.
    event VotedSplit(
        address indexed voter,
        uint32 indexed referendum,
        uint256 aye,
        uint256 nay,
        uint256 abstain
    );

    /// @notice The caller took a vote back.
    /// @param voter Who.
    /// @param referendum On what.
    event VoteRemoved(address indexed voter, uint32 indexed referendum);

    /// @notice The caller delegated its votes on a track.
    /// @param voter Who.
    /// @param target To whom.
    /// @param track The track.
    /// @param conviction With what conviction.
    /// @param amount Planck.
    event VotesDelegated(
        address indexed voter,
        address indexed target,
        uint16 indexed track,
        uint8 conviction,
        uint256 amount
    );

    /// @notice The caller took its votes on a track back.
    /// @param voter Who.
    /// @param track The track.
    event VotesUndelegated(address indexed voter, uint16 indexed track);

    /// @notice The caller submitted an AI proposal.
    /// @param proposal The proposal.
    /// @param proposer Who.
    /// @param referendum The referendum that decides on it.
    /// @param kind What it asks for.
    event ProposalSubmitted(
        uint32 indexed proposal,
        address indexed proposer,
        uint32 indexed referendum,
        ProposalKind kind
    );

    /// @notice Votes on a referendum, or replaces the caller's vote.
    /// @param referendum The referendum.
    /// @param aye For it or against it.
    /// @param conviction 0 to 6.
    /// @param amount Planck of the caller that vote.
    /// @custom:selector f594cad4
    function vote(uint32 referendum, bool aye, uint8 conviction, uint256 amount) external;

    /// @notice Votes on a referendum in parts, without conviction, or replaces the caller's vote.
    /// @param referendum The referendum.
    /// @param aye Planck for it.
    /// @param nay Planck against it.
    /// @param abstain Planck that only count as support.
    /// @custom:selector d2d0d8f7
    function voteSplit(uint32 referendum, uint256 aye, uint256 nay, uint256 abstain) external;

    /// @notice Takes the caller's vote back. What it locked can be unlocked when its time is over.
    /// @param track The referendum's track.
    /// @param referendum The referendum.
    /// @custom:selector 5da5f16c
    function removeVote(uint16 track, uint32 referendum) external;

    /// @notice Releases what votes on a track no longer lock.
    /// @param track The track.
    /// @param account Whose.
    /// @custom:selector 4259d98c
    function unlock(uint16 track, address account) external;

    /// @notice Lets `target` vote on a track with the caller's OPEN.
    /// @param track The track.
    /// @param target Who votes.
    /// @param conviction 0 to 6.
    /// @param amount Planck of the caller that vote.
    /// @custom:selector 99b245d8
    function delegateVotes(uint16 track, address target, uint8 conviction, uint256 amount)
        external;

    /// @notice Takes the caller's votes on a track back.
    /// @param track The track.
    /// @custom:selector 434f16ba
    function undelegateVotes(uint16 track) external;

    /// @notice Proposes to list a base model. The proposal's deposit is put on hold.
    /// @param hash blake2-256 of its weights.
    /// @param name Its name: UTF-8, 1 to 64 bytes.
    /// @param hiddenSize The width of its hidden states.
    /// @param layers How many transformer layers it has.
    /// @param licence SPDX licence expression: 1 to 32 bytes.
    /// @return proposal The proposal.
    /// @custom:selector 5007a54f
    function proposeBaseModel(
        bytes32 hash,
        string calldata name,
        uint32 hiddenSize,
        uint32 layers,
        string calldata licence
    ) external returns (uint32 proposal);

    /// @notice Proposes to delist a base model for good.
    /// @param baseModel The base model.
    /// @return proposal The proposal.
    /// @custom:selector 07e5d3d9
    function proposeDelisting(uint32 baseModel) external returns (uint32 proposal);

    /// @notice Proposes a pot that pays for the rows that a Datanet accepts.
    /// @param datanet The Datanet.
    /// @param pot What the treasury puts in, planck.
    /// @param pricePerRow Planck per row.
    /// @param scored Whether a quorum of evaluators must have scored a contribution.
    /// @param minScore The least score, parts per million; zero unless `scored`.
    /// @param endsAt From this block on nothing is paid.
    /// @return proposal The proposal.
    /// @custom:selector 0836071c
    function proposeBounty(
        uint32 datanet,
        uint256 pot,
        uint256 pricePerRow,
        bool scored,
        uint32 minScore,
        uint32 endsAt
    ) external returns (uint32 proposal);

    /// @notice Proposes to pay a developer by milestones.
    /// @param beneficiary Who is paid, and whose adapters count.
    /// @param milestones 1 to 16 milestones, in any order.
    /// @return proposal The proposal.
    /// @custom:selector 797be41a
    function proposeGrant(address beneficiary, Milestone[] calldata milestones)
        external
        returns (uint32 proposal);

    /// @notice Proposes how inference fees are split, in parts per million that sum to 1,000,000.
    /// @param contributors The contributors' part, at least 400,000.
    /// @param developer The adapter developer's part.
    /// @param worker The worker's part.
    /// @param stakers The stakers' part.
    /// @param treasury The treasury's part.
    /// @return proposal The proposal.
    /// @custom:selector 50b1a73c
    function proposeFeeSplit(
        uint32 contributors,
        uint32 developer,
        uint32 worker,
        uint32 stakers,
        uint32 treasury
    ) external returns (uint32 proposal);

    /// @notice A referendum.
    /// @param index The referendum.
    /// @return The referendum; its status is `Unknown` when there is none.
    /// @custom:selector 240eaf00
    function referendumOf(uint32 index) external view returns (Referendum memory);

    /// @notice What an account has voted on a track.
    /// @param account The account.
    /// @param track The track.
    /// @return The votes.
    /// @custom:selector 2e1e7b3a
    function votingOf(address account, uint16 track) external view returns (Voting memory);

    /// @notice An AI proposal.
    /// @param proposal The proposal.
    /// @return The proposal; its status is `Unknown` when there is none.
    /// @custom:selector d8b05c0e
    function proposalOf(uint32 proposal) external view returns (Proposal memory);
}
