#pragma once
// Values of ABI types, their encoding (Solidity ABI specification, "Formal Specification of the
// Encoding") and their text. The decoder is strict: offsets inside the data, padding zero, numbers
// within their type. Pure.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace datapact::contracts {

class AbiValue;
using AbiList = std::vector<AbiValue>;

/// Integers, addresses, bools and bytesN as the 32-byte word of the encoding; bytes and strings as
/// bytes; arrays and tuples as lists.
class AbiValue {
 public:
  AbiValue() = default;
  AbiValue(const uint256& word) : data_(word) {}                        // NOLINT: a word is a value
  AbiValue(std::uint64_t number) : data_(uint256{number}) {}            // NOLINT
  AbiValue(const Address& address) : data_(to_uint256(address)) {}      // NOLINT
  AbiValue(const Hash256& hash) : data_(to_uint256(hash)) {}            // NOLINT
  AbiValue(Bytes bytes) : data_(std::move(bytes)) {}                    // NOLINT
  AbiValue(std::string_view text) : data_(to_bytes(as_bytes(text))) {}  // NOLINT
  AbiValue(AbiList list);                                               // NOLINT

  [[nodiscard]] const uint256* word() const noexcept { return std::get_if<uint256>(&data_); }
  [[nodiscard]] const Bytes* bytes() const noexcept { return std::get_if<Bytes>(&data_); }
  [[nodiscard]] const AbiList* list() const noexcept {
    const auto* shared = std::get_if<SharedList>(&data_);
    return shared == nullptr ? nullptr : shared->get();
  }
  friend bool operator==(const AbiValue& a, const AbiValue& b);

 private:
  /// Nobody changes a list, so copies share it.
  using SharedList = std::shared_ptr<const AbiList>;
  std::variant<uint256, Bytes, SharedList> data_;
};

struct AbiError {
  std::string message;
};

/// The values must have the shape of the types (PRECONDITION): build them with parse_abi_value or
/// by hand.
[[nodiscard]] Bytes encode_abi(const std::vector<AbiType>& types, const AbiList& values);
[[nodiscard]] Result<AbiList, AbiError> decode_abi(const std::vector<AbiType>& types,
                                                   ByteView data);

/// Selector and encoded arguments.
[[nodiscard]] Bytes encode_call(const AbiSignature& function, const AbiList& arguments);

/// From JSON (decimal or 0x text, true/false, hex bytes, lists): the error names the type, the rule
/// and the value.
[[nodiscard]] Result<AbiValue, AbiError> abi_value_from_json(const AbiType& type,
                                                             const json::Value& value);
/// From a command line argument: as JSON when it starts with '[', else as its text.
[[nodiscard]] Result<AbiValue, AbiError> parse_abi_value(const AbiType& type,
                                                         std::string_view text);
/// Integers as decimal strings, bytes as 0x text, tuples with names as objects.
[[nodiscard]] json::Value to_json(const AbiType& type, const AbiValue& value);

}  // namespace datapact::contracts
