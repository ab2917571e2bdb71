// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealHash} from "./DealHash.sol";

/// @title The fair exchange as its callers see it.
/// @notice t and h are the block's time and height. Windows are half-open and leave no gap.
interface IFairExchange {
    /// @notice The public part of an offer. Its EIP-712 digest is the deal's id; the seller signs it.
    struct Header {
        bytes32 termsDigest; // H("DX.t" | H(judged) | H(rest))
        address seller;
        address buyer;
        uint256 Bx; // the buyer's bn254 key for this deal
        uint256 By;
        address payee; // credited at settlement
        address settlement;
        uint128 amount;
        uint128 bond; // reserved out of the seller's free deposit
        uint128 withholdPenalty; // part of the bond that a withheld key costs
        uint64 nonce; // once per seller
        uint64 lockBy; // lock while t < lockBy
        uint32 revealWindow; // seconds after the lock
        uint32 complainWindow; // seconds after the reveal …
        uint32 minBlocks; // … and blocks after it
    }

    /// @notice The key as revealed: R = rG, ek = k xor H("DX.s" | dealId | rB).
    struct Seal {
        uint256 Rx;
        uint256 Ry;
        bytes32 ek;
    }

    /// @notice S = bR with a Chaum-Pedersen proof (c, z) that log_G B = log_R S.
    struct SharedPointProof {
        uint256 Sx;
        uint256 Sy;
        uint256 c;
        uint256 z;
    }

    /// @notice Chunk `index` of the ciphertext and leaf `index` of the manifest, with both paths.
    struct ChunkProof {
        uint64 index;
        bytes32 leafX;
        bytes chunk; // Z_index, s bytes
        bytes32[] pathX; // siblings, leaf level first
        bytes32[] pathZ;
    }

    /// @dev On the chain: never renumber. Refunded is never stored: a refund clears the deal's word,
    ///      which keeps it cheap, so a deal that was locked and reads None was refunded. The number
    ///      is for indexes, which know that it was locked.
    enum Status {
        None,
        Locked,
        Revealed,
        Settled,
        Refunded,
        Upheld
    }

    /// @notice A deal's word unpacked. Fields that its status does not have are zero.
    struct Deal {
        Status status;
        uint40 revealUntilTime;
        uint40 revealUntilHeight; // 0 unless announced
        address seller;
        uint40 revealedTime;
        uint40 revealedHeight;
        uint168 sealDigest;
    }

    event Deposited(address indexed settlement, address indexed seller, uint128 amount);
    event Withdrawn(address indexed settlement, address indexed seller, uint128 amount);
    event Paused(address indexed seller, bool on);
    event Cancelled(address indexed seller, uint64 indexed nonce);
    event Locked(
        bytes32 indexed dealId,
        address indexed seller,
        address indexed buyer,
        bytes32 termsDigest,
        address settlement,
        address payee,
        uint128 amount,
        uint128 bond,
        uint128 withholdPenalty,
        uint64 nonce,
        uint40 revealUntilTime
    );
    event Announced(bytes32 indexed dealId, uint40 revealUntilTime, uint40 revealUntilHeight);
    event Revealed(bytes32 indexed dealId, uint256 Rx, uint256 Ry, bytes32 ek);
    event Settled(bytes32 indexed dealId, address indexed payee, uint128 amount);
    event Refunded(bytes32 indexed dealId, uint128 amount); // the buyer stands in Locked
    event KeyComplaintUpheld(bytes32 indexed dealId, uint128 amount);
    event ChunkComplaintUpheld(bytes32 indexed dealId, uint128 amount, uint64 index);

    error NotBuyer(address sender);
    error NotSeller(address sender);
    error OfferExpired(uint64 lockBy);
    error BadHeader();
    error BadSignature(address seller);
    error SellerPaused(address seller);
    error PartyNotPermitted(address party);
    error NonceUsed(address seller, uint64 nonce);
    error InsufficientDeposit(address seller, uint128 wanted, uint128 free);
    error WrongStatus(bytes32 dealId, Status status);
    error AlreadyAnnounced(bytes32 dealId);
    error WindowOpen(bytes32 dealId);
    error WindowClosed(bytes32 dealId);
    error WrongTerms(bytes32 dealId);
    error UnknownHashSuite(uint16 suite);
    error WrongSeal(bytes32 dealId);
    error WrongProof(bytes32 dealId);
    error WrongKey(bytes32 dealId);
    error WrongShape();
    error WrongPath();
    error ComplaintRefuted(bytes32 dealId);

    /// @notice Adds to the sender's free deposit, out of its free balance at the settlement.
    function deposit(address settlement, uint128 amount) external;

    /// @notice Takes back what no open deal has reserved.
    function withdraw(address settlement, uint128 amount) external;

    /// @notice While on, none of the sender's offers can be locked. Open deals go on.
    function pause(bool on) external;

    /// @notice Withdraws the sender's offers with this nonce. Reverts when a deal has used it.
    function cancel(uint64 nonce) external;

    /// @notice The buyer accepts an offer: price into escrow, bond reserved.
    /// @param signature the seller's over the deal's id: 65 bytes ECDSA with low s, or EIP-1271
    function lock(Header calldata h, bytes calldata signature) external returns (bytes32 dealId);

    /// @notice The seller keeps the reveal open for 40 blocks and 60 s from now at least. Once per
    ///         deal, while t < lock time + revealWindow.
    function announce(bytes32 dealId) external;

    /// @notice The seller publishes the sealed key. Open while t < lock time + revealWindow or, once
    ///         announced at (hA, tA), while h < hA + 40 or t < tA + 60.
    function reveal(bytes32 dealId, uint256 Rx, uint256 Ry, bytes32 ek) external;

    /// @notice Pays the payee and frees the bond: the buyer at once, anyone when complaints are over.
    function settle(Header calldata h) external;

    /// @notice Open to anyone exactly when `reveal` no longer is: price and penalty to the buyer.
    function refund(Header calldata h) external;

    /// @notice Open to anyone while t < tR + complainWindow or h < hR + minBlocks: the unsealed key
    ///         does not open the commitment. Price and bond go to the buyer.
    function complainKey(
        Header calldata h,
        DealHash.Judged calldata j,
        bytes32 restHash,
        Seal calldata seal,
        SharedPointProof calldata proof
    ) external;

    /// @notice In the same window: under the committed key `k`, chunk i does not hash to leaf i.
    function complainChunk(
        Header calldata h,
        DealHash.Judged calldata j,
        bytes32 restHash,
        bytes32 k,
        ChunkProof calldata c
    ) external;

    /// @notice The deal's id: EIP-712 digest of the header under this contract's domain.
    function hashHeader(Header calldata h) external view returns (bytes32);

    function dealOf(bytes32 dealId) external view returns (Deal memory);

    function revealOpen(bytes32 dealId) external view returns (bool);

    function complainOpen(Header calldata h) external view returns (bool);

    function nonceUsed(address seller, uint64 nonce) external view returns (bool);
}
