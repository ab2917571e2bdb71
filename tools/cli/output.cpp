#include "tools/cli/output.hpp"

#include "base/json.hpp"
#include "base/uint256.hpp"
#include "tools/cli/cli_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
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

std::string render(const std::vector<std::vector<std::string>>& lines, bool tabs) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], display_width(line[i]));
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool last = i + 1 == line.size();
      out += tabs || last ? line[i] : pad(line[i], widths[i] + 2);
      out += last ? "\n" : (tabs ? "\t" : "");
    }
  }
  return out;
}

}  // namespace

void Output::result(const json::Value& document, const Rows& rows) const {
  if (format == Format::kJson) return print(json::to_pretty_text(document));
  std::vector<std::vector<std::string>> lines;
  for (const auto& [label, value] : rows) lines.push_back({label, value});
  print(render(lines, format == Format::kPlain));
}

void Output::result(const json::Value& document, const Table& table) const {
  if (format == Format::kJson) return print(json::to_pretty_text(document));
  std::vector<std::vector<std::string>> lines = table.rows;
  if (format == Format::kText) lines.insert(lines.begin(), table.headings);
  print(render(lines, format == Format::kPlain));
}

void Output::result(const json::Value& document, std::string_view word) const {
  if (format == Format::kJson) return print(json::to_pretty_text(document));
  print(std::string(word) + "\n");
}

void Output::raw(std::string_view text) const { print(text); }

void Output::note(std::string_view english, std::string_view chinese) const {
  if (!quiet) print_error(std::string(say(english, chinese)) + "\n");
}

void Output::progress(std::string_view text) const {
  if (quiet || ::isatty(STDERR_FILENO) == 0) return;
  print_error("\r\x1b[K" + std::string(text));
}

void Output::end_progress() const { progress(""); }

void Output::error(const CliError& error) const {
  if (format == Format::kJson && write_out(json::to_pretty_text(error.document()))) return;
  print_error(std::string(say("error: ", "错误：")) + error.message() + "\n");
  if (!error.hint().empty())
    print_error(std::string(say("try:   ", "建议：")) + error.hint() + "\n");
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

std::string human_money(const uint256& micro) {
  const auto parts = divide(micro, uint256{1'000'000});
  std::string fraction = fmt::format("{:06}", parts.remainder.low_u64());
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return to_decimal(parts.quotient) + "." + fraction;
}

}  // namespace datapact::tools
