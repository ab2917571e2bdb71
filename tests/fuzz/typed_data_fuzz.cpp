// A foreign document is hashed or refused; what it says decides its hash, not the order of its
// members.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/json.hpp"
#include "contracts/typed_data.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace datapact {
namespace {

/// Every object with its members in the opposite order, lists as they are.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser allows
json::Value reversed(const json::Value& value) {
  json::Value out = value;
  if (auto* items = out.as_array()) {
    for (auto& item : *items) item = reversed(item);
  }
  if (auto* members = out.as_object()) {
    for (auto& member : *members) member.second = reversed(member.second);
    std::ranges::reverse(*members);
  }
  return out;
}

}  // namespace
}  // namespace datapact

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const auto document = json::parse(as_text({data, size}), {.depth_max = 64});
  if (!document.ok()) return 0;
  const auto hashes = contracts::hash_typed_data(*document);
  const auto again = contracts::hash_typed_data(reversed(*document));
  INVARIANT(hashes.ok() == again.ok());
  if (!hashes.ok()) return 0;
  INVARIANT(hashes->digest == again->digest);
  INVARIANT(hashes->encoded_type.starts_with(hashes->primary_type + "("));
  return 0;
}
