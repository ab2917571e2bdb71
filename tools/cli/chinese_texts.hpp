#pragma once
// The catalogue of tools/cli/chinese.hpp. tools/lint refuses a text of the command line that has no
// entry, and an entry of a text that is not there.
#include <array>
#include <span>
#include <string_view>

namespace datapact::tools {

/// A pattern with {} for what is put in, as the text is made, and its Chinese form: there {} is the
/// next thing put in, {1} the second one, {1:t} the second one in Chinese.
struct ChineseText {
  std::string_view english;
  std::string_view chinese;
};

/// Groups, commands and flags.
[[nodiscard]] std::span<const ChineseText> chinese_help() noexcept;
/// Headings and labels, errors, hints, notes and progress of the command line.
[[nodiscard]] std::span<const ChineseText> chinese_messages() noexcept;
/// The same of commands about data sets, deals and evidence.
[[nodiscard]] std::span<const ChineseText> chinese_of_trade() noexcept;
/// Values of results.
[[nodiscard]] std::span<const ChineseText> chinese_values() noexcept;
/// Of the rooms below, the parser of the command line and the system: the lint does not know where
/// they are made.
[[nodiscard]] std::span<const ChineseText> chinese_of_others() noexcept;
[[nodiscard]] std::span<const ChineseText> chinese_values_of_others() noexcept;

/// All but the values.
inline constexpr std::array kChineseTexts{chinese_help, chinese_messages, chinese_of_trade,
                                          chinese_of_others};

}  // namespace datapact::tools
