#pragma once
// What the tests of evidence do with a bundle: make one, verify it, take it apart.
#include "tests/testkit/trade/governed_sale.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_bundle.hpp"

#include <string>
#include <string_view>

namespace datapact::testkit {

[[nodiscard]] inline json::Value evidence_of(const SaleChain& chain, const GovernedSale& sale) {
  LedgerEvidenceSource source(chain);
  auto bundle = trade::assemble_evidence(source, sale.deal());
  INVARIANT(bundle.has_value());
  return *std::move(bundle);
}

/// "ok" or the name of the failure.
[[nodiscard]] inline std::string verdict(const json::Value& bundle, const SaleChain& chain) {
  const auto report = trade::verify_evidence(bundle, chain.genesis().hash);
  return report ? "ok" : report.error().name;
}

/// A member of the bundle, to change it in place.
[[nodiscard]] inline json::Value& part(json::Value& value, std::string_view name) {
  auto* object = value.as_object();
  INVARIANT(object != nullptr);
  for (auto& [key, member] : *object) {
    if (key == name) return member;
  }
  INVARIANT(false);
}
[[nodiscard]] inline json::Array& list(json::Value& value, std::string_view name) {
  auto* array = part(value, name).as_array();
  INVARIANT(array != nullptr);
  return *array;
}
/// Replaces a member by that of another bundle.
inline void splice(json::Value& into, const json::Value& from, std::string_view name) {
  part(into, name) = *from.find(name);
}

}  // namespace datapact::testkit
