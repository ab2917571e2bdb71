// datapact contract: deploy, call, send, abi.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/contract_abi.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::AbiList;

struct CallFlags {
  std::string contract;
  std::string function;
  std::vector<std::string> arguments;
  std::string value = "0";
};

/// A contract of the catalogue by name, or any address.
Address contract_address(const std::string& text) {
  if (const auto id = contracts::find_contract(text)) return contracts::predeploy_address(*id);
  return parse_address("CONTRACT", text);
}

/// A name of a catalogue contract's function, or a signature such as
/// "transfer(address,uint256)(bool)".
contracts::AbiSignature function_signature(const CallFlags& flags) {
  if (flags.function.find('(') == std::string::npos) {
    const auto id = contracts::find_contract(contract_address(flags.contract));
    const auto* known = id ? contracts::contract(*id).abi.function(flags.function) : nullptr;
    if (known != nullptr) return *known;
    fail_usage(fmt::format(
        "{} is no function of a known contract: give its signature, such as \"{}(uint256)(bool)\"",
        flags.function, flags.function));
  }
  auto parsed = contracts::parse_abi_signature(flags.function);
  if (!parsed) fail_usage(parsed.error().message);
  return std::move(*parsed);
}

AbiList parse_arguments(const std::vector<contracts::AbiType>& types,
                        const std::vector<std::string>& texts) {
  if (types.size() != texts.size()) {
    fail_usage(fmt::format("the function takes {}, got {}", counted(types.size(), "argument"),
                           texts.size()));
  }
  AbiList out;
  for (std::size_t i = 0; i < types.size(); ++i) {
    auto value = contracts::parse_abi_value(types[i], texts[i]);
    if (!value) fail_usage(fmt::format("argument {}: {}", i + 1, value.error().message));
    out.push_back(std::move(*value));
  }
  return out;
}

Bytes call_data(const CallFlags& flags, const contracts::AbiSignature& function) {
  return contracts::encode_call(function, parse_arguments(function.inputs, flags.arguments));
}

void call(Session& session, const CallFlags& flags) {
  const auto function = function_signature(flags);
  ChainClient chain(session);
  const Bytes answer = chain.call_raw(contract_address(flags.contract), call_data(flags, function));
  if (function.outputs.empty()) return session.out.result(to_hex0x(answer), to_hex0x(answer));
  const auto values = contracts::decode_abi(function.outputs, answer);
  if (!values) {
    throw CliError(ExitCode::kFailed, "bad-answer", values.error().message,
                   "is there a contract at that address, and is the signature right?");
  }
  json::Value document = json::Value::array();
  Rows rows;
  for (std::size_t i = 0; i < values->size(); ++i) {
    const auto& type = function.outputs[i];
    auto value = contracts::to_json(type, (*values)[i]);
    rows.emplace_back(type.name.empty() ? type.canonical() : type.name,
                      value.as_string() != nullptr ? *value.as_string() : json::to_text(value));
    document.push(std::move(value));
  }
  session.out.result(document, rows);
}

void print_txn(Session& session, const FinalTxn& txn) {
  Rows rows{{"transaction", to_hex0x(txn.hash)},
            {"height", std::to_string(txn.height.raw())},
            {"gas", std::to_string(txn.gas_used.raw())}};
  if (txn.created) rows.emplace_back("contract", to_hex0x(*txn.created));
  session.out.result(txn.receipt, rows);
}

void send_or_submit(Session& session, const std::optional<Address>& to, const Bytes& data,
                    const uint256& value) {
  ChainClient chain(session);
  const TxnHash hash = chain.submit(to, data, value);
  if (!session.wait)
    return session.out.result(json::Value::object({{"transaction", to_hex0x(hash)}}),
                              to_hex0x(hash));
  print_txn(session, chain.wait_for(hash));
}

void send(Session& session, const CallFlags& flags) {
  send_or_submit(session, contract_address(flags.contract),
                 call_data(flags, function_signature(flags)), parse_number("--value", flags.value));
}

struct DeployFlags {
  std::string artifact;
  std::vector<std::string> arguments;
};

/// A solc or forge artefact: `abi` and `bytecode`, the latter a text or {"object"}.
void deploy(Session& session, const DeployFlags& flags) {
  const auto document = read_json_file(flags.artifact);
  const auto* abi_json = document.find("abi");
  const auto* code_json = document.find("bytecode");
  if (code_json != nullptr && code_json->is_object()) code_json = code_json->find("object");
  const auto* text = code_json != nullptr ? code_json->as_string() : nullptr;
  auto code = text != nullptr ? from_hex(*text) : std::nullopt;
  if (abi_json == nullptr || !code)
    fail_file("malformed-artefact", flags.artifact + " must have members abi and bytecode");
  const auto abi = contracts::load_contract_abi(*abi_json);
  if (!abi) fail_file("malformed-artefact", flags.artifact + ": " + abi.error().message);
  append(*code, contracts::encode_abi(abi->constructor_inputs,
                                      parse_arguments(abi->constructor_inputs, flags.arguments)));
  send_or_submit(session, std::nullopt, *code, uint256{});
}

void show_abi(Session& session, const std::string& name) {
  const auto id = contracts::find_contract(name);
  if (!id)
    fail_not_found("no contract " + name + " in the catalogue",
                   "Governance, Settlement, DatasetRegistry, FairExchange");
  Table table{{"kind", "signature"}, {}};
  const auto& abi = contracts::contract(*id).abi;
  for (const auto& f : abi.functions) table.rows.push_back({"function", f.canonical()});
  for (const auto& e : abi.events) table.rows.push_back({"event", e.signature.canonical()});
  for (const auto& e : abi.errors) table.rows.push_back({"error", e.canonical()});
  const auto artifact = json::parse(contracts::artifact_text(*id), {.depth_max = 64});
  session.out.result(*artifact->find("abi"), table);
}

void add_call_options(CLI::App& app, CallFlags& flags) {
  app.add_option("CONTRACT", flags.contract, "an address, or a name of the catalogue")->required();
  app.add_option("FUNCTION", flags.function, "a name of the catalogue's, or a signature")
      ->required();
  app.add_option("ARGS", flags.arguments, "each as text; lists and tuples as JSON");
}

}  // namespace

void add_contract_commands(Commands& commands) {
  CLI::App& group = commands.group("contract", "deploy, call, send, abi");
  auto deployed = std::make_shared<DeployFlags>();
  CLI::App& d = commands.verb(group, "deploy", "deploy an artefact of solc or forge",
                              [deployed](Session& s) { deploy(s, *deployed); });
  d.add_option("ARTIFACT", deployed->artifact, "JSON file with abi and bytecode")->required();
  d.add_option("ARGS", deployed->arguments, "constructor arguments");
  auto called = std::make_shared<CallFlags>();
  add_call_options(commands.verb(group, "call", "read from a contract",
                                 [called](Session& s) { call(s, *called); }),
                   *called);
  auto sent = std::make_shared<CallFlags>();
  CLI::App& s = commands.verb(group, "send", "send a transaction to a contract",
                              [sent](Session& session) { send(session, *sent); });
  add_call_options(s, *sent);
  s.add_option("--value", sent->value, "wei to send along");
  auto name = std::make_shared<std::string>();
  commands
      .verb(group, "abi", "functions, events and errors of a catalogue contract",
            [name](Session& session) { show_abi(session, *name); })
      .add_option("NAME", *name, "such as FairExchange")
      ->required();
}

}  // namespace datapact::tools
