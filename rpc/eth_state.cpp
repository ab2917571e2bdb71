// eth_: accounts, code, storage and proofs of them at any kept block.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::rpc::eth {
namespace {

using json::Value;

Result<uint256, Error> slot(const Value& value) {
  const std::string* text = value.as_string();
  const auto read = text != nullptr ? slot_from_text(*text) : std::nullopt;
  if (!read) return refuse(ErrorCode::kServer, "unable to decode storage key: hex string invalid");
  return *read;
}

Value render_nodes(const std::vector<Bytes>& nodes) {
  json::Array out;
  for (const Bytes& node : nodes) out.emplace_back(to_hex0x(node));
  return out;
}

/// A key of 32 bytes is echoed as such, a shorter one as a quantity: as geth does.
std::string render_key(const std::string& asked, const uint256& slot) {
  constexpr std::size_t kWholeKey = 66;
  return asked.size() == kWholeKey ? to_hex0x(to_hash256(slot)) : to_quantity(slot);
}

}  // namespace

Outcome get_balance(const Context& context, const Params& params) {
  TRY(const Address address, params.address(0));
  TRY(const BlockRef ref, block_ref(params, 1));
  TRY(const auto state, require_state(context, ref));
  const auto account = state->account(address);
  return to_quantity(account ? account->balance.raw() : uint256{});
}

Outcome get_code(const Context& context, const Params& params) {
  TRY(const Address address, params.address(0));
  TRY(const BlockRef ref, block_ref(params, 1));
  TRY(const auto state, require_state(context, ref));
  return to_hex0x(state->code(address));
}

Outcome get_storage_at(const Context& context, const Params& params) {
  TRY(const Address address, params.address(0));
  TRY(const uint256 key, slot(params.at(1)));
  TRY(const BlockRef ref, block_ref(params, 2));
  TRY(const auto state, require_state(context, ref));
  return to_hex0x(to_hash256(state->storage(address, key)));
}

Outcome get_transaction_count(const Context& context, const Params& params) {
  TRY(const Address address, params.address(0));
  TRY(const BlockRef ref, block_ref(params, 1));
  if (is_pending(ref)) {
    const auto nonce = context.node.txns().pending_nonce(address);
    if (!nonce.ok()) {
      return refuse(static_cast<ErrorCode>(nonce.error().code), nonce.error().message);
    }
    return to_quantity(nonce->raw());
  }
  TRY(const auto state, require_state(context, ref));
  const auto account = state->account(address);
  return to_quantity(account ? account->nonce.raw() : 0);
}

Outcome get_proof(const Context& context, const Params& params) {
  TRY(const Address address, params.address(0));
  const json::Array* keys = params.at(1).as_array();
  if (keys == nullptr && params.has(1)) return refuse_argument(1, "an array is expected");
  std::vector<uint256> slots;
  if (keys != nullptr && keys->size() > context.limits.proof_slots_max) {
    return refuse(ErrorCode::kLimit, "too many keys: at most " +
                                         std::to_string(context.limits.proof_slots_max) +
                                         " are proved at once");
  }
  for (std::size_t i = 0; keys != nullptr && i < keys->size(); ++i) {
    TRY(const uint256 key, slot((*keys)[i]));
    slots.push_back(key);
  }
  TRY(const BlockRef ref, block_ref(params, 2));
  TRY(const auto state, require_state(context, ref));
  const AccountProof proof = state->prove(address, slots);
  json::Array storage;
  for (std::size_t i = 0; i < proof.storage.size(); ++i) {
    const StorageProof& item = proof.storage[i];
    storage.push_back(Value::object({{"key", render_key(*(*keys)[i].as_string(), item.slot)},
                                     {"value", to_quantity(item.value)},
                                     {"proof", render_nodes(item.nodes)}}));
  }
  return Value::object({{"address", to_hex0x(address)},
                        {"accountProof", render_nodes(proof.nodes)},
                        {"balance", to_quantity(proof.account.balance.raw())},
                        {"codeHash", to_hex0x(proof.account.code_hash)},
                        {"nonce", to_quantity(proof.account.nonce.raw())},
                        {"storageHash", to_hex0x(proof.storage_root)},
                        {"storageProof", std::move(storage)}});
}

}  // namespace datapact::rpc::eth
