// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Bn254} from "./Bn254.sol";
import {DealHash} from "./DealHash.sol";
import {IFairExchange} from "./IFairExchange.sol";
import {IGovernance} from "./IGovernance.sol";
import {ISettlement} from "./ISettlement.sol";

/// @title Fair exchange of large data sets: the buyer pays if and only if the key opens the file.
/// @notice Manifest FairSwap with sealed reveal. The chain sees a digest of the terms, an amount and
///         an encrypted key; terms open only in a complaint. Hash preimages and vectors:
///         docs/formats/fair-exchange.md.
/// @dev Immutable: no administrator, no pause of the whole, no upgrade. Nothing anyone can send
///      makes `reveal` revert before its window ends: it reads its own deal's slot and nothing
///      else. Calls out go to precompiles, to Governance and an EIP-1271 signer (both static, in
///      `lock` alone), and to the header's Settlement, always after the deal's own slot is written.
contract FairExchange is IFairExchange {
    /// @dev Blocks an announcement keeps the reveal open at least.
    uint40 public constant ANNOUNCE_BLOCKS = 40;
    /// @dev Seconds an announcement keeps the reveal open at least.
    uint40 public constant ANNOUNCE_SECONDS = 60;

    uint256 private constant NONCES_OPEN = 1 << 255;
    uint256 private constant NONCES_PER_WORD = 255;
    uint16 private constant SUITE_SHA256 = 1;
    uint32 private constant CHUNK_MIN = 1024;
    uint32 private constant CHUNK_MAX = 65536;

    bytes32 public constant HEADER_TYPEHASH = keccak256(
        "Header(bytes32 termsDigest,address seller,address buyer,uint256 Bx,uint256 By,address payee,address settlement,uint128 amount,uint128 bond,uint128 withholdPenalty,uint64 nonce,uint64 lockBy,uint32 revealWindow,uint32 complainWindow,uint32 minBlocks)"
    );
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("Datapact FairExchange");
    bytes32 private constant VERSION_HASH = keccak256("1");

    IGovernance public immutable GOVERNANCE;

    /// @dev One packed word per deal, low bits first; see docs/formats/fair-exchange.md.
    ///        any state: status 8
    ///        Locked:    untilTime 40 | untilHeight 40 | seller 160
    ///        Revealed:  time 40 | height 40 | seal digest 168
    ///        Settled, Upheld: status alone;  refunded: cleared
    mapping(bytes32 => uint256) internal _deals; // slot 0
    /// @dev settlement => seller => what is neither reserved nor withdrawn.
    mapping(address => mapping(address => uint128)) public freeDeposit; // slot 1
    /// @dev seller => nonce / 255 => bits of used or cancelled nonces. Bit 255 of word 0 is set by a
    ///      deposit, so that a seller's first sale writes a word that exists and costs what others do.
    mapping(address => mapping(uint256 => uint256)) internal _nonces; // slot 2
    mapping(address => bool) public paused; // slot 3

    constructor(address governance) {
        GOVERNANCE = IGovernance(governance);
    }

    // ---- the seller's side ----------------------------------------------------------------------
    /// @inheritdoc IFairExchange
    function deposit(address settlement, uint128 amount) external {
        freeDeposit[settlement][msg.sender] += amount;
        _nonces[msg.sender][0] |= NONCES_OPEN;
        emit Deposited(settlement, msg.sender, amount);
        ISettlement(settlement).lock(msg.sender, amount);
    }

    /// @inheritdoc IFairExchange
    function withdraw(address settlement, uint128 amount) external {
        _reserve(settlement, msg.sender, amount);
        emit Withdrawn(settlement, msg.sender, amount);
        ISettlement(settlement).release(msg.sender, amount);
    }

    /// @inheritdoc IFairExchange
    function pause(bool on) external {
        paused[msg.sender] = on;
        emit Paused(msg.sender, on);
    }

    /// @inheritdoc IFairExchange
    function cancel(uint64 nonce) external {
        _useNonce(msg.sender, nonce);
        emit Cancelled(msg.sender, nonce);
    }

    // ---- the exchange -----------------------------------------------------------------------------
    /// @inheritdoc IFairExchange
    function lock(Header calldata h, bytes calldata signature) external returns (bytes32 dealId) {
        if (msg.sender != h.buyer) revert NotBuyer(msg.sender);
        if (block.timestamp >= h.lockBy) revert OfferExpired(h.lockBy);
        if (h.payee == address(0) || h.withholdPenalty > h.bond) revert BadHeader();
        if (!Bn254.isOnCurve(h.Bx, h.By)) revert Bn254.BadPoint();
        if (paused[h.seller]) revert SellerPaused(h.seller);
        address inactive = GOVERNANCE.firstInactive(h.seller, h.buyer);
        if (inactive != address(0)) revert PartyNotPermitted(inactive);

        dealId = hashHeader(h);
        _checkSignature(h.seller, dealId, signature);
        _useNonce(h.seller, h.nonce);
        _reserve(h.settlement, h.seller, h.bond);
        // Cannot exceed 40 bits before the year 36,000; an absurd clock must not truncate.
        uint256 until = block.timestamp + h.revealWindow;
        if (until > type(uint40).max) revert BadHeader();
        _deals[dealId] = uint256(Status.Locked) | until << 8 | uint256(uint160(h.seller)) << 88;
        emit Locked(
            dealId,
            h.seller,
            h.buyer,
            h.termsDigest,
            h.settlement,
            h.payee,
            h.amount,
            h.bond,
            h.withholdPenalty,
            h.nonce,
            uint40(until)
        );
        ISettlement(h.settlement).lock(h.buyer, h.amount);
    }

    /// @inheritdoc IFairExchange
    function announce(bytes32 dealId) external {
        uint256 deal = _deals[dealId];
        _requireSellerOfLocked(dealId, deal);
        if (uint40(deal >> 48) != 0) revert AlreadyAnnounced(dealId);
        uint256 until = uint40(deal >> 8);
        if (block.timestamp >= until) revert WindowClosed(dealId);
        uint256 longer = block.timestamp + ANNOUNCE_SECONDS;
        if (longer > until) until = longer;
        uint256 untilHeight = block.number + ANNOUNCE_BLOCKS;
        _deals[dealId] = uint256(Status.Locked) | until << 8 | untilHeight << 48
            | (deal >> 88) << 88;
        emit Announced(dealId, uint40(until), uint40(untilHeight));
    }

    /// @inheritdoc IFairExchange
    function reveal(bytes32 dealId, uint256 Rx, uint256 Ry, bytes32 ek) external {
        uint256 deal = _deals[dealId];
        _requireSellerOfLocked(dealId, deal);
        if (!_revealOpen(deal)) revert WindowClosed(dealId);
        if (!Bn254.isOnCurve(Rx, Ry)) revert Bn254.BadPoint();
        _deals[dealId] = uint256(Status.Revealed) | block.timestamp << 8 | block.number << 48
            | uint256(DealHash.sealDigest(Rx, Ry, ek)) << 88;
        emit Revealed(dealId, Rx, Ry, ek);
    }

    /// @inheritdoc IFairExchange
    function settle(Header calldata h) external {
        (bytes32 dealId, uint256 deal) = _requireRevealed(h);
        if (msg.sender != h.buyer && _complainOpen(deal, h)) revert WindowOpen(dealId);
        _deals[dealId] = uint256(Status.Settled);
        freeDeposit[h.settlement][h.seller] += h.bond;
        emit Settled(dealId, h.payee, h.amount);
        ISettlement(h.settlement).release(h.payee, h.amount);
    }

    // ---- disputes ---------------------------------------------------------------------------------
    /// @inheritdoc IFairExchange
    function refund(Header calldata h) external {
        bytes32 dealId = hashHeader(h);
        uint256 deal = _deals[dealId];
        if (_status(deal) != Status.Locked) revert WrongStatus(dealId, _status(deal));
        if (_revealOpen(deal)) revert WindowOpen(dealId);
        delete _deals[dealId]; // its nonce stays used, so it cannot be locked again
        uint128 left = h.bond - h.withholdPenalty; // lock has checked that the penalty fits
        if (left != 0) freeDeposit[h.settlement][h.seller] += left;
        uint128 paid = h.amount + h.withholdPenalty;
        emit Refunded(dealId, paid);
        ISettlement(h.settlement).release(h.buyer, paid);
    }

    /// @inheritdoc IFairExchange
    function complainKey(
        Header calldata h,
        DealHash.Judged calldata j,
        bytes32 restHash,
        Seal calldata seal,
        SharedPointProof calldata proof
    ) external {
        bytes32 dealId = _openComplaint(h, j, restHash);
        if (DealHash.sealDigest(seal.Rx, seal.Ry, seal.ek) != uint168(_deals[dealId] >> 88)) {
            revert WrongSeal(dealId);
        }
        _checkSharedPoint(dealId, h, seal, proof);
        bytes32 k = seal.ek ^ DealHash.sealPad(dealId, proof.Sx, proof.Sy);
        if (DealHash.keyCommit(h.seller, h.buyer, h.nonce, k) == j.keyCommit) {
            revert ComplaintRefuted(dealId);
        }
        _uphold(dealId, h);
        emit KeyComplaintUpheld(dealId, h.amount + h.bond);
    }

    /// @inheritdoc IFairExchange
    function complainChunk(
        Header calldata h,
        DealHash.Judged calldata j,
        bytes32 restHash,
        bytes32 k,
        ChunkProof calldata c
    ) external {
        bytes32 dealId = _openComplaint(h, j, restHash);
        if (DealHash.keyCommit(h.seller, h.buyer, h.nonce, k) != j.keyCommit) {
            revert WrongKey(dealId);
        }
        uint256 depth = DealHash.depthOf(j.n);
        if (
            c.index >= j.n || c.chunk.length != j.s || c.pathX.length != depth
                || c.pathZ.length != depth
        ) revert WrongShape();
        if (DealHash.rootOf(c.leafX, c.index, c.pathX) != j.rootX) revert WrongPath();
        if (
            DealHash.rootOf(DealHash.leafZ(c.index, c.chunk), c.index, c.pathZ) != j.rootZ
        ) revert WrongPath();
        if (DealHash.leafXOf(j.keyCommit, k, c.index, c.chunk) == c.leafX) {
            revert ComplaintRefuted(dealId);
        }
        _uphold(dealId, h);
        emit ChunkComplaintUpheld(dealId, h.amount + h.bond, c.index);
    }

    // ---- views ------------------------------------------------------------------------------------
    /// @inheritdoc IFairExchange
    function hashHeader(Header calldata h) public view returns (bytes32 digest) {
        bytes32 typeHash = HEADER_TYPEHASH;
        bytes32 domain = domainSeparator();
        assembly ("memory-safe") {
            // The ABI form of the static struct is its EIP-712 encoding: 15 words in order.
            let m := mload(0x40)
            mstore(m, typeHash)
            calldatacopy(add(m, 32), h, 480)
            let structHash := keccak256(m, 512)
            mstore(m, shl(240, 0x1901))
            mstore(add(m, 2), domain)
            mstore(add(m, 34), structHash)
            digest := keccak256(m, 66)
        }
    }

    /// @dev Computed at run time: constructors run at genesis creation, where the chain is not yet.
    function domainSeparator() public view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this))
        );
    }

    /// @notice EIP-5267.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (
            hex"0f",
            "Datapact FairExchange",
            "1",
            block.chainid,
            address(this),
            bytes32(0),
            new uint256[](0)
        );
    }

    /// @inheritdoc IFairExchange
    function dealOf(bytes32 dealId) external view returns (Deal memory d) {
        uint256 deal = _deals[dealId];
        d.status = _status(deal);
        if (d.status == Status.Locked) {
            d.revealUntilTime = uint40(deal >> 8);
            d.revealUntilHeight = uint40(deal >> 48);
            d.seller = address(uint160(deal >> 88));
        } else if (d.status == Status.Revealed) {
            d.revealedTime = uint40(deal >> 8);
            d.revealedHeight = uint40(deal >> 48);
            d.sealDigest = uint168(deal >> 88);
        }
    }

    /// @inheritdoc IFairExchange
    function revealOpen(bytes32 dealId) external view returns (bool) {
        uint256 deal = _deals[dealId];
        return _status(deal) == Status.Locked && _revealOpen(deal);
    }

    /// @inheritdoc IFairExchange
    function complainOpen(Header calldata h) external view returns (bool) {
        uint256 deal = _deals[hashHeader(h)];
        return _status(deal) == Status.Revealed && _complainOpen(deal, h);
    }

    /// @inheritdoc IFairExchange
    function nonceUsed(address seller, uint64 nonce) external view returns (bool) {
        uint256 word = _nonces[seller][nonce / NONCES_PER_WORD];
        return word & (1 << (nonce % NONCES_PER_WORD)) != 0;
    }

    // ---- inside -----------------------------------------------------------------------------------
    function _status(uint256 deal) private pure returns (Status) {
        return Status(uint8(deal));
    }

    /// @dev Time or height, whichever is later; without an announcement the height bound is 0.
    function _revealOpen(uint256 deal) private view returns (bool) {
        return block.timestamp < uint40(deal >> 8) || block.number < uint40(deal >> 48);
    }

    function _complainOpen(uint256 deal, Header calldata h) private view returns (bool) {
        return block.timestamp < uint256(uint40(deal >> 8)) + h.complainWindow
            || block.number < uint256(uint40(deal >> 48)) + h.minBlocks;
    }

    function _requireSellerOfLocked(bytes32 dealId, uint256 deal) private view {
        if (_status(deal) != Status.Locked) revert WrongStatus(dealId, _status(deal));
        if (msg.sender != address(uint160(deal >> 88))) revert NotSeller(msg.sender);
    }

    function _requireRevealed(Header calldata h)
        private
        view
        returns (bytes32 dealId, uint256 deal)
    {
        dealId = hashHeader(h);
        deal = _deals[dealId];
        if (_status(deal) != Status.Revealed) revert WrongStatus(dealId, _status(deal));
    }

    /// @dev What both complaints have in common: deal, window, terms, suite.
    function _openComplaint(Header calldata h, DealHash.Judged calldata j, bytes32 restHash)
        private
        view
        returns (bytes32 dealId)
    {
        uint256 deal;
        (dealId, deal) = _requireRevealed(h);
        if (!_complainOpen(deal, h)) revert WindowClosed(dealId);
        if (DealHash.terms(j, restHash) != h.termsDigest) revert WrongTerms(dealId);
        if (j.hashSuite != SUITE_SHA256) revert UnknownHashSuite(j.hashSuite);
        if (j.s < CHUNK_MIN || j.s > CHUNK_MAX || j.s % 32 != 0) revert WrongShape();
    }

    /// @dev Chaum-Pedersen: log_G B = log_R S. The transcript binds chain, contract, deal and every
    ///      point; weak transcripts would let a dishonest buyer open a false S.
    function _checkSharedPoint(
        bytes32 dealId,
        Header calldata h,
        Seal calldata seal,
        SharedPointProof calldata proof
    ) private view {
        if (proof.z >= Bn254.Q || proof.c >= Bn254.Q) revert WrongProof(dealId);
        // A precompile that refuses a point takes all gas with it: refuse it here. B and R have
        // been checked by lock and reveal.
        if (!Bn254.isOnCurve(proof.Sx, proof.Sy)) revert Bn254.BadPoint();
        uint256 minusC = Bn254.Q - proof.c;
        Bn254.Point memory a1 =
            Bn254.combine(Bn254.generator(), proof.z, Bn254.Point(h.Bx, h.By), minusC);
        Bn254.Point memory a2 = Bn254.combine(
            Bn254.Point(seal.Rx, seal.Ry), proof.z, Bn254.Point(proof.Sx, proof.Sy), minusC
        );
        bytes memory points = abi.encodePacked(
            h.Bx, h.By, seal.Rx, seal.Ry, proof.Sx, proof.Sy, a1.x, a1.y, a2.x, a2.y
        );
        bytes32 c =
            sha256(abi.encodePacked("DX.c", block.chainid, address(this), dealId, points));
        if (uint256(c) % Bn254.Q != proof.c) revert WrongProof(dealId);
    }

    function _checkSignature(address seller, bytes32 digest, bytes calldata signature)
        private
        view
    {
        (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (err == ECDSA.RecoverError.NoError && signer == seller) return;
        if (
            seller.code.length == 0
                || !SignatureChecker.isValidERC1271SignatureNowCalldata(seller, digest, signature)
        ) revert BadSignature(seller);
    }

    function _useNonce(address seller, uint64 nonce) private {
        uint256 bit = 1 << (nonce % NONCES_PER_WORD);
        uint256 word = _nonces[seller][nonce / NONCES_PER_WORD];
        if (word & bit != 0) revert NonceUsed(seller, nonce);
        _nonces[seller][nonce / NONCES_PER_WORD] = word | bit;
    }

    function _reserve(address settlement, address seller, uint128 amount) private {
        uint128 free = freeDeposit[settlement][seller];
        if (free < amount) revert InsufficientDeposit(seller, amount, free);
        unchecked {
            freeDeposit[settlement][seller] = free - amount; // checked on the line above
        }
    }

    /// @dev The whole bond goes with the price: nothing of it returns to the seller.
    function _uphold(bytes32 dealId, Header calldata h) private {
        _deals[dealId] = uint256(Status.Upheld);
        ISettlement(h.settlement).release(h.buyer, h.amount + h.bond);
    }
}
