#include "contracts/abi_type.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/keccak.hpp"

#include <tl/expected.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datapact::contracts {
namespace {

constexpr std::size_t kNestingMax = 16;
constexpr std::size_t kFixedArrayMax = 4096;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  // NOLINTNEXTLINE(misc-no-recursion): at most kNestingMax deep
  Result<AbiType, AbiTypeError> type(std::size_t depth = 0) {
    if (depth > kNestingMax) return error("nested deeper than 16 levels");
    AbiType out;
    if (peek() == '(') {
      TRY(out.parts, list(depth + 1));
      if (out.parts.empty()) return error("an empty tuple has no encoding");
      out.kind = AbiKind::kTuple;
    } else {
      TRY(out, elementary());
    }
    return arrays(std::move(out), depth);
  }

  /// "(" types ")".
  // NOLINTNEXTLINE(misc-no-recursion): at most kNestingMax deep
  Result<std::vector<AbiType>, AbiTypeError> list(std::size_t depth) {
    if (!consume('(')) return error("expected '('");
    std::vector<AbiType> out;
    if (consume(')')) return out;
    do {
      TRY(auto item, type(depth));
      out.push_back(std::move(item));
    } while (consume(','));
    if (!consume(')')) return error("expected ',' or ')'");
    return out;
  }

  std::string identifier() {
    const auto start = position_;
    while (is_word(peek())) ++position_;
    return std::string(text_.substr(start, position_ - start));
  }
  [[nodiscard]] bool at_end() const noexcept { return position_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[position_]; }

  [[nodiscard]] tl::unexpected<AbiTypeError> error(std::string_view what) const {
    return fail(AbiTypeError{"ABI type \"" + std::string(text_) + "\": " + std::string(what) +
                             " at position " + std::to_string(position_)});
  }

 private:
  static bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
  }
  bool consume(char c) noexcept {
    if (peek() != c || at_end()) return false;
    ++position_;
    return true;
  }

  Result<AbiType, AbiTypeError> elementary() {
    const std::string word = identifier();
    const auto digits = word.find_first_of("0123456789");
    const std::string stem = word.substr(0, digits);
    std::size_t size = 0;
    if (digits != std::string::npos) {
      const char* last = word.data() + word.size();
      const auto parsed = std::from_chars(word.data() + digits, last, size);
      if (parsed.ec != std::errc{} || parsed.ptr != last || word[digits] == '0')
        return error("malformed size");
    }
    const bool sized = digits != std::string::npos;
    if (stem == "uint" || stem == "int") {
      if (sized && (size % 8 != 0 || size > 256))
        return error("integers have 8 to 256 bits in steps of 8");
      return AbiType{stem == "uint" ? AbiKind::kUint : AbiKind::kInt, sized ? size : 256, {}, {}};
    }
    if (stem == "bytes") {
      if (sized && size > 32) return error("bytesN has 1 to 32 bytes");
      return AbiType{sized ? AbiKind::kFixedBytes : AbiKind::kBytes, size, {}, {}};
    }
    if (!sized && stem == "address") return AbiType{AbiKind::kAddress, 0, {}, {}};
    if (!sized && stem == "bool") return AbiType{AbiKind::kBool, 0, {}, {}};
    if (!sized && stem == "string") return AbiType{AbiKind::kString, 0, {}, {}};
    return error("unknown type \"" + word + "\"");
  }

  Result<AbiType, AbiTypeError> arrays(AbiType element, std::size_t depth) {
    while (consume('[')) {
      if (++depth > kNestingMax) return error("nested deeper than 16 levels");
      AbiType array{AbiKind::kDynamicArray, 0, {}, {}};
      if (!consume(']')) {
        const std::string digits = identifier();
        const char* last = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), last, array.size);
        if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != last)
          return error("malformed array length");
        if (array.size == 0 || array.size > kFixedArrayMax)
          return error("fixed arrays have 1 to 4096 elements");
        if (!consume(']')) return error("expected ']'");
        array.kind = AbiKind::kFixedArray;
      }
      array.parts.push_back(std::move(element));
      element = std::move(array);
    }
    return element;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

// NOLINTNEXTLINE(misc-no-recursion): follows the type, whose nesting the parser bounds
std::string join(const std::vector<AbiType>& types) {
  std::string out = "(";
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != 0) out += ",";
    out += types[i].canonical();
  }
  return out + ")";
}

}  // namespace

// NOLINTBEGIN(misc-no-recursion): they follow the type, whose nesting the parser bounds
bool AbiType::is_dynamic() const noexcept {
  switch (kind) {
    case AbiKind::kBytes:
    case AbiKind::kString:
    case AbiKind::kDynamicArray:
      return true;
    case AbiKind::kFixedArray:
    case AbiKind::kTuple:
      for (const auto& part : parts) {
        if (part.is_dynamic()) return true;
      }
      return false;
    case AbiKind::kUint:
    case AbiKind::kInt:
    case AbiKind::kAddress:
    case AbiKind::kBool:
    case AbiKind::kFixedBytes:
      return false;
  }
  return false;
}

std::size_t AbiType::head_size() const noexcept {
  if (is_dynamic()) return 32;
  if (kind == AbiKind::kFixedArray) return size * parts[0].head_size();
  if (kind != AbiKind::kTuple) return 32;
  std::size_t total = 0;
  for (const auto& part : parts) total += part.head_size();
  return total;
}

std::string AbiType::canonical() const {
  switch (kind) {
    case AbiKind::kUint:
      return "uint" + std::to_string(size);
    case AbiKind::kInt:
      return "int" + std::to_string(size);
    case AbiKind::kAddress:
      return "address";
    case AbiKind::kBool:
      return "bool";
    case AbiKind::kFixedBytes:
      return "bytes" + std::to_string(size);
    case AbiKind::kBytes:
      return "bytes";
    case AbiKind::kString:
      return "string";
    case AbiKind::kDynamicArray:
      return parts[0].canonical() + "[]";
    case AbiKind::kFixedArray:
      return parts[0].canonical() + "[" + std::to_string(size) + "]";
    case AbiKind::kTuple:
      return join(parts);
  }
  return {};
}
// NOLINTEND(misc-no-recursion)

std::string AbiSignature::canonical() const { return name + join(inputs); }

std::uint32_t AbiSignature::selector() const {
  return load_be<std::uint32_t>(crypto::keccak256(as_bytes(canonical())).data());
}

Result<AbiType, AbiTypeError> parse_abi_type(std::string_view text) {
  Parser parser(text);
  TRY(auto out, parser.type());
  if (!parser.at_end()) return parser.error("unexpected text");
  return out;
}

Result<AbiSignature, AbiTypeError> parse_abi_signature(std::string_view text) {
  Parser parser(text);
  AbiSignature out;
  out.name = parser.identifier();
  if (out.name.empty()) return parser.error("a name was expected");
  TRY(out.inputs, parser.list(0));
  if (parser.peek() == '(') {
    TRY(out.outputs, parser.list(0));
  }
  if (!parser.at_end()) return parser.error("unexpected text");
  return out;
}

}  // namespace datapact::contracts
