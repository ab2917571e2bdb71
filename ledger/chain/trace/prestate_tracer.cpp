#include "ledger/chain/trace/prestate_tracer.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/authorizations.hpp"
#include "ledger/chain/contract_address.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/trace/step.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state.hpp"
#include "vm/code.hpp"
#include "vm/opcode.hpp"
#include "vm/tracer.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

using vm::Opcode;

constexpr std::size_t kAccountTextBytes = 200;
constexpr std::size_t kSlotTextBytes = 138;

json::Value slots_to_json(const std::map<uint256, uint256>& slots) {
  // Names of a map are different already: nothing has to be looked for, here and below.
  json::Object out;
  out.reserve(slots.size());
  for (const auto& [slot, value] : slots) {
    out.emplace_back(to_hex0x(to_hash256(slot)), to_hex0x(to_hash256(value)));
  }
  return out;
}

}  // namespace

PrestateTracer::Seen PrestateTracer::account_now(const Address& address) const {
  const state::State& state = txn().state;
  Seen out;
  out.balance = state.balance(address);
  out.nonce = state.nonce(address);
  out.code_hash = state.code_hash(address);
  if (out.code_hash != state::kEmptyCodeHash) out.code = state.code(address);
  out.is_empty = out.balance == Wei{} && out.nonce == Nonce{} && out.code == nullptr;
  return out;
}

void PrestateTracer::look_at(const Address& address, Lookups* lookups) {
  if (is_over_budget() || before_.contains(address)) return;
  const Seen& seen = before_.emplace(address, account_now(address)).first->second;
  spend(kAccountTextBytes + (seen.code && !options_.disable_code ? 2 * seen.code->size() : 0));
  if (lookups != nullptr) lookups->accounts.push_back(address);
}

void PrestateTracer::look_at_slot(const Address& address, const uint256& slot, Lookups& lookups) {
  if (options_.disable_storage || is_over_budget()) return;
  look_at(address, &lookups);
  const auto found = before_.find(address);
  if (found == before_.end() || found->second.storage.contains(slot)) return;
  found->second.storage.emplace(slot, txn().state.storage(address, slot));
  spend(kSlotTextBytes);
  lookups.slots.emplace_back(address, slot);
}

void PrestateTracer::look_at_callee(const Address& address, Lookups* lookups) {
  look_at(address, lookups);
  if (!fork_params(txn().block.revision).has_set_code_txns) return;
  if (const auto target = vm::delegate_of(*txn().state.code(address))) look_at(*target, lookups);
}

void PrestateTracer::txn_begins(const TxnStart& start) {
  look_at(start.sender);
  if (start.txn.to) {
    look_at_callee(*start.txn.to);
  } else {
    const Address created = create_address(start.sender, start.state.nonce(start.sender));
    look_at(created);
    created_.insert(created);
  }
  look_at(start.block.block.coinbase);
  for (const Authorization& authorization : start.txn.authorizations) {
    if (const auto authority = recover_authority(authorization)) look_at(*authority);
  }
}

void PrestateTracer::step_begins(const vm::TraceStep& step, const Address& self) {
  open_steps_.emplace_back();
  Lookups& lookups = open_steps_.back();
  const vm::Instruction& instruction = vm::instruction(step.opcode);
  if (step.stack.size() < static_cast<std::size_t>(instruction.stack_required)) return;
  switch (static_cast<Opcode>(step.opcode)) {
    case Opcode::kSload:
    case Opcode::kSstore:
      look_at_slot(self, operand(step, 0), lookups);
      return;
    case Opcode::kSelfdestruct:
      if (created_.contains(self) && destroyed_.insert(self).second) lookups.destroyed = self;
      [[fallthrough]];
    case Opcode::kBalance:
    case Opcode::kExtcodesize:
    case Opcode::kExtcodecopy:
    case Opcode::kExtcodehash:
      look_at(to_address(operand(step, 0)), &lookups);
      return;
    case Opcode::kCall:
    case Opcode::kCallcode:
    case Opcode::kDelegatecall:
    case Opcode::kStaticcall:
      look_at_callee(to_address(operand(step, 1)), &lookups);
      return;
    case Opcode::kCreate: {
      const Address created = create_address(self, txn().state.nonce(self));
      look_at(created, &lookups);
      created_.insert(created);
      return;
    }
    case Opcode::kCreate2:
      if (const auto code = memory_of(step, operand(step, 1), operand(step, 2))) {
        const Address created = create2_address(self, to_hash256(operand(step, 3)), *code);
        look_at(created, &lookups);
        created_.insert(created);
      }
      return;
    default:
      return;
  }
}

void PrestateTracer::step_ends(const TraceStepEnd& end) {
  const Lookups lookups = std::move(open_steps_.back());
  open_steps_.pop_back();
  if (end.error.empty()) return;
  if (lookups.destroyed) destroyed_.erase(*lookups.destroyed);
  for (const auto& [address, slot] : lookups.slots) before_.at(address).storage.erase(slot);
  for (const Address& address : lookups.accounts) before_.erase(address);
}

std::optional<json::Value> PrestateTracer::changes_of(const Address& address, Seen& before) {
  const Seen now = account_now(address);
  json::Value out{json::Object{}};
  if (now.balance != before.balance) out.set("balance", to_quantity(now.balance.raw()));
  if (now.code_hash != before.code_hash) {
    if (!options_.disable_code) {
      spend(now.code ? 2 * now.code->size() : 0);
      out.set("code", now.code ? to_hex0x(*now.code) : "0x");
    }
    out.set("codeHash", to_hex0x(now.code_hash));
  }
  if (now.nonce != before.nonce) out.set("nonce", now.nonce.raw());
  std::map<uint256, uint256> changed;
  std::erase_if(before.storage, [&](const auto& entry) {
    const uint256 value = txn().state.storage(address, entry.first);
    if (value == entry.second) return true;
    changed.emplace(entry.first, value);
    return entry.second.is_zero();
  });
  const bool is_unchanged = out.as_object()->empty() && changed.empty();
  std::erase_if(changed, [](const auto& entry) { return entry.second.is_zero(); });
  if (!changed.empty()) out.set("storage", slots_to_json(changed));
  spend(kAccountTextBytes + kSlotTextBytes * changed.size());
  if (is_unchanged) return std::nullopt;
  return out;
}

void PrestateTracer::txn_ends(Gas) {
  if (options_.diff_mode) {
    for (auto place = before_.begin(); place != before_.end();) {
      auto& [address, before] = *place;
      // A destroyed account has a state before and none after.
      auto changes =
          destroyed_.contains(address) ? json::Value(json::Object{}) : changes_of(address, before);
      if (!changes) {
        place = before_.erase(place);
        continue;
      }
      if (!destroyed_.contains(address))
        after_.emplace_back(to_hex0x(address), std::move(*changes));
      ++place;
    }
  }
  if (options_.include_empty) return;
  std::erase_if(before_, [](const auto& entry) { return entry.second.is_empty; });
}

json::Value PrestateTracer::to_json(const Seen& seen) const {
  json::Value out = json::Value::object({{"balance", to_quantity(seen.balance.raw())}});
  if (seen.code) {
    if (!options_.disable_code) out.set("code", to_hex0x(*seen.code));
    out.set("codeHash", to_hex0x(seen.code_hash));
  }
  if (seen.nonce != Nonce{}) out.set("nonce", seen.nonce.raw());
  if (!seen.storage.empty()) out.set("storage", slots_to_json(seen.storage));
  return out;
}

json::Value PrestateTracer::result() {
  json::Object before;
  before.reserve(before_.size());
  for (const auto& [address, seen] : before_) before.emplace_back(to_hex0x(address), to_json(seen));
  if (!options_.diff_mode) return before;
  return json::Value::object({{"post", std::move(after_)}, {"pre", std::move(before)}});
}

}  // namespace datapact::chain
