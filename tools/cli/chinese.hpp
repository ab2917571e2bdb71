#pragma once
// Chinese texts of the command line, found by the English ones: help, headings, labels, errors,
// hints, notes, progress. JSON keys, names of errors and codes are never translated. Pure.
//
// Texts are made in English, whatever the language is, and are turned into Chinese when they are
// shown: who makes one knows no languages, and programs and logs can have the English.
#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {

/// Nothing when the text has no Chinese form: it is shown in English then.
[[nodiscard]] std::optional<std::string> chinese_of(std::string_view english);
/// The same for a value of a result, such as "12 of 20", that is known to be ours: the words of
/// such are few, and others' texts have them too.
[[nodiscard]] std::optional<std::string> chinese_of_value(std::string_view english);

}  // namespace datapact::tools
