#include "tools/commands/protocol_step.hpp"

#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/governance_view.hpp"
#include "tools/cli/cli_error.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace datapact::tools {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

unsigned parse_id(std::string_view text) {
  const bool is_hex = text.starts_with("0x");
  const std::string_view digits = is_hex ? text.substr(2) : text;
  unsigned id = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), id, is_hex ? 16 : 10);
  const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_number || id < 1 || id > vm::kPrecompileIdMax) {
    fail_usage(fmt::format("--precompiles: \"{}\" is no address from 0x01 to 0x100", text),
               "addresses and ranges of them, such as 0x01-0x11,0x100, or none");
  }
  return id;
}

/// One address, or two with a hyphen.
vm::PrecompileSet parse_part(std::string_view part) {
  const auto hyphen = part.find('-');
  const unsigned first = parse_id(part.substr(0, hyphen));
  const unsigned last =
      hyphen == std::string_view::npos ? first : parse_id(part.substr(hyphen + 1));
  if (last < first) fail_usage(fmt::format("--precompiles: the range {} descends", part));
  return vm::PrecompileSet::range(first, last);
}

}  // namespace

vm::Revision parse_revision(std::string_view text) {
  std::string known;
  for (std::uint32_t number = 1; const auto revision = chain::revision_of_number(number);
       ++number) {
    const std::string name = lower(vm::to_string(*revision));
    if (lower(text) == name) return *revision;
    known += (known.empty() ? "" : ", ") + name;
  }
  fail_usage(fmt::format("--revision: \"{}\" is not known to this version, only {}", text, known));
}

vm::PrecompileSet parse_precompiles(const std::optional<std::string>& text, vm::Revision revision) {
  if (!text) return vm::precompiles_of(revision);
  vm::PrecompileSet out;
  if (*text == "none") return out;
  std::string_view rest = *text;
  while (true) {
    const auto comma = rest.find(',');
    const auto part = parse_part(rest.substr(0, comma));
    for (unsigned id = 1; id <= vm::kPrecompileIdMax; ++id) {
      if (part.contains(id)) out.insert(id);
    }
    if (comma == std::string_view::npos) return out;
    rest.remove_prefix(comma + 1);
  }
}

std::string describe_step(const chain::ProtocolStep& step, std::uint32_t number_before) {
  const auto rules = chain::read_step(step, number_before);
  return rules.has_value() ? chain::describe(*rules) : rules.error().reason;
}

}  // namespace datapact::tools
