#include "ledger/chain/trace/traced_host.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/chain/txn_host.hpp"
#include "vm/message.hpp"

#include <span>

namespace datapact::chain {

void TracedHost::emit_log(const Address& address, std::span<const Hash256> topics, ByteView data) {
  tracer_.log(address, topics, data);
  TxnHost::emit_log(address, topics, data);
}

void TracedHost::selfdestruct(const Address& address, const Address& beneficiary) {
  const uint256 balance = this->balance(address);
  TxnHost::selfdestruct(address, beneficiary);
  tracer_.selfdestruct(address, beneficiary, balance);
}

vm::CallResult TracedHost::call(const vm::Message& message) {
  tracer_.begin_call(message, is_create(message.kind) ? address_of_creation(message) : Address{});
  vm::CallResult result = TxnHost::call(message);
  tracer_.end_call(message, result);
  return result;
}

}  // namespace datapact::chain
