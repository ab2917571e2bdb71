#pragma once
// The VM's world during one transaction: the State, the block, the precompiles. Private to
// ledger/chain.
#include "ledger/chain/code_cache.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/state/state.hpp"
#include "vm/host.hpp"
#include "vm/vm.hpp"

#include <memory>
#include <optional>
#include <span>

namespace datapact::chain {

/// Borrows everything it is given. Thread contract: one thread at a time.
class TxnHost : public vm::Host {
 public:
  struct World {
    state::State& state;
    const BlockContext& block;
    vm::Vm& vm;
    CodeCache& codes;
  };
  TxnHost(const World& world, vm::TxnContext txn);

  [[nodiscard]] const vm::ExecutionContext& context() const final { return context_; }
  [[nodiscard]] Hash256 block_hash(Height height) const final;
  [[nodiscard]] bool account_exists(const Address& address) const final;
  [[nodiscard]] uint256 balance(const Address& address) const final;
  [[nodiscard]] std::shared_ptr<const vm::Code> code(const Address& address) const final;
  [[nodiscard]] Hash256 code_hash(const Address& address) const final;
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const final;
  vm::StorageStatus set_storage(const Address& address, const uint256& slot,
                                const uint256& value) final;
  [[nodiscard]] uint256 transient_storage(const Address& address, const uint256& slot) const final;
  void set_transient_storage(const Address& address, const uint256& slot,
                             const uint256& value) final;
  vm::Access access_account(const Address& address) final;
  vm::Access access_storage(const Address& address, const uint256& slot) final;
  void emit_log(const Address& address, std::span<const Hash256> topics, ByteView data) override;
  void selfdestruct(const Address& address, const Address& beneficiary) override;
  vm::CallResult call(const vm::Message& message) override;

  /// A precompile the chain has and this build lacks, if one was called.
  [[nodiscard]] const std::optional<Address>& missing_precompile() const noexcept {
    return missing_precompile_;
  }

 protected:
  /// Where a creation puts its code (EIP-1014, Yellow Paper section 7), before its sender's nonce
  /// is counted. Of the transaction's own message it is counted already.
  [[nodiscard]] Address address_of_creation(const vm::Message& message) const;

 private:
  [[nodiscard]] vm::CallResult run(const vm::Message& message);
  [[nodiscard]] vm::CallResult run_precompile(const vm::Message& message);
  [[nodiscard]] vm::CallResult create(const vm::Message& message);
  [[nodiscard]] vm::CallResult run_init_code(const vm::Message& message, const Address& address);
  void transfer(const Address& from, const Address& to, const uint256& value);

  World world_;
  state::State& state_;
  vm::ExecutionContext context_;
  std::optional<Address> missing_precompile_;
};

}  // namespace datapact::chain
