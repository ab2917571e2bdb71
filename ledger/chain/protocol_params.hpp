#pragma once
// Numbers of the transaction and block rules, with unit and source. What differs by revision is a
// column of ForkParams.
#include "base/types.hpp"
#include "vm/revision.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace datapact::chain {

// Intrinsic gas (Yellow Paper, appendix G; EIP-2028, 2930, 3860, 7623, 7702).
inline constexpr std::uint64_t kTxnBaseGas = 21'000;
inline constexpr std::uint64_t kTxnCreateGas = 32'000;
inline constexpr std::uint64_t kDataZeroByteGas = 4;
inline constexpr std::uint64_t kDataNonZeroByteGas = 16;
inline constexpr std::uint64_t kAccessListAddressGas = 2'400;
inline constexpr std::uint64_t kAccessListKeyGas = 1'900;
inline constexpr std::uint64_t kInitCodeWordGas = 2;
inline constexpr std::uint64_t kFloorTokenGas = 10;             // EIP-7623, gas a token
inline constexpr std::uint64_t kTokensPerNonZeroByte = 4;       // EIP-7623
inline constexpr std::uint64_t kAuthorizationGas = 25'000;      // EIP-7702, PER_EMPTY_ACCOUNT_COST
inline constexpr std::uint64_t kAuthorizationBaseGas = 12'500;  // EIP-7702, PER_AUTH_BASE_COST
static_assert(kAuthorizationBaseGas < kAuthorizationGas);

inline constexpr std::uint64_t kRefundQuotient = 5;  // EIP-3529

// Code (EIP-170, 3860, 3541).
inline constexpr std::size_t kCodeBytesMax = 24'576;
inline constexpr std::size_t kInitCodeBytesMax = 2 * kCodeBytesMax;
inline constexpr std::uint64_t kCodeDepositByteGas = 200;

/// Validators of a consortium. Whoever reads a list of validators or of their signatures stops
/// here, so that a header cannot cost more than this many recoveries.
inline constexpr std::size_t kValidatorsMax = 256;

/// Steps of Governance's protocol schedule that are read: one a month for 85 years.
inline constexpr std::uint64_t kScheduleStepsMax = 1'024;

/// Most a block of a consortium may weigh (block_bytes() in profile.hpp), so that it fits into one
/// message between nodes together with the justification of its round: consensus/params.hpp.
inline constexpr std::uint64_t kConsortiumBlockBytesMax = 4U << 20U;
/// What is not weighed: at most 67 bytes for each seal, the round, and the lengths around both.
inline constexpr std::uint64_t kSealsBytesMax = 67 * kValidatorsMax + 64;

// Blobs (EIP-4844).
inline constexpr std::uint64_t kBlobGas = 131'072;  // gas a blob
inline constexpr std::uint64_t kMinBaseFeePerBlobGas = 1;
inline constexpr std::uint64_t kBlobBaseCost = 8'192;  // EIP-7918, gas a blob
inline constexpr std::uint8_t kVersionedHashKzg = 0x01;

// EIP-1559.
inline constexpr std::uint64_t kElasticity = 2;
inline constexpr std::uint64_t kBaseFeeChangeDenominator = 8;

// System calls (EIP-4788, 2935).
inline constexpr std::uint64_t kSystemCallGas = 30'000'000;
/// BLOCKHASH and its callers see this many blocks back.
inline constexpr std::uint64_t kBlockHashWindow = 256;
inline constexpr Address kSystemAddress{
    std::array<std::uint8_t, 20>{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}};
inline constexpr Address kBeaconRootsAddress{
    std::array<std::uint8_t, 20>{0x00, 0x0f, 0x3d, 0xf6, 0xd7, 0x32, 0x80, 0x7e, 0xf1, 0x31,
                                 0x9f, 0xb7, 0xb8, 0xbb, 0x85, 0x22, 0xd0, 0xbe, 0xac, 0x02}};
inline constexpr Address kBlockHashHistoryAddress{
    std::array<std::uint8_t, 20>{0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5, 0x3a, 0x10, 0xcb,
                                 0x7a, 0x02, 0x33, 0x5b, 0x17, 0x53, 0x20, 0x00, 0x29, 0x35}};

/// The deposit contract of the main network (EIP-6110), unless genesis names another.
inline constexpr Address kDepositContract{
    std::array<std::uint8_t, 20>{0x00, 0x00, 0x00, 0x00, 0x21, 0x9a, 0xb5, 0x40, 0x35, 0x6c,
                                 0xbb, 0x83, 0x9c, 0xbe, 0x05, 0x30, 0x3d, 0x77, 0x05, 0xfa}};

/// What a block may hold of blobs, and how their price moves (EIP-4844, 7691, 7840).
struct BlobParams {
  std::uint64_t target = 0;  // blobs a block
  std::uint64_t max = 0;     // blobs a block
  std::uint64_t base_fee_update_fraction = 0;
  friend constexpr bool operator==(const BlobParams&, const BlobParams&) = default;
};

inline constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// What a revision changes outside the VM.
struct ForkParams {
  bool has_floor_gas = false;           // EIP-7623
  bool has_set_code_txns = false;       // EIP-7702
  bool has_block_hash_history = false;  // EIP-2935
  bool has_requests = false;            // EIP-7685
  bool has_blob_reserve_price = false;  // EIP-7918
  /// Where genesis has no blobSchedule.
  BlobParams blobs;
  std::uint64_t blobs_per_txn_max = kUnlimited;  // EIP-7594; otherwise what the block may hold
  std::uint64_t txn_gas_max = kUnlimited;        // EIP-7825
  std::uint64_t block_bytes_max = kUnlimited;    // EIP-7934, of the block's RLP
};

inline constexpr BlobParams kCancunBlobs{
    .target = 3, .max = 6, .base_fee_update_fraction = 3'338'477};
inline constexpr BlobParams kPragueBlobs{
    .target = 6, .max = 9, .base_fee_update_fraction = 5'007'716};

inline constexpr std::array<ForkParams, vm::kRevisionCount> kForkParams = [] {
  ForkParams cancun;
  cancun.blobs = kCancunBlobs;
  ForkParams prague = cancun;
  prague.has_floor_gas = true;
  prague.has_set_code_txns = true;
  prague.has_block_hash_history = true;
  prague.has_requests = true;
  prague.blobs = kPragueBlobs;
  ForkParams osaka = prague;
  osaka.has_blob_reserve_price = true;
  osaka.blobs_per_txn_max = 6;
  osaka.txn_gas_max = 1U << 24U;
  osaka.block_bytes_max = (10U << 20U) - (2U << 20U);
  return std::array<ForkParams, vm::kRevisionCount>{cancun, prague, osaka};
}();

[[nodiscard]] constexpr const ForkParams& fork_params(vm::Revision revision) noexcept {
  return kForkParams[static_cast<std::size_t>(revision)];
}

}  // namespace datapact::chain
