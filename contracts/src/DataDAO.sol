// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IATTRIBUTION} from "@openledger/precompiles/IAttribution.sol";
import {IDatanets, IDATANETS} from "@openledger/precompiles/IDatanets.sol";

/// @title A Datanet that belongs to those who fill it
/// @notice The contract owns a Datanet and contributes to it in its own name what its members bring. Curators decide
/// together what is accepted. What models pay for the data comes to the contract, and members share it by the rows
/// they brought.
/// @dev How the money moves:
/// - The constructor's value pays the Datanet's deposit, which stays on hold while the contract owns the Datanet.
/// - `contribute` takes the chain's deposit for a contribution from its value and credits the rest; the deposit is
///   credited to who brought the contribution when it is decided.
/// - Revenue is what comes to the contract in any other way: fees that the chain credited and anyone claimed for the
///   contract, or OPEN sent to it. `collect` divides it among the members by accepted rows. Rows that are accepted
///   later have no part in it: accepting divides what is there first.
/// - `withdraw` pays a member what it is owed.
/// All OPEN that is owed to somebody is counted in `owed`, which never exceeds the balance.
contract DataDAO {
    /// @notice What a contribution is, before the curators have decided.
    struct Proposal {
        /// Who brought it.
        address member;
        /// How many rows it has.
        uint32 rows;
        /// Whether it was decided.
        bool decided;
        /// The chain's deposit, in wei.
        uint256 deposit;
    }

    /// @notice There has to be a curator, and no more approvals can be needed than there are curators.
    error BadQuorum(uint256 curators, uint256 quorum);

    /// @notice A curator was named twice, or is the zero address.
    error BadCurator(address curator);

    /// @notice Only curators may do this.
    error NotACurator(address caller);

    /// @notice The chain's deposit is more than what came with the contribution.
    /// @param sent What came, in wei.
    /// @param deposit What the chain holds, in wei.
    error DepositNotCovered(uint256 sent, uint256 deposit);

    /// @notice There is no such contribution that waits for a decision.
    error NotPending(uint64 contributionId);

    /// @notice The curator has approved this already.
    error ApprovedAlready(address curator, bytes32 decision);

    /// @notice The next version has another number.
    error NotTheNextVersion(uint32 number, uint32 next);

    /// @notice There is nothing to divide, or nobody to divide it among.
    error NothingToCollect();

    /// @notice The caller is owed nothing.
    error NothingToWithdraw();

    /// @notice The receiver refused the OPEN.
    error TransferRefused(address account);

    /// @notice The Datanet was created.
    event Founded(uint32 indexed datanetId, address[] curators, uint256 quorum);

    /// @notice A member brought rows, which the contract contributed in its own name.
    event Brought(uint64 indexed contributionId, address indexed member, uint32 rows, uint256 deposit);

    /// @notice A curator approved a decision on a contribution, or on publishing.
    event Approved(bytes32 indexed decision, address indexed curator, uint256 approvals);

    /// @notice The curators accepted a contribution: its rows earn from now on.
    event Accepted(uint64 indexed contributionId, address indexed member, uint32 rows);

    /// @notice The curators rejected a contribution.
    event Rejected(uint64 indexed contributionId, address indexed member);

    /// @notice The accepted contributions were frozen into a version.
    event Published(uint32 indexed number);

    /// @notice Revenue was divided among the members.
    event Collected(uint256 amount, uint256 rows);

    /// @notice A member was paid.
    event Withdrawn(address indexed account, uint256 amount);

    /// @notice The Datanet.
    uint32 public immutable datanetId;

    /// @notice How many curators have to approve a decision.
    uint256 public immutable quorum;

    /// @notice Whether an account is a curator.
    mapping(address account => bool) public isCurator;

    /// @notice What members brought.
    mapping(uint64 contributionId => Proposal) public proposalOf;

    /// @notice The accepted rows that a member brought.
    mapping(address member => uint256 rows) public rowsOf;

    /// @notice The accepted rows of all members.
    uint256 public totalRows;

    /// @notice All OPEN that is owed to somebody, in wei.
    uint256 public owed;

    /// @notice How many curators have approved a decision.
    mapping(bytes32 decision => uint256) public approvalsOf;

    mapping(bytes32 decision => mapping(address curator => bool)) private _approvedBy;

    /// One wei of revenue per row is this much of `_perRow`.
    uint256 private constant PRECISION = 1e18;

    /// What one row that was there from the beginning has earned, in wei times PRECISION. It only grows.
    uint256 private _perRow;

    /// How far each member's revenue was credited.
    mapping(address member => uint256 perRow) private _creditedTo;

    mapping(address account => uint256 amount) private _credit;

    /// @notice Founds the DAO: creates the Datanet, which the contract owns. The value must cover the deposit.
    /// @param name The Datanet's name, 1 to 64 bytes of UTF-8.
    /// @param policy Its rules for contributions.
    /// @param curators Who decides what is accepted.
    /// @param quorum_ How many of them have to approve, from 1 to all.
    constructor(string memory name, IDatanets.Policy memory policy, address[] memory curators, uint256 quorum_)
        payable
    {
        if (quorum_ == 0 || quorum_ > curators.length) {
            revert BadQuorum(curators.length, quorum_);
        }
        for (uint256 i = 0; i < curators.length; ++i) {
            if (curators[i] == address(0) || isCurator[curators[i]]) {
                revert BadCurator(curators[i]);
            }
            isCurator[curators[i]] = true;
        }
        quorum = quorum_;
        datanetId = IDATANETS.createDatanet(name, policy);
        emit Founded(datanetId, curators, quorum_);
    }

    /// @notice Takes OPEN as revenue.
    receive() external payable {}

    modifier onlyCurator() {
        if (!isCurator[msg.sender]) {
            revert NotACurator(msg.sender);
        }
        _;
    }

    /// @notice Brings rows. The contract contributes them in its own name; once accepted, they earn for the caller.
    /// The value must cover the chain's deposit; what is more is credited to the caller.
    /// @param rowsRoot The Merkle root of the rows' hashes.
    /// @param rows How many rows there are.
    /// @param size The content's bytes.
    /// @param content blake2-256 of the content.
    /// @param licence SPDX licence expression.
    /// @param uri Where else the content is; may be empty.
    /// @return contributionId The contribution's id.
    function contribute(
        bytes32 rowsRoot,
        uint32 rows,
        uint64 size,
        bytes32 content,
        string calldata licence,
        string calldata uri
    ) external payable returns (uint64 contributionId) {
        uint256 before = address(this).balance;
        // The id comes from the chain, which calls nobody back while it contributes.
        contributionId = IDATANETS.contribute(datanetId, rowsRoot, rows, size, content, licence, uri);
        uint256 deposit = before - address(this).balance;
        if (deposit > msg.value) {
            revert DepositNotCovered(msg.value, deposit);
        }
        proposalOf[contributionId] = Proposal({member: msg.sender, rows: rows, decided: false, deposit: deposit});
        _owe(msg.sender, msg.value - deposit);
        emit Brought(contributionId, msg.sender, rows, deposit);
    }

    /// @notice Approves that a contribution is accepted; the last approval needed accepts it.
    /// @param contributionId The contribution.
    /// @param report blake2-256 of the evaluation report. Approvals count together only for the same report.
    function accept(uint64 contributionId, bytes32 report) external onlyCurator {
        Proposal storage proposal = _pending(contributionId);
        if (!_approve(keccak256(abi.encode("accept", contributionId, report)))) {
            return;
        }
        proposal.decided = true;
        _collect();
        _creditRevenue(proposal.member);
        rowsOf[proposal.member] += proposal.rows;
        totalRows += proposal.rows;
        emit Accepted(contributionId, proposal.member, proposal.rows);
        uint256 before = address(this).balance;
        IDATANETS.acceptContribution(contributionId, report);
        _owe(proposal.member, address(this).balance - before);
    }

    /// @notice Approves that a contribution is rejected; the last approval needed rejects it.
    /// @param contributionId The contribution.
    /// @param reason Why.
    /// @param duplicateOf With `Duplicate`: the contribution that had the rows first.
    /// @param copiedShare With `Duplicate`: how much of it is copied, in parts per million.
    /// @param report blake2-256 of the evaluation report.
    function reject(
        uint64 contributionId,
        IDatanets.Reason reason,
        uint64 duplicateOf,
        uint32 copiedShare,
        bytes32 report
    ) external onlyCurator {
        Proposal storage proposal = _pending(contributionId);
        if (!_approve(keccak256(abi.encode("reject", contributionId, reason, duplicateOf, copiedShare, report)))) {
            return;
        }
        proposal.decided = true;
        emit Rejected(contributionId, proposal.member);
        uint256 before = address(this).balance;
        IDATANETS.rejectContribution(contributionId, reason, duplicateOf, copiedShare, report);
        _owe(proposal.member, address(this).balance - before);
    }

    /// @notice Approves that what was accepted so far is published; the last approval needed publishes it.
    /// @param number The number that the version will have. Approvals count together only for the same number and
    /// the same accepted contributions.
    function publish(uint32 number) external onlyCurator {
        IDatanets.Datanet memory datanet = IDATANETS.datanet(datanetId);
        if (number != datanet.versions + 1) {
            revert NotTheNextVersion(number, datanet.versions + 1);
        }
        if (_approve(keccak256(abi.encode("publish", number, datanet.accepted)))) {
            emit Published(IDATANETS.publishVersion(datanetId));
        }
    }

    /// @notice Claims what the chain has credited to the contract and divides all revenue among the members. Anyone
    /// may call it.
    /// @return amount What was divided, in wei.
    function collect() external returns (uint256 amount) {
        amount = _collect();
        if (amount == 0) {
            revert NothingToCollect();
        }
    }

    /// @notice Pays the caller what it is owed.
    /// @return amount What was paid, in wei.
    function withdraw() external returns (uint256 amount) {
        _creditRevenue(msg.sender);
        amount = _credit[msg.sender];
        if (amount == 0) {
            revert NothingToWithdraw();
        }
        _credit[msg.sender] = 0;
        owed -= amount;
        emit Withdrawn(msg.sender, amount);
        (bool accepted,) = msg.sender.call{value: amount}("");
        if (!accepted) {
            revert TransferRefused(msg.sender);
        }
    }

    /// @notice What an account can withdraw now, in wei.
    /// @param account The account.
    function owedTo(address account) external view returns (uint256) {
        return _credit[account] + _uncredited(account);
    }

    function _pending(uint64 contributionId) private view returns (Proposal storage proposal) {
        proposal = proposalOf[contributionId];
        if (proposal.member == address(0) || proposal.decided) {
            revert NotPending(contributionId);
        }
    }

    /// Counts the caller's approval; returns whether it was the last one needed.
    function _approve(bytes32 decision) private returns (bool) {
        if (_approvedBy[decision][msg.sender]) {
            revert ApprovedAlready(msg.sender, decision);
        }
        _approvedBy[decision][msg.sender] = true;
        uint256 approvals = approvalsOf[decision] + 1;
        approvalsOf[decision] = approvals;
        emit Approved(decision, msg.sender, approvals);
        return approvals == quorum;
    }

    /// Divides what nobody is owed yet among the rows; returns how much that was.
    function _collect() private returns (uint256 amount) {
        if (totalRows == 0) {
            return 0;
        }
        if (IATTRIBUTION.creditsOf(address(this)) > 0) {
            // The revenue is the balance, not what this returns: anyone may have claimed for the contract before.
            IATTRIBUTION.claim();
        }
        uint256 perRow = (address(this).balance - owed) * PRECISION / totalRows;
        // Rounded up, so that the members' parts of many collections together, rounded down, never sum to more; and
        // no more than there is, since `perRow` was rounded down.
        amount = Math.ceilDiv(perRow * totalRows, PRECISION);
        if (amount > 0) {
            _perRow += perRow;
            owed += amount;
            emit Collected(amount, totalRows);
        }
    }

    function _owe(address account, uint256 amount) private {
        owed += amount;
        _credit[account] += amount;
    }

    function _uncredited(address member) private view returns (uint256) {
        return rowsOf[member] * (_perRow - _creditedTo[member]) / PRECISION;
    }

    /// Turns what a member's rows have earned into credit, before its rows change or it is paid.
    function _creditRevenue(address member) private {
        _credit[member] += _uncredited(member);
        _creditedTo[member] = _perRow;
    }
}
