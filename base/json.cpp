#include "base/json.hpp"

#include "base/assert.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace datapact::json {

Value::Value(std::uint64_t value) noexcept {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    data_ = static_cast<std::int64_t>(value);
  } else {
    data_ = value;
  }
}

bool Value::is_number() const noexcept {
  return std::holds_alternative<std::int64_t>(data_) ||
         std::holds_alternative<std::uint64_t>(data_) || std::holds_alternative<double>(data_);
}

std::optional<bool> Value::as_bool() const noexcept {
  if (const auto* value = std::get_if<bool>(&data_)) return *value;
  return std::nullopt;
}

std::optional<std::uint64_t> Value::as_u64() const noexcept {
  if (const auto* value = std::get_if<std::uint64_t>(&data_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&data_)) {
    if (*value >= 0) return static_cast<std::uint64_t>(*value);
  }
  return std::nullopt;
}

std::optional<std::int64_t> Value::as_i64() const noexcept {
  if (const auto* value = std::get_if<std::int64_t>(&data_)) return *value;
  return std::nullopt;
}

std::optional<double> Value::as_double() const noexcept {
  if (const auto* value = std::get_if<double>(&data_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&data_)) return static_cast<double>(*value);
  return std::nullopt;
}

const Value* Value::find(std::string_view name) const noexcept {
  const auto* object = as_object();
  if (object == nullptr) return nullptr;
  for (const auto& [key, value] : *object) {
    if (key == name) return &value;
  }
  return nullptr;
}

Value& Value::set(std::string name, Value value) {
  if (is_null()) data_ = Object{};
  auto* object = as_object();
  PRECONDITION(object != nullptr);
  for (auto& [key, existing] : *object) {
    if (key == name) {
      existing = std::move(value);
      return *this;
    }
  }
  object->emplace_back(std::move(name), std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  if (is_null()) data_ = Array{};
  auto* array = as_array();
  PRECONDITION(array != nullptr);
  array->push_back(std::move(value));
  return *this;
}

}  // namespace datapact::json
