// A bundle as JSON text, checked against the genesis block it shows itself, so that the walk goes
// on behind it. What verifies also verifies when written and read again, and says the same.
#include "base/assert.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "trade/evidence.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace {

using namespace datapact;

BlockHash own_genesis(const json::Value& bundle) {
  const auto* genesis = bundle.find("genesis");
  const auto* header = genesis != nullptr ? genesis->find("header") : nullptr;
  const auto* text = header != nullptr ? header->as_string() : nullptr;
  const auto bytes = text != nullptr ? from_hex(*text) : std::nullopt;
  return bytes ? BlockHash{crypto::keccak256(*bytes).raw()} : BlockHash{};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bundle = json::parse({reinterpret_cast<const char*>(data), size}, {.depth_max = 64});
  if (!bundle) return 0;
  const BlockHash genesis = own_genesis(*bundle);
  const auto report = trade::verify_evidence(*bundle, genesis);
  if (!report) {
    INVARIANT(!report.error().name.empty());
    INVARIANT(!report.error().reason.empty());
    return 0;
  }
  const auto again = json::parse(json::to_text(*bundle), {.depth_max = 64});
  INVARIANT(again.has_value());
  const auto same = trade::verify_evidence(*again, genesis);
  INVARIANT(same.has_value());
  INVARIANT(same->deal == report->deal);
  INVARIANT(same->status == report->status);
  return 0;
}
