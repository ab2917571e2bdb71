#include "trade/evidence_reader.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "ledger/state/proof.hpp"
#include "trade/evidence.hpp"

#include <tl/expected.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::trade {
namespace {

/// A path in a trie has at most 64 nibbles and the root's node.
constexpr std::size_t kProofNodesMax = 65;

}  // namespace

tl::unexpected<EvidenceFailure> evidence_failure(std::string name, std::string reason) {
  return fail(EvidenceFailure{.name = std::move(name), .reason = std::move(reason)});
}

std::string BundleMember::path(std::string_view key) const {
  return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

EvidenceResult<void> BundleMember::only(std::initializer_list<std::string_view> keys) const {
  const auto* members = value_->as_object();
  if (members == nullptr)
    return evidence_failure(name_.empty() ? "format" : name_, "must be a JSON object");
  for (const auto& [key, value] : *members) {
    if (std::ranges::find(keys, key) == keys.end())
      return evidence_failure(path(key), "is no member of this format");
  }
  return {};
}

EvidenceResult<BundleMember> BundleMember::at(std::string_view key) const {
  const auto* found = value_->find(key);
  if (found == nullptr) return evidence_failure(path(key), "is missing");
  return BundleMember(*found, path(key));
}

EvidenceResult<std::string> BundleMember::text(std::string_view key) const {
  TRY(const auto member, at(key));
  const auto* text = member.value_->as_string();
  if (text == nullptr) return evidence_failure(member.name_, "must be a text");
  return *text;
}

EvidenceResult<void> BundleMember::require_text(std::string_view key,
                                                std::string_view expected) const {
  TRY(const auto got, text(key));
  if (got == expected) return {};
  return evidence_failure(
      path(key), "must be \"" + std::string(expected) + "\", got \"" + got.substr(0, 64) + "\"");
}

EvidenceResult<std::uint64_t> BundleMember::integer(std::string_view key) const {
  TRY(const auto digits, text(key));
  const auto number = uint256::parse(digits);
  if (!number || !number->fits_u64() || to_decimal(*number) != digits)
    return evidence_failure(path(key), "must be a decimal number below 2^64 as text");
  return number->low_u64();
}

EvidenceResult<Bytes> BundleMember::bytes(std::string_view key) const {
  TRY(const auto member, at(key));
  return member.as_bytes();
}

EvidenceResult<Bytes> BundleMember::as_bytes() const {
  const auto* text = value_->as_string();
  auto parsed = text != nullptr ? from_hex(*text) : std::nullopt;
  if (!parsed || to_hex0x(*parsed) != *text)
    return evidence_failure(name_, "must be 0x and lower-case hex digits");
  return std::move(*parsed);
}

EvidenceResult<std::vector<BundleMember>> BundleMember::list(std::string_view key,
                                                             std::size_t count_max) const {
  TRY(const auto member, at(key));
  const auto* items = member.value_->as_array();
  if (items == nullptr || items->size() > count_max) {
    return evidence_failure(member.name_,
                            "must be a list of at most " + std::to_string(count_max) + " items");
  }
  std::vector<BundleMember> out;
  out.reserve(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    out.emplace_back((*items)[i], member.name_ + "[" + std::to_string(i) + "]");
  }
  return out;
}

EvidenceResult<state::Proof> BundleMember::proof(std::string_view key) const {
  TRY(const auto items, list(key, kProofNodesMax));
  state::Proof out;
  for (const auto& item : items) {
    TRY(auto node, item.as_bytes());
    out.push_back(std::move(node));
  }
  return out;
}

}  // namespace datapact::trade
