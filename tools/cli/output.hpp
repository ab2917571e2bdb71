#pragma once
// stdout is the result and nothing else; progress and hints go to stderr, and only on a terminal
// (docs/cli.md).
#include "base/json.hpp"
#include "base/uint256.hpp"
#include "tools/cli/cli_error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {

enum class Format : std::uint8_t { kText, kJson, kPlain };
enum class Language : std::uint8_t { kEnglish, kChinese };

/// A result as text: lines of label and value, or a table.
using Rows = std::vector<std::pair<std::string, std::string>>;
struct Table {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
};

class Output {
 public:
  Format format = Format::kText;
  Language language = Language::kEnglish;
  bool quiet = false;

  /// One document: JSON as it is, or the rows aligned (tab-separated with --plain).
  void result(const json::Value& document, const Rows& rows) const;
  void result(const json::Value& document, const Table& table) const;
  /// A result that is one word, such as a hash.
  void result(const json::Value& document, std::string_view word) const;
  /// A result that is a file's content: the same bytes in every format.
  void raw(std::string_view text) const;
  /// To stderr, unless quiet.
  void note(std::string_view english, std::string_view chinese = {}) const;
  /// Replaces the last progress line; only on a terminal.
  void progress(std::string_view text) const;
  void end_progress() const;
  /// To stderr as text, or to stdout as the error document.
  void error(const CliError& error) const;

  /// The text in the user's language.
  [[nodiscard]] std::string_view say(std::string_view english,
                                     std::string_view chinese) const noexcept {
    return language == Language::kChinese && !chinese.empty() ? chinese : english;
  }
};

/// "85.1 MB", "512 B".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// 1234567 as "1.234567" for six decimals, without trailing zeros.
[[nodiscard]] std::string human_money(const uint256& micro);

}  // namespace datapact::tools
