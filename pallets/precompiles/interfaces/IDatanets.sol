// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity >=0.8.20;

/// @dev Where the chain answers this interface.
address constant IDATANETS_ADDRESS = 0x0000000000000000000000000000000008010000;

/// @dev The interface at its address.
IDatanets constant IDATANETS = IDatanets(IDATANETS_ADDRESS);

/// @title Datanets: who contributed which data, and which of it a model can be trained on
/// @notice A Datanet's owner (a person or a contract) accepts or rejects contributions and freezes the
/// accepted ones into numbered versions that never change. Row, contribution and account can be proven
/// from a version's root alone.
/// @dev The caller acts with its own account: a contract can own a Datanet. Reverts are `Error(string)`,
/// for example `Datanets.NotOwner`. State-changing functions revert under STATICCALL and DELEGATECALL,
/// and none accepts a value; deposits are held from the caller's balance. Accounts have 32 bytes;
/// `address` fields show them as the EVM sees them, `bytes32` fields in full.
interface IDatanets {
    /// @notice Why a contribution is rejected.
    enum Reason {
        /// Rows that another contribution already brought.
        Duplicate,
        /// The content could not be fetched, or does not match its hash, root or counts.
        Unavailable,
        /// The content is not what the Datanet asks for.
        Malformed,
        /// The quality is below the Datanet's bar.
        LowQuality,
        /// The licence does not allow the use.
        Licence,
        /// It does not belong in this Datanet.
        OffTopic
    }

    /// @notice Where a contribution is in its life.
    enum Status {
        /// Waits for evaluation.
        Pending,
        /// Part of every later version.
        Accepted,
        /// Refused, for good.
        Rejected
    }

    /// @notice The rules for contributions that come in from now on.
    struct Policy {
        /// Whether contributions are taken.
        bool open;
        /// The fewest rows of a contribution, at least 1.
        uint32 minRows;
        /// The most rows of a contribution, at least `minRows`.
        uint32 maxRows;
        /// The most bytes of a contribution's content, at least 1.
        uint64 maxBytes;
        /// From which similarity on two rows are near-duplicates, parts per million.
        uint32 similarity;
    }

    /// @notice A Datanet.
    struct Datanet {
        /// Who sets its policy, curates it and publishes its versions.
        address owner;
        /// The owner's account.
        bytes32 ownerAccount;
        /// Its name.
        string name;
        /// Its rules.
        Policy policy;
        /// How many contributions wait for evaluation.
        uint32 pending;
        /// How many contributions were accepted.
        uint32 accepted;
        /// How many rows the accepted contributions have.
        uint64 acceptedRows;
        /// How many contributions were rejected.
        uint32 rejected;
        /// The number of the last published version; 0 before the first.
        uint32 versions;
        /// The block that created it.
        uint32 createdAt;
    }

    /// @notice A contribution.
    struct Contribution {
        /// Its Datanet.
        uint32 datanet;
        /// Who contributed it and is paid for it.
        address contributor;
        /// The contributor's account.
        bytes32 contributorAccount;
        /// The Merkle root of its rows.
        bytes32 rowsRoot;
        /// How many rows it has.
        uint32 rows;
        /// The content's bytes.
        uint64 size;
        /// blake2-256 of its content.
        bytes32 content;
        /// Its SPDX licence expression.
        string licence;
        /// Where else its content is.
        string uri;
        /// Where it is in its life.
        Status status;
        /// Accepted: its place among the Datanet's accepted contributions, from 0.
        uint32 index;
        /// Accepted: the place of its first row among the Datanet's rows, from 0.
        uint64 firstRow;
        /// blake2-256 of the evaluation report; zero while it is pending.
        bytes32 report;
        /// The block that it came in with.
        uint32 contributedAt;
    }

    /// @notice A published version: the Datanet's first so many accepted contributions.
    struct Version {
        /// The Merkle root over its contributions.
        bytes32 root;
        /// How many contributions it has.
        uint32 contributions;
        /// How many rows it has.
        uint64 rows;
        /// The block that published it.
        uint32 publishedAt;
    }

    /// @notice Leads from a row of a version to the account that contributed it.
    struct RowProof {
        /// The version's root.
        bytes32 root;
        /// The contribution that the row belongs to.
        uint64 contribution;
        /// Who contributed it.
        address contributor;
        /// The contributor's account.
        bytes32 contributorAccount;
        /// The row's place inside the contribution, from 0.
        uint32 rowInContribution;
        /// What is hashed into the tree: the SCALE encoding of contribution, account, rows root, first
        /// row and rows.
        bytes leaf;
        /// Sibling hashes from the leaf up.
        bytes32[] siblings;
        /// The leaf's place, from 0.
        uint32 leafIndex;
        /// How many leaves the tree has.
        uint32 leaves;
        /// blake2-256 of the contribution's content, where the row itself is.
        bytes32 content;
    }

    /// @notice A Datanet was created, by whomever and in whichever way.
    /// @custom:topic 0xea62e8796ef3dad7782dc9f261900c91a1edbaa0a572def5032de3a08dcb1e0e
    event DatanetCreated(uint32 indexed datanet, address indexed owner);

    /// @notice A contribution came in and waits for evaluation.
    /// @custom:topic 0xc401b7a38ed554765220eff3784e367b1c17306e91fd77e726668ddcac6d3e55
    event Contributed(
        uint32 indexed datanet, uint64 indexed contribution, address indexed contributor, uint32 rows
    );

    /// @notice A pending contribution was taken back.
    /// @custom:topic 0x5d03d980de2ca51a614a0ace49918938fc908cc1684c95a3a063f09842bc4a9b
    event ContributionWithdrawn(uint32 indexed datanet, uint64 indexed contribution);

    /// @notice A contribution was accepted: it is part of every later version.
    /// @custom:topic 0xf047d30da61b0cedaf1f4e7fb1017709e7d1be6f7c2963a20b136776b117e77f
    event ContributionAccepted(
        uint32 indexed datanet, uint64 indexed contribution, address indexed contributor, uint32 index
    );

    /// @notice A contribution was rejected for good.
    /// @custom:topic 0x38b6a9d95ed260199d4045f6a6518d22c11d9c1e66539bf6c5221b8427126a2d
    event ContributionRejected(
        uint32 indexed datanet, uint64 indexed contribution, Reason reason
    );

    /// @notice A version was published. It never changes.
    /// @custom:topic 0x7e3cee6304a240c451779b6df2eb7aa9ac2db6ce8e886789aaa899dd6df1d656
    event VersionPublished(
        uint32 indexed datanet, uint32 indexed number, bytes32 root, uint32 contributions, uint64 rows
    );

    /// @notice A Datanet has a new owner.
    /// @custom:topic 0x2035ac618c402eb8fe94bc63b485e5d9e4cd9539ac751f0f337b59156ba40bcf
    event DatanetTransferred(uint32 indexed datanet, address indexed from, address indexed to);

    /// @notice Creates a Datanet that the caller owns, and holds the deposit from the caller.
    /// @param name UTF-8, 1 to 64 bytes.
    /// @param policy The rules for contributions.
    /// @return datanetId Its id.
    /// @custom:selector bb5a1cef
    function createDatanet(string calldata name, Policy calldata policy) external returns (uint32 datanetId);

    /// @notice Sets the rules for contributions that come in from now on. Owner only.
    /// @custom:selector f1ffc8e2
    function setPolicy(uint32 datanetId, Policy calldata policy) external;

    /// @notice Contributes rows to an open Datanet in the caller's name, and holds the deposit until the
    /// contribution is decided or withdrawn. The rows themselves lie in the content store.
    /// @param rowsRoot The Merkle root of the rows' hashes.
    /// @param rows How many rows there are.
    /// @param size The content's bytes.
    /// @param content blake2-256 of the content.
    /// @param licence SPDX licence expression, 1 to 32 bytes.
    /// @param uri Where else the content is, up to 256 bytes; may be empty.
    /// @return contributionId Its id.
    /// @custom:selector 64cb89a5
    function contribute(
        uint32 datanetId,
        bytes32 rowsRoot,
        uint32 rows,
        uint64 size,
        bytes32 content,
        string calldata licence,
        string calldata uri
    ) external returns (uint64 contributionId);

    /// @notice Takes a pending contribution back. Contributor only.
    /// @custom:selector a6b7f643
    function withdrawContribution(uint64 contributionId) external;

    /// @notice Accepts a pending contribution. Owner of the Datanet only.
    /// @param report blake2-256 of the evaluation report that the decision rests on.
    /// @custom:selector 6d7c5f2d
    function acceptContribution(uint64 contributionId, bytes32 report) external;

    /// @notice Rejects a pending contribution for good. Owner of the Datanet only.
    /// @param reason Why.
    /// @param duplicateOf With `Duplicate`: the contribution that had the rows first; otherwise ignored.
    /// @param copiedShare With `Duplicate`: how much of it is copied, parts per million; otherwise ignored.
    /// @param report blake2-256 of the evaluation report that the decision rests on.
    /// @custom:selector f2ae1d51
    function rejectContribution(
        uint64 contributionId,
        Reason reason,
        uint64 duplicateOf,
        uint32 copiedShare,
        bytes32 report
    ) external;

    /// @notice Freezes every accepted contribution into the next version. Owner only.
    /// @return number The version's number, from 1.
    /// @custom:selector bb343492
    function publishVersion(uint32 datanetId) external returns (uint32 number);

    /// @notice Gives a Datanet and its deposit to another account, which must exist. Owner only.
    /// @custom:selector 88c192a2
    function transferDatanet(uint32 datanetId, address newOwner) external;

    /// @notice How many Datanets were created: their ids are below this.
    /// @custom:selector 49f62af4
    function datanetCount() external view returns (uint32);

    /// @notice A Datanet; reverts with `Datanets.UnknownDatanet` when there is none.
    /// @custom:selector ed25725d
    function datanet(uint32 id) external view returns (Datanet memory);

    /// @notice How many contributions came in: their ids are below this.
    /// @custom:selector 5b18056b
    function contributionCount() external view returns (uint64);

    /// @notice A contribution; reverts with `Datanets.UnknownContribution` when there is none, or its
    /// record is gone.
    /// @custom:selector 91e03d0a
    function contribution(uint64 id) external view returns (Contribution memory);

    /// @notice The accepted contribution at a place, from 0, and who contributed it; reverts when
    /// there is none.
    /// @custom:selector 17405946
    function acceptedAt(uint32 datanetId, uint32 index)
        external
        view
        returns (uint64 contributionId, address contributor, bytes32 contributorAccount);

    /// @notice A published version; reverts with `Datanets.UnknownVersion` when there is none.
    /// @custom:selector 6550c708
    function version(uint32 datanetId, uint32 number) external view returns (Version memory);

    /// @notice Who contributed a row (from 0) of a published version; reverts when there is none. Costs
    /// only the logarithm of the version's size.
    /// @custom:selector f9093b68
    function ownerOfRow(uint32 datanetId, uint32 number, uint64 row)
        external
        view
        returns (uint64 contributionId, address contributor, bytes32 contributorAccount, uint32 rowInContribution);

    /// @notice The proof that leads from a row (from 0) of a published version to the account that
    /// contributed it; reverts when there is none. Costs as much as publishing the version: meant for
    /// `eth_call`.
    /// @custom:selector e7310de8
    function proofOf(uint32 datanetId, uint32 number, uint64 row) external view returns (RowProof memory);

    /// @notice Whether a row, its bytes as they stand in the content without the line end, is row
    /// `index` of a contribution; reverts when there is no such contribution.
    /// @param siblings Sibling hashes from the row up, at most 32.
    /// @custom:selector 54576daf
    function verifyRow(uint64 contributionId, uint32 index, bytes calldata row, bytes32[] calldata siblings)
        external
        view
        returns (bool);

    /// @notice Whether a leaf is number `index` of a published version; reverts when there is no such
    /// version.
    /// @param leaf As in `RowProof`.
    /// @param siblings Sibling hashes from the leaf up, at most 32.
    /// @custom:selector 53a45161
    function verifyContribution(
        uint32 datanetId,
        uint32 number,
        uint32 index,
        bytes calldata leaf,
        bytes32[] calldata siblings
    ) external view returns (bool);
}
