// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernance} from "./IGovernance.sol";
import {ValidatorList} from "./ValidatorList.sol";

/// @title The consortium's register: who may do what, and who validates.
/// @notice Predeployed at genesis. The node reads epoch, validators, permissions, quotas, contract
///         marks and the protocol schedule directly from storage, so the slots below are pinned:
///         never reorder, retype or remove one; append only. They are described byte by byte in
///         docs/formats/governance-storage.md and compared with solc's storageLayout by a test.
/// @dev Three kinds of authority. (1) Governed calls need the same call from `quorum` administrating
///      organisations: each sends identical calldata, and the call that completes the quorum
///      executes. (2) The registrar admits and suspends organisations alone: members do not vote on
///      entrants. (3) An organisation's own administrators keep its accounts and node keys.
contract Governance is IGovernance {
    /// @dev Kept in one slot. Low bits first, as solc packs.
    struct Account {
        uint32 organisation; // 0 = unknown account
        uint32 permissions; // TRANSACT | DEPLOY | SUSPENDED
        uint32 roles; // ROLE_*
    }

    struct Organisation {
        uint64 gasQuota; // sum of gas limits this organisation may place in one block
        uint32 flags; // ORG_SUSPENDED | ORG_ADMIN
        uint32 group; // corporate group, 0 = none
        bytes32 documentHash; // salted hash of the binding statement; no name is on the ledger
    }

    struct ProtocolStep {
        uint64 height; // first height the step rules
        uint32 revision; // 1 = Cancun, 2 = Prague, 3 = Osaka
        uint256 precompiles; // bit a-1 = precompile at address a, 1 <= a <= 256
    }

    struct NodeKey {
        uint32 organisation;
        uint32 flags; // 1 = may connect
    }

    struct Candidate {
        uint32 organisation;
        uint64 acceptedAt; // block time at which the quorum accepted it; 0 = none
    }

    struct Proposal {
        uint64 openedAt;
        uint32 round; // approvals of earlier rounds do not count
        uint32[] approvers;
    }

    // ---- pinned slots -------------------------------------------------------------------------
    /// @notice Slot 0. Grows by one with every change of the validator set.
    uint256 public epoch;
    /// @notice Slot 1. keccak256(RLP(list of the 20-byte addresses, ascending)).
    bytes32 public validatorsHash;
    address[] internal _validators; // slot 2, ascending
    mapping(address => Account) internal _accounts; // slot 3
    mapping(uint32 => Organisation) internal _organisations; // slot 4
    mapping(address => uint256) public contractMarks; // slot 5
    ProtocolStep[] internal _schedule; // slot 6, ascending heights
    uint32 public organisationCount; // slot 7, bytes 0..3
    uint32 public adminCount; // slot 7, bytes 4..7: organisations with ORG_ADMIN, not suspended
    uint32 public quorum; // slot 7, bytes 8..11
    mapping(bytes32 => NodeKey) public nodeKeys; // slot 8, by keccak256(64-byte public key)
    mapping(address => uint32) public validatorOrganisation; // slot 9
    mapping(address => Candidate) public candidates; // slot 10
    mapping(bytes32 => Proposal) internal _proposals; // slot 11, by keccak256(calldata)

    // ---- constants ----------------------------------------------------------------------------
    uint32 public constant PERMISSION_TRANSACT = 1;
    uint32 public constant PERMISSION_DEPLOY = 2;
    uint32 public constant PERMISSION_SUSPENDED = 4;

    uint32 public constant ORG_SUSPENDED = 1;
    uint32 public constant ORG_ADMIN = 2;

    uint32 public constant ROLE_ADMIN = 1; // administers its own organisation and votes for it
    uint32 public constant ROLE_REGISTRAR = 2;
    uint32 public constant ROLE_BANK = 4;
    uint32 public constant ROLE_CERTIFIER = 8;
    uint32 public constant ROLE_REGULATOR = 16;
    uint32 public constant ROLE_OPERATOR = 32; // runs its organisation's nodes

    uint256 public constant MARK_DISPUTE = 1;

    /// @notice An approval or an accepted candidate older than this no longer counts.
    uint64 public constant PROPOSAL_LIFETIME = 7 days;
    /// @notice How many heights back an acknowledged block may lie.
    uint64 public constant ACKNOWLEDGE_DEPTH = 64;

    /// @param organisations_ get the ids 1, 2, … in this order
    /// @param accounts_ permissions and roles at genesis
    /// @param validators_ any order; stored ascending
    /// @param disputeContracts_ contracts whose calls have reserved block space
    /// @param quorum_ administrating organisations needed for a governed call
    constructor(
        OrganisationInit[] memory organisations_,
        AccountInit[] memory accounts_,
        ValidatorInit[] memory validators_,
        address[] memory disputeContracts_,
        uint32 quorum_
    ) {
        for (uint256 i = 0; i < organisations_.length; i++) {
            OrganisationInit memory o = organisations_[i];
            _addOrganisation(o.documentHash, o.group, o.gasQuota, o.flags);
        }
        for (uint256 i = 0; i < accounts_.length; i++) {
            AccountInit memory a = accounts_[i];
            _requireOrganisation(a.organisation);
            if (_accounts[a.account].organisation != 0) revert AccountTaken(a.account);
            _accounts[a.account] = Account(a.organisation, a.permissions, a.roles);
            emit AccountSet(a.account, a.organisation, a.permissions);
            if (a.roles != 0) emit RolesSet(a.account, a.roles);
        }
        for (uint256 i = 0; i < validators_.length; i++) {
            _requireOrganisation(validators_[i].organisation);
            ValidatorList.insert(_validators, validators_[i].validator);
            validatorOrganisation[validators_[i].validator] = validators_[i].organisation;
            emit ValidatorAdded(validators_[i].validator, validators_[i].organisation, 0);
        }
        if (_validators.length == 0) revert LastValidator();
        validatorsHash = ValidatorList.hash(_validators);
        for (uint256 i = 0; i < disputeContracts_.length; i++) {
            contractMarks[disputeContracts_[i]] = MARK_DISPUTE;
            emit ContractMarked(disputeContracts_[i], MARK_DISPUTE);
        }
        _setQuorum(quorum_);
    }

    // ---- authority ----------------------------------------------------------------------------
    /// @dev Runs the body only in the call that completes the quorum; earlier calls just record.
    modifier governed() {
        if (_approve()) {
            _;
        }
    }

    modifier onlyRole(uint32 role) {
        if (!hasRole(msg.sender, role)) revert NotAuthorised(msg.sender, role);
        _;
    }

    /// @dev The sender must administer `organisation` itself.
    modifier onlyAdminOf(uint32 organisation) {
        if (!hasRole(msg.sender, ROLE_ADMIN) || _accounts[msg.sender].organisation != organisation) {
            revert NotAuthorised(msg.sender, ROLE_ADMIN);
        }
        _;
    }

    function _approve() private returns (bool complete) {
        uint32 voter = _accounts[msg.sender].organisation;
        if (!hasRole(msg.sender, ROLE_ADMIN) || !_isAdminOrganisation(voter)) {
            revert NotAuthorised(msg.sender, ROLE_ADMIN);
        }
        bytes32 action = keccak256(msg.data);
        Proposal storage p = _proposals[action];
        if (p.approvers.length == 0 || block.timestamp >= p.openedAt + PROPOSAL_LIFETIME) {
            delete p.approvers;
            p.openedAt = uint64(block.timestamp);
            p.round += 1;
        }
        uint32 valid = 1;
        for (uint256 i = 0; i < p.approvers.length; i++) {
            if (p.approvers[i] == voter) revert AlreadyApproved(action, voter);
            if (_isAdminOrganisation(p.approvers[i])) valid++;
        }
        p.approvers.push(voter);
        emit Approved(action, voter, p.round);
        complete = valid >= quorum;
        if (complete) {
            delete p.approvers;
            emit Executed(action, p.round);
        }
    }

    /// @notice Takes back this organisation's approval of a pending action.
    function withdrawApproval(bytes32 action) external {
        uint32 voter = _accounts[msg.sender].organisation;
        if (!hasRole(msg.sender, ROLE_ADMIN)) revert NotAuthorised(msg.sender, ROLE_ADMIN);
        uint32[] storage approvers = _proposals[action].approvers;
        for (uint256 i = 0; i < approvers.length; i++) {
            if (approvers[i] == voter) {
                approvers[i] = approvers[approvers.length - 1];
                approvers.pop();
                emit ApprovalWithdrawn(action, voter, _proposals[action].round);
                return;
            }
        }
        revert NotApproved(action, voter);
    }

    // ---- organisations: the registrar ----------------------------------------------------------
    /// @notice Admits an organisation. It votes on nothing unless made an administrator later.
    function addOrganisation(bytes32 documentHash, uint32 group, uint64 gasQuota)
        external
        onlyRole(ROLE_REGISTRAR)
        returns (uint32 id)
    {
        return _addOrganisation(documentHash, group, gasQuota, 0);
    }

    /// @notice Suspends or restores an organisation and thereby all its accounts.
    /// @param ground salted hash of the written ground
    function setOrganisationSuspended(uint32 id, bool suspended, bytes32 ground)
        external
        onlyRole(ROLE_REGISTRAR)
    {
        _requireOrganisation(id);
        uint32 flags = _organisations[id].flags;
        _setFlags(id, suspended ? flags | ORG_SUSPENDED : flags & ~ORG_SUSPENDED);
        emit OrganisationSuspended(id, suspended, ground);
    }

    /// @notice The first administrator account of a newly admitted organisation. Not for one that
    ///         votes: else the registrar could appoint itself a quorum.
    function appointAdministrator(address account, uint32 organisation)
        external
        onlyRole(ROLE_REGISTRAR)
    {
        if (_organisations[organisation].flags & ORG_ADMIN != 0) {
            revert NotAuthorised(msg.sender, ROLE_ADMIN);
        }
        _setAccount(account, organisation, PERMISSION_TRANSACT);
        _setRoles(account, _accounts[account].roles | ROLE_ADMIN);
    }

    // ---- organisations: the quorum -------------------------------------------------------------
    function setGasQuota(uint32 id, uint64 gasQuota) external governed {
        _requireOrganisation(id);
        _organisations[id].gasQuota = gasQuota;
        emit GasQuotaSet(id, gasQuota);
    }

    /// @notice Whether the organisation has a vote in governed calls.
    function setOrganisationAdmin(uint32 id, bool admin) external governed {
        _requireOrganisation(id);
        uint32 flags = _organisations[id].flags;
        _setFlags(id, admin ? flags | ORG_ADMIN : flags & ~ORG_ADMIN);
    }

    function setQuorum(uint32 quorum_) external governed {
        _setQuorum(quorum_);
    }

    /// @notice Replaces the roles of an account that already exists.
    function setRoles(address account, uint32 roles) external governed {
        if (_accounts[account].organisation == 0) revert UnknownAccount(account);
        _setRoles(account, roles);
    }

    function setContractMarks(address target, uint256 marks) external governed {
        contractMarks[target] = marks;
        emit ContractMarked(target, marks);
    }

    /// @notice Appends a step of the protocol schedule; heights ascend and lie in the future.
    function scheduleProtocol(uint64 height, uint32 revision, uint256 precompiles) external governed {
        uint256 n = _schedule.length;
        if (height <= block.number || (n > 0 && height <= _schedule[n - 1].height)) {
            revert HeightNotAscending(height);
        }
        _schedule.push(ProtocolStep(height, revision, precompiles));
        emit ProtocolScheduled(height, revision, precompiles);
    }

    // ---- accounts and node keys: the organisation itself ----------------------------------------
    /// @notice Registers or updates an account of the caller's own organisation. A suspension is
    ///         one of the permissions. An account never moves between organisations.
    function setAccount(address account, uint32 organisation, uint32 permissions)
        external
        onlyAdminOf(organisation)
    {
        _setAccount(account, organisation, permissions);
    }

    /// @notice Registers a node's transport key (not the validator key) for the caller's organisation.
    function setNodeKey(bytes32 nodeId, uint32 organisation, uint32 flags)
        external
        onlyAdminOf(organisation)
    {
        uint32 owner = nodeKeys[nodeId].organisation;
        if (owner != 0 && owner != organisation) revert NodeKeyTaken(nodeId);
        nodeKeys[nodeId] = NodeKey(organisation, flags);
        emit NodeKeySet(nodeId, organisation, flags);
    }

    // ---- validators -----------------------------------------------------------------------------
    /// @notice Accepts a candidate; it joins once its operator has acknowledged a recent block.
    function proposeValidator(address validator, uint32 organisation) external governed {
        _requireOrganisation(organisation);
        if (validator == address(0)) revert ZeroAddress();
        if (validatorOrganisation[validator] != 0) revert AlreadyValidator(validator);
        candidates[validator] = Candidate(organisation, uint64(block.timestamp));
        emit ValidatorAccepted(validator, organisation);
    }

    /// @notice The operator's statement that the candidate's node is synchronised: the hash of one
    ///         of the last 64 blocks. The change takes effect with the next height.
    /// @dev A contract cannot see who is synced; a node that is not does not know the hash.
    function acknowledgeValidator(address validator, uint256 height, bytes32 blockHash) external {
        Candidate memory c = candidates[validator];
        if (c.acceptedAt == 0 || block.timestamp >= c.acceptedAt + PROPOSAL_LIFETIME) {
            revert NotCandidate(validator);
        }
        if (
            _accounts[msg.sender].organisation != c.organisation
                || !hasRole(msg.sender, ROLE_ADMIN | ROLE_OPERATOR)
        ) revert NotAuthorised(msg.sender, ROLE_OPERATOR);
        if (
            height >= block.number || height + ACKNOWLEDGE_DEPTH < block.number
                || blockhash(height) != blockHash
        ) revert WrongBlockHash(height);
        delete candidates[validator];
        ValidatorList.insert(_validators, validator);
        validatorOrganisation[validator] = c.organisation;
        _advanceEpoch();
        emit ValidatorAdded(validator, c.organisation, epoch);
    }

    /// @notice Removes a validator, or drops a candidate. The last validator stays.
    function removeValidator(address validator) external governed {
        if (candidates[validator].acceptedAt != 0) {
            delete candidates[validator];
            emit CandidateDropped(validator);
            return;
        }
        if (_validators.length == 1) revert LastValidator();
        ValidatorList.remove(_validators, validator);
        uint32 organisation = validatorOrganisation[validator];
        delete validatorOrganisation[validator];
        _advanceEpoch();
        emit ValidatorRemoved(validator, organisation, epoch);
    }

    // ---- views ----------------------------------------------------------------------------------
    /// @inheritdoc IGovernance
    function hasRole(address account, uint32 roles) public view returns (bool) {
        return isActive(account) && _accounts[account].roles & roles != 0;
    }

    /// @inheritdoc IGovernance
    function isActive(address account) public view returns (bool) {
        Account memory a = _accounts[account];
        return a.organisation != 0 && a.permissions & PERMISSION_SUSPENDED == 0
            && _organisations[a.organisation].flags & ORG_SUSPENDED == 0;
    }

    /// @inheritdoc IGovernance
    function firstInactive(address a, address b) external view returns (address) {
        if (!isActive(a)) return a;
        return isActive(b) ? address(0) : b;
    }

    function validators() external view returns (address[] memory) {
        return _validators;
    }

    function accountOf(address account)
        external
        view
        returns (uint32 organisation, uint32 permissions, uint32 roles)
    {
        Account memory a = _accounts[account];
        return (a.organisation, a.permissions, a.roles);
    }

    function organisationOf(uint32 id) external view returns (Organisation memory) {
        _requireOrganisation(id);
        return _organisations[id];
    }

    function schedule() external view returns (ProtocolStep[] memory) {
        return _schedule;
    }

    function proposalOf(bytes32 action) external view returns (Proposal memory) {
        return _proposals[action];
    }

    // ---- inside -----------------------------------------------------------------------------------
    function _isAdminOrganisation(uint32 id) private view returns (bool) {
        return _organisations[id].flags & (ORG_ADMIN | ORG_SUSPENDED) == ORG_ADMIN;
    }

    function _requireOrganisation(uint32 id) private view {
        if (id == 0 || id > organisationCount) revert UnknownOrganisation(id);
    }

    function _addOrganisation(bytes32 documentHash, uint32 group, uint64 gasQuota, uint32 flags)
        private
        returns (uint32 id)
    {
        id = ++organisationCount;
        _organisations[id] = Organisation(gasQuota, 0, group, documentHash);
        emit OrganisationAdded(id, group, gasQuota, documentHash);
        if (flags != 0) _setFlags(id, flags);
    }

    /// @dev Keeps adminCount, and never lets it fall below the quorum: that would end governance.
    function _setFlags(uint32 id, uint32 flags) private {
        bool was = _isAdminOrganisation(id);
        _organisations[id].flags = flags;
        bool is_ = _isAdminOrganisation(id);
        if (is_ && !was) adminCount++;
        if (was && !is_) {
            adminCount--;
            if (adminCount < quorum) revert QuorumUnreachable(quorum, adminCount);
        }
        emit OrganisationFlagsSet(id, flags);
    }

    function _setQuorum(uint32 quorum_) private {
        if (quorum_ == 0 || quorum_ > adminCount) revert QuorumUnreachable(quorum_, adminCount);
        quorum = quorum_;
        emit QuorumSet(quorum_);
    }

    function _setAccount(address account, uint32 organisation, uint32 permissions) private {
        if (account == address(0)) revert ZeroAddress();
        _requireOrganisation(organisation);
        Account storage a = _accounts[account];
        if (a.organisation != 0 && a.organisation != organisation) revert AccountTaken(account);
        a.organisation = organisation;
        a.permissions = permissions;
        emit AccountSet(account, organisation, permissions);
    }

    function _setRoles(address account, uint32 roles) private {
        _accounts[account].roles = roles;
        emit RolesSet(account, roles);
    }

    function _advanceEpoch() private {
        epoch += 1;
        validatorsHash = ValidatorList.hash(_validators);
        emit ValidatorSetChanged(epoch, validatorsHash);
    }
}
