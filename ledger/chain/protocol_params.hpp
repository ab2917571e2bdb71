#pragma once
// Numbers of the transaction and block rules, with unit and source. What differs by revision is a
// column of ForkParams.
#include "base/types.hpp"
#include "vm/revision.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

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

// Blobs (EIP-4844, 7691).
inline constexpr std::uint64_t kBlobGas = 131'072;  // gas a blob
inline constexpr std::uint64_t kMinBaseFeePerBlobGas = 1;
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

/// What a revision changes outside the VM.
struct ForkParams {
  bool has_floor_gas = false;           // EIP-7623
  bool has_set_code_txns = false;       // EIP-7702
  bool has_block_hash_history = false;  // EIP-2935
  bool has_requests = false;            // EIP-7685
  std::uint64_t blobs_max = 0;          // blobs a block
  std::uint64_t blobs_target = 0;       // blobs a block
  std::uint64_t blob_base_fee_update_fraction = 0;
};

inline constexpr std::array<ForkParams, vm::kRevisionCount> kForkParams{
    ForkParams{.has_floor_gas = false,
               .has_set_code_txns = false,
               .has_block_hash_history = false,
               .has_requests = false,
               .blobs_max = 6,
               .blobs_target = 3,
               .blob_base_fee_update_fraction = 3'338'477},
    ForkParams{.has_floor_gas = true,
               .has_set_code_txns = true,
               .has_block_hash_history = true,
               .has_requests = true,
               .blobs_max = 9,
               .blobs_target = 6,
               .blob_base_fee_update_fraction = 5'007'716},
    ForkParams{.has_floor_gas = true,
               .has_set_code_txns = true,
               .has_block_hash_history = true,
               .has_requests = true,
               .blobs_max = 9,
               .blobs_target = 6,
               .blob_base_fee_update_fraction = 5'007'716}};

[[nodiscard]] constexpr const ForkParams& fork_params(vm::Revision revision) noexcept {
  return kForkParams[static_cast<std::size_t>(revision)];
}

}  // namespace datapact::chain
