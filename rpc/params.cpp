#include "rpc/params.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "rpc/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::rpc {
namespace {

const json::Value kAbsent;

template <class Fixed>
Result<Fixed, Error> fixed(std::size_t index, const std::string& text) {
  const auto data = data_from_text(text);
  if (!data.ok()) return refuse_argument(index, data.error());
  if (data->size() != Fixed::kSize) {
    return refuse_argument(index, "hex string has length " + std::to_string(2 * data->size()) +
                                      ", want " + std::to_string(2 * Fixed::kSize));
  }
  return Fixed::from(*data);
}

}  // namespace

const json::Value& Params::at(std::size_t index) const noexcept {
  return index < values_->size() ? (*values_)[index] : kAbsent;
}

Result<const std::string*, Error> Params::text(std::size_t index) const {
  const json::Value& value = at(index);
  if (value.is_null()) {
    return refuse(ErrorCode::kInvalidParams,
                  "missing value for required argument " + std::to_string(index));
  }
  const std::string* text = value.as_string();
  if (text == nullptr) return refuse_argument(index, "a string is expected");
  return text;
}

Result<Address, Error> Params::address(std::size_t index) const {
  TRY(const std::string* value, text(index));
  return fixed<Address>(index, *value);
}

Result<BlockHash, Error> Params::block_hash(std::size_t index) const {
  TRY(const std::string* value, text(index));
  return fixed<BlockHash>(index, *value);
}

Result<TxnHash, Error> Params::txn_hash(std::size_t index) const {
  TRY(const std::string* value, text(index));
  return fixed<TxnHash>(index, *value);
}

Result<std::uint64_t, Error> Params::count(std::size_t index) const {
  if (const auto number = at(index).as_u64()) return *number;
  TRY(const std::string* value, text(index));
  const auto number = u64_from_quantity(*value);
  if (!number) return refuse_argument(index, "\"" + *value + "\" is no hexadecimal quantity");
  return *number;
}

Result<Bytes, Error> Params::bytes(std::size_t index) const {
  TRY(const std::string* value, text(index));
  auto data = data_from_text(*value);
  if (!data.ok()) return refuse_argument(index, data.error());
  return std::move(*data);
}

Result<bool, Error> Params::flag(std::size_t index) const {
  if (!has(index)) return false;
  const auto value = at(index).as_bool();
  if (!value) return refuse_argument(index, "true or false is expected");
  return *value;
}

Result<Bytes, std::string> data_from_text(std::string_view text) {
  if (text.empty()) return fail(std::string("empty hex string"));
  if (!text.starts_with("0x")) return fail(std::string("hex string without 0x prefix"));
  if (text.size() % 2 != 0) return fail(std::string("hex string of odd length"));
  auto data = from_hex(text);
  if (!data) return fail(std::string("invalid hex string"));
  return std::move(*data);
}

std::optional<uint256> slot_from_text(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  if (text.size() > 64) return std::nullopt;
  std::string padded(64 - text.size(), '0');
  padded += text;
  const auto bytes = from_hex(padded);
  if (!bytes) return std::nullopt;
  return uint256::load_be(bytes->data());
}

}  // namespace datapact::rpc
