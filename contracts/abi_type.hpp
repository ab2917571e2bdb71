#pragma once
// Types of the contract ABI (Solidity ABI specification, "Types"), parsed from their canonical
// text. Pure.
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::contracts {

enum class AbiKind : std::uint8_t {
  kUint,
  kInt,
  kAddress,
  kBool,
  kFixedBytes,
  kBytes,
  kString,
  kDynamicArray,
  kFixedArray,
  kTuple,
};

// NOLINTNEXTLINE(misc-no-recursion): copies follow the nesting, which the parser bounds
struct AbiType {
  AbiKind kind = AbiKind::kUint;
  /// Bits of an integer, bytes of bytesN, length of a fixed array.
  std::size_t size = 256;
  /// Element of an array, or members of a tuple.
  std::vector<AbiType> parts;
  /// Name of a parameter or tuple member; empty when the text gave none.
  std::string name;

  [[nodiscard]] bool is_dynamic() const noexcept;
  /// Bytes in the head: 32 for a dynamic type, else the whole static size.
  [[nodiscard]] std::size_t head_size() const noexcept;
  /// As selectors and topics spell it: "(address,uint256)[]".
  [[nodiscard]] std::string canonical() const;
};

struct AbiTypeError {
  std::string message;
};

/// One type, such as "uint64", "bytes32[3]", "(address,uint256[])[]". Accepts "uint" and "int" for
/// their 256-bit forms.
[[nodiscard]] Result<AbiType, AbiTypeError> parse_abi_type(std::string_view text);

/// A function, event or error: "transfer(address,uint256)".
struct AbiSignature {
  std::string name;
  std::vector<AbiType> inputs;
  std::vector<AbiType> outputs;
  [[nodiscard]] std::string canonical() const;
  /// First four bytes of the keccak of the canonical text.
  [[nodiscard]] std::uint32_t selector() const;
};

/// "name(types)" or "name(types)(return types)".
[[nodiscard]] Result<AbiSignature, AbiTypeError> parse_abi_signature(std::string_view text);

}  // namespace datapact::contracts
