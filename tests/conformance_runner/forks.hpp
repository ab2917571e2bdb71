#pragma once
#include "vm/revision.hpp"

#include <optional>
#include <string_view>

namespace datapact::conformance {

/// Why results are left out: no ledger of this house has those rules.
inline constexpr const char* kForkBeforeCancun = "of forks before Cancun";

/// The revision with that name in fixtures; nothing for one before Cancun or unknown.
[[nodiscard]] std::optional<vm::Revision> revision_named(std::string_view name);

}  // namespace datapact::conformance
