#include "tools/trading/local_copy.hpp"

#include "base/byte_stream.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/session.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/download.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/lot.hpp"
#include "trade/lot_damage.hpp"
#include "trade/terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::tools {
namespace {

/// As many are named in a message.
constexpr std::size_t kRangesNamed = 3;

std::string describe(const std::vector<trade::ByteRange>& ranges) {
  std::string named;
  for (std::size_t i = 0; i < std::min(ranges.size(), kRangesNamed); ++i)
    named += fmt::format("{}{}-{}", i == 0 ? "" : ", ", ranges[i].first, ranges[i].last);
  if (ranges.size() <= kRangesNamed) return "damaged at bytes " + named;
  return fmt::format("damaged at bytes {} and at {} more places", named,
                     ranges.size() - kRangesNamed);
}

/// What another run kept, unless that is damaged too.
bool has_sound_leaves(const fs::path& path, const trade::JudgedTerms& judged) {
  if (!fs::exists(path)) return false;
  const auto root = trade::manifest_root(FileSource(path), judged.shape.n);
  return root && *root == judged.root_z;
}

/// Keeps the leaves when they are those of the signed root; else says what is wrong.
std::optional<CopyDamage> check_and_keep_leaves(const FileSource& ciphertext, const fs::path& path,
                                                const trade::JudgedTerms& judged,
                                                const trade::Work& work) {
  FileSink leaves(path, false);
  const auto root = trade::write_cipher_leaves(ciphertext, judged.shape, leaves, work);
  if (!root) {
    if (!std::holds_alternative<trade::WrongLength>(root.error())) fail_work(root.error());
    return CopyDamage{"ciphertext", {}, "damaged: " + trade::describe(root.error())};
  }
  if (*root == judged.root_z) {
    leaves.finish();
    return std::nullopt;
  }
  const trade::WrongRoot wrong{"it", judged.root_z, *root};
  return CopyDamage{"ciphertext", {}, "damaged: " + trade::describe(trade::LotError{wrong})};
}

std::optional<CopyDamage> find_ciphertext_damage(Session& session, const fs::path& path,
                                                 const fs::path& leaves,
                                                 const trade::JudgedTerms& judged) {
  const FileSource ciphertext(path);
  LongWork work(session, "checking");
  if (!has_sound_leaves(leaves, judged))
    return check_and_keep_leaves(ciphertext, leaves, judged, work.work());
  auto found = trade::find_damage(ciphertext, judged.shape, FileSource(leaves), work.work());
  if (!found) fail_work(found.error());
  if (found->empty()) return std::nullopt;
  auto how = describe(*found);
  return CopyDamage{"ciphertext", std::move(*found), std::move(how)};
}

std::optional<CopyDamage> find_manifest_damage(const fs::path& path,
                                               const trade::JudgedTerms& judged) {
  const auto checked = trade::check_manifest(FileSource(path), {judged.root_x, judged.shape});
  if (checked) return std::nullopt;
  if (std::holds_alternative<StreamError>(checked.error())) fail_work(checked.error());
  return CopyDamage{"manifest", {}, "damaged: " + trade::describe(checked.error())};
}

json::Value to_json(const CopyDamage& damage) {
  json::Value ranges = json::Value::array();
  for (const auto& range : damage.ranges) {
    ranges.push(json::Value::object(
        {{"first", std::to_string(range.first)}, {"last", std::to_string(range.last)}}));
  }
  return json::Value::object({{"file", damage.what}, {"ranges", std::move(ranges)}});
}

[[noreturn]] void fail_damaged(const OfferDocument& offer, const CopyDamage& damage) {
  const std::string deal = to_hex0x(offer.id());
  throw CliError(
      ExitCode::kVerification, "damaged-copy",
      fmt::format("your copy of the {} of deal {} is {}; the seller is not to blame for that",
                  damage.what, deal, damage.how),
      fmt::format("run datapact deal fetch {} --url URL to fetch {} again", deal,
                  damage.ranges.empty() ? "it" : "these parts"),
      to_json(damage));
}

/// Gives a file another name, and its own back when nothing has taken that: a complaint can need a
/// damaged copy, and its server may give no other.
class SetAside {
 public:
  SetAside(fs::path path, std::string_view ending)
      : path_(std::move(path)), aside_(path_.string() + std::string(ending)) {
    fs::rename(path_, aside_);
  }
  ~SetAside() {
    std::error_code failed;
    if (!fs::exists(path_, failed)) fs::rename(aside_, path_, failed);
  }
  SetAside(const SetAside&) = delete;
  SetAside& operator=(const SetAside&) = delete;
  SetAside(SetAside&&) = delete;
  SetAside& operator=(SetAside&&) = delete;
  void drop() { fs::remove(aside_); }

 private:
  fs::path path_;
  fs::path aside_;
};

/// Overwrites the damaged parts; returns their bytes.
std::uint64_t mend(Download& download, const fs::path& path, const CopyDamage& damage,
                   std::uint64_t size, std::uint64_t rate_max) {
  if (damage.ranges.empty()) {
    SetAside kept(path, ".damaged");
    download.fetch(damage.what, path, rate_max);
    kept.drop();
    return fs::file_size(path);
  }
  // While it is being mended it has the name of what is not whole.
  const SetAside kept(path, ".part");
  FileSink sink(path, true);
  std::uint64_t mended = 0;
  for (const auto& range : damage.ranges) {
    if (range.last >= size) sink.truncate(std::min(size, sink.resumed_bytes()));
    if (range.first >= size) continue;
    const trade::ByteRange there{range.first, std::min(range.last, size - 1)};
    download.fetch_range(damage.what, there, sink, rate_max);
    mended += there.size();
  }
  sink.finish();
  return mended;
}

}  // namespace

fs::path leaves_file(const TradeHome& home, const trade::DealId& deal) {
  return home.deal_folder(deal) / "leaves";
}

std::optional<CopyDamage> find_copy_damage(Session& session, const TradeHome& home,
                                           const OfferDocument& offer) {
  const fs::path folder = home.deal_folder(offer.id());
  const auto& judged = offer.terms.judged;
  if (auto damage = find_manifest_damage(folder / "manifest", judged)) return damage;
  return find_ciphertext_damage(session, folder / "ciphertext", leaves_file(home, offer.id()),
                                judged);
}

void require_sound_manifest(const TradeHome& home, const OfferDocument& offer) {
  if (const auto damage =
          find_manifest_damage(home.deal_folder(offer.id()) / "manifest", offer.terms.judged))
    fail_damaged(offer, *damage);
}

void require_sound_copy(Session& session, const TradeHome& home, const OfferDocument& offer) {
  if (const auto damage = find_copy_damage(session, home, offer)) fail_damaged(offer, *damage);
}

void require_sound_copy_after(Session& session, const TradeHome& home, const OfferDocument& offer,
                              const trade::LotError& error) {
  if (std::holds_alternative<trade::WrongChunk>(error) ||
      std::holds_alternative<trade::WrongLength>(error))
    require_sound_copy(session, home, offer);
}

std::optional<std::uint64_t> find_provable_chunk(Session& session, const TradeHome& home,
                                                 const OfferDocument& offer,
                                                 const trade::CipherKey& key) {
  const fs::path folder = home.deal_folder(offer.id());
  const fs::path leaves = leaves_file(home, offer.id());
  const auto& judged = offer.terms.judged;
  if (!has_sound_leaves(leaves, judged)) return std::nullopt;
  LongWork work(session, "looking for a wrong chunk");
  const auto found =
      trade::find_false_chunk(FileSource(folder / "ciphertext"), FileSource(folder / "manifest"),
                              FileSource(leaves), judged.shape, key, work.work().progress);
  if (!found) fail_work(found.error());
  return *found;
}

std::uint64_t fetch_copy(Session& session, const TradeHome& home, const OfferDocument& offer,
                         Download& download, std::uint64_t rate_max) {
  const fs::path folder = home.deal_folder(offer.id());
  // Bytes of an earlier run may be damaged; those of this one are the server's.
  std::set<std::string> earlier;
  for (const std::string what : {"manifest", "ciphertext"}) {
    const fs::path path = folder / what;
    if (fs::exists(path) || fs::exists(path.string() + ".part")) earlier.insert(what);
    download.fetch(what, path, what == "manifest" ? 0 : rate_max);
  }
  const std::uint64_t size = offer.terms.judged.shape.ciphertext_bytes();
  std::uint64_t mended = 0;
  while (const auto damage = find_copy_damage(session, home, offer)) {
    if (earlier.erase(damage->what) == 0) {
      fail_verification("wrong-data",
                        fmt::format("the {} that the data server has of deal {} is not what the "
                                    "seller signed: {}",
                                    damage->what, to_hex0x(offer.id()), damage->how),
                        "do not lock this deal");
    }
    session.out.note(fmt::format("your copy of the {} is {}: fetching {} again", damage->what,
                                 damage->how, damage->ranges.empty() ? "it" : "these parts"));
    mended += mend(download, folder / damage->what, *damage, size, rate_max);
  }
  return mended;
}

}  // namespace datapact::tools
