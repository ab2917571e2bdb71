// datapact deal announce, reveal.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/bn254.hpp"
#include "ledger/chain/genesis.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/signer.hpp"
#include "tools/commands/deal.hpp"
#include "tools/trading/chain_facts.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/deal_policy.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace datapact::tools {
namespace {

using contracts::ContractId;

/// Whether the node has the chain's newest blocks as far as it can be seen: it does not catch up,
/// and its head is no older than a quiet chain makes it.
bool is_current(Session& session, const chain::QbftConfig& timing) {
  if (session.rpc().call("eth_syncing", json::Value::array()).as_object() != nullptr) return false;
  const auto block =
      session.rpc().call("eth_getBlockByNumber", json::Value::array({"latest", false}));
  const auto age = session.clock.now() - std::chrono::seconds{quantity_member(block, "timestamp")};
  return age <= timing.empty_block_period + std::chrono::seconds{trade::kRevealMarginSeconds};
}

/// The deal is read before the clocks: what it takes to ask counts against the window.
trade::RevealVerdict judge(Session& session, ChainClient& chain, const DealWord& deal) {
  trade::RevealFacts facts;
  facts.until_seconds = deal.reveal_until_seconds;
  facts.until_height = deal.reveal_until_height;
  const auto timing = chain_timing(session);
  facts.block_period = timing.block_period;
  facts.is_node_current = is_current(session, timing);
  const auto next = chain.next_block();
  facts.next_height = next.height.raw();
  facts.next_seconds = next.seconds;
  facts.clock_seconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(session.clock.now()).count());
  return trade::judge_reveal(facts);
}

[[noreturn]] void refuse_reveal(const std::string& deal, const DealWord& on_chain,
                                trade::RevealVerdict verdict) {
  const std::string ends = on_chain.reveal_until_height == 0
                               ? std::to_string(on_chain.reveal_until_seconds)
                               : fmt::format("{} and height {}", on_chain.reveal_until_seconds,
                                             on_chain.reveal_until_height);
  const bool is_open = verdict == trade::RevealVerdict::kMarginGone;
  throw CliError(
      ExitCode::kFailed, "too-late",
      is_open ? fmt::format("the reveal window of deal {} ends at {}, and less than {} s and {} "
                            "blocks of it are left: a reveal that comes too late gives the key "
                            "away; the key was not sent",
                            deal, ends, trade::kRevealMarginSeconds, trade::kRevealMarginBlocks)
              : fmt::format("the reveal window of deal {} ended at {}; the key was not sent", deal,
                            ends),
      "the buyer is refunded; offer again");
}

/// Returns when a reveal sent now will be in time. It follows an announcement only when that is
/// final, with --no-wait too.
void require_time_to_reveal(Session& session, ChainClient& chain, const trade::DealHeader& header,
                            const trade::DealId& id) {
  const auto read_locked = [&] { return require_step(chain, DealStep::kReveal, id, header).word; };
  auto deal = read_locked();
  auto verdict = judge(session, chain, deal);
  if (verdict == trade::RevealVerdict::kAnnounceFirst) {
    try {
      const auto txn = chain.transact(ContractId::kFairExchange, "announce", {Hash256{id.raw()}});
      session.out.note(
          fmt::format("announced at height {}: the reveal stays open", txn.height.raw()));
    } catch (const CliError& error) {
      // It came too late, or another process of this seller was quicker: the deal says which.
      if (error.code() != ExitCode::kReverted) throw;
    }
    deal = read_locked();
    verdict = judge(session, chain, deal);
  }
  if (verdict != trade::RevealVerdict::kReveal) refuse_reveal(to_hex0x(id), deal, verdict);
}

/// Once more when the reveal is signed, which whoever signs may have taken their time for.
void require_time_left(Session& session, ChainClient& chain, const trade::DealHeader& header,
                       const trade::DealId& id) {
  const auto deal = require_step(chain, DealStep::kReveal, id, header).word;
  const auto verdict = judge(session, chain, deal);
  if (verdict == trade::RevealVerdict::kReveal) return;
  if (verdict != trade::RevealVerdict::kAnnounceFirst) refuse_reveal(to_hex0x(id), deal, verdict);
  throw CliError(ExitCode::kFailed, "signed-late",
                 "too little of the reveal window of deal " + to_hex0x(id) +
                     " was left when its key was signed; the key was not sent",
                 "datapact deal reveal " + to_hex0x(id) + " (announces first)");
}

void announce(Session& session, const std::string& text) {
  ChainClient chain(session);
  const TradeHome home(session.home());
  const trade::DealId id{parse_hash("DEAL", text).raw()};
  std::optional<trade::DealHeader> header;
  if (home.has_offer(id)) header = home.offer(id).header;
  explain_refusal(chain, DealStep::kAnnounce, id, header,
                  [&] { run_step(session, chain, "announce", text, {Hash256{id.raw()}}); });
}

/// The key is given away by a reveal that fails: nothing is sent unless it will certainly be in
/// time.
void reveal(Session& session, const std::string& text) {
  const TradeHome home(session.home());
  ChainClient chain(session);
  const trade::DealId id{parse_hash("DEAL", text).raw()};
  const auto document = home.offer(id);
  const auto sealed = home.sealed(id);
  if (trade::key_commit(document.parties(), sealed.key) != document.terms.judged.key_commit) {
    fail_verification("wrong-key",
                      "the key in " + home.deal_folder(id).string() +
                          " does not open the commitment of the offer; it was not sent",
                      "restore sealed.json from a backup: a wrong key costs the bond");
  }
  if (document.header.seller != session.signer().address()) {
    fail_usage("the seller of deal " + text + " is " + to_hex0x(document.header.seller) +
               ", but --from is " + to_hex0x(session.signer().address()));
  }
  require_time_to_reveal(session, chain, document.header, id);
  const auto& h = document.header;
  const auto b =
      crypto::bn254::decode_g1(concat({to_hash256(h.bx).view(), to_hash256(h.by).view()}));
  if (!b || b->is_infinity())
    fail_verification("bad-buyer-key", "the buyer's key is not a point of bn254");
  const auto seal = trade::seal_key(id, *b, sealed.key, sealed.randomness);
  run_step(session, chain, "reveal", text, {Hash256{id.raw()}, seal.r.x, seal.r.y, seal.ek},
           [&] { require_time_left(session, chain, h, id); });
}

}  // namespace

void add_deal_reveal_verbs(Commands& commands, CLI::App& group) {
  auto announced = std::make_shared<std::string>();
  commands
      .verb(group, "announce", "keep the reveal open when little of its window is left",
            [announced](Session& s) { announce(s, *announced); })
      .add_option("DEAL", *announced, "id of the deal")
      ->required();
  auto revealed = std::make_shared<std::string>();
  commands
      .verb(group, "reveal",
            "publish the key, sealed to the buyer: announced first when little of the window is "
            "left, refused when too little is",
            [revealed](Session& s) { reveal(s, *revealed); })
      .add_option("DEAL", *revealed, "id of the deal")
      ->required();
}

}  // namespace datapact::tools
