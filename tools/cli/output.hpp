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
/// kAuto: on a terminal, unless the environment has a NO_COLOR that is not empty (no-color.org).
enum class Colour : std::uint8_t { kAuto, kAlways, kNever };

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
  Colour colour = Colour::kAuto;
  bool quiet = false;
  bool verbose = false;

  /// One document: JSON as it is, or the rows aligned (tab-separated with --plain).
  void result(const json::Value& document, const Rows& rows) const;
  void result(const json::Value& document, const Table& table) const;
  /// A result that is one word, such as a hash, or one sentence.
  void result(const json::Value& document, std::string_view word) const;
  /// One of a stream: with kJson one document a line, as text its cells in one row. From the first
  /// on an error is one line too, and an interrupt, which is how a stream ends, is none.
  void item(const json::Value& document, const std::vector<std::string>& cells) const;
  /// A result that is a file's content: the same bytes in every format.
  void raw(std::string_view text) const;
  /// What follows is a stream, even when it stays empty.
  void begin_stream() const noexcept { is_stream_ = true; }
  /// To stderr, unless quiet.
  void note(std::string_view english) const;
  /// To stderr with --verbose only: what was asked of whom, and which files were used.
  void detail(std::string_view text) const;
  /// Replaces the last progress line; only on a terminal.
  void progress(std::string_view text) const;
  void end_progress() const;
  /// To stderr as text, or to stdout as the error document.
  void error(const CliError& english) const;

  /// The text in the user's language (tools/cli/chinese.hpp).
  [[nodiscard]] std::string say(std::string_view english) const;
  /// A word or a sentence of ours as a value in rows and cells, which stay as they are because they
  /// hold what is not ours too: for people as said, for programs in English.
  [[nodiscard]] std::string word(std::string_view english) const;
  /// Rows whose values are all ours, as words.
  [[nodiscard]] Rows words(Rows rows) const;

 private:
  /// The terminal's, not the result's: there is a line to take away.
  mutable bool is_progress_shown_ = false;
  mutable bool is_stream_ = false;
};

/// Rows aligned for people, or tab-separated with kPlain: there a tab, a line's end and a backslash
/// in a value become \t, \n, \r and \\, so that a line stays a row and a tab a column. `colour`
/// sets headings off, and tells what is ok from what failed.
[[nodiscard]] std::string text_of(const Rows& rows, Format format, bool colour);
[[nodiscard]] std::string text_of(const Table& table, Format format, bool colour);
/// Whether what goes to that descriptor is coloured.
[[nodiscard]] bool is_coloured(Colour colour, int descriptor);

/// "85.1 MB", "512 B".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// "1 node", "2 nodes"; `one` takes an s.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one);
/// 1234567 as "1.234567" for six decimals, without trailing zeros.
[[nodiscard]] std::string human_money(const uint256& micro);

}  // namespace datapact::tools
