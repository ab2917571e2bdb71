#include "tools/cli/output.hpp"

#include "base/json.hpp"
#include "base/uint256.hpp"
#include "tools/cli/chinese.hpp"
#include "tools/cli/cli_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

/// False when stdout does not take it: a full disk, a closed pipe.
bool write_out(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

/// A result that is lost is a failure.
void print(std::string_view text) {
  if (write_out(text)) return;
  fail_file("stdout", "cannot write the result: " + std::generic_category().message(errno));
}

void print_error(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

/// Columns a terminal needs for UTF-8 text: CJK characters take two.
std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || (byte >= 0xc0 && byte < 0xe0)) width += 1;
    if (byte >= 0xe0) width += 2;
  }
  return width;
}

std::string pad(const std::string& text, std::size_t width) {
  const std::size_t have = display_width(text);
  return text + std::string(width > have ? width - have : 0, ' ');
}

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";

std::string painted(std::string_view text, std::string_view style, bool colour) {
  return colour ? fmt::format("{}{}\x1b[0m", style, text) : std::string(text);
}

/// The word a check's row begins with.
std::string paint_check(const std::string& cell, bool colour) {
  if (!colour) return cell;
  for (const auto& [word, style] : {std::pair{"ok", kGreen}, std::pair{"通过", kGreen},
                                    std::pair{"WRONG", kRed}, std::pair{"错误", kRed}}) {
    const std::string_view view(word);
    if (cell == view || cell.starts_with(std::string(view) + " "))
      return painted(view, style, true) + cell.substr(view.size());
  }
  return cell;
}

using Lines = std::vector<std::vector<std::string>>;

std::string escape_tsv(std::string_view value) {
  std::string out;
  for (const char c : value) {
    switch (c) {
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string tab_separated(const Lines& lines) {
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) out += (i == 0 ? "" : "\t") + escape_tsv(line[i]);
    out += "\n";
  }
  return out;
}

Lines lines_of(const Rows& rows) {
  Lines lines;
  for (const auto& [label, value] : rows) lines.push_back({label, value});
  return lines;
}

/// Columns as wide as their widest cell; the first line is a heading when there is one.
std::string aligned(const Lines& lines, bool has_heading, bool colour) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], display_width(line[i]));
  }
  std::string out;
  for (const auto& line : lines) {
    const bool is_heading = has_heading && &line == &lines.front();
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string cell = i + 1 == line.size() ? line[i] : pad(line[i], widths[i] + 2);
      out += is_heading ? painted(cell, kBold, colour) : paint_check(cell, colour);
    }
    out += "\n";
  }
  return out;
}

}  // namespace

void Output::result(const json::Value& document, const Rows& rows) const {
  if (format == Format::kJson) return print(json::to_pretty_text(document));
  // Tab-separated values are for programs: their labels stay.
  Rows shown = rows;
  if (format == Format::kText) {
    for (auto& [label, value] : shown) label = say(label);
  }
  print(text_of(shown, format, is_coloured(colour, STDOUT_FILENO)));
}

void Output::result(const json::Value& document, const Table& table) const {
  if (format == Format::kJson) return print(json::to_pretty_text(document));
  Table shown = table;
  for (auto& heading : shown.headings) heading = say(heading);
  print(text_of(shown, format, is_coloured(colour, STDOUT_FILENO)));
}

void Output::result(const json::Value& document, std::string_view word) const {
  if (format == Format::kJson) return print(json::to_pretty_text(document));
  print((format == Format::kText ? say(word) : std::string(word)) + "\n");
}

void Output::item(const json::Value& document, const std::vector<std::string>& cells) const {
  is_stream_ = true;
  if (format == Format::kJson) return print(json::to_text(document) + "\n");
  if (format == Format::kPlain) return print(tab_separated({cells}));
  print(aligned({cells}, false, is_coloured(colour, STDOUT_FILENO)));
}

void Output::raw(std::string_view text) const { print(text); }

void Output::note(std::string_view english) const {
  if (!quiet) print_error(say(english) + "\n");
}

void Output::detail(std::string_view text) const {
  if (!verbose) return;
  end_progress();
  print_error(say(text) + "\n");
}

void Output::progress(std::string_view text) const {
  if (quiet || ::isatty(STDERR_FILENO) == 0) return;
  print_error("\r\x1b[K" + say(text));
  is_progress_shown_ = true;
}

void Output::end_progress() const {
  if (is_progress_shown_) print_error("\r\x1b[K");
  is_progress_shown_ = false;
}

void Output::error(const CliError& english) const {
  if (is_stream_ && english.code() == ExitCode::kInterrupted) return;
  const CliError error(english.code(), english.name(), say(english.message()), say(english.hint()),
                       english.data());
  if (format == Format::kJson) {
    const auto document = error.document();
    if (write_out(is_stream_ ? json::to_text(document) + "\n" : json::to_pretty_text(document)))
      return;
  }
  const bool paint = is_coloured(colour, STDERR_FILENO);
  print_error(painted(say("error: "), kRed, paint) + error.message() + "\n");
  if (!error.hint().empty())
    print_error(painted(say("try:   "), kBold, paint) + error.hint() + "\n");
}

std::string Output::say(std::string_view english) const {
  auto chinese = language == Language::kChinese ? chinese_of(english) : std::nullopt;
  return chinese ? std::move(*chinese) : std::string(english);
}

std::string Output::word(std::string_view english) const {
  const bool is_chinese = format == Format::kText && language == Language::kChinese;
  auto chinese = is_chinese ? chinese_of_value(english) : std::nullopt;
  return chinese ? std::move(*chinese) : std::string(english);
}

Rows Output::words(Rows rows) const {
  for (auto& [label, value] : rows) value = word(value);
  return rows;
}

std::string text_of(const Rows& rows, Format format, bool colour) {
  const Lines lines = lines_of(rows);
  return format == Format::kPlain ? tab_separated(lines) : aligned(lines, false, colour);
}

std::string text_of(const Table& table, Format format, bool colour) {
  if (format == Format::kPlain) return tab_separated(table.rows);
  Lines lines = table.rows;
  lines.insert(lines.begin(), table.headings);
  return aligned(lines, true, colour);
}

bool is_coloured(Colour colour, int descriptor) {
  if (colour != Colour::kAuto) return colour == Colour::kAlways;
  const char* refusal = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  return (refusal == nullptr || *refusal == '\0') && ::isatty(descriptor) != 0;
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string human_money(const uint256& micro) {
  const auto parts = divide(micro, uint256{1'000'000});
  std::string fraction = fmt::format("{:06}", parts.remainder.low_u64());
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return to_decimal(parts.quotient) + "." + fraction;
}

}  // namespace datapact::tools
