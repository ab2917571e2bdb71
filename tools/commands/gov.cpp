// datapact gov: status, propose-validator, acknowledge, remove-validator, node-key,
// schedule-protocol.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/seal.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/commands/protocol_step.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
struct StepFlags {
  std::uint64_t height = 0;
  std::string revision;
  std::optional<std::string> precompiles;
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
  return fmt::format("{}: {} may fail, {} to decide", counted(count, "validator"),
                     chain::faults_max(count), counted(chain::quorum(count), "vote"));
}

/// What the set can bear before and after: said before anything is sent.
void announce_change(Session& session, std::size_t before, std::size_t after) {
  session.out.note(fmt::format("now {}; then {}", strength(before), strength(after)));
}

void print(Session& session, const FinalTxn& txn, const std::string& done) {
  session.out.result(txn.receipt, Rows{{"transaction", to_hex0x(txn.hash)},
                                       {"height", std::to_string(txn.height.raw())},
                                       {"done", session.out.word(done)}});
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

/// All steps, oldest first.
std::vector<chain::ProtocolStep> scheduled_steps(ChainClient& chain) {
  const auto values = chain.read(ContractId::kGovernance, "schedule", {});
  std::vector<chain::ProtocolStep> out;
  for (const auto& item : *values.at(0).list()) {
    const auto& fields = *item.list();
    out.push_back({Height{fields.at(0).word()->low_u64()},
                   static_cast<std::uint32_t>(fields.at(1).word()->low_u64()),
                   *fields.at(2).word()});
  }
  return out;
}

/// The revision of the next height; 0 when the node has no rules for it.
std::uint32_t revision_in_force(Session& session) {
  const auto state = session.rpc().call("qbft_getConsensusState", json::Value::array());
  const auto* name = member(member(state, "rules"), "revision").as_string();
  return name == nullptr ? 0 : chain::revision_number(parse_revision(*name));
}

/// What the step at `index`, which lies ahead, would replace.
std::uint32_t revision_before(Session& session, const std::vector<chain::ProtocolStep>& steps,
                              std::size_t index) {
  return index > 0 ? steps[index - 1].revision : revision_in_force(session);
}

/// The contract takes any numbers, and a step cannot be taken back.
void check_step(Session& session, ChainClient& chain, const chain::ProtocolStep& step) {
  const auto steps = scheduled_steps(chain);
  const Height head = chain.head().height;
  const Height after = steps.empty() ? head : std::max(head, steps.back().height);
  if (step.height <= after) {
    throw CliError(ExitCode::kFailed, "height-not-ascending",
                   fmt::format("HEIGHT: {} must be above {}, {}", step.height.raw(), after.raw(),
                               after == head ? "the newest block" : "the last step"),
                   "datapact gov status");
  }
  const auto before = revision_before(session, steps, steps.size());
  const auto rules = chain::read_step(step, before);
  if (rules.has_value()) return;
  throw CliError(ExitCode::kFailed, "step-refused", to_string(rules.error()));
}

void schedule_protocol(Session& session, const StepFlags& flags) {
  const auto revision = parse_revision(flags.revision);
  const auto precompiles = parse_precompiles(flags.precompiles, revision);
  const chain::ProtocolStep step{Height{flags.height}, chain::revision_number(revision),
                                 chain::precompile_bits(precompiles)};
  ChainClient chain(session);
  check_step(session, chain, step);
  const auto what =
      fmt::format("from height {} on: {}", flags.height, chain::describe({revision, precompiles}));
  session.out.note(what + "; every node must run a version that has it by then");
  const auto txn = chain.transact(ContractId::kGovernance, "scheduleProtocol",
                                  {flags.height, std::uint64_t{step.revision}, step.precompiles});
  print(session, txn, outcome(txn, what));
}

json::Value to_json(const chain::ProtocolStep& step, const std::string& rules) {
  return json::Value::object({{"height", step.height.raw()},
                              {"revision", std::uint64_t{step.revision}},
                              {"precompiles", to_quantity(step.precompiles)},
                              {"rules", rules}});
}

void status(Session& session) {
  auto found = session.rpc().call("qbft_getPendingChanges", json::Value::array());
  Table table{{"what", "waits for"}, {}};
  for (const auto& one : *member(found, "candidates").as_array()) {
    table.rows.push_back(
        {"validator " + text_member(one, "validator"), text_member(one, "waitsFor")});
  }
  for (const auto& one : *member(found, "proposals").as_array()) {
    table.rows.push_back({text_member(one, "call"), text_member(one, "waitsFor")});
  }
  ChainClient chain(session);
  const auto steps = scheduled_steps(chain);
  const Height head = chain.head().height;
  json::Value ahead = json::Value::array();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].height <= head) continue;
    const auto rules = describe_step(steps[i], revision_before(session, steps, i));
    table.rows.push_back({rules, fmt::format("height {}", steps[i].height.raw())});
    ahead.push(to_json(steps[i], rules));
  }
  found.set("schedule", std::move(ahead));
  for (auto& row : table.rows) {
    for (auto& cell : row) cell = session.out.word(cell);
  }
  session.out.result(found, table);
}

}  // namespace

void add_gov_commands(Commands& commands) {
  CLI::App& group = commands.group(
      "gov",
      "the consortium: status, propose-validator, acknowledge, remove-validator, node-key, "
      "schedule-protocol");
  commands.verb(group, "status", "what was proposed or scheduled, and what it waits for", status);
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
  auto step = std::make_shared<StepFlags>();
  CLI::App& s =
      commands.verb(group, "schedule-protocol", "change the rules of all blocks from a height on",
                    [step](Session& session) { schedule_protocol(session, *step); });
  s.add_option("HEIGHT", step->height, "first height of the new rules")->required();
  s.add_option("--revision", step->revision, "cancun, prague or osaka, none older than before")
      ->required();
  s.add_option("--precompiles", step->precompiles,
               "those there are then, such as 0x01-0x11,0x100, or none; the revision's if absent");
}

}  // namespace datapact::tools
