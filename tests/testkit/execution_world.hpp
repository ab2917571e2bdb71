#pragma once
// A small world to execute transactions in: a rich sender, a coinbase, contracts by byte code.
#include "crypto/keccak.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state.hpp"
#include "tests/testkit/hex.hpp"
#include "tests/testkit/state_names.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace datapact::testkit {

inline const Address kSender = state::address_no(0x5e4de4);
inline const Address kReceiver = state::address_no(0x4ece);
inline const Address kCoinbase = state::address_no(0xc014ba5e);
inline const Address kContract = state::address_no(0xc047ac);
inline constexpr std::uint64_t kFunds = 1'000'000'000'000;

/// Pre-states are built with `account` and `contract`; then ask for `context` and `state`.
class ExecutionWorld {
 public:
  ExecutionWorld() { account(kSender, 0, kFunds); }

  void account(const Address& address, std::uint64_t nonce, std::uint64_t balance) {
    diff_.accounts[address] = state::as_diff(state::account_with(nonce, balance));
  }
  /// Byte code as hexadecimal.
  void contract(const Address& address, std::string_view code) {
    auto bytes = std::make_shared<const Bytes>(unhex(code));
    state::Account account = state::account_with(1, 0);
    account.code_hash = crypto::keccak256(*bytes);
    diff_.codes[account.code_hash] = std::move(bytes);
    diff_.accounts[address] = state::as_diff(account);
  }

  [[nodiscard]] state::State& state() {
    if (!state_) {
      parent_ = std::make_unique<state::MemoryState>(diff_);
      state_ = std::make_unique<state::State>(*parent_);
    }
    return *state_;
  }

  /// Prague, base fee 7.
  [[nodiscard]] static chain::BlockContext context() {
    chain::BlockContext out;
    out.revision = vm::Revision::kPrague;
    out.precompiles = vm::implemented_precompiles();
    out.block.coinbase = kCoinbase;
    out.block.height = Height{5};
    out.block.timestamp = 1000;
    out.block.gas_limit = 30'000'000;
    out.block.base_fee = 7;
    out.block.blob_base_fee = 1;
    out.block.chain_id = ChainId{1};
    out.block_hash = [](Height height) { return to_hash256(uint256{height.raw()}); };
    return out;
  }

  /// A transfer of 5 wei to kReceiver at 10 wei a gas, tip 1.
  [[nodiscard]] static chain::Transaction transfer() {
    chain::Transaction out;
    out.type = chain::TxnType::kDynamicFee;
    out.chain_id = ChainId{1};
    out.max_fee_per_gas = 10;
    out.max_priority_fee_per_gas = 1;
    out.gas_limit = Gas{100'000};
    out.to = kReceiver;
    out.value = Wei{uint256{5}};
    return out;
  }

  [[nodiscard]] auto execute(const chain::Transaction& txn, chain::BlockContext block = context()) {
    chain::Executor executor{std::move(block)};
    return executor.execute(state(), chain::RecoveredTxn::assume_sender(txn, kSender),
                            Gas{30'000'000}, Gas{1'179'648});
  }

 private:
  state::StateDiff diff_;
  std::unique_ptr<state::MemoryState> parent_;
  std::unique_ptr<state::State> state_;
};

}  // namespace datapact::testkit
