// datapact evidence: export a bundle from a node, verify one offline.
#include "trade/evidence.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/genesis.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/rpc_evidence_source.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/deal_status.hpp"
#include "trade/evidence_bundle.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace datapact::tools {
namespace {

/// A hash, or a genesis.json to compute it from.
BlockHash genesis_of(const std::string& argument) {
  const bool is_file = !argument.starts_with("0x") && fs::exists(argument);
  if (!is_file) return BlockHash{parse_hash("--genesis", argument).raw()};
  const auto genesis = chain::load_genesis(read_json_file(argument));
  if (!genesis) {
    fail_file("genesis", argument + ": " + genesis.error().field + ": " + genesis.error().message);
  }
  return genesis->hash;
}

[[noreturn]] void fail_with(const trade::EvidenceFailure& failure, const std::string& hint = {}) {
  fail_verification(failure.name, failure.name + ": " + failure.reason, hint);
}

std::string utc(std::uint64_t seconds) {
  constexpr std::uint64_t kYear9999 = 253'402'300'799;
  if (seconds > kYear9999) return fmt::format("{} (Unix seconds)", seconds);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

/// Null: the party's own key has signed.
json::Value code_json(const std::optional<Hash256>& code) {
  return code ? json::Value{to_hex0x(*code)} : json::Value{};
}

json::Value report_document(const trade::EvidenceReport& report) {
  json::Value steps = json::Value::array();
  for (const auto& step : report.steps) {
    steps.push(json::Value::object({{"name", step.name},
                                    {"height", to_quantity(step.height.raw())},
                                    {"block", to_hex0x(step.block)},
                                    {"blockTime", to_quantity(step.block_seconds)},
                                    {"transaction", to_hex0x(step.txn)},
                                    {"sender", to_hex0x(step.sender)}}));
  }
  json::Value proven = json::Value::array();
  for (const auto& [name, detail] : report.proven)
    proven.push(json::Value::object({{"name", name}, {"detail", detail}}));
  return json::Value::object({{"deal", to_hex0x(report.deal)},
                              {"level", "L1"},
                              {"chainId", std::to_string(report.chain_id.raw())},
                              {"status", to_string(report.status)},
                              {"height", to_quantity(report.height.raw())},
                              {"attestedAtLock", report.attested_at_lock},
                              {"revokedAtLock", report.revoked_at_lock},
                              {"sellerAccountCode", code_json(report.seller_code)},
                              {"buyerAccountCode", code_json(report.buyer_code)},
                              {"header", to_json(report.header)},
                              {"terms", to_json(report.terms)},
                              {"steps", std::move(steps)},
                              {"proven", std::move(proven)}});
}

Rows rows_of(const trade::EvidenceReport& report) {
  Rows rows;
  for (const auto& [name, detail] : report.proven) rows.emplace_back("ok  " + name, detail);
  for (const auto& step : report.steps)
    rows.emplace_back(step.name, fmt::format("height {}, block time {}", step.height.raw(),
                                             utc(step.block_seconds)));
  rows.emplace_back("version", to_hex0x(report.terms.rest.version));
  rows.emplace_back("lot", std::to_string(report.terms.rest.lot));
  rows.emplace_back("price", human_money(report.header.amount));
  rows.emplace_back("seller", to_hex0x(report.header.seller));
  rows.emplace_back("buyer", to_hex0x(report.header.buyer));
  for (const auto& [party, code] :
       {std::pair("seller", report.seller_code), std::pair("buyer", report.buyer_code)}) {
    if (!code) continue;
    rows.emplace_back("note", fmt::format("the {} is an account contract: that it agreed is the "
                                          "exchange's finding, not a signature checked here",
                                          party));
  }
  if (!report.attested_at_lock)
    rows.emplace_back("note", "no registrar had attested the version when the price was locked");
  if (report.revoked_at_lock)
    rows.emplace_back("note", "the version was revoked when the price was locked");
  rows.emplace_back("status",
                    fmt::format("{} at height {}", to_string(report.status), report.height.raw()));
  rows.emplace_back("verified", fmt::format("level L1, deal {}", to_hex0x(report.deal)));
  return rows;
}

void verify(Session& session, const std::string& file, const std::string& genesis) {
  const BlockHash expected = genesis_of(genesis);
  const auto report = trade::verify_evidence(read_json_file(file), expected);
  if (!report) fail_with(report.error());
  session.out.result(report_document(*report), session.out.words(rows_of(*report)));
}

struct ExportFlags {
  std::string deal;
  std::string out;
  std::string genesis;
};

json::Value collect(Session& session, const OfferDocument& offer) {
  session.out.progress("collecting evidence");
  RpcEvidenceSource source(session);
  auto bundle = trade::assemble_evidence(source, {.domain = offer.domain,
                                                  .header = offer.header,
                                                  .terms = offer.terms,
                                                  .signature = offer.signature});
  session.out.end_progress();
  if (bundle) return std::move(*bundle);
  if (const auto& error = source.error()) throw CliError(*error);
  if (bundle.error().name == trade::kNotLocked)
    fail_not_found(bundle.error().reason, "datapact deal lock " + to_hex0x(offer.id()));
  fail_with(bundle.error());
}

/// The genesis block the node shows, for a user who does not state another.
BlockHash genesis_in(const json::Value& bundle) {
  const auto header = from_hex(text_member(member(bundle, "genesis"), "header"));
  if (!header) fail_verification("genesis hash", "the node's genesis header is not hexadecimal");
  return BlockHash{crypto::keccak256(*header).raw()};
}

/// Nothing is written that does not verify.
void export_bundle(Session& session, const ExportFlags& flags) {
  require_file_target("--out", flags.out);
  const TradeHome home(session.home());
  const auto offer = home.offer(trade::DealId{parse_hash("DEAL", flags.deal).raw()});
  const auto bundle = collect(session, offer);
  const BlockHash genesis = flags.genesis.empty() ? genesis_in(bundle) : genesis_of(flags.genesis);
  const auto report = trade::verify_evidence(bundle, genesis);
  if (!report)
    fail_with(report.error(),
              "another node, with --rpc: what this one shows does not prove the deal");
  const std::string text = json::to_pretty_text(bundle);
  write_file_durably(flags.out, text);
  session.out.result(
      json::Value::object({{"deal", flags.deal},
                           {"file", flags.out},
                           {"bytes", std::to_string(text.size())},
                           {"level", "L1"},
                           {"status", to_string(report->status)},
                           {"height", to_quantity(report->height.raw())},
                           {"genesis", to_hex0x(genesis)}}),
      Rows{{"deal", flags.deal},
           {"status", session.out.word(fmt::format("{} at height {}", to_string(report->status),
                                                   report->height.raw()))},
           {"evidence",
            session.out.word(fmt::format("{} in {}", human_bytes(text.size()), flags.out))},
           {"genesis", to_hex0x(genesis)}});
}

}  // namespace

void add_evidence_commands(Commands& commands) {
  CLI::App& group = commands.group("evidence", "prove a deal to a third party, offline");
  auto file = std::make_shared<std::string>();
  auto genesis = std::make_shared<std::string>();
  CLI::App& v =
      commands.verb(group, "verify", "check a bundle against the genesis hash; needs no node",
                    [=](Session& s) { verify(s, *file, *genesis); });
  v.add_option("FILE", *file, "the bundle")->required();
  v.add_option("--genesis", *genesis, "hash of the chain's genesis block, or its genesis.json")
      ->required();

  auto flags = std::make_shared<ExportFlags>();
  CLI::App& e =
      commands.verb(group, "export", "collect the proofs of a deal of this home into one file",
                    [flags](Session& s) { export_bundle(s, *flags); });
  e.add_option("DEAL", flags->deal, "id of the deal")->required();
  e.add_option("--out", flags->out, "the file to write")->required();
  e.add_option("--genesis", flags->genesis,
               "hash of the genesis block, or genesis.json; default what the node shows");
}

}  // namespace datapact::tools
