#include "tools/cli/chain_client.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/contract_abi.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/transaction.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/log_pages.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/signer.hpp"
#include "tools/cli/system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::AbiList;
using contracts::ContractId;

[[noreturn]] void fail_answer(std::string_view what) {
  throw CliError(ExitCode::kConnection, "bad-answer",
                 fmt::format("the node's answer does not fit: {}", what));
}

const contracts::AbiSignature& function_of(ContractId id, std::string_view name) {
  const auto* function = contracts::contract(id).abi.function(name);
  PRECONDITION(function != nullptr);
  return *function;
}

/// Errors of every contract in the catalogue: a call may fail in another contract than the one
/// called.
std::vector<contracts::AbiSignature> known_errors() {
  std::vector<contracts::AbiSignature> out;
  for (const auto id : contracts::kContractIds) {
    const auto& errors = contracts::contract(id).abi.errors;
    out.insert(out.end(), errors.begin(), errors.end());
  }
  return out;
}

std::uint64_t quantity_of(const json::Value& answer, std::string_view method) {
  const auto* text = answer.as_string();
  const auto number = text != nullptr ? u64_from_quantity(*text) : std::nullopt;
  if (!number.has_value()) fail_answer(fmt::format("{} is not a quantity", method));
  return number.value_or(0);
}

/// What a call reverted with; nothing when the error is another.
std::optional<Bytes> revert_data(const CliError& error) {
  if (error.code() != ExitCode::kReverted) return std::nullopt;
  const json::Value document = error.document();
  const auto* data = document.find("error")->find("data");
  const auto* bytes = data != nullptr ? data->find("data") : nullptr;
  const auto* text = bytes != nullptr ? bytes->as_string() : nullptr;
  return text != nullptr ? from_hex(*text) : std::nullopt;
}

/// For the handler of `error`.
[[noreturn]] void rethrow_decoded(const CliError& error) {
  const auto raw = revert_data(error);
  if (!raw) throw;
  throw CliError(ExitCode::kReverted, "reverted",
                 "the contract refused: " + contracts::describe_revert(known_errors(), *raw), {},
                 *error.document().find("error")->find("data"));
}

std::vector<chain::Log> logs_of(const json::Value& receipt) {
  std::vector<chain::Log> out;
  for (const auto& item : list_of(member(receipt, "logs"), "logs")) {
    chain::Log log{fixed_member<Address>(item, "address"), {}, bytes_member(item, "data")};
    for (const auto& topic : list_of(member(item, "topics"), "topics")) {
      const auto* text = topic.as_string();
      const auto hash = text != nullptr ? fixed_from_hex<Hash256>(*text) : std::nullopt;
      if (!hash) fail_answer("a topic is not 32 bytes");
      log.topics.push_back(*hash);
    }
    out.push_back(std::move(log));
  }
  return out;
}

}  // namespace

const json::Value& member(const json::Value& object, std::string_view name) {
  const auto* found = object.find(name);
  if (found == nullptr) fail_answer(fmt::format("{} is missing", name));
  return *found;
}

const json::Array& list_of(const json::Value& value, std::string_view name) {
  const auto* items = value.as_array();
  if (items == nullptr) fail_answer(fmt::format("{} is not a list", name));
  return *items;
}

const std::string& text_member(const json::Value& object, std::string_view name) {
  const auto* text = member(object, name).as_string();
  if (text == nullptr) fail_answer(fmt::format("{} is not a text", name));
  return *text;
}

std::uint64_t quantity_member(const json::Value& object, std::string_view name) {
  const auto number = u64_from_quantity(text_member(object, name));
  if (!number) fail_answer(fmt::format("{} is not a quantity", name));
  return *number;
}

template <class Fixed>
Fixed fixed_member(const json::Value& object, std::string_view name) {
  const auto value = fixed_from_hex<Fixed>(text_member(object, name));
  if (!value) fail_answer(fmt::format("{} does not have {} bytes", name, Fixed::kSize));
  return *value;
}
template Address fixed_member<Address>(const json::Value&, std::string_view);
template Hash256 fixed_member<Hash256>(const json::Value&, std::string_view);
template TxnHash fixed_member<TxnHash>(const json::Value&, std::string_view);
template BlockHash fixed_member<BlockHash>(const json::Value&, std::string_view);

Bytes bytes_member(const json::Value& object, std::string_view name) {
  auto bytes = from_hex(text_member(object, name));
  if (!bytes) fail_answer(fmt::format("{} is not hexadecimal", name));
  return std::move(*bytes);
}

json::Value ChainClient::call_guarded(const std::string& method, json::Value params) {
  try {
    return session_.rpc().call(method, std::move(params));
  } catch (const CliError& error) {
    rethrow_decoded(error);
  }
}

ChainId ChainClient::chain_id() {
  if (!chain_id_) {
    const auto answer = session_.rpc().call("eth_chainId", json::Value::array());
    chain_id_ = ChainId{quantity_of(answer, "eth_chainId")};
  }
  return *chain_id_;
}

HeadTime ChainClient::head() {
  const auto block =
      session_.rpc().call("eth_getBlockByNumber", json::Value::array({"latest", false}));
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(session_.clock.now()).count();
  return {Height{quantity_member(block, "number")},
          std::max(quantity_member(block, "timestamp"), static_cast<std::uint64_t>(now))};
}

NextBlock ChainClient::next_block() {
  // Initialisation code that reverts with two words, NUMBER and TIMESTAMP of the block it runs in.
  constexpr const char* kNumberAndTime = "0x436000524260205260406000fd";
  const auto call = json::Value::object({{"data", kNumberAndTime}});
  try {
    static_cast<void>(session_.rpc().call("eth_call", json::Value::array({call, "pending"})));
  } catch (const CliError& error) {
    const auto words = revert_data(error);
    if (!words) throw;
    if (words->size() == 2 * Hash256::kSize) {
      const auto word = [&](std::size_t index) {
        return uint256::from_be(ByteView{*words}.subspan(index * Hash256::kSize, Hash256::kSize));
      };
      return {Height{word(0).low_u64()}, word(1).low_u64()};
    }
  }
  fail_answer("eth_call on pending gives no height and time");
}

Bytes ChainClient::code(const Address& address) {
  const auto answer =
      session_.rpc().call("eth_getCode", json::Value::array({to_hex0x(address), "latest"}));
  auto bytes = answer.as_string() != nullptr ? from_hex(*answer.as_string()) : std::nullopt;
  if (!bytes) fail_answer("eth_getCode is not hexadecimal");
  return std::move(*bytes);
}

Bytes ChainClient::call_raw(const Address& to, const Bytes& data) {
  const auto request = json::Value::object({{"to", to_hex0x(to)}, {"data", to_hex0x(data)}});
  const auto answer = call_guarded("eth_call", json::Value::array({request, "latest"}));
  auto bytes = answer.as_string() != nullptr ? from_hex(*answer.as_string()) : std::nullopt;
  if (!bytes) fail_answer("eth_call is not hexadecimal");
  return std::move(*bytes);
}

AbiList ChainClient::read(ContractId contract, std::string_view function,
                          const AbiList& arguments) {
  const auto& signature = function_of(contract, function);
  const Bytes answer = call_raw(contracts::predeploy_address(contract),
                                contracts::encode_call(signature, arguments));
  auto values = contracts::decode_abi(signature.outputs, answer);
  if (!values) {
    fail_answer(fmt::format("{}.{}: {}", to_string(contract), function, values.error().message));
  }
  return std::move(*values);
}

FinalTxn ChainClient::transact(ContractId contract, std::string_view function,
                               const AbiList& arguments, const BeforeSend& before_send) {
  return wait_for(submit(contract, function, arguments, before_send));
}

TxnHash ChainClient::submit(ContractId contract, std::string_view function,
                            const AbiList& arguments, const BeforeSend& before_send) {
  return submit(contracts::predeploy_address(contract),
                contracts::encode_call(function_of(contract, function), arguments), uint256{},
                before_send);
}

FinalTxn ChainClient::send(const std::optional<Address>& to, const Bytes& data,
                           const uint256& value) {
  return wait_for(submit(to, data, value));
}

json::Value ChainClient::send_raw(const Address& sender, const Bytes& raw) {
  try {
    return call_guarded("eth_sendRawTransaction", json::Value::array({to_hex0x(raw)}));
  } catch (const CliError& error) {
    // The node's words for what Governance says of the sender.
    constexpr std::array kWords{"not registered in Governance", "has no permission",
                                "is suspended"};
    if (std::ranges::none_of(kWords, [&](const char* words) {
          return error.message().find(words) != std::string::npos;
        }))
      throw;
    throw CliError(ExitCode::kAuthority, "not-permitted",
                   fmt::format("{}: {}", to_hex0x(sender), error.message()),
                   "accounts are admitted in the contract Governance");
  }
}

TxnHash ChainClient::submit(const std::optional<Address>& to, const Bytes& data,
                            const uint256& value, const BeforeSend& before_send) {
  const Signer& signer = session_.signer();
  json::Value request = json::Value::object({{"from", to_hex0x(signer.address())},
                                             {"data", to_hex0x(data)},
                                             {"value", to_quantity(value)}});
  if (to) request.set("to", to_hex0x(*to));
  const auto estimate = call_guarded("eth_estimateGas", json::Value::array({request}));
  const auto nonce = session_.rpc().call(
      "eth_getTransactionCount", json::Value::array({to_hex0x(signer.address()), "pending"}));
  const std::uint64_t gas = quantity_of(estimate, "eth_estimateGas");
  const std::uint64_t count = quantity_of(nonce, "eth_getTransactionCount");

  chain::Transaction txn;
  txn.type = chain::TxnType::kDynamicFee;
  txn.chain_id = chain_id();
  txn.nonce = Nonce{count};
  // A fifth more: state may change between estimate and block, and unused gas is not charged.
  txn.gas_limit = Gas{gas + gas / 5};
  session_.out.detail(fmt::format("gas {}: the estimate of {} and a fifth more; nonce {}",
                                  txn.gas_limit.raw(), gas, count));
  txn.to = to;
  txn.value = Wei{value};
  txn.data = data;
  txn.signature = signer.sign(signing_request(txn));
  if (before_send) before_send();
  const auto hash = send_raw(signer.address(), chain::encode(txn));
  if (hash.as_string() == nullptr || *hash.as_string() != to_hex0x(chain::hash_of(txn))) {
    fail_answer("eth_sendRawTransaction names another transaction");
  }
  return chain::hash_of(txn);
}

FinalTxn ChainClient::wait_for(const TxnHash& hash) {
  using namespace std::chrono_literals;
  session_.out.progress(fmt::format("waiting for transaction {} to be final", to_hex0x(hash)));
  const auto deadline = session_.clock.monotonic() + session_.timeout();
  json::Value receipt;
  bool has_answered = false;
  bool is_away = false;
  for (auto pause = 10ms;; pause = std::min(pause * 2, 250ms)) {
    try {
      receipt =
          session_.rpc().call("eth_getTransactionReceipt", json::Value::array({to_hex0x(hash)}));
      has_answered = true;
      is_away = false;
    } catch (const CliError& error) {
      // A node that restarts still has the transaction, or another one has it.
      if (!has_answered || error.code() != ExitCode::kConnection) throw;
      if (!is_away) session_.out.note(error.message() + ": trying again until it answers");
      is_away = true;
    }
    if (!receipt.is_null()) break;
    if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
    if (session_.clock.monotonic() > deadline) {
      throw CliError(ExitCode::kConnection, "timeout",
                     fmt::format("transaction {} is not final after {} s", to_hex0x(hash),
                                 session_.timeout().count()),
                     "datapact tx wait " + to_hex0x(hash));
    }
    std::this_thread::sleep_for(pause);
  }
  session_.out.end_progress();
  if (quantity_member(receipt, "status") != 1) {
    throw CliError(ExitCode::kReverted, "reverted",
                   fmt::format("transaction {} reverted", to_hex0x(hash)), {}, receipt);
  }
  FinalTxn out{hash,
               Height{quantity_member(receipt, "blockNumber")},
               Gas{quantity_member(receipt, "gasUsed")},
               {},
               logs_of(receipt),
               receipt};
  if (!member(receipt, "contractAddress").is_null())
    out.created = fixed_member<Address>(receipt, "contractAddress");
  return out;
}

void ChainClient::wait_for_pending() {
  using namespace std::chrono_literals;
  const std::string sender = to_hex0x(session_.from_address());
  const auto count = [&](const char* block) {
    return quantity_of(
        session_.rpc().call("eth_getTransactionCount", json::Value::array({sender, block})),
        "eth_getTransactionCount");
  };
  const auto deadline = session_.clock.monotonic() + session_.timeout();
  while (count("latest") < count("pending")) {
    if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
    if (session_.clock.monotonic() > deadline) {
      throw CliError(ExitCode::kConnection, "timeout",
                     fmt::format("transactions of {} are not final after {} s", sender,
                                 session_.timeout().count()),
                     "run the same command again");
    }
    std::this_thread::sleep_for(50ms);
  }
}

std::vector<FoundEvent> ChainClient::events(ContractId contract, std::string_view event,
                                            const std::vector<std::optional<Hash256>>& topics) {
  const auto* signature = contracts::contract(contract).abi.event(event);
  PRECONDITION(signature != nullptr);
  json::Value wanted = json::Value::array({to_hex0x(signature->topic())});
  for (const auto& topic : topics)
    wanted.push(topic ? json::Value{to_hex0x(*topic)} : json::Value{});
  const auto items = log_pages_.read(
      [this](const std::string& method, const json::Value& params) {
        return session_.rpc().call(method, params);
      },
      json::Value::object(
          {{"address", to_hex0x(contracts::predeploy_address(contract))}, {"topics", wanted}}),
      {0, head().height.raw()});
  const auto found = logs_of(json::Value::object({{"logs", json::Value{items}}}));
  std::vector<FoundEvent> out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto values = contracts::decode_event_values(*signature, found[i].topics, found[i].data);
    if (!values) fail_answer(fmt::format("a log is no {}", event));
    out.push_back({std::move(*values), Height{quantity_member(items[i], "blockNumber")},
                   fixed_member<TxnHash>(items[i], "transactionHash")});
  }
  return out;
}

AbiList event_of(const FinalTxn& txn, ContractId contract, std::string_view event) {
  const auto* signature = contracts::contract(contract).abi.event(event);
  PRECONDITION(signature != nullptr);
  for (const auto& log : txn.logs) {
    if (log.address != contracts::predeploy_address(contract)) continue;
    if (auto values = contracts::decode_event_values(*signature, log.topics, log.data))
      return std::move(*values);
  }
  fail_answer(fmt::format("transaction {} has no event {}", to_hex0x(txn.hash), event));
}

}  // namespace datapact::tools
