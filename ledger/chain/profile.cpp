#include "ledger/chain/profile.hpp"

#include "crypto/keccak.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>

namespace datapact::chain {
namespace {

// EIP-1559.
constexpr std::uint64_t kElasticity = 2;
constexpr std::uint64_t kBaseFeeChangeDenominator = 8;

}  // namespace

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

}  // namespace datapact::chain
