#include "base/hex.hpp"

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datapact {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool has_prefix(std::string_view text) noexcept {
  return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

std::string trim_quantity(const std::string& digits) {
  const auto first = digits.find_first_not_of('0');
  return "0x" + (first == std::string::npos ? std::string("0") : digits.substr(first));
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string to_hex0x(ByteView bytes) { return "0x" + to_hex(bytes); }

std::string to_quantity(std::uint64_t value) {
  std::uint8_t buffer[8];
  store_be(buffer, value);
  return trim_quantity(to_hex(buffer));
}

std::string to_quantity(const uint256& value) {
  std::uint8_t buffer[32];
  value.store_be(buffer);
  return trim_quantity(to_hex(buffer));
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (has_prefix(text)) text.remove_prefix(2);
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out(text.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_value(text[2 * i]);
    const int low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i] = static_cast<std::uint8_t>((high << 4) | low);
  }
  return out;
}

std::optional<uint256> u256_from_quantity(std::string_view text) {
  if (!has_prefix(text)) return std::nullopt;
  text.remove_prefix(2);
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  uint256 out;
  for (const char c : text) {
    const int value = digit_value(c);
    if (value < 0) return std::nullopt;
    out = (out << 4) | uint256{static_cast<std::uint64_t>(value)};
  }
  return out;
}

std::optional<std::uint64_t> u64_from_quantity(std::string_view text) {
  const auto wide = u256_from_quantity(text);
  if (!wide || !wide->fits_u64()) return std::nullopt;
  return wide->low_u64();
}

}  // namespace datapact
