#pragma once
// What differs between the two rule sets of EVM.md section 4 and concerns a header alone: its hash,
// its time, the constants of its fields, the base fee of its child. The other differences stand in
// header_rules.cpp, block_run.cpp, block_builder.cpp and the genesis loader, and nowhere else.
// Pure.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"

#include <array>
#include <cstdint>

namespace datapact::chain {

/// keccak256(RLP([])): no block of this house has ommers.
inline constexpr Hash256 kEmptyOmmersHash{
    std::array<std::uint8_t, 32>{0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a, 0xab, 0x85, 0xb5,
                                 0x67, 0xb6, 0xcc, 0xd4, 0x1a, 0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a,
                                 0x74, 0x13, 0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47}};
/// SHA-256 of no bytes: the requests hash of a block without requests (EIP-7685).
inline constexpr Hash256 kEmptyRequestsHash{
    std::array<std::uint8_t, 32>{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}};
/// The mix hash of every QBFT block. PREVRANDAO returns it: it is not random.
inline constexpr Hash256 kQbftMixHash{
    std::array<std::uint8_t, 32>{0x63, 0x74, 0x69, 0x63, 0x61, 0x6c, 0x20, 0x62, 0x79, 0x7a, 0x61,
                                 0x6e, 0x74, 0x69, 0x6e, 0x65, 0x20, 0x66, 0x61, 0x75, 0x6c, 0x74,
                                 0x20, 0x74, 0x6f, 0x6c, 0x65, 0x72, 0x61, 0x6e, 0x63, 0x65}};

/// The name of the block: keccak256(RLP(header)) on an Ethereum chain; H_chain (QBFT.md section 3:
/// round zeroed, seals emptied) on a consortium chain, except at height 0, which is hashed as it
/// is. A consortium header whose extraData does not decode is hashed as it is: it is invalid
/// anyway.
[[nodiscard]] BlockHash block_hash(const BlockHeader& header, Profile profile);

/// Consortium: the milliseconds in the vanity for height 1 and above. Otherwise seconds * 1000.
[[nodiscard]] UnixMillis time_of(const BlockHeader& header, Profile profile);

/// The rule set that genesis puts in force at a header time; Cancun is the oldest this house knows.
/// What a block has is rules_at()'s to say (block_rules.hpp): a consortium schedules later ones.
[[nodiscard]] vm::Revision revision_at(const GenesisConfig& config, std::uint64_t seconds) noexcept;
/// Genesis's precompiles, or the revision's full set.
[[nodiscard]] vm::PrecompileSet precompiles_at(const GenesisConfig& config, vm::Revision revision);

/// How heavy a block is for kTooLarge. Ethereum: its RLP (EIP-7934). Consortium: the header as
/// H_chain hashes it, without round and seals, and its transactions, so that whoever stores more
/// seals than another, or none yet, finds the same block as heavy.
[[nodiscard]] std::uint64_t block_bytes(const Block& block, Profile profile);
/// The most a block of that revision may weigh, or kUnlimited.
[[nodiscard]] std::uint64_t block_bytes_max(Profile profile, vm::Revision revision) noexcept;

/// The base fee a child of `parent` must carry: 0 with zeroBaseFee, otherwise EIP-1559.
[[nodiscard]] uint256 next_base_fee(const BlockHeader& parent, const GenesisConfig& config);
/// The blob parameters in force at a header time: genesis's blobSchedule (EIP-7840, 7892), else the
/// revision's.
[[nodiscard]] const BlobParams& blobs_at(const GenesisConfig& config,
                                         std::uint64_t seconds) noexcept;
/// Wei a unit of blob gas costs in the block with this header; 1 on a consortium chain, where the
/// excess is 0 and parameters do not count.
[[nodiscard]] uint256 blob_gas_price(const BlockHeader& header, const GenesisConfig& config);
/// Most blob gas a block of that time may use; none on a consortium chain.
[[nodiscard]] Gas blob_gas_max(const GenesisConfig& config, std::uint64_t seconds) noexcept;
/// EIP-4844 and EIP-7918: what a child of `parent` with that time must carry; 0 on a consortium
/// chain.
[[nodiscard]] Gas next_excess_blob_gas(const BlockHeader& parent, const GenesisConfig& config,
                                       std::uint64_t child_seconds);

}  // namespace datapact::chain
