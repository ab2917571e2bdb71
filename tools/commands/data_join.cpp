// datapact data join: the file of a version out of the lots that were bought.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/commands/data.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/local_copy.hpp"
#include "tools/trading/opened_reveal.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/resumable.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::tools {
namespace {

/// A lot whose key is there.
struct BoughtLot {
  OfferDocument offer;
  trade::DealKey key;
};

/// In a handler: passes over a deal that does not serve while there is another about its lot.
void pass_over(Session& session, const CliError& error, const OfferDocument& offer, bool is_last) {
  const bool is_of_deal = error.code() == ExitCode::kVerification ||
                          error.name() == "not-the-buyer" ||
                          (error.code() == ExitCode::kConfig && error.name() != "disk-full");
  if (is_last || !is_of_deal) throw;
  const std::string deal = to_hex0x(offer.id());
  session.out.note(fmt::format("deal {} does not serve: {}: the next deal about lot {} is tried",
                               deal, error.message(), offer.terms.rest.lot));
}

/// Of deals none of which has a key: the one that is nearest to it.
struct Nearest {
  OfferDocument offer;
  DealFacts facts;
};

constexpr int kNoKeyToCome = 3;

/// Locked before offered before what has ended.
int distance_to_key(Standing standing) {
  switch (standing) {
    case Standing::kAwaitsKey:
      return 0;
    case Standing::kOverdue:
      return 1;
    case Standing::kOffered:
      return 2;
    case Standing::kExpired:
    case Standing::kWithdrawn:
    case Standing::kRevealed:
    case Standing::kUncontested:
    case Standing::kSettled:
    case Standing::kRefunded:
    case Standing::kUpheld:
      return kNoKeyToCome;
  }
  return kNoKeyToCome;
}

/// Says which deal about the lot could give a key, and what that takes.
[[noreturn]] void fail_without_key(const std::optional<Nearest>& nearest, const Hash256& version,
                                   std::uint32_t lot, std::size_t lots) {
  const std::string which = fmt::format("lot {} of {}", lot, lots);
  const int distance = nearest ? distance_to_key(standing_of(nearest->facts)) : kNoKeyToCome;
  if (distance == kNoKeyToCome) {
    fail_not_found(which +
                       " is missing: this home has no deal about it whose key is revealed or "
                       "may still be",
                   fmt::format("datapact deal request {} --lot {}", to_hex0x(version), lot));
  }
  const std::string deal = to_hex0x(nearest->offer.id());
  const std::string state = fmt::format("deal {} {}", deal, describe_standing(nearest->facts));
  if (distance == 0) {
    throw CliError(ExitCode::kNotFound, "awaits-key", which + " awaits its key: " + state,
                   fmt::format("datapact deal watch {} waits for it; when the window ends without "
                               "a key, datapact deal refund {}",
                               deal, deal));
  }
  if (distance == 1) {
    throw CliError(ExitCode::kNotFound, "no-key", which + " has no key: " + state,
                   fmt::format("datapact deal refund {}, then datapact deal request {} --lot {}",
                               deal, to_hex0x(version), lot));
  }
  throw CliError(ExitCode::kNotFound, "not-paid", which + " is not paid for: " + state,
                 "datapact deal lock " + deal);
}

/// Leaves the deals whose key is revealed; at least one.
std::vector<OfferDocument> with_key(ChainClient& chain, std::vector<OfferDocument> deals,
                                    const Hash256& version, std::uint32_t lot, std::size_t lots) {
  std::optional<Nearest> nearest;
  std::erase_if(deals, [&](const OfferDocument& offer) {
    const auto facts = read_facts(chain, offer.id(), offer.header);
    if (!refusal_of(DealStep::kDecrypt, facts, {})) return false;
    const int distance = distance_to_key(standing_of(facts));
    if (!nearest || distance < distance_to_key(standing_of(nearest->facts)))
      nearest = Nearest{offer, facts};
    return true;
  });
  if (deals.empty()) fail_without_key(nearest, version, lot, lots);
  return deals;
}

/// The home's deals about the lot whose keys were revealed: one, unless it was bought again.
std::vector<BoughtLot> find_bought(Session& session, ChainClient& chain, const TradeHome& home,
                                   const RegisteredVersion& registered, const Hash256& version,
                                   std::uint32_t lot) {
  auto sold = with_key(chain, home.offers_of(version, lot), version, lot, registered.lots.size());
  std::vector<BoughtLot> out;
  for (std::size_t i = 0; i < sold.size(); ++i) {
    auto& offer = sold[i];
    try {
      const auto& judged = offer.terms.judged;
      if (registered.lots[lot] != trade::LotRoot{judged.root_x, judged.shape}) {
        fail_verification("wrong-lot", fmt::format("deal {} is not about the registered lot {}",
                                                   to_hex0x(offer.id()), lot));
      }
      const auto opened = open_reveal(session, chain, home, offer, DealStep::kDecrypt);
      require_key(opened, offer);
      out.push_back({std::move(offer), opened.key});
    } catch (const CliError& error) {
      pass_over(session, error, offer, out.empty() && i + 1 == sold.size());
    }
  }
  return out;
}

/// Decrypts one lot to its place in the file. Every chunk is compared with the manifest, and that
/// with the registered root first.
Hash256 write_lot(Session& session, const TradeHome& home, const BoughtLot& lot, std::size_t lots,
                  LotOutput& file) {
  const auto& judged = lot.offer.terms.judged;
  const std::string deal = to_hex0x(lot.offer.id());
  const fs::path folder = home.deal_folder(lot.offer.id());
  require_sound_manifest(home, lot.offer);
  const FileSource manifest(folder / "manifest");
  LongWork work(session, lots_name("decrypting", lot.offer.terms.rest.lot, lots));
  const auto digest = trade::decrypt_lot(FileSource(folder / "ciphertext"), manifest, judged.shape,
                                         {judged.key_commit, lot.key}, file,
                                         file.resume(work.work(file.resumed_bytes())));
  if (digest) return *digest;
  require_sound_copy_after(session, home, lot.offer, digest.error());
  if (!std::holds_alternative<trade::WrongChunk>(digest.error()))
    fail_resumable(file, work, digest.error());
  fail_verification(
      "wrong-chunk",
      fmt::format("lot {}: {}", lot.offer.terms.rest.lot, trade::describe(digest.error())),
      "datapact deal complain " + deal);
}

/// Decrypts one lot, from `at` on, out of the first of its deals that serves; `at` is then where
/// the next lot starts. What one deal gave before it failed is written again out of the next.
Hash256 write_lot_of_any(Session& session, const TradeHome& home,
                         const std::vector<BoughtLot>& deals, const LotSeries& series,
                         trade::LotCheckpoint& at) {
  const std::size_t lots = series.shapes.size();
  for (std::size_t i = 0;; ++i) {
    LotOutput file(series, at);
    Hash256 digest;
    try {
      digest = write_lot(session, home, deals[i], lots, file);
    } catch (const CliError& error) {
      pass_over(session, error, deals[i].offer, i + 1 == deals.size());
      continue;
    }
    at = file.next();
    if (at.lot < lots)
      file.complete_part();
    else
      file.complete();
    return digest;
  }
}

void join(Session& session, const std::string& version_text, const std::string& out) {
  require_file_target("--out", out);
  const TradeHome home(session.home());
  ChainClient chain(session);
  const Hash256 version = parse_hash("VERSION", version_text);
  const auto registered = read_version(chain, version);
  std::vector<std::vector<BoughtLot>> bought;
  LotSeries series{trade::LotWork::kPlaintext, {}, {}, {}};
  std::vector<std::uint64_t> offsets{0};
  for (const auto& lot : registered.lots) {
    bought.push_back(find_bought(session, chain, home, registered, version,
                                 static_cast<std::uint32_t>(bought.size())));
    series.shapes.push_back(lot.shape);
    offsets.push_back(offsets.back() + lot.shape.length);
  }

  const std::string target = fs::absolute(out).string();
  JobFolder job(session.home() / "joins" / short_digest(version_text + "|" + target),
                json::Value::object(
                    {{"command", "data join"}, {"version", to_hex0x(version)}, {"out", target}}),
                [] { return json::Value{}; });
  series.checkpoint = job.checkpoint();
  series.place = [&](std::uint32_t lot) { return LotPlace{target, offsets[lot]}; };
  auto start = find_checkpoint(series);
  Hash256 digest;
  for (std::uint32_t i = start.lot; i < bought.size(); ++i)
    digest = write_lot_of_any(session, home, bought[i], series, start);
  job.discard();
  session.out.result(json::Value::object({{"version", to_hex0x(version)},
                                          {"file", out},
                                          {"lots", std::to_string(bought.size())},
                                          {"bytes", std::to_string(offsets.back())},
                                          {"sha256", to_hex0x(digest)}}),
                     Rows{{"file", out},
                          {"lots", std::to_string(bought.size())},
                          {"bytes", std::to_string(offsets.back())},
                          {"SHA-256", to_hex0x(digest)},
                          {"every chunk", session.out.word("matches the registered manifests")}});
}

}  // namespace

void add_data_join(Commands& commands, CLI::App& group) {
  auto version = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  CLI::App& j = commands.verb(group, "join", "decrypt all lots that were bought into one file",
                              [=](Session& s) { join(s, *version, *out); });
  j.add_option("VERSION", *version, "id of the version")->required();
  j.add_option("--out", *out, "the file to write")->required();
}

}  // namespace datapact::tools
