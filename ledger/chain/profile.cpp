#include "ledger/chain/profile.hpp"

#include "base/assert.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>

namespace datapact::chain {
BlockHash block_hash(const BlockHeader& header, Profile profile) {
  if (profile == Profile::kConsortium && header.height != Height{0}) {
    if (auto hash = chain_hash(header); hash.has_value()) return *hash;
  }
  return BlockHash{crypto::keccak256(encode(header)).raw()};
}

UnixMillis time_of(const BlockHeader& header, Profile profile) {
  if (profile == Profile::kConsortium && header.height != Height{0}) {
    if (const auto extra = decode_extra(header.extra_data); extra.has_value()) {
      if (const auto time = time_from_vanity(extra->vanity)) return *time;
    }
  }
  return UnixMillis{static_cast<std::int64_t>(header.timestamp_seconds * 1000)};
}

vm::Revision revision_at(const GenesisConfig& config, std::uint64_t seconds) noexcept {
  const auto has_begun = [&](const std::optional<std::uint64_t>& time) {
    return time && seconds >= *time;
  };
  if (has_begun(config.osaka_time)) return vm::Revision::kOsaka;
  if (has_begun(config.prague_time)) return vm::Revision::kPrague;
  return vm::Revision::kCancun;
}

vm::PrecompileSet precompiles_at(const GenesisConfig& config, vm::Revision revision) {
  if (!config.precompiles) return vm::precompiles_of(revision);
  vm::PrecompileSet set;
  // load_genesis has refused addresses that no precompile can have.
  for (const Address& address : *config.precompiles) INVARIANT(set.insert(address));
  return set;
}

std::uint64_t block_bytes(const Block& block, Profile profile) {
  if (profile != Profile::kConsortium) return encode(block).size();
  auto header = with_seals(block.header, Round{}, {});
  // Such extraData is refused elsewhere; until then all of it counts.
  std::uint64_t bytes = encode(header.has_value() ? *header : block.header).size();
  for (const Transaction& txn : block.transactions) bytes += encode_in_block(txn).size();
  return bytes;
}

std::uint64_t block_bytes_max(Profile profile, vm::Revision revision) noexcept {
  const std::uint64_t bytes_max = fork_params(revision).block_bytes_max;
  if (profile != Profile::kConsortium) return bytes_max;
  return std::min(bytes_max, kConsortiumBlockBytesMax);
}

uint256 next_base_fee(const BlockHeader& parent, const GenesisConfig& config) {
  if (config.zero_base_fee) return {};
  const std::uint64_t target = parent.gas_limit.raw() / kElasticity;
  const std::uint64_t used = parent.gas_used.raw();
  const uint256& fee = parent.base_fee_per_gas;
  // A gas limit below 2 is refused by validate_header, so the target is not zero.
  if (used == target || target == 0) return fee;
  const auto change = [&](std::uint64_t distance) {
    return fee * distance / target / kBaseFeeChangeDenominator;
  };
  if (used < target) return fee - change(target - used);
  return fee + std::max(change(used - target), uint256{1});
}

const BlobParams& blobs_at(const GenesisConfig& config, std::uint64_t seconds) noexcept {
  const auto& schedule = config.blob_schedule;
  const auto after = std::ranges::upper_bound(schedule, seconds, {}, &BlobScheduleEntry::time);
  if (after != schedule.begin()) return std::prev(after)->blobs;
  return fork_params(revision_at(config, seconds)).blobs;
}

uint256 blob_gas_price(const BlockHeader& header, const GenesisConfig& config) {
  return blob_base_fee(header.excess_blob_gas, blobs_at(config, header.timestamp_seconds));
}

Gas blob_gas_max(const GenesisConfig& config, std::uint64_t seconds) noexcept {
  if (config.profile == Profile::kConsortium) return {};
  return Gas{blobs_at(config, seconds).max * kBlobGas};
}

Gas next_excess_blob_gas(const BlockHeader& parent, const GenesisConfig& config,
                         std::uint64_t child_seconds) {
  if (config.profile == Profile::kConsortium) return {};
  const BlobParams& blobs = blobs_at(config, child_seconds);
  // A header's blob gas used is at most the block's blobs, and its excess was derived the same way,
  // so the sums stay far below 2^64.
  const std::uint64_t excess = parent.excess_blob_gas.raw();
  const std::uint64_t used = parent.blob_gas_used.raw();
  const std::uint64_t target = blobs.target * kBlobGas;
  if (excess + used < target) return {};
  // EIP-7918: while a blob costs less than the execution gas its carrier pays, the excess only
  // grows.
  const bool has_floor = fork_params(revision_at(config, child_seconds)).has_blob_reserve_price;
  if (has_floor && parent.base_fee_per_gas * kBlobBaseCost >
                       blob_base_fee(parent.excess_blob_gas, blobs) * kBlobGas) {
    return Gas{excess + used * (blobs.max - blobs.target) / blobs.max};
  }
  return Gas{excess + used - target};
}

}  // namespace datapact::chain
