#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "ledger/state/state_diff.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace datapact::chain {
namespace {

Result<uint256, GenesisError> read_word(const json::Value& value, const std::string& field) {
  const std::string* text = value.as_string();
  const auto bytes = text != nullptr ? from_hex(*text) : std::nullopt;
  if (bytes && bytes->size() <= Hash256::kSize) return uint256::from_be(*bytes);
  return read_number(value, field);
}

Result<void, GenesisError> read_storage(const json::Value& storage, const std::string& field,
                                        state::AccountDiff& out) {
  const json::Object* members = storage.as_object();
  if (members == nullptr) return genesis_error(field, "must be an object");
  for (const auto& [name, value] : *members) {
    TRY(const uint256 slot, read_word(json::Value{name}, field + "." + name));
    TRY(const uint256 word, read_word(value, field + "." + name));
    if (!word.is_zero()) out.storage.insert_or_assign(slot, word);
  }
  return {};
}

Result<void, GenesisError> read_account(const json::Value& account, const std::string& field,
                                        const Address& address, state::StateDiff& out) {
  const json::Object* members = account.as_object();
  if (members == nullptr) return genesis_error(field, "must be an object");
  const auto [at, is_new] = out.accounts.try_emplace(address);
  if (!is_new) return genesis_error(field, "is listed twice");
  state::AccountDiff& diff = at->second;
  diff.account.emplace();
  for (const auto& [name, value] : *members) {
    const std::string path = field + "." + name;
    if (name == "balance") {
      TRY(const uint256 balance, read_number(value, path));
      diff.account->balance = Wei{balance};
    } else if (name == "nonce") {
      TRY(const std::uint64_t nonce,
          read_u64(value, path, std::numeric_limits<std::uint64_t>::max() - 1));
      diff.account->nonce = Nonce{nonce};
    } else if (name == "code") {
      TRY(Bytes code, read_bytes(value, path));
      if (code.empty()) continue;
      diff.account->code_hash = crypto::keccak256(code);
      out.codes.try_emplace(diff.account->code_hash,
                            std::make_shared<const Bytes>(std::move(code)));
    } else if (name == "storage") {
      TRY_VOID(read_storage(value, path, diff));
    } else if (name == "comment") {
      // For people, as in Besu's files; no part of the state.
      if (!value.is_string()) return genesis_error(path, "must be a text");
    } else {
      return genesis_error(path, "is not a member of an account");
    }
  }
  return {};
}

}  // namespace

Result<state::StateDiff, GenesisError> read_genesis_alloc(const json::Value& alloc) {
  const json::Object* members = alloc.as_object();
  if (members == nullptr) return genesis_error("alloc", "must be an object");
  state::StateDiff out;
  for (const auto& [name, account] : *members) {
    const std::string field = "alloc." + name;
    TRY(const Address address, read_fixed<Address>(json::Value{name}, field));
    TRY_VOID(read_account(account, field, address, out));
  }
  return out;
}

}  // namespace datapact::chain
