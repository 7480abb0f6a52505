// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity >=0.8.20;

/// @dev Where the chain answers this interface.
address constant IMODELS_ADDRESS = 0x0000000000000000000000000000000008020000;

/// @dev The interface at its address.
IModels constant IMODELS = IModels(IMODELS_ADDRESS);

/// @title Models: which adapters were trained on which data, and what they cost
/// @notice An adapter names the published Datanet versions that it was trained on when it is registered;
/// its lineage (adapter, versions, contributions, accounts) is never edited.
/// @dev The caller acts with its own account: a contract can be an adapter's developer. Reverts are
/// `Error(string)`, for example `Models.NotDeveloper`. State-changing functions revert under STATICCALL
/// and DELEGATECALL, and none accepts a value; the deposit is held from the caller's balance. Prices are
/// in units of 10^-18 OPEN.
interface IModels {
    /// @notice Where an adapter is in its life.
    enum Status {
        /// Registered; not yet offered.
        Draft,
        /// Offered: new jobs are accepted.
        Published,
        /// No new jobs; open ones still settle.
        Deprecated
    }

    /// @notice A published version of a Datanet.
    struct VersionRef {
        /// The Datanet.
        uint32 datanet;
        /// The version's number, from 1.
        uint32 number;
    }

    /// @notice The files that training left, by their blake2-256 hashes.
    struct Artifacts {
        /// The adapter's safetensors.
        bytes32 artifact;
        /// The training manifest, which names every other file.
        bytes32 manifest;
        /// The influence index.
        bytes32 influenceIndex;
    }

    /// @notice What training measured; a claim by the developer.
    struct Metrics {
        /// Accuracy on held-out rows, parts per million.
        uint32 accuracy;
        /// Accuracy of the baseline on the same rows, parts per million.
        uint32 baselineAccuracy;
        /// How many rows were held out.
        uint32 heldOutRows;
    }

    /// @notice An adapter.
    struct Adapter {
        /// Who is paid the developer's part.
        address developer;
        /// The developer's account.
        bytes32 developerAccount;
        /// The base model that it adapts.
        uint32 baseModel;
        /// Its name.
        string name;
        /// The versions it was trained on, ascending.
        VersionRef[] versions;
        /// Its files.
        Artifacts artifacts;
        /// What new jobs pay per unit.
        uint256 unitPrice;
        /// What its developer claims.
        Metrics metrics;
        /// Where it is in its life.
        Status status;
        /// Whether new jobs are accepted: published, and its base model listed.
        bool servable;
        /// The block that registered it.
        uint32 registeredAt;
    }

    /// @notice A base model that governance has listed.
    struct BaseModel {
        /// blake2-256 of its weights.
        bytes32 hash;
        /// Its name.
        string name;
        /// The width of its hidden states.
        uint32 hiddenSize;
        /// How many transformer layers it has.
        uint32 layers;
        /// Its SPDX licence expression.
        string licence;
        /// Whether adapters on it are served.
        bool listed;
    }

    /// @notice A contribution in an adapter's lineage.
    struct LineageEntry {
        /// The contribution.
        uint64 contribution;
        /// Its Datanet.
        uint32 datanet;
        /// Who contributed it.
        address contributor;
        /// The contributor's account.
        bytes32 contributorAccount;
        /// How many rows it has.
        uint32 rows;
    }

    /// @notice An adapter was registered as a draft.
    /// @custom:topic 0x91dee6acfb6828306d2dc08658a79e142bbe26eb1f5fc68d88cd89e5884a9e2b
    event AdapterRegistered(
        uint32 indexed adapter, address indexed developer, uint32 indexed baseModel, bytes32 artifact, uint256 unitPrice
    );

    /// @notice An adapter's price changed for new jobs.
    /// @custom:topic 0x6ce8563aabece10eb53885f14b7d58534f0c79c9db152b7e8e6d1ce5d1b4a7ae
    event PriceSet(uint32 indexed adapter, uint256 unitPrice, uint256 previous);

    /// @notice An adapter takes jobs from now on.
    /// @custom:topic 0xb20cbc5b8ced14be3cfdfb7c7cf991ab0a8846610aaa0b827adee9033eb383ab
    event AdapterPublished(uint32 indexed adapter);

    /// @notice An adapter takes no new jobs any more.
    /// @custom:topic 0x825b8d3f5b70d3a0ba4334e143c97d9cc5658b25ab47a3b97115f55358ecd272
    event AdapterDeprecated(uint32 indexed adapter);

    /// @notice Registers an adapter as a draft with the caller as its developer, and holds the deposit.
    /// @param baseModelId A listed base model.
    /// @param name UTF-8, 1 to 64 bytes.
    /// @param versions The published versions it was trained on, ascending by Datanet and number, each
    /// once.
    /// @param artifacts The hashes of its files; no two adapters share an artifact.
    /// @param unitPrice What a unit costs: at least the models pallet's `MinUnitPrice`.
    /// @param metrics What training measured.
    /// @return adapterId Its id.
    /// @custom:selector 92eb0062
    function registerAdapter(
        uint32 baseModelId,
        string calldata name,
        VersionRef[] calldata versions,
        Artifacts calldata artifacts,
        uint256 unitPrice,
        Metrics calldata metrics
    ) external returns (uint32 adapterId);

    /// @notice Sets what new jobs pay per unit. Developer only.
    /// @custom:selector 8e1857e8
    function setPrice(uint32 adapterId, uint256 unitPrice) external;

    /// @notice Offers a draft: from now on it takes jobs. Developer only.
    /// @custom:selector 23ab50ac
    function publish(uint32 adapterId) external;

    /// @notice Ends an adapter's life and returns the deposit, all but what pays for its record.
    /// Developer only.
    /// @custom:selector 116c8b35
    function deprecate(uint32 adapterId) external;

    /// @notice How many adapters were registered: their ids are below this.
    /// @custom:selector f79001c5
    function adapterCount() external view returns (uint32);

    /// @notice An adapter; reverts with `Models.UnknownAdapter` when there is none.
    /// @custom:selector 2f8e87c9
    function adapter(uint32 id) external view returns (Adapter memory);

    /// @notice The adapter with an artifact; reverts with `Models.UnknownAdapter` when there is none.
    /// @custom:selector 799a4a48
    function adapterByArtifact(bytes32 artifact) external view returns (uint32);

    /// @notice A base model; reverts with `Models.UnknownBaseModel` when there is none.
    /// @custom:selector 7c5b32e9
    function baseModel(uint32 id) external view returns (BaseModel memory);

    /// @notice What an adapter costs now, and whether it takes new jobs; reverts with
    /// `Models.UnknownAdapter` when there is none.
    /// @return unitPrice What a unit costs.
    /// @return servable Whether new jobs are accepted.
    /// @custom:selector e0b3cc90
    function priceOf(uint32 adapterId) external view returns (uint256 unitPrice, bool servable);

    /// @notice How many contributions an adapter's lineage has; reverts with `Models.UnknownAdapter` when
    /// there is none.
    /// @custom:selector 152d036c
    function lineageSize(uint32 adapterId) external view returns (uint32);

    /// @notice A part of an adapter's lineage, by Datanet and order of acceptance.
    /// @param start The place of the first entry, from 0.
    /// @param count How many entries; at most 256.
    /// @return Fewer than `count` entries where the lineage ends.
    /// @custom:selector b5aabfac
    function lineage(uint32 adapterId, uint32 start, uint32 count) external view returns (LineageEntry[] memory);

    /// @notice Whether a contribution is in an adapter's lineage, and who contributed it.
    /// @return found Whether it is; the other values are zero if not.
    /// @return contributor Who contributed it.
    /// @return contributorAccount The contributor's account.
    /// @custom:selector 0b6e508f
    function contributorOf(uint32 adapterId, uint64 contributionId)
        external
        view
        returns (bool found, address contributor, bytes32 contributorAccount);
}
