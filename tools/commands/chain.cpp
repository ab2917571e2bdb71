// datapact chain: block, receipt, logs, proof, validators, status.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/chain_follower.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/log_pages.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/system.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

bool is_tag(std::string_view text) {
  return text == "latest" || text == "earliest" || text == "pending" || text == "safe" ||
         text == "finalized";
}

/// A height in decimal or 0x, or a tag.
json::Value block_argument(std::string_view argument, const std::string& text) {
  if (is_tag(text)) return text;
  return to_quantity(parse_number(argument, text));
}

std::uint64_t parse_height(std::string_view argument, const std::string& text) {
  const auto height = uint256::parse(text);
  if (!height || height->bit_length() > 64) {
    fail_usage(fmt::format(
        "{} must be a height in decimal or 0x, or latest, earliest, pending, safe or finalized, "
        "got \"{}\"",
        argument, text));
  }
  return height->low_u64();
}

/// Scalars of an object as rows; nested members are counted.
Rows rows_of(const Output& out, const json::Value& object) {
  Rows rows;
  const auto* members = object.as_object();
  if (members == nullptr) {
    throw CliError(ExitCode::kConnection, "bad-answer",
                   "the node's answer does not fit: it is not an object");
  }
  for (const auto& [name, value] : *members) {
    if (const auto* text = value.as_string()) {
      rows.emplace_back(name, *text);
    } else if (const auto* items = value.as_array()) {
      rows.emplace_back(name, out.word(counted(items->size(), "item")));
    } else {
      rows.emplace_back(name, json::to_text(value));
    }
  }
  return rows;
}

void print_found(Session& session, const json::Value& found, const std::string& missing) {
  if (found.is_null()) fail_not_found(missing);
  session.out.result(found, rows_of(session.out, found));
}

void block(Session& session, const std::string& which) {
  const bool is_hash = which.size() == 66;
  const auto found = session.rpc().call(
      is_hash ? "eth_getBlockByHash" : "eth_getBlockByNumber",
      json::Value::array({is_hash ? json::Value{which} : block_argument("BLOCK", which), false}));
  print_found(session, found, "no block " + which);
}

struct BlockFlags {
  std::string which = "latest";
  bool follows = false;
  std::uint64_t count = 0;
};

void follow_blocks(Session& session, const BlockFlags& flags) {
  session.out.begin_stream();
  if (flags.which.size() == 66)
    fail_usage("BLOCK must be a height or latest with --follow, got a hash");
  const auto at = block_argument("BLOCK", flags.which);
  const auto first = session.rpc().call("eth_getBlockByNumber", json::Value::array({at, false}));
  if (first.is_null()) fail_not_found("no block " + flags.which);
  const auto& out = session.out;
  ChainFollower follower(session, quantity_member(first, "number"));
  for (ItemCount count(flags.count);;) {
    const auto range = follower.next();
    for (auto height = range.first; height <= range.last; ++height) {
      if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
      const auto found = follower.block(height);
      const auto* txns = member(found, "transactions").as_array();
      session.out.item(
          found, {std::to_string(height), text_member(found, "hash"),
                  out.word(counted(txns != nullptr ? txns->size() : 0, "transaction")),
                  out.word(fmt::format("{} gas", quantity_member(found, "gasUsed"))),
                  out.word(fmt::format("{} (Unix seconds)", quantity_member(found, "timestamp")))});
      if (count.take()) return;
    }
  }
}

void receipt(Session& session, const std::string& hash) {
  print_found(session,
              session.rpc().call("eth_getTransactionReceipt",
                                 json::Value::array({to_hex0x(parse_hash("TXN", hash))})),
              "no final transaction " + hash);
}

struct LogFlags {
  std::string address;
  std::string from;
  std::string to;
  bool follows = false;
  std::uint64_t count = 0;
};

/// Height, contract and event, by name where they are known.
std::vector<std::string> cells_of(const json::Value& log) {
  const auto address = fixed_member<Address>(log, "address");
  const auto id = contracts::find_contract(address);
  const auto& topics = list_of(member(log, "topics"), "topics");
  // A log may have no topic.
  std::string name =
      topics.empty() ? "" : text_member(json::Value::object({{"topic", topics.front()}}), "topic");
  const auto topic = fixed_from_hex<Hash256>(name);
  if (id && topic) {
    if (const auto* event = contracts::contract(*id).abi.event_by_topic(*topic))
      name = event->signature.name;
  }
  return {std::to_string(quantity_member(log, "blockNumber")),
          id ? std::string(to_string(*id)) : to_hex0x(address), name};
}

json::Value log_filter(const LogFlags& flags) {
  json::Value filter = json::Value::object({});
  if (!flags.address.empty())
    filter.set("address", to_hex0x(parse_address("--address", flags.address)));
  return filter;
}

void follow_logs(Session& session, const LogFlags& flags) {
  session.out.begin_stream();
  if (!flags.to.empty()) fail_usage("--to-block has no meaning with --follow");
  std::optional<std::uint64_t> first;
  if (!flags.from.empty()) first = parse_height("--from-block", flags.from);
  ChainFollower follower(session, first);
  for (ItemCount count(flags.count);;) {
    const auto range = follower.next();
    for (const auto& log : follower.logs(log_filter(flags), range)) {
      session.out.item(log, cells_of(log));
      if (count.take()) return;
    }
  }
}

std::uint64_t head_of(Session& session) {
  const auto answer = session.rpc().call("eth_blockNumber", json::Value::array());
  return quantity_member(json::Value::object({{"eth_blockNumber", answer}}), "eth_blockNumber");
}

/// Both ends, checked before the node is asked. Only final blocks have logs: every tag but earliest
/// is the head.
HeightRange log_range(Session& session, const LogFlags& flags) {
  const auto height = [](std::string_view flag, const std::string& text,
                         std::uint64_t of_head) -> std::uint64_t {
    if (text == "earliest") return 0;
    return is_tag(text) ? of_head : parse_height(flag, text);
  };
  constexpr auto kHead = std::numeric_limits<std::uint64_t>::max();
  HeightRange range{flags.from.empty() ? 0 : height("--from-block", flags.from, kHead),
                    flags.to.empty() ? kHead : height("--to-block", flags.to, kHead)};
  if (range.first != kHead && range.first > range.last) {
    fail_usage(fmt::format("--from-block must not be above --to-block, got {} and {}", flags.from,
                           flags.to));
  }
  const std::uint64_t head = head_of(session);
  if (range.first == kHead) range.first = head;
  return {range.first, std::min(range.last, head)};
}

void logs(Session& session, const LogFlags& flags) {
  auto filter = log_filter(flags);
  const auto range = log_range(session, flags);
  LogPages pages;
  const auto found = pages.read(
      [&session](const std::string& method, const json::Value& params) {
        return session.rpc().call(method, params);
      },
      std::move(filter), range);
  Table table{{"height", "address", "event"}, {}};
  for (const auto& log : found) table.rows.push_back(cells_of(log));
  session.out.result(json::Value{found}, table);
}

void proof(Session& session, const std::string& address, const std::string& slot) {
  json::Value slots = json::Value::array();
  if (!slot.empty()) slots.push(to_hex0x(to_hash256(parse_number("SLOT", slot))));
  print_found(session,
              session.rpc().call("eth_getProof",
                                 json::Value::array({to_hex0x(parse_address("ADDRESS", address)),
                                                     slots, "latest"})),
              "no proof");
}

bool flag_member(const json::Value& object, std::string_view name) {
  return member(object, name).as_bool().value_or(false);
}

/// "proposes, prepared, asks for round 3": what a validator did at this height.
std::string deeds_of(const Output& output, const json::Value& validator) {
  std::string out;
  const auto add = [&](std::string_view word) {
    if (!out.empty()) out += ", ";
    out += output.word(word);
  };
  if (flag_member(validator, "proposer")) add("proposes");
  if (flag_member(validator, "prepared")) add("prepared");
  if (flag_member(validator, "committed")) add("committed");
  if (!member(validator, "asksForRound").is_null())
    add(fmt::format("asks for round {}", quantity_member(validator, "asksForRound")));
  if (flag_member(validator, "missing")) add("missing");
  if (flag_member(validator, "silent")) add("silent");
  return out.empty() ? "-" : out;
}

void validators(Session& session, const std::string& at) {
  const auto set = session.rpc().call("qbft_getValidatorsByBlockNumber",
                                      json::Value::array({block_argument("--at", at)}));
  const auto metrics = session.rpc().call("qbft_getSignerMetrics", json::Value::array());
  json::Value document = json::Value::array();
  Table table{{"validator", "blocks of the last 100", "last block"}, {}};
  for (const auto& address : list_of(set, "validators")) {
    std::uint64_t blocks = 0;
    std::uint64_t last = 0;
    for (const auto& metric : list_of(metrics, "signer metrics")) {
      if (member(metric, "address") != address) continue;
      blocks = quantity_member(metric, "proposedBlockCount");
      last = quantity_member(metric, "lastProposedBlockNumber");
    }
    document.push(json::Value::object({{"address", address},
                                       {"proposedBlockCount", to_quantity(blocks)},
                                       {"lastProposedBlockNumber", to_quantity(last)}}));
    table.rows.push_back({address.as_string() != nullptr ? *address.as_string() : "",
                          std::to_string(blocks), blocks == 0 ? "-" : std::to_string(last)});
  }
  session.out.result(document, table);
}

void status(Session& session) {
  const auto state = session.rpc().call("qbft_getConsensusState", json::Value::array());
  Rows rows{
      {"chain", session.out.word(text_member(state, "mood"))},
      {"head", std::to_string(quantity_member(state, "head"))},
      {"deciding",
       session.out.word(fmt::format("height {} round {}", quantity_member(state, "height"),
                                    quantity_member(state, "round")))},
      {"quorum",
       session.out.word(fmt::format(
           "{} of {}", quantity_member(state, "quorum"),
           counted(list_of(member(state, "validators"), "validators").size(), "validator")))},
      {"peers", std::to_string(quantity_member(state, "peers"))},
      {"waiting transactions", std::to_string(quantity_member(state, "waitingTransactions"))}};
  for (const auto& sentence : list_of(member(state, "explanation"), "explanation"))
    rows.emplace_back(
        "because", sentence.as_string() != nullptr ? session.out.word(*sentence.as_string()) : "");
  for (const auto& validator : list_of(member(state, "validators"), "validators"))
    rows.emplace_back(text_member(validator, "address"), deeds_of(session.out, validator));
  for (const auto& author : list_of(member(state, "doubleVoters"), "double voters"))
    rows.emplace_back("signed two different votes",
                      author.as_string() != nullptr ? *author.as_string() : "");
  session.out.result(state, rows);
}

}  // namespace

void add_chain_commands(Commands& commands) {
  CLI::App& group =
      commands.group("chain", "read the chain: block, receipt, logs, proof, validators, status");
  auto which = std::make_shared<BlockFlags>();
  CLI::App& b = commands.verb(group, "block", "a block's header", [which](Session& s) {
    which->follows ? follow_blocks(s, *which) : block(s, which->which);
  });
  b.add_option("BLOCK", which->which, "height, hash or latest");
  add_follow_flags(b, {which->follows, which->count, "then every new block, one a line"});
  auto hash = std::make_shared<std::string>();
  commands
      .verb(group, "receipt", "what a transaction did", [hash](Session& s) { receipt(s, *hash); })
      .add_option("TXN", *hash, "hash of the transaction")
      ->required();
  auto flags = std::make_shared<LogFlags>();
  CLI::App& l = commands.verb(
      group, "logs", "events, decoded where the contract is known",
      [flags](Session& s) { flags->follows ? follow_logs(s, *flags) : logs(s, *flags); });
  l.add_option("--address", flags->address, "only of this contract");
  l.add_option("--from-block", flags->from, "first height; with --follow the next one");
  l.add_option("--to-block", flags->to, "last height");
  add_follow_flags(l, {flags->follows, flags->count, "every new event, one a line"});
  auto address = std::make_shared<std::string>();
  auto slot = std::make_shared<std::string>();
  CLI::App& p = commands.verb(group, "proof", "an account, and a slot of it, with Merkle proofs",
                              [=](Session& s) { proof(s, *address, *slot); });
  p.add_option("ADDRESS", *address, "the account")->required();
  p.add_option("SLOT", *slot, "a storage slot");
  auto at = std::make_shared<std::string>("latest");
  commands
      .verb(group, "validators", "who validates, and which blocks each proposed",
            [at](Session& s) { validators(s, *at); })
      .add_option("--at", *at, "height, or latest for the newest block");
  commands.verb(group, "status",
                "whether the chain moves, rests or stands still, and what it waits for", status);
}

}  // namespace datapact::tools
