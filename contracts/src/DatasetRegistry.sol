// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernance} from "./IGovernance.sol";

/// @title The register of data sets, their versions and their certificates.
/// @notice A registration certificate is a record with a query code, not a token: it has no owner
///         field that anyone can transfer. A version fixes its lots by hash; it is immutable, and a
///         revocation stops new locks only. Plain data and names never come here: every hash is
///         salted. Preimages and vectors: docs/formats/dataset-registry.md.
contract DatasetRegistry {
    /// @notice One lot: a file of `length` bytes in `n` chunks of `s` bytes under root `rootX`.
    struct Lot {
        bytes32 rootX;
        uint64 n;
        uint32 s;
        uint64 length;
    }

    struct Dataset {
        address provider; // 160
        uint32 versions; // 32
        uint40 registeredAt; // 40
        bytes32 documentHash; // salted JCS hash of the description and its proofs
    }

    struct Version {
        uint64 dataset;
        uint32 number; // 1, 2, … within the data set
        uint32 lots;
        uint40 publishedAt;
        bool attested; // the registrar recomputed root and digest and saw the documents
        bool revoked;
        bytes32 root; // Merkle root over the lots
        bytes32 fileDigest; // H(salt | SHA-256 of the file): the provider's claim until attested
    }

    uint32 private constant ROLE_REGISTRAR = 2;
    uint32 private constant CHUNK_MIN = 1024;
    uint32 private constant CHUNK_MAX = 65536;

    IGovernance public immutable GOVERNANCE;

    uint64 public datasetCount; // slot 0
    mapping(uint64 => Dataset) internal _datasets; // slot 1
    mapping(bytes32 => Version) internal _versions; // slot 2

    event DatasetRegistered(
        uint64 indexed dataset, address indexed provider, bytes32 documentHash, uint64 queryCode
    );
    /// @dev The lots themselves are in the event, so that an index needs no calldata.
    event VersionPublished(
        uint64 indexed dataset,
        uint32 indexed number,
        bytes32 indexed version,
        bytes32 root,
        bytes32 fileDigest,
        Lot[] lots
    );
    event VersionAttested(bytes32 indexed version, address indexed registrar, bytes32 reportHash);
    event VersionRevoked(bytes32 indexed version, address indexed by, bytes32 ground);

    error ProviderNotPermitted(address account);
    error NotProvider(address account);
    error NotRegistrar(address account);
    error UnknownDataset(uint64 dataset);
    error UnknownVersion(bytes32 version);
    error UnknownQueryCode(uint64 queryCode);
    error NoLots();
    error BadLot(uint256 index);
    error AlreadyAttested(bytes32 version);
    error AlreadyRevoked(bytes32 version);

    constructor(address governance) {
        GOVERNANCE = IGovernance(governance);
    }

    // ---- the provider -----------------------------------------------------------------------------
    /// @notice Registers a data set. It is unattested until a registrar attests a version of it.
    function register(bytes32 documentHash) external returns (uint64 dataset) {
        if (!GOVERNANCE.isActive(msg.sender)) revert ProviderNotPermitted(msg.sender);
        dataset = ++datasetCount;
        _datasets[dataset] = Dataset(msg.sender, 0, uint40(block.timestamp), documentHash);
        emit DatasetRegistered(dataset, msg.sender, documentHash, queryCode(dataset));
    }

    /// @notice Publishes the next version. n = ceil(length / (s - 32)) and n >= 1 hold for each lot.
    function publish(uint64 dataset, Lot[] calldata lots, bytes32 fileDigest)
        external
        returns (bytes32 version)
    {
        Dataset storage d = _dataset(dataset);
        if (msg.sender != d.provider) revert NotProvider(msg.sender);
        if (!GOVERNANCE.isActive(msg.sender)) revert ProviderNotPermitted(msg.sender);
        bytes32 root = lotsRoot(lots);
        uint32 number = ++d.versions;
        version = versionId(dataset, number);
        _versions[version] = Version(
            dataset, number, uint32(lots.length), uint40(block.timestamp), false, false, root, fileDigest
        );
        emit VersionPublished(dataset, number, version, root, fileDigest, lots);
    }

    // ---- the registrar ------------------------------------------------------------------------------
    /// @notice The registrar's statement that root and digest are those of the file it was shown.
    function attest(bytes32 version, bytes32 reportHash) external {
        _requireRegistrar();
        Version storage v = _version(version);
        if (v.attested) revert AlreadyAttested(version);
        v.attested = true;
        emit VersionAttested(version, msg.sender, reportHash);
    }

    /// @notice Ends new deals on a version; the provider or a registrar may. Open deals go on.
    function revoke(bytes32 version, bytes32 ground) external {
        Version storage v = _version(version);
        if (msg.sender != _datasets[v.dataset].provider) _requireRegistrar();
        if (v.revoked) revert AlreadyRevoked(version);
        v.revoked = true;
        emit VersionRevoked(version, msg.sender, ground);
    }

    // ---- views ----------------------------------------------------------------------------------------
    function datasetOf(uint64 dataset) external view returns (Dataset memory) {
        return _dataset(dataset);
    }

    function versionOf(bytes32 version) external view returns (Version memory) {
        return _version(version);
    }

    /// @notice H("DX.v" | chain id | registry | data set | number).
    function versionId(uint64 dataset, uint32 number) public view returns (bytes32) {
        return sha256(abi.encodePacked("DX.v", block.chainid, address(this), dataset, number));
    }

    /// @notice The certificate's number for people: the data set's id and 16 check bits, so that a
    ///         misread code is not somebody else's certificate.
    function queryCode(uint64 dataset) public view returns (uint64) {
        bytes32 check = sha256(abi.encodePacked("DX.q", block.chainid, address(this), dataset));
        return dataset << 16 | uint16(bytes2(check));
    }

    /// @notice The data set that a query code names.
    function datasetByCode(uint64 code) external view returns (uint64 dataset) {
        dataset = code >> 16;
        if (dataset == 0 || dataset > datasetCount || queryCode(dataset) != code) {
            revert UnknownQueryCode(code);
        }
    }

    /// @notice The Merkle root over H("DX.l" | u32 lot | u32 s | rootX | u64 n | u64 length), padded
    ///         with zero to a power of two, node = H(l | r). Reverts on a lot that is not well formed.
    function lotsRoot(Lot[] calldata lots) public pure returns (bytes32) {
        if (lots.length == 0) revert NoLots();
        uint256 width = 1;
        while (width < lots.length) width <<= 1;
        bytes32[] memory row = new bytes32[](width);
        for (uint256 i = 0; i < lots.length; i++) {
            Lot calldata lot = lots[i];
            if (lot.s < CHUNK_MIN || lot.s > CHUNK_MAX || lot.s % 32 != 0) revert BadLot(i);
            uint256 payload = lot.s - 32;
            if (lot.n == 0 || lot.n != (uint256(lot.length) + payload - 1) / payload) {
                revert BadLot(i);
            }
            row[i] =
                sha256(abi.encodePacked("DX.l", uint32(i), lot.s, lot.rootX, lot.n, lot.length));
        }
        for (; width > 1; width >>= 1) {
            for (uint256 i = 0; i < width; i += 2) {
                row[i >> 1] = sha256(abi.encodePacked(row[i], row[i + 1]));
            }
        }
        return row[0];
    }

    // ---- inside -----------------------------------------------------------------------------------------
    function _dataset(uint64 dataset) private view returns (Dataset storage d) {
        d = _datasets[dataset];
        if (d.provider == address(0)) revert UnknownDataset(dataset);
    }

    function _version(bytes32 version) private view returns (Version storage v) {
        v = _versions[version];
        if (v.dataset == 0) revert UnknownVersion(version);
    }

    function _requireRegistrar() private view {
        if (!GOVERNANCE.hasRole(msg.sender, ROLE_REGISTRAR)) revert NotRegistrar(msg.sender);
    }
}
