// Bytes as a peer or a client sends them, as a transaction of any type. What decodes encodes to the
// same bytes; what has a sender has the hash of those bytes and passes the checks that need no
// state, or is refused by them, on every revision.
#include "crypto/keccak.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"

namespace {

using namespace datapact;

void judge(const chain::RecoveredTxn& recovered) {
  constexpr ChainId kChain{1};
  const chain::Transaction& txn = recovered.txn();
  for (const auto revision : {vm::Revision::kCancun, vm::Revision::kPrague, vm::Revision::kOsaka}) {
    const auto verdict = chain::validate_stateless(txn, kChain, revision);
    if (!verdict.ok()) continue;
    INVARIANT(txn.gas_limit.raw() >= chain::intrinsic_gas(txn, revision).intrinsic);
    INVARIANT(txn.to || txn.type < chain::TxnType::kBlob);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  auto txn = chain::decode_transaction(input);
  if (!txn) return 0;
  INVARIANT(equal(input, chain::encode(*txn)));
  if (const auto recovered = chain::RecoveredTxn::recover(std::move(*txn))) {
    INVARIANT(equal(recovered->hash().view(), crypto::keccak256(input).view()));
    judge(*recovered);
  }
  return 0;
}
