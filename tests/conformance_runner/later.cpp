#include "tests/conformance_runner/later.hpp"

#include <fmt/format.h>

namespace datapact::conformance {

Result<LaterList, std::string> LaterList::parse(std::string_view text) {
  LaterList out;
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++line_number;
    if (line.empty() || line[0] == '#') continue;
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return fail(fmt::format("line {} has no tab", line_number));
    out.ids_.emplace(line.substr(tab + 1));
  }
  return out;
}

}  // namespace datapact::conformance
