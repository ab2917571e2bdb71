#include "ledger/chain/revert_reason.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/uint256.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::chain {
namespace {

constexpr std::array<std::uint8_t, 4> kErrorSelector{0x08, 0xc3, 0x79, 0xa0};
constexpr std::array<std::uint8_t, 4> kPanicSelector{0x4e, 0x48, 0x7b, 0x71};
constexpr std::size_t kAbiWord = 32;

/// Solidity, "Panic codes"; geth's words.
constexpr std::array<std::pair<std::uint64_t, std::string_view>, 10> kPanics{{
    {0x00, "generic panic"},
    {0x01, "assert(false)"},
    {0x11, "arithmetic underflow or overflow"},
    {0x12, "division or modulo by zero"},
    {0x21, "enum overflow"},
    {0x22, "invalid encoded storage byte array accessed"},
    {0x31, "out-of-bounds array access; popping on an empty array"},
    {0x32, "out-of-bounds access of an array or bytesN"},
    {0x41, "out of memory"},
    {0x51, "uninitialized function"},
}};

std::optional<std::size_t> small_word(ByteView data, std::size_t offset) {
  if (data.size() < kAbiWord || offset > data.size() - kAbiWord) return std::nullopt;
  const uint256 word = uint256::load_be(data.data() + offset);
  if (!word.fits_u64() || word.low_u64() > data.size()) return std::nullopt;
  return static_cast<std::size_t>(word.low_u64());
}

/// Foreign bytes end in a JSON string: anything outside printable ASCII that is no valid UTF-8
/// would make the response no JSON.
std::string printable(ByteView bytes) {
  std::string text(as_text(bytes));
  if (json::parse(json::to_text(json::Value(text))).ok()) return text;
  std::string out;
  for (const char c : text) out += (c >= ' ' && c <= '~') ? c : '?';
  return out;
}

std::optional<std::string> error_text(ByteView arguments) {
  const auto offset = small_word(arguments, 0);
  if (!offset) return std::nullopt;
  const auto size = small_word(arguments, *offset);
  if (!size) return std::nullopt;
  const std::size_t begin = *offset + kAbiWord;
  if (*size > arguments.size() - begin) return std::nullopt;
  return printable(arguments.subspan(begin, *size));
}

std::string panic_text(ByteView arguments) {
  const uint256 code = uint256::load_be(arguments.data());
  for (const auto& [value, text] : kPanics) {
    if (code == uint256{value}) return std::string(text);
  }
  return "unknown panic code: " + to_quantity(code);
}

}  // namespace

std::optional<std::string> revert_reason(ByteView data) {
  if (data.size() < kErrorSelector.size()) return std::nullopt;
  const ByteView selector = data.first(kErrorSelector.size());
  const ByteView arguments = data.subspan(kErrorSelector.size());
  if (equal(selector, kErrorSelector)) return error_text(arguments);
  if (equal(selector, kPanicSelector) && arguments.size() == kAbiWord) return panic_text(arguments);
  return std::nullopt;
}

}  // namespace datapact::chain
