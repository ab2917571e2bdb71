// Whatever parses is printed to text that parses to the same value, and canonical text is a fixed
// point.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const auto value = json::parse(as_text({data, size}));
  if (!value.ok()) {
    INVARIANT(value.error().offset <= size);
    return 0;
  }
  const auto compact = json::parse(json::to_text(*value));
  INVARIANT(compact.ok());
  INVARIANT(json::to_text(*compact) == json::to_text(*value));
  const auto pretty = json::parse(json::to_pretty_text(*value));
  INVARIANT(pretty.ok());
  INVARIANT(*pretty == *compact);
  const std::string canonical = json::to_canonical_text(*value);
  const auto again = json::parse(canonical);
  INVARIANT(again.ok());
  INVARIANT(json::to_canonical_text(*again) == canonical);
  return 0;
}
