#pragma once
// Storage slots of the trade's contracts that a proof opens, and the words in them
// (docs/formats/fair-exchange.md, dataset-registry.md, governance-storage.md; compared with solc's
// storageLayout by the contracts' tests). Pure.
#include "base/types.hpp"
#include "trade/terms.hpp"

#include <cstdint>

namespace datapact::trade {

/// Governance: grows with every change of the validator set.
inline constexpr uint256 kEpochSlot{0};
/// Governance: keccak256(RLP of the validators).
inline constexpr uint256 kValidatorsHashSlot{1};
/// Governance: how many validators there are; the i-th lies at validator_slot(i).
inline constexpr uint256 kValidatorCountSlot{2};
[[nodiscard]] uint256 validator_slot(std::uint64_t index);

/// FairExchange: the deal's packed word.
[[nodiscard]] uint256 deal_slot(const DealId& deal);
/// FairExchange: the word of used nonces that holds this one.
[[nodiscard]] uint256 nonce_slot(const Address& seller, Nonce nonce);
/// The nonce's bit in that word.
[[nodiscard]] uint256 nonce_bit(Nonce nonce);

/// DatasetRegistry: first of two words, provider and counters, then the document's hash.
[[nodiscard]] uint256 dataset_slot(std::uint64_t dataset);
/// DatasetRegistry: first of three words, counters and flags, then root, then file digest.
[[nodiscard]] uint256 version_slot(const Hash256& version);

/// The first word of a version.
struct VersionWord {
  std::uint64_t dataset = 0;
  std::uint32_t number = 0;
  std::uint32_t lots = 0;
  std::uint64_t published_at_seconds = 0;
  bool attested = false;
  bool revoked = false;
  friend bool operator==(const VersionWord&, const VersionWord&) = default;
};
[[nodiscard]] VersionWord unpack_version(const uint256& word) noexcept;

}  // namespace datapact::trade
