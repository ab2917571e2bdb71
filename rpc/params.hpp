#pragma once
// Reading positional parameters: every refusal names the argument and the rule (-32602). Pure.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "rpc/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::rpc {

/// A borrowed list of parameters; absent ones read as null.
class Params {
 public:
  explicit Params(const json::Array& values) noexcept : values_(&values) {}

  [[nodiscard]] std::size_t size() const noexcept { return values_->size(); }
  [[nodiscard]] const json::Value& at(std::size_t index) const noexcept;
  [[nodiscard]] bool has(std::size_t index) const noexcept { return !at(index).is_null(); }

  [[nodiscard]] Result<Address, Error> address(std::size_t index) const;
  [[nodiscard]] Result<BlockHash, Error> block_hash(std::size_t index) const;
  [[nodiscard]] Result<TxnHash, Error> txn_hash(std::size_t index) const;
  /// A QUANTITY, or a number of JSON (feeHistory's count).
  [[nodiscard]] Result<std::uint64_t, Error> count(std::size_t index) const;
  [[nodiscard]] Result<Bytes, Error> bytes(std::size_t index) const;
  /// False when absent.
  [[nodiscard]] Result<bool, Error> flag(std::size_t index) const;

 private:
  [[nodiscard]] Result<const std::string*, Error> text(std::size_t index) const;
  const json::Array* values_;
};

/// "0x" and an even number of digits, in geth's words when it is not.
[[nodiscard]] Result<Bytes, std::string> data_from_text(std::string_view text);
/// Up to 32 bytes, with or without leading zeros (storage keys).
[[nodiscard]] std::optional<uint256> slot_from_text(std::string_view text);

}  // namespace datapact::rpc
