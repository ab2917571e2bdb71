#include "ledger/chain/txn_host.hpp"

#include "base/bytes.hpp"
#include "base/quantity.hpp"
#include "base/types.hpp"
#include "ledger/chain/contract_address.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state.hpp"
#include "vm/code.hpp"
#include "vm/host.hpp"
#include "vm/message.hpp"
#include "vm/precompiles.hpp"
#include "vm/status.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>

namespace datapact::chain {
namespace {

std::shared_ptr<const vm::Code> empty_code() {
  static const auto empty = vm::Code::make({});
  return empty;
}

/// What failed without returning its gas.
vm::CallResult failure(vm::Status status) {
  vm::CallResult out;
  out.status = status;
  return out;
}

bool is_in_use(const state::State& state, const Address& address) {
  return state.nonce(address) != Nonce{} || state.code_hash(address) != state::kEmptyCodeHash ||
         state.has_storage(address);
}

/// Judges the code an init code returned and pays for it (EIP-170, EIP-3541).
vm::Status deposit(vm::CallResult& result) {
  const Bytes& code = result.output;
  if (code.size() > kCodeBytesMax) return vm::Status::kCodeTooLarge;
  if (!code.empty() && code[0] == 0xef) return vm::Status::kInvalidCode;
  const auto cost = static_cast<std::int64_t>(kCodeDepositByteGas * code.size());
  if (cost > result.gas_left) return vm::Status::kOutOfGas;
  result.gas_left -= cost;
  return vm::Status::kSuccess;
}

}  // namespace

TxnHost::TxnHost(const World& world, vm::TxnContext txn)
    : world_(world), state_(world.state), context_{world.block.block, std::move(txn)} {}

Hash256 TxnHost::block_hash(Height height) const { return world_.block.block_hash(height); }

bool TxnHost::account_exists(const Address& address) const { return !state_.is_dead(address); }

uint256 TxnHost::balance(const Address& address) const { return state_.balance(address).raw(); }

std::shared_ptr<const vm::Code> TxnHost::code(const Address& address) const {
  const Hash256 hash = state_.code_hash(address);
  if (hash == state::kEmptyCodeHash) return empty_code();
  if (auto cached = world_.codes.find(hash)) return cached;
  return world_.codes.insert(hash, *state_.code(address));
}

Hash256 TxnHost::code_hash(const Address& address) const {
  return state_.is_dead(address) ? Hash256{} : state_.code_hash(address);
}

uint256 TxnHost::storage(const Address& address, const uint256& slot) const {
  return state_.storage(address, slot);
}

vm::StorageStatus TxnHost::set_storage(const Address& address, const uint256& slot,
                                       const uint256& value) {
  const state::StorageSlot before = state_.set_storage(address, slot, value);
  return vm::storage_status(before.original, before.current, value);
}

uint256 TxnHost::transient_storage(const Address& address, const uint256& slot) const {
  return state_.transient_storage(address, slot);
}

void TxnHost::set_transient_storage(const Address& address, const uint256& slot,
                                    const uint256& value) {
  state_.set_transient_storage(address, slot, value);
}

vm::Access TxnHost::access_account(const Address& address) {
  if (world_.block.precompiles.contains(address)) return vm::Access::kWarm;
  return state_.warm_account(address) ? vm::Access::kWarm : vm::Access::kCold;
}

vm::Access TxnHost::access_storage(const Address& address, const uint256& slot) {
  return state_.warm_slot(address, slot) ? vm::Access::kWarm : vm::Access::kCold;
}

void TxnHost::emit_log(const Address& address, std::span<const Hash256> topics, ByteView data) {
  state_.add_log({address, {topics.begin(), topics.end()}, to_bytes(data)});
}

void TxnHost::transfer(const Address& from, const Address& to, const uint256& value) {
  state_.touch(to);
  if (value.is_zero()) return;
  state_.sub_balance(from, Wei{value});
  state_.add_balance(to, Wei{value});
}

void TxnHost::selfdestruct(const Address& address, const Address& beneficiary) {
  const bool burns = state_.is_created_in_transaction(address);
  if (beneficiary != address) {
    transfer(address, beneficiary, balance(address));
  } else if (burns) {
    state_.set_balance(address, Wei{});
  }
  state_.mark_destroyed(address);
}

vm::CallResult TxnHost::call(const vm::Message& message) {
  if (is_create(message.kind)) return create(message);
  const auto checkpoint = state_.checkpoint();
  if (message.kind == vm::CallKind::kCall) {
    transfer(message.sender, message.recipient, message.value);
  }
  vm::CallResult result = run(message);
  if (result.status != vm::Status::kSuccess) state_.rollback(checkpoint);
  return result;
}

vm::CallResult TxnHost::run(const vm::Message& message) {
  if (!message.is_delegated && world_.block.precompiles.contains(message.code_address)) {
    return run_precompile(message);
  }
  const auto code = this->code(message.code_address);
  if (code->size() != 0) return world_.vm.execute(*this, message, *code);
  vm::CallResult out;
  out.gas_left = message.gas;
  return out;
}

vm::CallResult TxnHost::run_precompile(const vm::Message& message) {
  if (!vm::implemented_precompiles().contains(message.code_address)) {
    missing_precompile_ = message.code_address;
    return failure(vm::Status::kPrecompileFailure);
  }
  auto result =
      vm::run_precompile(world_.vm.revision(), message.code_address, message.input, message.gas);
  vm::CallResult out;
  out.status = result.status;
  out.gas_left = result.gas_left;
  out.output = std::move(result.output);
  return out;
}

Address TxnHost::address_of_creation(const vm::Message& message) const {
  if (message.kind == vm::CallKind::kCreate2) {
    return create2_address(message.sender, message.salt, message.input);
  }
  const Nonce nonce = state_.nonce(message.sender);
  return create_address(message.sender, message.depth == 0 ? previous(nonce) : nonce);
}

vm::CallResult TxnHost::create(const vm::Message& message) {
  const Nonce nonce = state_.nonce(message.sender);
  if (message.depth != 0 && nonce.raw() == std::numeric_limits<std::uint64_t>::max()) {
    vm::CallResult out;
    out.status = vm::Status::kNonceOverflow;
    out.gas_left = message.gas;
    return out;
  }
  const Address address = address_of_creation(message);
  if (message.depth != 0) state_.set_nonce(message.sender, next(nonce));
  // EIP-2929: stays warm when the creation fails.
  state_.warm_account(address);
  if (is_in_use(state_, address)) return failure(vm::Status::kCreateCollision);

  const auto checkpoint = state_.checkpoint();
  vm::CallResult result = run_init_code(message, address);
  if (result.status != vm::Status::kSuccess) state_.rollback(checkpoint);
  return result;
}

vm::CallResult TxnHost::run_init_code(const vm::Message& message, const Address& address) {
  state_.begin_contract(address);
  transfer(message.sender, address, message.value);
  vm::Message inner = message;
  inner.recipient = inner.code_address = address;
  inner.input = {};
  vm::CallResult result = world_.vm.execute(*this, inner, vm::Code{message.input});
  if (result.status != vm::Status::kSuccess) return result;
  const vm::Status verdict = deposit(result);
  if (verdict != vm::Status::kSuccess) return failure(verdict);
  state_.set_code(address, result.output);
  result.output.clear();
  result.create_address = address;
  return result;
}

}  // namespace datapact::chain
