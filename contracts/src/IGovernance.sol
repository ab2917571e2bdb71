// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the other contracts ask of Governance, with its errors, events and genesis structs.
interface IGovernance {
    struct OrganisationInit {
        bytes32 documentHash;
        uint32 group;
        uint64 gasQuota;
        uint32 flags;
    }

    struct AccountInit {
        address account;
        uint32 organisation;
        uint32 permissions;
        uint32 roles;
    }

    struct ValidatorInit {
        address validator;
        uint32 organisation;
    }

    event OrganisationAdded(
        uint32 indexed id, uint32 indexed group, uint64 gasQuota, bytes32 documentHash
    );
    event OrganisationFlagsSet(uint32 indexed id, uint32 flags);
    event OrganisationSuspended(uint32 indexed id, bool suspended, bytes32 ground);
    event GasQuotaSet(uint32 indexed id, uint64 gasQuota);
    event QuorumSet(uint32 quorum);
    event AccountSet(address indexed account, uint32 indexed organisation, uint32 permissions);
    event RolesSet(address indexed account, uint32 roles);
    event NodeKeySet(bytes32 indexed nodeId, uint32 indexed organisation, uint32 flags);
    event ContractMarked(address indexed target, uint256 marks);
    event ProtocolScheduled(uint64 indexed height, uint32 revision, uint256 precompiles);
    event ValidatorAccepted(address indexed validator, uint32 indexed organisation);
    event CandidateDropped(address indexed validator);
    event ValidatorAdded(address indexed validator, uint32 indexed organisation, uint256 epoch);
    event ValidatorRemoved(address indexed validator, uint32 indexed organisation, uint256 epoch);
    event ValidatorSetChanged(uint256 indexed epoch, bytes32 validatorsHash);
    event Approved(bytes32 indexed action, uint32 indexed organisation, uint32 round);
    event ApprovalWithdrawn(bytes32 indexed action, uint32 indexed organisation, uint32 round);
    event Executed(bytes32 indexed action, uint32 round);

    error NotAuthorised(address account, uint32 role);
    error UnknownOrganisation(uint32 id);
    error UnknownAccount(address account);
    error AccountTaken(address account);
    error NodeKeyTaken(bytes32 nodeId);
    error AlreadyApproved(bytes32 action, uint32 organisation);
    error NotApproved(bytes32 action, uint32 organisation);
    error QuorumUnreachable(uint32 quorum, uint32 administrators);
    error HeightNotAscending(uint64 height);
    error AlreadyValidator(address validator);
    error NotCandidate(address validator);
    error WrongBlockHash(uint256 height);
    error LastValidator();
    error ZeroAddress();

    /// @notice True when the account is active and holds at least one of `roles`.
    function hasRole(address account, uint32 roles) external view returns (bool);

    /// @notice True when the account is registered and neither it nor its organisation is suspended.
    function isActive(address account) external view returns (bool);

    /// @notice The first of two accounts that is not active, or zero when both are.
    function firstInactive(address a, address b) external view returns (address);
}
