// datapact deal request, backup, fetch, check, lock, decrypt, complain.
#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/sha256.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/commands/deal.hpp"
#include "tools/trading/chain_facts.hpp"
#include "tools/trading/deal_check.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/download.hpp"
#include "tools/trading/local_copy.hpp"
#include "tools/trading/opened_reveal.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/resumable.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/complaint.hpp"
#include "trade/data_layout.hpp"
#include "trade/deal_signature.hpp"
#include "trade/deal_status.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
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

using contracts::AbiList;
using contracts::ContractId;

/// The contract keeps 255 nonces to a word.
constexpr std::uint64_t kNoncesPerWord = 255;
/// So many fit the 64 bits of a nonce.
constexpr std::uint64_t kNonceWords = 1ULL << 56U;

/// A nonce that the seller has not used and this home has not asked under. A buyer does not see the
/// open offers to other buyers: so each has words of its own with a seller, far from the others'.
/// It stays in them, because the first use of a word costs 17,100 gas.
Nonce pick_nonce(Session& session, ChainClient& chain, const TradeHome& home, const Address& seller,
                 const Address& buyer) {
  constexpr std::uint64_t kWordsTried = 1 << 16;
  constexpr int kPicksPerWord = 16;
  const Hash256 place = crypto::sha256(concat({as_bytes("DX.n"), seller.view(), buyer.view()}));
  const std::uint64_t first = load_be<std::uint64_t>(place.data()) % kNonceWords;
  for (std::uint64_t i = 0; i < kWordsTried; ++i) {
    const std::uint64_t word = (first + i) % kNonceWords;
    for (int pick = 0; pick < kPicksPerWord; ++pick) {
      std::uint8_t random[8];
      session.random.fill(random);
      const Nonce nonce{word * kNoncesPerWord + load_be<std::uint64_t>(random) % kNoncesPerWord};
      if (!is_nonce_used(chain, seller, nonce) && home.take_nonce(seller, nonce)) return nonce;
    }
  }
  throw CliError(ExitCode::kFailed, "no-nonce",
                 "found no nonce that " + to_hex0x(seller) + " has not used: ask again");
}

struct RequestFlags {
  std::string version;
  std::uint32_t lot = 0;
  std::string out;
};

void request(Session& session, const RequestFlags& flags) {
  const auto& [version_text, lot, out] = flags;
  if (!out.empty()) require_file_target("--out", out);
  const TradeHome home(session.home());
  ChainClient chain(session);
  RequestDocument document;
  document.version = parse_hash("VERSION", version_text);
  document.lot = lot;
  const auto version = read_version(chain, document.version);
  if (version.revoked) fail_verification("revoked", "version " + version_text + " is revoked");
  if (lot >= version.lots.size()) {
    fail_not_found(fmt::format("version {} has no lot {}: it has {}, from 0 on", version_text, lot,
                               version.lots.size()),
                   "datapact data show " + version_text);
  }
  if (!version.attested) session.out.note("note: no registrar has attested this version yet");
  document.domain = {chain.chain_id(), contracts::predeploy_address(ContractId::kFairExchange)};
  document.seller = version.provider;
  document.buyer = session.from_address();
  const auto money = chain.read(ContractId::kSettlement, "balanceOf", {document.buyer});
  if (word_at(money, 0).is_zero()) {
    session.out.note("note: " + to_hex0x(document.buyer) +
                     " has no money in Settlement yet: a lock takes the price from there");
  }
  document.nonce = pick_nonce(session, chain, home, document.seller, document.buyer);
  const auto secret = trade::derive_buyer_secret(
      own_deal_secret(session, home),
      {document.domain, document.seller, document.buyer, document.nonce});
  const auto point = trade::buyer_point(secret);
  document.bx = point.x;
  document.by = point.y;
  if (!out.empty()) write_file_durably(out, json::to_pretty_text(to_json(document)));
  session.out.result(
      to_json(document),
      Rows{{"seller", to_hex0x(document.seller)},
           {"buyer", to_hex0x(document.buyer)},
           {"version", version_text},
           {"lot", session.out.word(fmt::format("{} of {}: {}", lot, version.lots.size(),
                                                human_bytes(version.lots[lot].shape.length)))},
           {"nonce", std::to_string(document.nonce.raw())},
           {"request", out.empty() ? session.out.word("(not written; give --out FILE)") : out}});
}

void backup(Session& session, const std::string& target) {
  require_file_target("FILE", target);
  const TradeHome home(session.home());
  const auto secret = own_deal_secret(session, home);
  write_deal_secret(target, secret);
  write_file_durably(home.backup_note_file(), fs::absolute(target).string() + "\n", true);
  session.out.result(json::Value::object({{"backup", fs::absolute(target).string()}}),
                     "deal secret backed up to " + fs::absolute(target).string());
}

/// Money is locked only when the secret that opens the reveal exists twice.
void require_backup(const TradeHome& home) {
  if (!fs::exists(home.backup_note_file())) {
    throw CliError(ExitCode::kConfig, "no-backup",
                   "the deal secret has no backup: without it a paid key cannot be opened",
                   "datapact deal backup FILE");
  }
  std::string path = read_text_file(home.backup_note_file(), 4096);
  path.resize(path.find_last_not_of('\n') + 1);
  if (read_deal_secret(path) != read_deal_secret(home.deal_secret_file())) {
    throw CliError(ExitCode::kConfig, "wrong-backup",
                   path + " is not a backup of this home's deal secret",
                   "datapact deal backup FILE");
  }
}

struct FetchFlags {
  std::string deal;
  std::string url;
  std::uint64_t rate = 0;
};

/// The home has this offer, signed by the seller's own key. A server that is asked again may give a
/// signature that is none, with which a sale could not be proved.
bool is_kept(const TradeHome& home, const OfferDocument& offered) {
  const auto id = offered.id();
  if (!home.has_offer(id)) return false;
  try {
    const auto kept = home.offer(id);
    return are_terms_signed(kept) &&
           trade::is_signed_by_own_key(id, kept.header.seller, kept.signature);
  } catch (const CliError&) {
    return false;
  }
}

void fetch(Session& session, const FetchFlags& flags) {
  const TradeHome home(session.home());
  const trade::DealId id{parse_hash("DEAL", flags.deal).raw()};
  Download download(session, flags.url, id);
  const auto document = offer_from_json(download.fetch_offer(), flags.url);
  if (document.id() != id) {
    fail_verification("wrong-offer", "the data server's offer has id " + to_hex0x(document.id()) +
                                         ", not " + flags.deal);
  }
  if (!are_terms_signed(document)) {
    fail_verification("wrong-offer",
                      "the terms that the data server has of deal " + flags.deal +
                          " do not hash to the digest that the seller signed",
                      "do not lock this deal");
  }
  if (!is_kept(home, document)) home.save(document);
  const std::uint64_t mended = fetch_copy(session, home, document, download, flags.rate);
  const std::string ciphertext = (home.deal_folder(id) / "ciphertext").string();
  const std::uint64_t bytes = document.terms.judged.shape.ciphertext_bytes();
  Rows rows{
      {"deal", flags.deal},
      {"ciphertext", session.out.word(fmt::format("{} in {}", human_bytes(bytes), ciphertext))},
      {"root", session.out.word("as the seller signed")}};
  if (mended != 0) rows.emplace_back("fetched again", human_bytes(mended));
  session.out.result(json::Value::object({{"deal", flags.deal},
                                          {"ciphertext", ciphertext},
                                          {"bytes", std::to_string(bytes)},
                                          {"mendedBytes", std::to_string(mended)}}),
                     rows);
}

struct CheckFlags {
  std::string deal;
  /// Nothing: as measured.
  std::optional<std::uint32_t> work_seconds;
};

std::vector<Check> all_checks(Session& session, ChainClient& chain, const TradeHome& home,
                              const OfferDocument& offer, const CheckFlags& flags) {
  auto checks = check_offer(chain, offer);
  const auto files = check_files(session, home, offer);
  checks.insert(checks.end(), files.begin(), files.end());
  const auto work =
      flags.work_seconds
          ? WorkEstimate{std::chrono::seconds{*flags.work_seconds}, "as --work-seconds says"}
          : measure_work(session, home.deal_folder(offer.id()), offer.terms.judged.shape);
  checks.push_back(
      check_windows(offer.header, policy_facts(session, chain, work.time), work.basis));
  return checks;
}

void check(Session& session, const CheckFlags& flags) {
  const TradeHome home(session.home());
  ChainClient chain(session);
  const auto checks = all_checks(
      session, chain, home, home.offer(trade::DealId{parse_hash("DEAL", flags.deal).raw()}), flags);
  json::Value document = json::Value::array();
  Rows rows;
  for (const auto& c : checks) {
    document.push(json::Value::object({{"check", c.name}, {"ok", c.ok}, {"detail", c.detail}}));
    rows.emplace_back((c.ok ? "ok    " : "WRONG ") + c.name, session.out.word(c.detail));
  }
  require_all(checks);
  session.out.result(document, rows);
}

/// A deal that was locked before is refused in its own words; what an offer lacks that was not, the
/// checks and the contract say.
void require_lockable(ChainClient& chain, const OfferDocument& document) {
  const auto facts = read_facts(chain, document.id(), document.header);
  const bool was_locked = facts.word.status != trade::DealStatus::kNone || facts.was_refunded;
  if (was_locked) require_step(chain, DealStep::kLock, document.id(), document.header);
}

void lock(Session& session, const CheckFlags& flags) {
  const std::string& deal = flags.deal;
  const TradeHome home(session.home());
  ChainClient chain(session);
  const auto document = home.offer(trade::DealId{parse_hash("DEAL", deal).raw()});
  require_lockable(chain, document);
  require_backup(home);
  const auto secret =
      trade::derive_buyer_secret(own_deal_secret(session, home), document.parties());
  const auto point = trade::buyer_point(secret);
  if (point.x != document.header.bx || point.y != document.header.by) {
    fail_verification("not-my-key",
                      "this home's deal secret does not open reveals of deal " + deal);
  }
  require_all(all_checks(session, chain, home, document, flags));
  explain_refusal(chain, DealStep::kLock, document.id(), document.header, [&] {
    run_step(session, chain, "lock", deal, {trade::to_abi(document.header), document.signature});
  });
}

void decrypt(Session& session, const std::string& deal, const std::string& out) {
  require_file_target("--out", out);
  const TradeHome home(session.home());
  ChainClient chain(session);
  const auto document = home.offer(trade::DealId{parse_hash("DEAL", deal).raw()});
  const auto opened = open_reveal(session, chain, home, document, DealStep::kDecrypt);
  const auto& judged = document.terms.judged;
  require_key(opened, document);
  require_sound_manifest(home, document);
  const fs::path folder = home.deal_folder(document.id());
  const std::string target = fs::absolute(out).string();
  JobFolder job(folder / ("decrypt-" + short_digest(target)),
                json::Value::object({{"command", "deal decrypt"}, {"out", target}}),
                [] { return json::Value{}; });
  const LotSeries series{trade::LotWork::kPlaintext,
                         {judged.shape},
                         [&](std::uint32_t) { return LotPlace{target, 0}; },
                         job.checkpoint()};
  LotOutput file(series, find_checkpoint(series));
  LongWork work(session, "decrypting");
  const auto digest = trade::decrypt_lot(
      FileSource(folder / "ciphertext"), FileSource(folder / "manifest"), judged.shape,
      {judged.key_commit, opened.key}, file, file.resume(work.work(file.resumed_bytes())));
  if (!digest) {
    require_sound_copy_after(session, home, document, digest.error());
    if (!std::holds_alternative<trade::WrongChunk>(digest.error()))
      fail_resumable(file, work, digest.error());
    file.discard();
    fail_verification("wrong-chunk", trade::describe(digest.error()),
                      "datapact deal complain " + deal);
  }
  file.complete();
  job.discard();
  session.out.result(json::Value::object({{"deal", deal},
                                          {"file", out},
                                          {"bytes", std::to_string(judged.shape.length)},
                                          {"sha256", to_hex0x(*digest)}}),
                     Rows{{"file", out},
                          {"bytes", std::to_string(judged.shape.length)},
                          {"SHA-256", to_hex0x(*digest)},
                          {"every chunk", session.out.word("matches the registered manifest")}});
}

AbiList key_complaint(const OfferDocument& d, const OpenedReveal& opened) {
  return trade::key_complaint(d.deal(), opened.secret, opened.seal);
}

/// Of a copy that was found sound.
AbiList chunk_complaint(const TradeHome& home, const OfferDocument& d, const OpenedReveal& opened,
                        std::uint64_t index) {
  const fs::path folder = home.deal_folder(d.id());
  const FileSource ciphertext(folder / "ciphertext");
  const FileSource manifest(folder / "manifest");
  const FileSource leaves(leaves_file(home, d.id()));
  auto arguments =
      trade::chunk_complaint(d.deal(), opened.key, index, {ciphertext, manifest, leaves});
  if (!arguments) fail_file("file", arguments.error().message);
  return *std::move(arguments);
}

/// Finds what is wrong and proves it; an honest deal has nothing to complain of.
void complain(Session& session, const std::string& deal) {
  const TradeHome home(session.home());
  ChainClient chain(session);
  const auto document = home.offer(trade::DealId{parse_hash("DEAL", deal).raw()});
  const auto opened = open_reveal(session, chain, home, document, DealStep::kComplain);
  if (!opened.opens_commitment) {
    const auto arguments = key_complaint(document, opened);
    explain_refusal(chain, DealStep::kComplain, document.id(), document.header,
                    [&] { run_step(session, chain, "complainKey", deal, arguments); });
    return;
  }
  const fs::path folder = home.deal_folder(document.id());
  const auto& judged = document.terms.judged;
  class Discard final : public ByteSink {
    Result<void, StreamError> write_at(std::uint64_t /*offset*/, ByteView /*data*/) override {
      return {};
    }
  } discard;
  LongWork work(session, "looking for a wrong chunk");
  const auto digest =
      trade::decrypt_lot(FileSource(folder / "ciphertext"), FileSource(folder / "manifest"),
                         judged.shape, {judged.key_commit, opened.key}, discard, work.work());
  if (digest) {
    throw CliError(ExitCode::kFailed, "nothing-wrong",
                   "key and every chunk of deal " + deal + " are right",
                   "datapact deal settle " + deal);
  }
  const auto* wrong = std::get_if<trade::WrongChunk>(&digest.error());
  // Damage of one chunk must not keep the buyer from proving another one wrong.
  require_sound_manifest(home, document);
  auto index = find_provable_chunk(session, home, document, {judged.key_commit, opened.key});
  if (!index) {
    require_sound_copy_after(session, home, document, digest.error());
    if (wrong == nullptr) fail_work(digest.error());
    index = wrong->index;
  }
  const auto arguments = chunk_complaint(home, document, opened, *index);
  explain_refusal(chain, DealStep::kComplain, document.id(), document.header,
                  [&] { run_step(session, chain, "complainChunk", deal, arguments); });
}

}  // namespace

void add_deal_buyer_verbs(Commands& commands, CLI::App& group) {
  auto asked = std::make_shared<RequestFlags>();
  CLI::App& r =
      commands.verb(group, "request", "ask a provider for an offer under a fresh key of yours",
                    [asked](Session& s) { request(s, *asked); });
  r.add_option("VERSION", asked->version, "id of the version")->required();
  r.add_option("--lot", asked->lot, "number of the lot; 0 when not given");
  r.add_option("--out", asked->out, "write the request to this file");

  auto target = std::make_shared<std::string>();
  commands
      .verb(group, "backup", "copy the deal secret to a second place; lock insists on it",
            [target](Session& s) { backup(s, *target); })
      .add_option("FILE", *target, "where to")
      ->required();

  auto flags = std::make_shared<FetchFlags>();
  CLI::App& f = commands.verb(group, "fetch",
                              "download offer, manifest and ciphertext; resumes where it stopped",
                              [flags](Session& s) { fetch(s, *flags); });
  f.add_option("DEAL", flags->deal, "id of the deal")->required();
  f.add_option("--url", flags->url, "data server, http://HOST:PORT")->required();
  f.add_option("--limit-rate", flags->rate, "bytes a second at most");

  const auto simple = [&](const char* name, const char* purpose,
                          void (*run)(Session&, const std::string&)) {
    auto deal = std::make_shared<std::string>();
    commands.verb(group, name, purpose, [=](Session& s) { run(s, *deal); })
        .add_option("DEAL", *deal, "id of the deal")
        ->required();
  };
  const auto checking = [&](const char* name, const char* purpose,
                            void (*run)(Session&, const CheckFlags&)) {
    auto checked = std::make_shared<CheckFlags>();
    CLI::App& c = commands.verb(group, name, purpose, [=](Session& s) { run(s, *checked); });
    c.add_option("DEAL", checked->deal, "id of the deal")->required();
    c.add_option("--work-seconds", checked->work_seconds,
                 "what you need between reveal and complaint, at most a third of the complaint "
                 "window; when not given as measured on a sample here");
  };
  checking("check", "check offer, registry, money, manifest, ciphertext and windows before locking",
           check);
  checking("lock", "check everything again and lock the price", lock);
  simple("complain", "prove a wrong key or a wrong chunk: price and bond come back", complain);

  auto deal = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  CLI::App& d =
      commands.verb(group, "decrypt", "open the revealed key, decrypt, compare every chunk",
                    [=](Session& s) { decrypt(s, *deal, *out); });
  d.add_option("DEAL", *deal, "id of the deal")->required();
  d.add_option("--out", *out, "the file to write")->required();
}

}  // namespace datapact::tools
