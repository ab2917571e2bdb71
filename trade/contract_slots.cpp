#include "trade/contract_slots.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak.hpp"
#include "trade/terms.hpp"

#include <cstdint>

namespace datapact::trade {
namespace {

constexpr std::uint64_t kNoncesPerWord = 255;

/// Solidity: keccak256(key | slot), both as 32 bytes.
uint256 mapping_slot(const uint256& key, const uint256& slot) {
  const Hash256 key_word = to_hash256(key);
  const Hash256 slot_word = to_hash256(slot);
  return to_uint256(crypto::keccak256(concat({key_word.view(), slot_word.view()})));
}

std::uint64_t bits(const uint256& word, unsigned from, unsigned count) {
  return (word >> from).low_u64() & ((std::uint64_t{1} << count) - 1);
}

}  // namespace

uint256 validator_slot(std::uint64_t index) {
  const Hash256 slot_word = to_hash256(kValidatorCountSlot);
  return to_uint256(crypto::keccak256(slot_word.view())) + uint256{index};
}

uint256 deal_slot(const DealId& deal) {
  return mapping_slot(to_uint256(Hash256{deal.raw()}), uint256{0});
}

uint256 nonce_slot(const Address& seller, Nonce nonce) {
  return mapping_slot(uint256{nonce.raw() / kNoncesPerWord},
                      mapping_slot(to_uint256(seller), uint256{2}));
}

uint256 nonce_bit(Nonce nonce) {
  return uint256{1} << static_cast<unsigned>(nonce.raw() % kNoncesPerWord);
}

uint256 dataset_slot(std::uint64_t dataset) { return mapping_slot(uint256{dataset}, uint256{1}); }

uint256 version_slot(const Hash256& version) {
  return mapping_slot(to_uint256(version), uint256{2});
}

VersionWord unpack_version(const uint256& word) noexcept {
  return {.dataset = word.low_u64(),
          .number = static_cast<std::uint32_t>(bits(word, 64, 32)),
          .lots = static_cast<std::uint32_t>(bits(word, 96, 32)),
          .published_at_seconds = bits(word, 128, 40),
          .attested = bits(word, 168, 8) != 0,
          .revoked = bits(word, 176, 8) != 0};
}

}  // namespace datapact::trade
