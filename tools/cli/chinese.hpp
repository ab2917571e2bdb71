#pragma once
// Chinese texts of the command line, keyed by the English ones: help, headings, labels of results,
// hints. JSON keys, names of errors and codes are never translated. Pure.
#include <optional>
#include <string_view>

namespace datapact::tools {

/// Nothing when the text has no Chinese form: it is shown in English then.
[[nodiscard]] std::optional<std::string_view> chinese_of(std::string_view english) noexcept;

}  // namespace datapact::tools
