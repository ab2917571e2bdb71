#include "tools/trading/rpc_evidence_source.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/log_pages.hpp"
#include "tools/cli/system.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_source.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using trade::EvidenceFailure;
using trade::EvidenceResult;

[[noreturn]] void fail_answer(const std::string& what) {
  throw CliError(ExitCode::kConnection, "bad-answer", "the node's answer does not fit: " + what);
}

Bytes bytes_of(const json::Value& value, const std::string& what) {
  const auto* text = value.as_string();
  auto bytes = text != nullptr ? from_hex(*text) : std::nullopt;
  if (!bytes) fail_answer(what + " is not hexadecimal");
  return std::move(*bytes);
}

std::vector<Bytes> list_of_bytes(const json::Value& value, const std::string& what) {
  const auto* items = value.as_array();
  if (items == nullptr) fail_answer(what + " is not a list");
  std::vector<Bytes> out;
  for (const auto& item : *items) out.push_back(bytes_of(item, what));
  return out;
}

json::Value height_param(Height height) { return to_quantity(height.raw()); }

}  // namespace

template <class T>
EvidenceResult<T> RpcEvidenceSource::guarded(const std::function<T()>& read) {
  try {
    return read();
  } catch (const CliError& error) {
    error_ = error;
    return fail(EvidenceFailure{.name = "node", .reason = error.message()});
  }
}

json::Value RpcEvidenceSource::call(const std::string& method, json::Value params) {
  if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
  try {
    return session_.rpc().call(method, std::move(params));
  } catch (const CliError& error) {
    if (error.name() != "rpc-error") throw;
    throw CliError(error.code(), error.name(), method + ": " + error.message(), error.hint(),
                   *error.document().find("error")->find("data"));
  }
}

EvidenceResult<Height> RpcEvidenceSource::head() {
  return guarded<Height>([&] {
    const auto answer = call("eth_blockNumber", json::Value::array());
    return Height{
        quantity_member(json::Value::object({{"eth_blockNumber", answer}}), "eth_blockNumber")};
  });
}

EvidenceResult<json::Value> RpcEvidenceSource::genesis_config() {
  return guarded<json::Value>([&] { return call("data_getGenesisConfig", json::Value::array()); });
}

EvidenceResult<Bytes> RpcEvidenceSource::header(Height height) {
  return guarded<Bytes>([&] {
    return bytes_of(call("debug_getRawHeader", json::Value::array({height_param(height)})),
                    "debug_getRawHeader");
  });
}

EvidenceResult<trade::RawBlock> RpcEvidenceSource::block(Height height) {
  return guarded<trade::RawBlock>([&] {
    const auto params = json::Value::array({height_param(height)});
    return trade::RawBlock{
        .block = bytes_of(call("debug_getRawBlock", params), "debug_getRawBlock"),
        .receipts = list_of_bytes(call("debug_getRawReceipts", params), "debug_getRawReceipts")};
  });
}

EvidenceResult<trade::StateProof> RpcEvidenceSource::prove(const trade::StateQuery& query) {
  return guarded<trade::StateProof>([&] {
    json::Value slots = json::Value::array();
    for (const auto& slot : query.slots) slots.push(to_hex0x(to_hash256(slot)));
    const auto answer =
        call("eth_getProof",
             json::Value::array({to_hex0x(query.address), slots, height_param(query.height)}));
    trade::StateProof out;
    out.account = list_of_bytes(member(answer, "accountProof"), "accountProof");
    const auto* storage = member(answer, "storageProof").as_array();
    if (storage == nullptr) fail_answer("storageProof is not a list");
    for (const auto& item : *storage)
      out.storage.push_back(list_of_bytes(member(item, "proof"), "proof"));
    return out;
  });
}

EvidenceResult<uint256> RpcEvidenceSource::word(const Address& address, const uint256& slot,
                                                Height height) {
  return guarded<uint256>([&] {
    const auto answer = call(
        "eth_getStorageAt",
        json::Value::array({to_hex0x(address), to_hex0x(to_hash256(slot)), height_param(height)}));
    const Bytes word = bytes_of(answer, "eth_getStorageAt");
    if (word.size() != Hash256::kSize) fail_answer("eth_getStorageAt has not 32 bytes");
    return to_uint256(Hash256::from(word));
  });
}

EvidenceResult<std::vector<trade::LogPlace>> RpcEvidenceSource::logs(const trade::LogQuery& query) {
  TRY(const auto newest, head());
  return guarded<std::vector<trade::LogPlace>>([&] {
    json::Value topics = json::Value::array();
    for (const auto& topic : query.topics)
      topics.push(topic ? json::Value{to_hex0x(*topic)} : json::Value{});
    const json::Value filter = json::Value::object(
        {{"address", to_hex0x(contracts::predeploy_address(query.contract))}, {"topics", topics}});
    std::vector<trade::LogPlace> out;
    const auto items =
        log_pages_.read([this](const std::string& method,
                               const json::Value& params) { return call(method, params); },
                        filter, {query.from.raw(), newest.raw()});
    for (const auto& item : items) {
      const auto& found = list_of(member(item, "topics"), "topics");
      const auto* first = found.empty() ? nullptr : found.front().as_string();
      const auto topic = first != nullptr ? fixed_from_hex<Hash256>(*first) : std::nullopt;
      if (!topic) fail_answer("a log has no topic");
      out.push_back({*topic, Height{quantity_member(item, "blockNumber")},
                     fixed_member<TxnHash>(item, "transactionHash")});
    }
    return out;
  });
}

}  // namespace datapact::tools
