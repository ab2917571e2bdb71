#include "tools/cli/unicode.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utf8proc.h>
#include <vector>

namespace datapact::tools {

std::optional<std::string> nfkd(std::string_view utf8) {
  constexpr auto kForm = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
  const auto* text = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  const auto size = static_cast<utf8proc_ssize_t>(utf8.size());
  // At first how many code points there will be, or an error.
  const auto count = utf8proc_decompose(text, size, nullptr, 0, kForm);
  if (count < 0) return std::nullopt;
  std::vector<utf8proc_int32_t> points(static_cast<std::size_t>(count));
  utf8proc_decompose(text, size, points.data(), count, kForm);
  std::string out;
  for (const auto point : points) {
    utf8proc_uint8_t bytes[4];
    const auto length = utf8proc_encode_char(point, bytes);
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  }
  return out;
}

}  // namespace datapact::tools
