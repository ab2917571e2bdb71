#include "rpc/call_params.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/transaction.hpp"
#include "rpc/error.hpp"
#include "rpc/params.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::rpc {
namespace {

using chain::TxnType;
using json::Value;

auto refuse_field(std::string_view name, std::string_view why) {
  std::string text(name);
  text += ": ";
  text += why;
  return refuse_argument(0, text);
}

/// Reads the members of one object; null and absent are the same.
class Fields {
 public:
  explicit Fields(const Value& object) : object_(object) {}

  [[nodiscard]] const Value* find(std::string_view name) const {
    const Value* value = object_.find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  template <class Fixed>
  [[nodiscard]] Result<std::optional<Fixed>, Error> fixed(std::string_view name) const {
    TRY(const std::string* text, text_of(name));
    if (text == nullptr) return std::optional<Fixed>{};
    const auto value = fixed_from_hex<Fixed>(*text);
    if (!value || !text->starts_with("0x")) return refuse_field(name, "wrong hex string");
    return value;
  }

  [[nodiscard]] Result<std::optional<uint256>, Error> word(std::string_view name) const {
    TRY(const std::string* text, text_of(name));
    if (text == nullptr) return std::optional<uint256>{};
    const auto value = u256_from_quantity(*text);
    if (!value) return refuse_field(name, "no hexadecimal quantity");
    return value;
  }

  [[nodiscard]] Result<std::optional<std::uint64_t>, Error> number(std::string_view name) const {
    TRY(const auto value, word(name));
    if (!value) return std::optional<std::uint64_t>{};
    if (!value->fits_u64()) return refuse_field(name, "does not fit 64 bits");
    return std::optional<std::uint64_t>{value->low_u64()};
  }

  [[nodiscard]] Result<std::optional<Bytes>, Error> bytes(std::string_view name) const {
    TRY(const std::string* text, text_of(name));
    if (text == nullptr) return std::optional<Bytes>{};
    auto data = data_from_text(*text);
    if (!data.ok()) return refuse_field(name, data.error());
    return std::optional<Bytes>{std::move(*data)};
  }

 private:
  [[nodiscard]] Result<const std::string*, Error> text_of(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) return static_cast<const std::string*>(nullptr);
    const std::string* text = value->as_string();
    if (text == nullptr) return refuse_field(name, "a string is expected");
    return text;
  }
  const Value& object_;
};

Result<void, Error> read_data(const Fields& fields, chain::Transaction& txn) {
  TRY(auto data, fields.bytes("data"));
  TRY(auto input, fields.bytes("input"));
  if (data && input && *data != *input) {
    return refuse(ErrorCode::kInvalidParams,
                  "both \"data\" and \"input\" are set and not equal. Please use \"input\" to pass "
                  "transaction call data");
  }
  if (input) {
    txn.data = std::move(*input);
  } else if (data) {
    txn.data = std::move(*data);
  }
  return {};
}

Result<void, Error> read_fees(const Fields& fields, chain::Transaction& txn) {
  TRY(const auto price, fields.word("gasPrice"));
  TRY(const auto fee, fields.word("maxFeePerGas"));
  TRY(const auto tip, fields.word("maxPriorityFeePerGas"));
  if (price && (fee || tip)) {
    return refuse(ErrorCode::kInvalidParams,
                  "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
  }
  if (price) {
    txn.max_fee_per_gas = *price;
    txn.max_priority_fee_per_gas = *price;
    return {};
  }
  txn.type = TxnType::kDynamicFee;
  txn.max_fee_per_gas = fee.value_or(uint256{});
  txn.max_priority_fee_per_gas = tip.value_or(uint256{});
  if (fee && txn.max_fee_per_gas < txn.max_priority_fee_per_gas) {
    return refuse(ErrorCode::kServer, "max priority fee per gas higher than max fee per gas");
  }
  if (!fee) txn.max_priority_fee_per_gas = {};
  return {};
}

Result<void, Error> read_access_list(const Fields& fields, chain::Transaction& txn) {
  const Value* list = fields.find("accessList");
  if (list == nullptr) return {};
  if (!list->is_array()) return refuse_field("accessList", "an array is expected");
  for (const Value& item : *list->as_array()) {
    const Fields entry(item);
    TRY(const auto address, entry.fixed<Address>("address"));
    if (!address) return refuse_field("accessList", "an entry without address");
    chain::AccessListEntry read;
    read.address = *address;
    const Value* keys = entry.find("storageKeys");
    if (keys != nullptr && !keys->is_array()) {
      return refuse_field("accessList", "storageKeys is no array");
    }
    if (keys != nullptr) {
      for (const Value& key : *keys->as_array()) {
        const auto hash =
            key.is_string() ? fixed_from_hex<Hash256>(*key.as_string()) : std::nullopt;
        if (!hash) return refuse_field("accessList", "a storage key is 32 bytes");
        read.storage_keys.push_back(*hash);
      }
    }
    txn.access_list.push_back(std::move(read));
  }
  if (txn.type == TxnType::kLegacy) txn.type = TxnType::kAccessList;
  return {};
}

Result<void, Error> read_authorizations(const Fields& fields, chain::Transaction& txn) {
  const Value* list = fields.find("authorizationList");
  if (list == nullptr) return {};
  if (!list->is_array()) return refuse_field("authorizationList", "an array is expected");
  for (const Value& item : *list->as_array()) {
    const Fields entry(item);
    TRY(const auto chain_id, entry.word("chainId"));
    TRY(const auto address, entry.fixed<Address>("address"));
    TRY(const auto nonce, entry.number("nonce"));
    TRY(const auto y_parity, entry.word("yParity"));
    TRY(const auto r, entry.word("r"));
    TRY(const auto s, entry.word("s"));
    if (!address) return refuse_field("authorizationList", "an entry without address");
    chain::Authorization read;
    read.chain_id = chain_id.value_or(uint256{});
    read.address = *address;
    read.nonce = Nonce{nonce.value_or(0)};
    read.y_parity = y_parity.value_or(uint256{});
    read.r = r.value_or(uint256{});
    read.s = s.value_or(uint256{});
    txn.authorizations.push_back(read);
  }
  txn.type = TxnType::kSetCode;
  return {};
}

Result<void, Error> refuse_blob_fields(const Fields& fields, chain::Profile profile) {
  const bool is_consortium = profile == chain::Profile::kConsortium;
  for (const std::string_view name : {"blobVersionedHashes", "maxFeePerBlobGas"}) {
    if (is_consortium && fields.find(name) != nullptr) {
      return refuse_field(name, "blob transactions (type 3) do not exist on this chain");
    }
  }
  for (const std::string_view name : {"blobs", "commitments", "proofs"}) {
    if (fields.find(name) == nullptr) continue;
    if (is_consortium) {
      return refuse_field(name, "blob transactions (type 3) do not exist on this chain");
    }
    return refuse_field(name, "not taken by calls, which see blobVersionedHashes only");
  }
  return {};
}

Result<void, Error> read_blobs(const Fields& fields, chain::Profile profile,
                               chain::Transaction& txn) {
  TRY_VOID(refuse_blob_fields(fields, profile));
  TRY(const auto fee, fields.word("maxFeePerBlobGas"));
  const Value* list = fields.find("blobVersionedHashes");
  if (list == nullptr) return {};
  if (!list->is_array()) return refuse_field("blobVersionedHashes", "an array is expected");
  if (list->as_array()->empty()) {
    return refuse(ErrorCode::kServer, "blob transaction missing blob hashes");
  }
  for (const Value& item : *list->as_array()) {
    const std::string* text = item.as_string();
    const auto hash =
        text != nullptr && text->starts_with("0x") ? fixed_from_hex<Hash256>(*text) : std::nullopt;
    if (!hash) return refuse_field("blobVersionedHashes", "a hash is 32 bytes in 0x hex");
    txn.blob_hashes.push_back(*hash);
  }
  txn.type = TxnType::kBlob;
  txn.max_fee_per_blob_gas = fee.value_or(uint256{});
  return {};
}

}  // namespace

Result<CallParams, Error> parse_call(const Value& object, const chain::GenesisConfig& config) {
  if (!object.is_object()) return refuse_argument(0, "a transaction object is expected");
  const Fields fields(object);
  CallParams out;
  TRY(const auto sender, fields.fixed<Address>("from"));
  out.sender = sender.value_or(Address{});
  TRY(out.txn.to, fields.fixed<Address>("to"));
  TRY(const auto gas, fields.number("gas"));
  if (gas) out.gas = Gas{*gas};
  TRY(const auto value, fields.word("value"));
  out.txn.value = Wei{value.value_or(uint256{})};
  TRY(const auto given_chain, fields.word("chainId"));
  if (given_chain && *given_chain != uint256{config.chain_id.raw()}) {
    return refuse(ErrorCode::kServer,
                  "chainId does not match node's (have=" + to_decimal(*given_chain) +
                      ", want=" + std::to_string(config.chain_id.raw()) + ")");
  }
  out.txn.chain_id = config.chain_id;
  TRY_VOID(read_data(fields, out.txn));
  TRY_VOID(read_fees(fields, out.txn));
  TRY_VOID(read_access_list(fields, out.txn));
  TRY_VOID(read_authorizations(fields, out.txn));
  TRY_VOID(read_blobs(fields, config.profile, out.txn));
  return out;
}

}  // namespace datapact::rpc
