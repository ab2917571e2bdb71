#pragma once
// JSON values, a strict parser with limits, and canonical text (RFC 8785, JCS). Objects keep the
// order of insertion. Integers up to 64 bits stay exact; other numbers are doubles. Pure,
// thread-safe.
#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

struct Error {
  std::size_t offset = 0;  ///< byte position in the text
  std::string message;
};

class Value {
 public:
  Value() noexcept = default;
  Value(std::nullptr_t) noexcept {}                             // NOLINT: literals are values
  Value(bool value) noexcept : data_(value) {}                  // NOLINT
  Value(int value) noexcept : data_(std::int64_t{value}) {}     // NOLINT
  Value(std::int64_t value) noexcept : data_(value) {}          // NOLINT
  Value(std::uint64_t value) noexcept;                          // NOLINT
  Value(double value) noexcept : data_(value) {}                // NOLINT
  Value(const char* text) : data_(std::string(text)) {}         // NOLINT
  Value(std::string_view text) : data_(std::string(text)) {}    // NOLINT
  Value(std::string text) noexcept : data_(std::move(text)) {}  // NOLINT
  Value(Array array) noexcept : data_(std::move(array)) {}      // NOLINT
  Value(Object object) noexcept : data_(std::move(object)) {}   // NOLINT
  [[nodiscard]] static Value object(std::initializer_list<Member> members) {
    return Object(members);
  }
  [[nodiscard]] static Value array(std::initializer_list<Value> items = {}) { return Array(items); }

  [[nodiscard]] bool is_null() const noexcept {
    return std::holds_alternative<std::monostate>(data_);
  }
  [[nodiscard]] bool is_bool() const noexcept { return std::holds_alternative<bool>(data_); }
  [[nodiscard]] bool is_string() const noexcept {
    return std::holds_alternative<std::string>(data_);
  }
  [[nodiscard]] bool is_array() const noexcept { return std::holds_alternative<Array>(data_); }
  [[nodiscard]] bool is_object() const noexcept { return std::holds_alternative<Object>(data_); }
  [[nodiscard]] bool is_number() const noexcept;

  /// Each returns nothing (null) when the value is of another kind.
  [[nodiscard]] std::optional<bool> as_bool() const noexcept;
  [[nodiscard]] const std::string* as_string() const noexcept {
    return std::get_if<std::string>(&data_);
  }
  [[nodiscard]] const Array* as_array() const noexcept { return std::get_if<Array>(&data_); }
  [[nodiscard]] const Object* as_object() const noexcept { return std::get_if<Object>(&data_); }
  [[nodiscard]] Array* as_array() noexcept { return std::get_if<Array>(&data_); }
  [[nodiscard]] Object* as_object() noexcept { return std::get_if<Object>(&data_); }
  [[nodiscard]] std::optional<std::uint64_t> as_u64() const noexcept;
  [[nodiscard]] std::optional<std::int64_t> as_i64() const noexcept;
  [[nodiscard]] std::optional<double> as_double() const noexcept;

  /// The member of that name, or null when absent or when this is not an object.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  /// Replaces or appends a member; turns null into an object. Must not be called on another kind.
  Value& set(std::string name, Value value);
  /// Appends an item; turns null into an array. Must not be called on another kind.
  Value& push(Value value);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  friend class Writer;
  // An unsigned alternative only for values above the signed range, so that equal numbers compare
  // equal.
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      data_;
};

struct ParseLimits {
  std::size_t depth_max = 32;
};

/// The whole text must be one JSON document in valid UTF-8. A repeated member name is an error.
[[nodiscard]] Result<Value, Error> parse(std::string_view text, ParseLimits limits = {});
/// Compact, members in order of insertion.
[[nodiscard]] std::string to_text(const Value& value);
/// Two spaces an indent, a newline at the end: for files people read.
[[nodiscard]] std::string to_pretty_text(const Value& value);
/// RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript prints them (an integer
/// beyond 2^53 is rounded to its double, as the RFC demands: keep such numbers as strings).
[[nodiscard]] std::string to_canonical_text(const Value& value);

}  // namespace datapact::json
