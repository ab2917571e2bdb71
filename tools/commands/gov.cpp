// datapact gov: status, propose-validator, acknowledge, remove-validator, node-key.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/seal.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::ContractId;

/// Blocks back from the head: enough for every node to have it, well within the contract's 64.
constexpr std::uint64_t kAcknowledgeDepth = 2;

struct ValidatorFlags {
  std::string validator;
  std::uint64_t organisation = 0;
};
struct NodeKeyFlags {
  std::string node_id;
  std::uint64_t organisation = 0;
  bool revoke = false;
};

std::vector<Address> validators(Session& session) {
  const auto found =
      session.rpc().call("qbft_getValidatorsByBlockNumber", json::Value::array({"latest"}));
  std::vector<Address> out;
  for (const auto& item : *found.as_array())
    out.push_back(parse_address("node", *item.as_string()));
  return out;
}

std::string strength(std::size_t count) {
  return fmt::format("{} validators: {} may fail, {} votes decide", count, chain::faults_max(count),
                     chain::quorum(count));
}

/// What the set can bear before and after: said before anything is sent.
void announce_change(Session& session, std::size_t before, std::size_t after) {
  session.out.note(fmt::format("now {}; then {}", strength(before), strength(after)));
}

void print(Session& session, const FinalTxn& txn, const std::string& done) {
  session.out.result(txn.receipt, Rows{{"transaction", to_hex0x(txn.hash)},
                                       {"height", std::to_string(txn.height.raw())},
                                       {"done", done}});
}

/// The call that completes the quorum executes; an earlier one is an approval.
bool was_executed(const FinalTxn& txn) {
  const auto& abi = contracts::contract(ContractId::kGovernance).abi;
  const auto topic = abi.event("Executed")->topic();
  return std::ranges::any_of(txn.logs, [&](const chain::Log& log) {
    return !log.topics.empty() && log.topics.front() == topic;
  });
}

std::string outcome(const FinalTxn& txn, const std::string& done) {
  return was_executed(txn) ? done
                           : "approved; it waits for other administrating organisations: datapact "
                             "gov status";
}

void propose(Session& session, const ValidatorFlags& flags) {
  const Address validator = parse_address("VALIDATOR", flags.validator);
  const auto set = validators(session);
  if (std::ranges::find(set, validator) != set.end()) {
    throw CliError(ExitCode::kFailed, "already-validator",
                   to_hex0x(validator) + " validates already", "datapact chain validators");
  }
  announce_change(session, set.size(), set.size() + 1);
  ChainClient chain(session);
  const auto txn =
      chain.transact(ContractId::kGovernance, "proposeValidator", {validator, flags.organisation});
  print(session, txn,
        outcome(txn,
                "accepted; it joins when its operator has run, at its synchronised node: "
                "datapact gov acknowledge " +
                    to_hex0x(validator)));
}

/// Sent through the candidate's own node: only a node that has the block knows its hash.
void acknowledge(Session& session, const std::string& text) {
  const Address validator = parse_address("VALIDATOR", text);
  const auto syncing = session.rpc().call("eth_syncing", json::Value::array());
  if (syncing.as_object() != nullptr) {
    throw CliError(
        ExitCode::kFailed, "not-synchronised",
        fmt::format("the node is at height {} of {}", quantity_member(syncing, "currentBlock"),
                    quantity_member(syncing, "highestBlock")),
        "run it again when datapact rpc eth_syncing answers false");
  }
  ChainClient chain(session);
  const std::uint64_t head = chain.head().height.raw();
  const std::uint64_t height = head > kAcknowledgeDepth ? head - kAcknowledgeDepth : 0;
  const auto block =
      session.rpc().call("eth_getBlockByNumber", json::Value::array({to_quantity(height), false}));
  const auto hash = parse_hash("node", text_member(block, "hash"));
  const auto txn =
      chain.transact(ContractId::kGovernance, "acknowledgeValidator", {validator, height, hash});
  print(session, txn, to_hex0x(validator) + " validates from the next block on");
}

void remove(Session& session, const std::string& text) {
  const Address validator = parse_address("VALIDATOR", text);
  const auto set = validators(session);
  const bool is_validator = std::ranges::find(set, validator) != set.end();
  if (is_validator && set.size() > 1) announce_change(session, set.size(), set.size() - 1);
  ChainClient chain(session);
  const auto txn = chain.transact(ContractId::kGovernance, "removeValidator", {validator});
  print(session, txn,
        outcome(txn, is_validator ? "removed from the next block on" : "the candidate is dropped"));
}

void node_key(Session& session, const NodeKeyFlags& flags) {
  ChainClient chain(session);
  const auto txn = chain.transact(ContractId::kGovernance, "setNodeKey",
                                  {parse_hash("NODE_ID", flags.node_id), flags.organisation,
                                   std::uint64_t{flags.revoke ? 0U : 1U}});
  print(session, txn, flags.revoke ? "the node may connect no longer" : "the node may connect");
}

void status(Session& session) {
  const auto found = session.rpc().call("qbft_getPendingChanges", json::Value::array());
  Table table{{"what", "waits for"}, {}};
  for (const auto& one : *member(found, "candidates").as_array()) {
    table.rows.push_back(
        {"validator " + text_member(one, "validator"), text_member(one, "waitsFor")});
  }
  for (const auto& one : *member(found, "proposals").as_array()) {
    table.rows.push_back({text_member(one, "call"), text_member(one, "waitsFor")});
  }
  session.out.result(found, table);
}

}  // namespace

void add_gov_commands(Commands& commands) {
  CLI::App& group = commands.group(
      "gov", "the consortium: status, propose-validator, acknowledge, remove-validator, node-key");
  commands.verb(group, "status", "what was proposed and what it waits for", status);
  auto flags = std::make_shared<ValidatorFlags>();
  CLI::App& p = commands.verb(group, "propose-validator", "accept a new validator",
                              [flags](Session& s) { propose(s, *flags); });
  p.add_option("VALIDATOR", flags->validator, "address of its validator key")->required();
  p.add_option("--organisation", flags->organisation, "number of the organisation that runs it")
      ->required();
  const auto by_address = [&](const char* name, const char* purpose,
                              void (*run)(Session&, const std::string&)) {
    auto validator = std::make_shared<std::string>();
    commands.verb(group, name, purpose, [=](Session& s) { run(s, *validator); })
        .add_option("VALIDATOR", *validator, "address of its validator key")
        ->required();
  };
  by_address("acknowledge", "say, through the candidate's own node, that it is synchronised",
             acknowledge);
  by_address("remove-validator", "remove a validator, or drop a candidate", remove);
  auto key = std::make_shared<NodeKeyFlags>();
  CLI::App& n = commands.verb(group, "node-key", "let a node of the own organisation connect",
                              [key](Session& s) { node_key(s, *key); });
  n.add_option("NODE_ID", key->node_id, "as datapactd init prints it")->required();
  n.add_option("--organisation", key->organisation, "number of the own organisation")->required();
  n.add_flag("--revoke", key->revoke, "take it back");
}

}  // namespace datapact::tools
