#pragma once
// How systemd starts a node, its home /var/lib/datapact/NAME (docs/operating.md). Pure.
#include <string>
#include <string_view>

namespace datapact::tools {

/// datapactd@.service, the same for every node of a machine: NAME stands behind the @. `program` is
/// where datapactd is.
[[nodiscard]] std::string systemd_unit(std::string_view program);

}  // namespace datapact::tools
