#pragma once
// Reads of JSON documents that name document, field and rule when they fail.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "tools/cli/cli_error.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace datapact::tools {

/// One object of a document; `where` is its path for messages.
class Fields {
 public:
  Fields(const json::Value& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) refuse("", "must be a JSON object");
  }

  [[nodiscard]] const std::string& text(std::string_view name) const {
    const auto* value = get(name).as_string();
    if (value == nullptr) refuse(name, "must be a text");
    return *value;
  }
  template <class Fixed>
  [[nodiscard]] Fixed fixed(std::string_view name) const {
    const auto& value = text(name);
    const auto parsed = value.starts_with("0x") ? fixed_from_hex<Fixed>(value) : std::nullopt;
    if (!parsed)
      refuse(name, "must be 0x and " + std::to_string(2 * Fixed::kSize) + " hex digits, got \"" +
                       value + "\"");
    return *parsed;
  }
  [[nodiscard]] Bytes bytes(std::string_view name) const {
    const auto& value = text(name);
    auto parsed = value.starts_with("0x") ? from_hex(value) : std::nullopt;
    if (!parsed) refuse(name, "must be 0x and an even number of hex digits");
    return std::move(*parsed);
  }
  /// Numbers above 2^53 do not survive JSON: they are decimal texts.
  [[nodiscard]] uint256 number(std::string_view name, unsigned bits_max) const {
    const auto& value = text(name);
    const auto parsed = uint256::parse(value);
    if (!parsed || parsed->bit_length() > bits_max) {
      refuse(name, "must be a number below 2^" + std::to_string(bits_max) + " as text, got \"" +
                       value + "\"");
    }
    return *parsed;
  }
  template <class Integer>
  [[nodiscard]] Integer integer(std::string_view name) const {
    return static_cast<Integer>(number(name, std::numeric_limits<Integer>::digits).low_u64());
  }
  [[nodiscard]] Fields object(std::string_view name) const { return {get(name), path(name)}; }
  [[nodiscard]] const json::Value& get(std::string_view name) const {
    const auto* value = object_.find(name);
    if (value == nullptr) refuse(name, "is missing");
    return *value;
  }
  /// The member `format` must say exactly this.
  void require_format(std::string_view expected) const {
    if (text("format") != expected)
      refuse("format", "must be \"" + std::string(expected) + "\", got \"" + text("format") + "\"");
  }
  [[noreturn]] void refuse(std::string_view name, const std::string& rule) const {
    fail_file("malformed-document", path(name) + " " + rule);
  }

 private:
  [[nodiscard]] std::string path(std::string_view name) const {
    return name.empty() ? where_ : where_ + ": " + std::string(name);
  }
  const json::Value& object_;
  std::string where_;
};

}  // namespace datapact::tools
