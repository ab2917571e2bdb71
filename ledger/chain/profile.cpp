#include "ledger/chain/profile.hpp"

#include "crypto/keccak.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>

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
  const bool is_prague = config.prague_time && seconds >= *config.prague_time;
  return is_prague ? vm::Revision::kPrague : vm::Revision::kCancun;
}

vm::PrecompileSet precompiles_at(const GenesisConfig& config, vm::Revision revision) {
  if (!config.precompiles) return vm::precompiles_of(revision);
  vm::PrecompileSet set;
  // load_genesis has refused addresses that no precompile can have.
  for (const Address& address : *config.precompiles) INVARIANT(set.insert(address));
  return set;
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

Gas next_excess_blob_gas(const BlockHeader& parent, vm::Revision revision) noexcept {
  const std::uint64_t target = fork_params(revision).blobs_target * kBlobGas;
  // A header's blob gas used is at most the block's blobs, and its excess was derived the same way,
  // so the sum stays far below 2^64.
  const std::uint64_t sum = parent.excess_blob_gas.raw() + parent.blob_gas_used.raw();
  return Gas{sum > target ? sum - target : 0};
}

}  // namespace datapact::chain
