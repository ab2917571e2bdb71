// datapact deal offer.
#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/signer.hpp"
#include "tools/commands/deal.hpp"
#include "tools/trading/chain_facts.hpp"
#include "tools/trading/deal_check.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/fields.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/resumable.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/unfinished_offers.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/data_layout.hpp"
#include "trade/deal_policy.hpp"
#include "trade/deal_status.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace datapact::tools {
namespace {

using contracts::ContractId;

struct OfferFlags {
  std::string request;
  std::string amount;
  std::string bond = "0";
  std::string penalty = "0";
  std::string payee;
  std::string agreement;
  std::string out;
  std::uint64_t lock_for = 3600;
  std::uint32_t reveal_window = 3600;
  std::uint32_t complain_window = 3600;
  /// Nothing: as many as a careful buyer asks for.
  std::optional<std::uint32_t> min_blocks;
};

trade::DealHeader header_for(const OfferFlags& f, const RequestDocument& request, std::uint64_t now,
                             std::uint32_t blocks_min) {
  trade::DealHeader h;
  h.seller = request.seller;
  h.buyer = request.buyer;
  h.bx = request.bx;
  h.by = request.by;
  h.payee = f.payee.empty() ? request.seller : parse_address("--payee", f.payee);
  h.settlement = contracts::predeploy_address(ContractId::kSettlement);
  h.amount = parse_money("--amount", f.amount);
  h.bond = parse_money("--bond", f.bond);
  h.withhold_penalty = parse_money("--penalty", f.penalty);
  h.nonce = request.nonce;
  h.lock_by_seconds = now + f.lock_for;
  h.reveal_window_seconds = f.reveal_window;
  h.complain_window_seconds = f.complain_window;
  h.min_blocks = f.min_blocks.value_or(blocks_min);
  return h;
}

/// An offer is handed out by a later run than signed it while a buyer has this much time to lock
/// it.
constexpr std::uint64_t kLockSecondsMin = 60;

[[noreturn]] void fail_nonce_taken(std::string message) {
  throw CliError(ExitCode::kFailed, "nonce-taken", std::move(message),
                 "the buyer asks again: datapact deal request VERSION");
}

/// A nonce is good for one lock: a second offer under it could never be taken.
void require_free_nonce(ChainClient& chain, const TradeHome& home, const RequestDocument& request,
                        JobFolder& job) {
  const bool is_used = is_nonce_used(chain, request.seller, request.nonce);
  if (!is_used && !home.has_open_nonce(request.nonce, chain.head().seconds)) return;
  // What is used stays so; another offer may still expire.
  if (is_used) job.discard();
  fail_nonce_taken(fmt::format("nonce {} is taken by another offer or deal", request.nonce.raw()));
}

/// An offer under way. Its key is made for this request, these options and this state of the file,
/// and its folder goes when any of them is another: no key ever meets two files.
struct OfferWork {
  const TradeHome& home;
  const DatasetRecord& record;
  const RequestDocument& request;
  JobFolder& job;
  SealedRecord sealed;
  trade::CipherKey key;
  [[nodiscard]] const DatasetLot& lot() const { return record.lots[request.lot]; }
  [[nodiscard]] fs::path manifest() const {
    return home.manifest_file(record.version, request.lot);
  }
  [[nodiscard]] fs::path ciphertext() const { return job.path() / "ciphertext"; }
  /// The offer, once it is signed.
  [[nodiscard]] fs::path signed_offer() const { return job.path() / "signed.json"; }
};

json::Value parameters_of(const OfferFlags& f, const RequestDocument& request,
                          const DatasetRecord& record) {
  return json::Value::object({{"command", "deal offer"},
                              {"request", to_json(request)},
                              {"file", record.file},
                              {"rootX", to_hex0x(record.lots[request.lot].root.root_x)},
                              {"amount", f.amount},
                              {"bond", f.bond},
                              {"penalty", f.penalty},
                              {"payee", f.payee},
                              {"agreement", f.agreement},
                              {"lockFor", std::to_string(f.lock_for)},
                              {"revealWindow", std::to_string(f.reveal_window)},
                              {"complainWindow", std::to_string(f.complain_window)},
                              {"minBlocks", f.min_blocks ? std::to_string(*f.min_blocks) : ""}});
}

json::Value make_secrets(Session& session) {
  return json::Value::object({{"key", to_hex0x(random_fixed<trade::DealKey>(session.random))},
                              {"randomness", to_hex0x(random_fixed<Hash256>(session.random))},
                              {"termsSalt", to_hex0x(random_fixed<Hash256>(session.random))}});
}

[[noreturn]] void fail_changed(const OfferWork& offer, const std::string& how) {
  offer.job.discard();
  fail_verification("file-changed",
                    offer.record.file + " is not the registered file any more: " + how,
                    "restore the file, or register it as a new version: datapact data register "
                    "FILE --dataset " +
                        std::to_string(offer.record.dataset));
}

/// A file that may have changed since the interrupted run is compared with the registered manifest
/// before more of it is encrypted under that run's key; a change of time, name or permissions alone
/// loses nothing.
void require_same_file(Session& session, const OfferWork& offer, const FileSource& file) {
  class Discard final : public ByteSink {
    Result<void, StreamError> write_at(std::uint64_t /*offset*/, ByteView /*data*/) override {
      return {};
    }
  } discard;
  const auto identity = file.identity();
  if (offer.job.found() == JobFolder::Found::kSame && offer.job.source() != identity) {
    const auto& lot = offer.lot();
    LongWork work(session, "comparing");
    const FileRange data(file, offer.record.offset_of(offer.request.lot), lot.root.shape.length);
    const auto now = trade::register_lot(data, lot.root.shape.s, lot.seed, discard, work.work());
    if (!now) fail_work(now.error());
    if (now->lot != lot.root) fail_changed(offer, "it was changed since the interrupted run");
  }
  offer.job.note_source(identity);
}

/// Does what the buyer will do: a ciphertext that does not decrypt to the registered file would
/// cost the bond.
void require_registered(Session& session, const OfferWork& offer) {
  const auto& shape = offer.lot().root.shape;
  const LotSeries series{trade::LotWork::kPlaintext,
                         {shape},
                         [](std::uint32_t) { return LotPlace{}; },
                         offer.job.path() / "checked"};
  LotOutput nothing(series, find_checkpoint(series));
  LongWork work(session, "checking");
  const auto digest =
      trade::decrypt_lot(FileSource(offer.ciphertext()), FileSource(offer.manifest()), shape,
                         offer.key, nothing, nothing.resume(work.work(nothing.resumed_bytes())));
  if (digest) return;
  if (!std::holds_alternative<trade::WrongChunk>(digest.error()))
    fail_resumable(nothing, work, digest.error());
  fail_changed(offer, trade::describe(digest.error()));
}

/// Writes the ciphertext into the job's folder and checks it; returns rootZ.
Hash256 encrypt(Session& session, const OfferWork& offer, const FileSource& file) {
  const auto& shape = offer.lot().root.shape;
  const LotSeries series{trade::LotWork::kCiphertext,
                         {shape},
                         [&](std::uint32_t) { return LotPlace{offer.ciphertext(), 0}; },
                         offer.job.checkpoint()};
  LotOutput ciphertext(series, find_checkpoint(series));
  if (ciphertext.resumed_bytes() < shape.length) {
    std::error_code ignored;
    fs::remove(offer.job.path() / "checked", ignored);
  }
  const auto root_z = [&] {
    LongWork work(session, "encrypting");
    const FileRange data(file, offer.record.offset_of(offer.request.lot), shape.length);
    auto root = trade::encrypt_lot(data, shape, offer.lot().seed, offer.key, ciphertext,
                                   ciphertext.resume(work.work(ciphertext.resumed_bytes())));
    if (!root) fail_resumable(ciphertext, work, root.error());
    return *root;
  }();
  ciphertext.complete();
  require_registered(session, offer);
  return root_z;
}

/// What keeps the offer from being locked as things are, and may be made good until then.
void note_money(const Output& out, ChainClient& chain, const trade::DealHeader& h) {
  if (h.amount.is_zero()) out.note("--amount is 0: the buyer gets the file for nothing");
  const auto money = word_at(chain.read(ContractId::kSettlement, "balanceOf", {h.buyer}), 0);
  if (money < h.amount) {
    out.note(
        fmt::format("--amount {} is more than the buyer {} has free in Settlement, {}: it "
                    "cannot lock before it has more",
                    human_money(h.amount), to_hex0x(h.buyer), human_money(money)));
  }
  const auto deposit =
      word_at(chain.read(ContractId::kFairExchange, "freeDeposit", {h.settlement, h.seller}), 0);
  if (deposit < h.bond) {
    out.note(
        fmt::format("--bond {} is more than your free deposit, {}: nobody can lock this offer "
                    "before you run datapact deal deposit",
                    human_money(h.bond), human_money(deposit)));
  }
}

/// Makes no offer that a careful buyer would refuse.
void require_acceptable(const trade::DealHeader& header, const trade::PolicyFacts& facts) {
  const auto reasons = trade::refusals(header, facts);
  if (!reasons.empty()) fail_usage("this offer would be refused: " + reasons[0]);
}

/// An offer that an earlier run signed. Nothing when its time to lock is over: another is signed.
/// Refused when nobody could lock it any more, or hardly in time.
std::optional<OfferDocument> signed_before(ChainClient& chain, const OfferWork& offer) {
  if (!fs::exists(offer.signed_offer())) return std::nullopt;
  auto document =
      offer_from_json(read_json_file(offer.signed_offer()), offer.signed_offer().string());
  // A quick buyer has locked it already.
  if (read_deal(chain, document.id()).status != trade::DealStatus::kNone) return document;
  const std::uint64_t lock_by = document.header.lock_by_seconds;
  const std::uint64_t now = chain.head().seconds;
  if (lock_by <= now) return std::nullopt;
  if (is_nonce_used(chain, offer.request.seller, offer.request.nonce)) {
    offer.job.discard();
    fail_nonce_taken(
        fmt::format("the offer that was signed before cannot be locked: nonce {} is used",
                    document.header.nonce.raw()));
  }
  if (lock_by - now < kLockSecondsMin) {
    throw CliError(
        ExitCode::kFailed, "expiring",
        fmt::format("the offer that was signed before stands until {} only, less than {} s",
                    lock_by, kLockSecondsMin),
        "run the same command again when that has passed: it signs anew");
  }
  return document;
}

/// Gives the home what the signed offer needs, then the offer itself. Each step may have been done
/// by an earlier run.
void hand_over(const OfferWork& offer, const OfferDocument& document) {
  const auto id = document.id();
  const fs::path folder = offer.home.deal_folder(id);
  offer.home.save(id, offer.sealed);
  if (fs::exists(offer.ciphertext())) fs::rename(offer.ciphertext(), folder / "ciphertext");
  fs::copy_file(offer.manifest(), folder / "manifest", fs::copy_options::overwrite_existing);
  offer.home.save(document);
  offer.job.discard();
}

/// Encrypts for this buyer under a fresh key. Key and randomness are on disk before the first byte
/// of ciphertext, and so before the offer exists anywhere else.
void offer(Session& session, const OfferFlags& flags) {
  if (!flags.out.empty()) require_file_target("--out", flags.out);
  const TradeHome home(session.home());
  ChainClient chain(session);
  const auto request = request_from_json(read_json_file(flags.request), flags.request);
  if (request.seller != session.signer().address()) {
    fail_usage(flags.request + " asks " + to_hex0x(request.seller) + ", but --from is " +
               to_hex0x(session.signer().address()));
  }
  if (request.domain.chain_id != chain.chain_id())
    fail_usage(flags.request + " is for another chain");
  const auto record = home.dataset(request.version);
  if (request.lot >= record.lots.size()) {
    fail_not_found(fmt::format("version {} has {}, the first is number 0: no lot {}",
                               to_hex0x(request.version), counted(record.lots.size(), "lot"),
                               request.lot));
  }
  const std::uint32_t blocks_min = trade::kBlocksPerFault * (faults_max(session) + 1);
  // The buyer's work between reveal and complaint, as this machine would do it.
  const auto buyer_work =
      measure_work(session, session.home(), record.lots[request.lot].root.shape).time;
  require_acceptable(header_for(flags, request, chain.head().seconds, blocks_min),
                     policy_facts(session, chain, buyer_work));

  const FileSource file(record.file);
  if (file.size() != record.length()) {
    fail_verification("file-changed",
                      fmt::format("{} is not the registered file any more: it has {} bytes, "
                                  "registered were {}",
                                  record.file, file.size(), record.length()));
  }
  // One folder a request: its nonce is good for one offer.
  const fs::path folder = home.offer_folder(request);
  note_dropped(session.out, drop_dead_offers(chain, home, folder));
  JobFolder job(folder, parameters_of(flags, request, record),
                [&] { return make_secrets(session); });
  note_found(session.out, job, record.file);
  if (job.found() != JobFolder::Found::kSame)
    note_money(session.out, chain, header_for(flags, request, 0, blocks_min));
  const Fields secrets(job.secrets(), (job.path() / "job.json").string());
  OfferDocument document;
  document.domain = request.domain;
  OfferWork work{home, record, request, job, {}, {}};
  work.sealed = {secrets.fixed<trade::DealKey>("key"), secrets.fixed<Hash256>("randomness")};
  const trade::DealParties parties{request.domain, request.seller, request.buyer, request.nonce};
  work.key = {trade::key_commit(parties, work.sealed.key), work.sealed.key};

  if (auto before = signed_before(chain, work)) {
    document = std::move(*before);
  } else {
    require_free_nonce(chain, home, request, job);
    require_same_file(session, work, file);
    const Hash256 root_z = encrypt(session, work, file);
    document.terms.judged = {work.lot().root.root_x, work.lot().root.shape, root_z,
                             work.key.key_commit, trade::HashSuite::kSha256};
    document.terms.rest = {
        flags.agreement.empty() ? Hash256{} : parse_hash("--agreement", flags.agreement),
        request.version, request.lot,
        crypto::keccak256(chain.code(contracts::predeploy_address(ContractId::kFairExchange))),
        secrets.fixed<Hash256>("termsSalt")};
    // The time to lock in begins now, however long the encryption took.
    document.header = header_for(flags, request, chain.head().seconds, blocks_min);
    document.header.terms_digest = trade::terms_digest(document.terms);
    require_acceptable(document.header, policy_facts(session, chain, buyer_work));
    document.signature =
        to_bytes(crypto::to_bytes_v27(session.signer().sign(signing_request(
                                          typed_data_of(document.domain, document.header),
                                          Hash256{document.id().raw()})))
                     .view());
    write_file_durably(work.signed_offer(), json::to_pretty_text(to_json(document)), true);
  }
  hand_over(work, document);
  if (!flags.out.empty()) write_file_durably(flags.out, json::to_pretty_text(to_json(document)));
  const auto id = document.id();
  session.out.result(
      json::Value::object({{"deal", to_hex0x(id)}, {"offer", to_json(document)}}),
      session.out.words(
          {{"deal", to_hex0x(id)},
           {"price", human_money(document.header.amount)},
           {"ciphertext",
            fmt::format("{}, root {}", human_bytes(work.lot().root.shape.ciphertext_bytes()),
                        to_hex0x(document.terms.judged.root_z))},
           {"lock by", fmt::format("{} (Unix seconds)", document.header.lock_by_seconds)}}));
}

}  // namespace

void add_deal_offer_verb(Commands& commands, CLI::App& group) {
  auto flags = std::make_shared<OfferFlags>();
  CLI::App& o = commands.verb(group, "offer", "encrypt the file for a buyer and sign an offer",
                              [flags](Session& s) { offer(s, *flags); });
  o.add_option("REQUEST", flags->request, "the buyer's request document")->required();
  o.add_option("--amount", flags->amount, "price")->required();
  o.add_option("--bond", flags->bond,
               "reserved out of the deposit, lost to the buyer on an upheld complaint");
  o.add_option("--penalty", flags->penalty, "part of the bond that a withheld key costs");
  o.add_option("--payee", flags->payee, "credited at settlement; default the seller");
  o.add_option("--agreement", flags->agreement, "digest of the agreement");
  o.add_option("--lock-for", flags->lock_for, "seconds the offer stands");
  o.add_option("--reveal-window", flags->reveal_window, "seconds after the lock to reveal in");
  o.add_option("--complain-window", flags->complain_window,
               "seconds after the reveal to complain in");
  o.add_option("--min-blocks", flags->min_blocks,
               "blocks after the reveal to complain in, at least; when not given 20, and 20 more "
               "for each validator that may fail");
  o.add_option("--out", flags->out, "also write the offer to this file");
}

}  // namespace datapact::tools
