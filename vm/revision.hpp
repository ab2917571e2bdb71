#pragma once
// The rule sets the VM knows. A later one is a new column of the tables in
// vm/instruction_table.hpp.
#include <cstdint>
#include <string_view>

namespace datapact::vm {

enum class Revision : std::uint8_t { kCancun, kPrague, kOsaka };

inline constexpr unsigned kRevisionCount = 3;

/// The name genesis files and test fixtures use.
[[nodiscard]] constexpr std::string_view to_string(Revision revision) noexcept {
  switch (revision) {
    case Revision::kCancun:
      return "Cancun";
    case Revision::kPrague:
      return "Prague";
    case Revision::kOsaka:
      return "Osaka";
  }
  return {};
}

}  // namespace datapact::vm
