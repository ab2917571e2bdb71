// datapact tx: send, decode, trace, wait.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/transaction.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/commands/trace_view.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace datapact::tools {
namespace {

struct SendFlags {
  std::string to;
  std::string value = "0";
  std::string data = "0x";
};

void print(Session& session, const FinalTxn& txn) {
  session.out.result(txn.receipt, Rows{{"transaction", to_hex0x(txn.hash)},
                                       {"height", std::to_string(txn.height.raw())},
                                       {"gas", std::to_string(txn.gas_used.raw())}});
}

void send(Session& session, const SendFlags& flags) {
  const auto data = from_hex(flags.data);
  if (!data)
    fail_usage("--data must be 0x and an even number of hex digits, got \"" + flags.data + "\"");
  ChainClient chain(session);
  const auto hash =
      chain.submit(parse_address("TO", flags.to), *data, parse_number("--value", flags.value));
  if (!session.wait)
    return session.out.result(json::Value::object({{"transaction", to_hex0x(hash)}}),
                              to_hex0x(hash));
  print(session, chain.wait_for(hash));
}

void decode(Session& session, const std::string& text) {
  const auto raw = from_hex(text);
  if (!raw) fail_usage("RAW must be 0x and an even number of hex digits");
  auto txn = chain::decode_transaction(*raw);
  if (!txn)
    throw CliError(ExitCode::kFailed, "malformed-transaction",
                   std::string(chain::to_string(txn.error())));
  const auto recovered = chain::RecoveredTxn::recover(std::move(*txn));
  if (!recovered)
    throw CliError(ExitCode::kFailed, "malformed-transaction",
                   std::string(chain::to_string(recovered.error())));
  const auto& t = recovered->txn();
  const std::string to = t.to ? to_hex0x(*t.to) : "(contract creation)";
  session.out.result(json::Value::object({{"hash", to_hex0x(recovered->hash())},
                                          {"type", to_quantity(static_cast<std::uint64_t>(t.type))},
                                          {"from", to_hex0x(recovered->sender())},
                                          {"to", t.to ? json::Value{to} : json::Value{}},
                                          {"nonce", to_quantity(t.nonce.raw())},
                                          {"gas", to_quantity(t.gas_limit.raw())},
                                          {"maxFeePerGas", to_quantity(t.max_fee_per_gas)},
                                          {"value", to_quantity(t.value.raw())},
                                          {"input", to_hex0x(t.data)}}),
                     Rows{{"hash", to_hex0x(recovered->hash())},
                          {"type", std::to_string(static_cast<unsigned>(t.type))},
                          {"from", to_hex0x(recovered->sender())},
                          {"to", session.out.word(to)},
                          {"nonce", std::to_string(t.nonce.raw())},
                          {"gas limit", std::to_string(t.gas_limit.raw())},
                          {"value", to_decimal(t.value.raw()) + " wei"},
                          {"data", session.out.word(fmt::format("{} bytes", t.data.size()))}});
}

struct TraceFlags {
  std::string hash;
  bool logs = false;
  bool steps = false;
  bool state = false;
  std::uint64_t limit = 1'000;
};

/// A transaction that no block holds: unknown, or still waiting for one.
void require_final(Session& session, const std::string& hash) {
  const auto txn = session.rpc().call("eth_getTransactionByHash", json::Value::array({hash}));
  if (txn.is_null()) {
    fail_not_found("no transaction " + hash + " at this node",
                   "is the hash a transaction's, and the node of its chain? datapact chain status");
  }
  const auto* block = txn.find("blockHash");
  if (block == nullptr || block->is_null()) {
    fail_not_found("transaction " + hash + " waits for a block: there is nothing to trace yet",
                   "datapact tx wait " + hash);
  }
}

json::Value trace_options(const TraceFlags& flags) {
  if (flags.steps) return json::Value::object({{"limit", flags.limit}});
  const auto tracer = [](const char* name, const char* option, bool value) {
    return json::Value::object(
        {{"tracer", name}, {"tracerConfig", json::Value::object({{option, value}})}});
  };
  if (flags.state) return tracer("prestateTracer", "diffMode", true);
  return tracer("callTracer", "withLog", flags.logs);
}

void trace(Session& session, const TraceFlags& flags) {
  const std::string hash = to_hex0x(parse_hash("TXN", flags.hash));
  if (flags.limit == 0) fail_usage("--limit must be 1 or more: nothing would be shown");
  require_final(session, hash);
  const auto document = session.rpc().call("debug_traceTransaction",
                                           json::Value::array({hash, trace_options(flags)}));
  if (flags.steps) {
    const auto table = step_table(document);
    session.out.result(document, table);
    if (table.rows.size() >= flags.limit) {
      session.out.note("no more than --limit instructions are shown");
    }
    return;
  }
  if (flags.state) return session.out.result(document, state_table(document, session.out));
  session.out.result(document, call_table(document, session.out));
}

}  // namespace

void add_tx_commands(Commands& commands) {
  CLI::App& group = commands.group("tx", "transactions: send, decode, trace, wait");
  auto flags = std::make_shared<SendFlags>();
  CLI::App& s = commands.verb(group, "send", "send value or data",
                              [flags](Session& session) { send(session, *flags); });
  s.add_option("TO", flags->to, "recipient")->required();
  s.add_option("--value", flags->value, "wei");
  s.add_option("--data", flags->data, "0x and hex digits");
  auto raw = std::make_shared<std::string>();
  commands
      .verb(group, "decode", "what a signed transaction says",
            [raw](Session& session) { decode(session, *raw); })
      .add_option("RAW", *raw, "0x and hex digits")
      ->required();
  auto traced = std::make_shared<TraceFlags>();
  CLI::App& t = commands.verb(group, "trace", "what a final transaction did, executed again",
                              [traced](Session& session) { trace(session, *traced); });
  t.add_option("TXN", traced->hash, "hash of the transaction")->required();
  t.add_flag("--logs", traced->logs, "also the events, where they were emitted");
  auto* steps = t.add_flag("--steps", traced->steps, "the instructions instead of the calls");
  t.add_option("--limit", traced->limit, "instructions to show at most")->needs(steps);
  t.add_flag("--state", traced->state, "what it changed instead of the calls")->excludes(steps);
  auto hash = std::make_shared<std::string>();
  commands
      .verb(group, "wait", "wait until a transaction is final",
            [hash](Session& session) {
              session.require_wait("tx wait", "to wait is what it does");
              ChainClient chain(session);
              print(session, chain.wait_for(TxnHash{parse_hash("TXN", *hash).raw()}));
            })
      .add_option("TXN", *hash, "hash of the transaction")
      ->required();
}

}  // namespace datapact::tools
