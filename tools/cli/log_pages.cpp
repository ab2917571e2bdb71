#include "tools/cli/log_pages.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace datapact::tools {
namespace {

constexpr std::int64_t kLimitCode = -32005;

const json::Value* find(const json::Value* object, std::string_view name) {
  return object != nullptr ? object->find(name) : nullptr;
}

std::optional<std::uint64_t> quantity(const json::Value* value) {
  const auto* text = value != nullptr ? value->as_string() : nullptr;
  return text != nullptr ? u64_from_quantity(*text) : std::nullopt;
}

/// How many heights to ask for after that refusal; nothing when fewer would not help.
std::optional<std::uint64_t> narrower(const CliError& error, const HeightRange& refused) {
  const json::Value document = error.document();
  const auto* answer = find(document.find("error"), "data");
  const auto* code = find(answer, "code");
  if (code == nullptr || code->as_i64() != kLimitCode || refused.first == refused.last)
    return std::nullopt;
  const auto* data = find(answer, "data");
  const auto from = quantity(find(data, "from"));
  const auto to = quantity(find(data, "to"));
  if (from == refused.first && to && *to >= refused.first && *to < refused.last)
    return *to - refused.first + 1;
  // Rounded up, so that two pages are enough for what was refused.
  return (refused.last - refused.first) / 2 + 1;
}

}  // namespace

json::Array LogPages::read(const Call& call, json::Value filter, const HeightRange& range) {
  json::Array out;
  HeightRange page{range.first, range.last};
  while (page.first <= range.last) {
    page.last = range.last - page.first < width_ ? range.last : page.first + width_ - 1;
    filter.set("fromBlock", to_quantity(page.first));
    filter.set("toBlock", to_quantity(page.last));
    try {
      const auto answer = call("eth_getLogs", json::Value::array({filter}));
      const auto& found = list_of(answer, "eth_getLogs");
      out.insert(out.end(), found.begin(), found.end());
    } catch (const CliError& error) {
      const auto width = narrower(error, page);
      if (!width) throw;
      width_ = *width;
      given_ = 0;
      continue;
    }
    if (page.last - page.first + 1 == width_) widen();
    page.first = page.last + 1;
  }
  return out;
}

void LogPages::widen() {
  // A refusal costs a call: where logs are dense, one call of nine is one.
  constexpr unsigned kGivenMin = 8;
  if (++given_ < kGivenMin) return;
  width_ = std::min(width_ * 2, kWidthMax);
  given_ = 0;
}

}  // namespace datapact::tools
