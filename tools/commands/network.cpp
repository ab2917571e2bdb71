// datapact network: node-keys, new, add-node, unit.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keystore.hpp"
#include "ledger/chain/seal.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/new_password.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/devnet/node_process.hpp"
#include "tools/network/consortium_genesis.hpp"
#include "tools/network/network_files.hpp"
#include "tools/network/network_spec.hpp"
#include "tools/network/node_card.hpp"
#include "tools/network/node_keys.hpp"
#include "tools/network/systemd_unit.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::ContractId;

struct KeysFlags {
  std::string folder = "node";
  std::string name;
  std::string address;
  bool light = false;
};

void node_keys(Session& session, const KeysFlags& flags) {
  const fs::path folder = flags.folder;
  const auto card =
      make_node_keys({.home = folder,
                      .name = flags.name,
                      .endpoint = parse_endpoint("--address", flags.address),
                      .password = [&session] { return new_password(session, ""); },
                      .scrypt = flags.light ? crypto::kLightScrypt : crypto::ScryptParams{}},
                     session.random);
  session.out.result(json::Value::object({{"card", (folder / "card.json").string()},
                                          {"validator", to_hex0x(card.validator)},
                                          {"nodeId", to_hex0x(card.node_id)}}),
                     Rows{{"card", (folder / "card.json").string()},
                          {"validator", to_hex0x(card.validator)},
                          {"node id", to_hex0x(card.node_id)}});
  session.out.note("hand over the card; the other files stay on this machine");
}

struct NewFlags {
  std::string spec;
  std::string folder = "network";
};

/// What the spec means for faults, where it is less than one might think.
void warn_of_faults(Session& session, const NetworkSpec& spec) {
  const auto validators = spec.plan.validators.size();
  const auto faults = chain::faults_max(validators);
  if (faults == 0) {
    session.out.note(fmt::format("with {} the chain halts when one is down: four bear one",
                                 counted(validators, "validator")));
  }
  for (std::size_t id = 1; id <= spec.plan.organisations.size(); ++id) {
    const auto own = static_cast<std::size_t>(
        std::ranges::count(spec.plan.validators, id, &ConsortiumValidator::organisation));
    if (own <= faults || validators == own) continue;
    session.out.note(fmt::format("organisation {} runs {} of {}: it can halt the chain", id, own,
                                 counted(validators, "validator")));
  }
}

void make_network(Session& session, const NewFlags& flags) {
  const auto spec = read_network_spec(flags.spec);
  const auto book = write_network(flags.folder, spec, session.clock.now());
  warn_of_faults(session, spec);
  json::Value nodes = json::Value::array();
  Rows rows{{"genesis", to_hex0x(book.genesis)}, {"folder", flags.folder}};
  for (const auto& node : book.nodes) {
    const auto folder = (fs::path(flags.folder) / "nodes" / node.card.name).string();
    nodes.push(json::Value::object({{"name", node.card.name},
                                    {"folder", folder},
                                    {"organisation", node.organisation},
                                    {"validates", node.validates}}));
    rows.emplace_back(node.card.name, folder);
  }
  session.out.result(json::Value::object({{"genesis", to_hex0x(book.genesis)},
                                          {"folder", flags.folder},
                                          {"nodes", std::move(nodes)}}),
                     rows);
  session.out.note(
      "each operator copies its folder over the node's home, compares the genesis hash with the "
      "others and starts datapactd");
}

struct AddFlags {
  std::string card;
  std::string folder = "network";
  std::uint64_t organisation = 0;
  bool validates = false;
};

struct GovernanceStep {
  std::string by;
  std::string function;
  std::vector<std::string> arguments;
  std::string command;
};

std::vector<GovernanceStep> steps_for(const SpecNode& node) {
  const std::string id = std::to_string(node.organisation);
  const std::string node_id = to_hex0x(node.card.node_id);
  const std::string validator = to_hex0x(node.card.validator);
  std::vector<GovernanceStep> steps{
      {fmt::format("an administrator of organisation {}", id),
       "setNodeKey",
       {node_id, id, "1"},
       fmt::format("datapact gov node-key {} --organisation {}", node_id, id)}};
  if (!node.validates) return steps;
  steps.push_back(
      {"an administrator of each organisation with a vote, until the quorum is there",
       "proposeValidator",
       {validator, id},
       fmt::format("datapact gov propose-validator {} --organisation {}", validator, id)});
  steps.push_back(
      {fmt::format("an operator of organisation {}, through the new node, once it has caught up",
                   id),
       "acknowledgeValidator",
       {validator, "HEIGHT", "BLOCK_HASH"},
       fmt::format("datapact gov acknowledge {}", validator)});
  return steps;
}

void add_node(Session& session, const AddFlags& flags) {
  if (flags.organisation == 0) fail_usage("--organisation must be a number from 1 on, got 0");
  const SpecNode node{read_card(read_json_file(flags.card), flags.card), flags.organisation,
                      flags.validates};
  auto book = read_network(flags.folder);
  add_to_network(flags.folder, book, node);
  const auto folder = (fs::path(flags.folder) / "nodes" / node.card.name).string();
  json::Value calls = json::Value::array();
  Rows rows{{"folder", folder}};
  for (const auto& step : steps_for(node)) {
    json::Value arguments = json::Value::array();
    for (const auto& argument : step.arguments) arguments.push(argument);
    calls.push(json::Value::object(
        {{"by", step.by},
         {"contract", to_hex0x(contracts::predeploy_address(ContractId::kGovernance))},
         {"function", step.function},
         {"arguments", std::move(arguments)},
         {"command", step.command}}));
    rows.emplace_back("sent by", session.out.word(step.by));
    rows.emplace_back("", step.command);
  }
  session.out.result(json::Value::object({{"name", node.card.name},
                                          {"folder", folder},
                                          {"validator", to_hex0x(node.card.validator)},
                                          {"nodeId", to_hex0x(node.card.node_id)},
                                          {"calls", std::move(calls)}}),
                     rows);
}

/// The file itself on stdout, whatever the format.
void unit(Session& session, const std::string& program) {
  session.out.raw(systemd_unit(program.empty() ? find_datapactd().string() : program));
}

}  // namespace

void add_network_commands(Commands& commands) {
  CLI::App& group = commands.group(
      "network",
      "a network of several operators, each with its own keys: node-keys, new, add-node, unit");
  auto keys = std::make_shared<KeysFlags>();
  CLI::App& k = commands.verb(group, "node-keys",
                              "make this node's keys, and the card with their public parts",
                              [keys](Session& s) { node_keys(s, *keys); });
  k.add_option("--dir", keys->folder, "the node's home");
  k.add_option("--name", keys->name, "names the node: a-z, 0-9 and '-'")->required();
  k.add_option("--address", keys->address, "HOST:PORT where other nodes reach it")->required();
  k.add_flag("--light", keys->light, "weak password hashing, for development networks");
  auto made = std::make_shared<NewFlags>();
  CLI::App& n =
      commands.verb(group, "new", "make genesis and every node's configuration from cards",
                    [made](Session& s) { make_network(s, *made); });
  n.add_option("SPEC", made->spec, "consortium.toml: organisations, accounts, cards")->required();
  n.add_option("--dir", made->folder, "where its files go");
  auto added = std::make_shared<AddFlags>();
  CLI::App& a = commands.verb(group, "add-node",
                              "write a joining node's configuration, and say which calls admit it",
                              [added](Session& s) { add_node(s, *added); });
  a.add_option("CARD", added->card, "the joining node's card.json")->required();
  a.add_option("--dir", added->folder, "the network's files");
  a.add_option("--organisation", added->organisation, "number of the organisation that runs it")
      ->required();
  a.add_flag("--validator", added->validates, "it is to validate, not only to follow");
  auto program = std::make_shared<std::string>();
  commands
      .verb(group, "unit", "print the systemd unit of a machine's nodes, datapactd@.service",
            [program](Session& s) { unit(s, *program); })
      .add_option("--program", *program,
                  "path of datapactd; the one beside this program when not given");
}

}  // namespace datapact::tools
