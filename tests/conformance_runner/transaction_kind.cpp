// Transaction tests: bytes that are a valid transaction of a fork, or not.
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "tests/conformance_runner/forks.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

constexpr ChainId kChainId{1};

/// The transaction when every check holds that needs no state, else why not.
Result<chain::RecoveredTxn, std::string> accept(ByteView encoded, vm::Revision revision) {
  auto decoded = chain::decode_transaction(encoded);
  if (!decoded) return fail(std::string{to_string(decoded.error())});
  auto recovered = chain::RecoveredTxn::recover(std::move(*decoded));
  if (!recovered) return fail(std::string{to_string(recovered.error())});
  const auto valid = chain::validate_stateless(recovered->txn(), kChainId, revision);
  if (!valid) return fail(std::string{to_string(valid.error())});
  return std::move(*recovered);
}

Result<void, std::string> compare(const json::Value& expected, const chain::RecoveredTxn& txn,
                                  const Bytes& encoded, Mismatches& mismatches,
                                  vm::Revision revision) {
  TRY(const auto hash, fixed<TxnHash>(expected, "hash"));
  TRY(const auto sender, fixed<Address>(expected, "sender"));
  TRY(const auto gas, small_number(expected, "intrinsicGas"));
  expect_equal("hash", hash, txn.hash(), mismatches);
  expect_equal("sender", sender, txn.sender(), mismatches);
  expect_equal("intrinsic gas", std::to_string(gas),
               std::to_string(chain::intrinsic_gas(txn.txn(), revision).intrinsic), mismatches);
  expect_equal("encoded again", to_hex0x(encoded), to_hex0x(chain::encode(txn.txn())), mismatches);
  return {};
}

Result<Mismatches, std::string> run_case(const json::Value& expected, const Bytes& encoded,
                                         vm::Revision revision) {
  Mismatches out;
  const auto accepted = accept(encoded, revision);
  const json::Value* exception = expected.find("exception");
  if (exception != nullptr) {
    const std::string reason = exception->is_string() ? *exception->as_string() : "unnamed";
    if (accepted) expect_equal("transaction", "a refusal (" + reason + ")", "accepted", out);
  } else if (!accepted) {
    expect_equal("transaction", "accepted", "a refusal (" + accepted.error() + ")", out);
  } else {
    TRY_VOID(compare(expected, *accepted, encoded, out, revision));
  }
  return out;
}

Result<void, std::string> run_test(const std::string& name, const json::Value& test,
                                   CaseSink& sink) {
  // A few vectors are no even number of digits: no bytes, so no transaction.
  TRY(const auto digits, text(test, "txbytes"));
  const Bytes encoded = from_hex(digits).value_or(Bytes{});
  TRY(const json::Value* results, member(test, "result"));
  if (!results->is_object()) return fail(std::string{"member result is no object"});
  for (const auto& [fork, expected] : *results->as_object()) {
    const auto revision = revision_named(fork);
    if (!revision) {
      sink.leave_out(1, kForkBeforeCancun);
      continue;
    }
    const std::string id = fork + " " + name;
    if (!sink.wants(id, fork)) continue;
    TRY(auto mismatches, run_case(expected, encoded, *revision));
    sink.add(id, std::move(mismatches));
  }
  return {};
}

class TransactionKind final : public JsonKind {
 public:
  std::string_view name() const override { return "transaction"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& /*path*/,
                                         const json::Value& document, CaseSink& sink) override {
    if (!document.is_object()) return fail(std::string{"the file is no JSON object"});
    for (const auto& [name, test] : *document.as_object()) {
      TRY_VOID(run_test(name, test, sink));
    }
    return {};
  }
};

}  // namespace

KindPtr make_transaction_kind() { return std::make_unique<TransactionKind>(); }

}  // namespace datapact::conformance
