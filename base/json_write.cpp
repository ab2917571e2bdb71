#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::json {
namespace {

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00" + to_hex(ByteView{&byte, 1});
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

/// ECMAScript Number::toString (ECMA-262, 6.1.6.1.20): shortest digits, exponents from 1e21 and
/// below 1e-6.
std::string ecmascript_number(double value) {
  if (!std::isfinite(value)) return "null";
  if (value == 0) return "0";
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                 std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const auto e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 1) digits += text.substr(2, e - 2);
  int exponent = 0;
  const char* first = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(first, end.ptr, exponent);

  const int point = exponent + 1;
  const int count = static_cast<int>(digits.size());
  std::string out = value < 0 ? "-" : "";
  if (count <= point && point <= 21)
    return out + digits + std::string(static_cast<std::size_t>(point - count), '0');
  if (0 < point && point <= 21) {
    return out + digits.substr(0, static_cast<std::size_t>(point)) + "." +
           digits.substr(static_cast<std::size_t>(point));
  }
  if (-6 < point && point <= 0)
    return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  out += digits[0];
  if (count > 1) out += "." + digits.substr(1);
  return out + "e" + (exponent < 0 ? "-" : "+") + std::to_string(std::abs(exponent));
}

/// Orders UTF-8 texts by their UTF-16 code units: code points above the basic plane sort as
/// surrogates, below U+E000.
bool utf16_less(std::string_view a, std::string_view b) {
  const auto [x, y] = std::ranges::mismatch(a, b);
  if (x == a.end() || y == b.end()) return a.size() < b.size();
  const auto rank = [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte >= 0xf0 ? 0xed80 + byte : (byte >= 0xee ? 0xf000 + byte : byte * 0x100);
  };
  return rank(*x) < rank(*y);
}

}  // namespace

class Writer {
 public:
  enum class Style : std::uint8_t { kCompact, kPretty, kCanonical };
  explicit Writer(Style style) : style_(style) {}

  // NOLINTBEGIN(misc-no-recursion): as deep as the value, which the parser's depth_max or the code
  // that built it bounds.
  void write(const Value& value, std::size_t indent = 0) {
    std::visit([&](const auto& data) { write_data(data, indent); }, value.data_);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void write_data(std::monostate, std::size_t) { out_ += "null"; }
  void write_data(bool value, std::size_t) { out_ += value ? "true" : "false"; }
  void write_data(std::int64_t value, std::size_t) { write_integer(value); }
  void write_data(std::uint64_t value, std::size_t) { write_integer(value); }
  void write_data(double value, std::size_t) { out_ += ecmascript_number(value); }
  void write_data(const std::string& value, std::size_t) { append_string(out_, value); }
  void write_data(const Array& items, std::size_t indent) {
    out_.push_back('[');
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i != 0) out_.push_back(',');
      line_break(indent + 1);
      write(items[i], indent + 1);
    }
    if (!items.empty()) line_break(indent);
    out_.push_back(']');
  }
  void write_data(const Object& members, std::size_t indent) {
    std::vector<const Member*> order;
    order.reserve(members.size());
    for (const auto& member : members) order.push_back(&member);
    if (style_ == Style::kCanonical) {
      std::ranges::sort(
          order, [](const Member* a, const Member* b) { return utf16_less(a->first, b->first); });
    }
    out_.push_back('{');
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i != 0) out_.push_back(',');
      line_break(indent + 1);
      append_string(out_, order[i]->first);
      out_ += style_ == Style::kPretty ? ": " : ":";
      write(order[i]->second, indent + 1);
    }
    if (!order.empty()) line_break(indent);
    out_.push_back('}');
  }
  // NOLINTEND(misc-no-recursion)
  template <class Integer>
  void write_integer(Integer value) {
    constexpr Integer kExact = Integer{1} << 53;
    bool exact = value <= kExact;
    if constexpr (std::is_signed_v<Integer>) exact = exact && value >= -kExact;
    out_ += style_ == Style::kCanonical && !exact ? ecmascript_number(static_cast<double>(value))
                                                  : std::to_string(value);
  }
  void line_break(std::size_t indent) {
    if (style_ == Style::kPretty) out_ += "\n" + std::string(2 * indent, ' ');
  }

  Style style_;
  std::string out_;
};

namespace {
std::string render(const Value& value, Writer::Style style) {
  Writer writer(style);
  writer.write(value);
  return writer.take();
}
}  // namespace

std::string to_text(const Value& value) { return render(value, Writer::Style::kCompact); }
std::string to_pretty_text(const Value& value) {
  return render(value, Writer::Style::kPretty) + "\n";
}
std::string to_canonical_text(const Value& value) {
  return render(value, Writer::Style::kCanonical);
}

}  // namespace datapact::json
