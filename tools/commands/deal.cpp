// datapact deal: the group, and what either side or anyone uses: settle, refund, show, watch.
#include "tools/commands/deal.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/contract_abi.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/chain_follower.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/system.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/unfinished_offers.hpp"
#include "trade/deal_status.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace datapact::tools {
namespace {

using contracts::ContractId;

void finish(Session& session, DealStep step, const std::string& function, const std::string& deal) {
  const auto document =
      TradeHome(session.home()).offer(trade::DealId{parse_hash("DEAL", deal).raw()});
  ChainClient chain(session);
  explain_refusal(chain, step, document.id(), document.header, [&] {
    run_step(session, chain, function, deal, {trade::to_abi(document.header)});
  });
}

using trade::DealStatus;

struct Shown {
  json::Value document;
  Rows rows;
};

Shown describe(const std::string& deal, const DealWord& now) {
  const auto name = to_string(now.status);
  Shown out;
  out.document = json::Value::object({{"deal", deal}, {"status", name}});
  out.rows = {{"deal", deal}, {"status", std::string(name)}};
  if (now.status == DealStatus::kLocked) {
    out.document.set("revealUntil", std::to_string(now.reveal_until_seconds));
    std::string until = fmt::format("{} (Unix seconds)", now.reveal_until_seconds);
    if (now.reveal_until_height != 0) {
      out.document.set("revealUntilHeight", to_quantity(now.reveal_until_height));
      until = fmt::format("{} (Unix seconds), or below height {}", now.reveal_until_seconds,
                          now.reveal_until_height);
    }
    out.rows.emplace_back("reveal until", std::move(until));
  }
  if (now.status == DealStatus::kRevealed) {
    out.document.set("revealedAt", std::to_string(now.revealed_seconds));
    out.rows.emplace_back("revealed at", fmt::format("{} (Unix seconds), height {}",
                                                     now.revealed_seconds, now.revealed_height));
  }
  return out;
}

void show(Session& session, const std::string& deal) {
  ChainClient chain(session);
  const trade::DealId id{parse_hash("DEAL", deal).raw()};
  auto now = read_deal(chain, id);
  if (now.status == DealStatus::kNone && was_refunded(chain, id))
    now.status = DealStatus::kRefunded;
  auto shown = describe(deal, now);
  const TradeHome home(session.home());
  if (home.has_offer(id)) {
    const auto document = home.offer(id);
    shown.document.set("header", to_json(document.header));
    shown.document.set("version", to_hex0x(document.terms.rest.version));
    shown.document.set("lot", std::to_string(document.terms.rest.lot));
    shown.rows.emplace_back("version", to_hex0x(document.terms.rest.version));
    shown.rows.emplace_back("lot", std::to_string(document.terms.rest.lot));
    shown.rows.emplace_back("price", human_money(document.header.amount));
    shown.rows.emplace_back("seller", to_hex0x(document.header.seller));
    shown.rows.emplace_back("buyer", to_hex0x(document.header.buyer));
  }
  session.out.result(shown.document, session.out.words(shown.rows));
  note_dropped(session.out, drop_dead_offers(chain, home));
}

/// Null for an event of the contract that has another first topic than the deal.
const contracts::AbiEvent* event_of_deal(const json::Value& log) {
  const auto* topics = member(log, "topics").as_array();
  if (topics == nullptr || topics->empty() || topics->front().as_string() == nullptr)
    return nullptr;
  const auto topic = fixed_from_hex<Hash256>(*topics->front().as_string());
  const auto& abi = contracts::contract(ContractId::kFairExchange).abi;
  return topic ? abi.event_by_topic(*topic) : nullptr;
}

bool ends_deal(std::string_view event) {
  return event == "Settled" || event == "Refunded" || event == "KeyComplaintUpheld" ||
         event == "ChunkComplaintUpheld";
}

/// Waits until the status is no longer what it was, at most --timeout seconds.
void watch(Session& session, const std::string& deal) {
  session.require_wait("deal watch", "to wait is what it does");
  ChainClient chain(session);
  const trade::DealId id{parse_hash("DEAL", deal).raw()};
  const auto before = read_deal(chain, id).status;
  const auto deadline = session.clock.monotonic() + session.timeout();
  session.out.note(fmt::format("waiting for a change of deal {} ({})", deal, to_string(before)));
  for (;;) {
    auto now = read_deal(chain, id);
    if (now.status != before) {
      // What was there and is gone was refunded.
      if (now.status == DealStatus::kNone) now.status = DealStatus::kRefunded;
      const auto shown = describe(deal, now);
      return session.out.result(shown.document, session.out.words(shown.rows));
    }
    if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
    if (session.clock.monotonic() > deadline) {
      throw CliError(ExitCode::kConnection, "timeout", "deal " + deal + " did not change in time");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

/// Every event of the deal from its lock on, oldest first, one a line; ends with the one that ends
/// the deal.
void follow(Session& session, const std::string& deal, std::uint64_t wanted) {
  const json::Value topics =
      json::Value::array({json::Value{}, to_hex0x(parse_hash("DEAL", deal))});
  session.out.begin_stream();
  ChainFollower follower(session, 0);
  for (ItemCount count(wanted);;) {
    const auto range = follower.next();
    const auto filter = json::Value::object(
        {{"address", to_hex0x(contracts::predeploy_address(ContractId::kFairExchange))},
         {"topics", topics}});
    for (const auto& log : follower.logs(filter, range)) {
      const auto* event = event_of_deal(log);
      if (event == nullptr) continue;
      const std::string height = std::to_string(quantity_member(log, "blockNumber"));
      session.out.item(json::Value::object({{"deal", deal},
                                            {"event", event->signature.name},
                                            {"height", member(log, "blockNumber")},
                                            {"transaction", member(log, "transactionHash")}}),
                       {deal, event->signature.name, "height " + height});
      if (count.take() || ends_deal(event->signature.name)) return;
    }
  }
}

}  // namespace

void run_step(Session& session, ChainClient& chain, const std::string& function,
              const std::string& deal, const contracts::AbiList& arguments,
              const ChainClient::BeforeSend& before_send) {
  const TxnHash hash = chain.submit(ContractId::kFairExchange, function, arguments, before_send);
  auto document = json::Value::object({{"step", function}, {"transaction", to_hex0x(hash)}});
  Rows rows{{function, to_hex0x(hash)}};
  if (!deal.empty()) document.set("deal", deal);
  if (session.wait) {
    const FinalTxn txn = chain.wait_for(hash);
    document.set("height", to_quantity(txn.height.raw()));
    document.set("gasUsed", to_quantity(txn.gas_used.raw()));
    rows.emplace_back("height", std::to_string(txn.height.raw()));
    rows.emplace_back("gas", std::to_string(txn.gas_used.raw()));
  }
  session.out.result(document, rows);
}

void add_deal_common_verbs(Commands& commands, CLI::App& group) {
  const auto simple = [&](const std::string& name, const char* purpose,
                          const std::function<void(Session&, const std::string&)>& run) {
    auto deal = std::make_shared<std::string>();
    commands.verb(group, name, purpose, [=](Session& s) { run(s, *deal); })
        .add_option("DEAL", *deal, "id of the deal")
        ->required();
  };
  simple("settle", "pay the payee: the buyer at once, anyone when complaints are over",
         [](Session& s, const std::string& deal) { finish(s, DealStep::kSettle, "settle", deal); });
  simple("refund", "price and penalty back to the buyer when the key was withheld",
         [](Session& s, const std::string& deal) { finish(s, DealStep::kRefund, "refund", deal); });
  simple("show", "where a deal stands", show);
  struct WatchFlags {
    std::string deal;
    bool follows = false;
    std::uint64_t count = 0;
  };
  auto flags = std::make_shared<WatchFlags>();
  CLI::App& w =
      commands.verb(group, "watch", "wait until a deal's status changes", [flags](Session& s) {
        flags->follows ? follow(s, flags->deal, flags->count) : watch(s, flags->deal);
      });
  w.add_option("DEAL", flags->deal, "id of the deal")->required();
  add_follow_flags(w, {flags->follows, flags->count,
                       "every event of the deal, one a line, until it has ended or"});
}

void add_deal_commands(Commands& commands) {
  CLI::App& group = commands.group(
      "deal", "fair exchange: the buyer pays if and only if the registered file arrives");
  add_deal_buyer_verbs(commands, group);
  add_deal_seller_verbs(commands, group);
  add_deal_common_verbs(commands, group);
}

}  // namespace datapact::tools
