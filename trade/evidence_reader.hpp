#pragma once
// Typed reads of a bundle's members. Every refusal names the member by its path; every value has
// one spelling only, so that no byte of a bundle is free. Pure.
#include "ledger/state/proof.hpp"
#include "trade/evidence.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::trade {

[[nodiscard]] tl::unexpected<EvidenceFailure> evidence_failure(std::string name,
                                                               std::string reason);

/// One value of the bundle with its path. Borrows the bundle.
class BundleMember {
 public:
  /// An empty name is the whole document.
  BundleMember(const json::Value& value, std::string name)
      : value_(&value), name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// The path of a member of this object.
  [[nodiscard]] std::string path(std::string_view key) const;
  /// The same value under another path: for steps, which are known by their own names.
  [[nodiscard]] BundleMember renamed(std::string name) const { return {*value_, std::move(name)}; }

  /// Refuses anything but an object, and every member that is not listed.
  [[nodiscard]] EvidenceResult<void> only(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] bool has(std::string_view key) const { return value_->find(key) != nullptr; }
  [[nodiscard]] EvidenceResult<BundleMember> at(std::string_view key) const;
  [[nodiscard]] EvidenceResult<std::string> text(std::string_view key) const;
  /// The member must be exactly this text.
  [[nodiscard]] EvidenceResult<void> require_text(std::string_view key,
                                                  std::string_view expected) const;
  /// Decimal without leading zeros, as text.
  [[nodiscard]] EvidenceResult<std::uint64_t> integer(std::string_view key) const;
  /// 0x and lower-case hexadecimal.
  [[nodiscard]] EvidenceResult<Bytes> bytes(std::string_view key) const;
  [[nodiscard]] EvidenceResult<std::vector<BundleMember>> list(std::string_view key,
                                                               std::size_t count_max) const;
  /// A list of trie nodes.
  [[nodiscard]] EvidenceResult<state::Proof> proof(std::string_view key) const;

 private:
  [[nodiscard]] EvidenceResult<Bytes> as_bytes() const;
  const json::Value* value_;
  std::string name_;
};

}  // namespace datapact::trade
