#pragma once
// A step of Governance's protocol schedule as people write and read it. Pure.
#include "ledger/chain/block_rules.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {

/// "cancun", "Prague", "osaka"; a usage error names those there are.
[[nodiscard]] vm::Revision parse_revision(std::string_view text);
/// Addresses and ranges of them, "0x01-0x11,0x100", or "none"; nothing: the revision's full set. A
/// usage error names the part that is none. Whether this version has them, chain::read_step says.
[[nodiscard]] vm::PrecompileSet parse_precompiles(const std::optional<std::string>& text,
                                                  vm::Revision revision);
/// What the step brings, or why this version does not know it.
[[nodiscard]] std::string describe_step(const chain::ProtocolStep& step,
                                        std::uint32_t number_before);

}  // namespace datapact::tools
