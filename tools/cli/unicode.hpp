#pragma once
// Unicode's normal forms. Pure, thread-safe.
#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {

/// Compatibility decomposition (Unicode Standard Annex 15): one form for letters that look the same
/// and were typed in different ways. Nothing when the text is not UTF-8.
[[nodiscard]] std::optional<std::string> nfkd(std::string_view utf8);

}  // namespace datapact::tools
