#pragma once
// The host of a transaction that is traced. Private to ledger/chain.
#include "base/types.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/chain/txn_host.hpp"
#include "vm/host.hpp"
#include "vm/message.hpp"

#include <span>
#include <utility>

namespace datapact::chain {

/// Does what TxnHost does and tells the tracer, so that a transaction nobody traces runs no line
/// more. Borrows everything it is given.
class TracedHost final : public TxnHost {
 public:
  TracedHost(TxnTracer& tracer, const World& world, vm::TxnContext txn)
      : TxnHost(world, std::move(txn)), tracer_(tracer) {}

  void emit_log(const Address& address, std::span<const Hash256> topics, ByteView data) override;
  void selfdestruct(const Address& address, const Address& beneficiary) override;
  vm::CallResult call(const vm::Message& message) override;

 private:
  TxnTracer& tracer_;
};

}  // namespace datapact::chain
