#include "tools/trading/trade_home.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/fields.hpp"
#include "tools/trading/resumable.hpp"
#include "trade/data_layout.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

constexpr std::string_view kDatasetFormat = "datapact-dataset/2";
/// One lot, its fields among those of the record.
constexpr std::string_view kDatasetFormatOfOneLot = "datapact-dataset/1";
constexpr std::string_view kSealedFormat = "datapact-sealed/1";

DatasetLot lot_from(const Fields& f) {
  const auto shape =
      trade::check_shape(f.integer<std::uint64_t>("n"), f.integer<std::uint32_t>("s"),
                         f.integer<std::uint64_t>("length"));
  if (!shape) f.refuse("n", std::string(trade::to_string(shape.error())));
  return {{f.fixed<Hash256>("rootX"), *shape}, f.fixed<trade::LotSeed>("seed")};
}

std::vector<DatasetLot> lots_from(const Fields& f, const std::string& name) {
  if (f.text("format") == kDatasetFormatOfOneLot) return {lot_from(f)};
  f.require_format(kDatasetFormat);
  const auto* lots = f.get("lots").as_array();
  if (lots == nullptr || lots->empty()) f.refuse("lots", "must be a list that is not empty");
  std::vector<DatasetLot> out;
  for (const auto& lot : *lots)
    out.push_back(lot_from({lot, name + ": lots: " + std::to_string(out.size())}));
  return out;
}

DatasetRecord record_from(const json::Value& document, const std::string& name) {
  const Fields f(document, name);
  auto lots = lots_from(f, name);
  return {f.integer<std::uint64_t>("dataset"),
          f.integer<std::uint32_t>("number"),
          f.fixed<Hash256>("version"),
          f.text("file"),
          std::move(lots),
          f.fixed<Hash256>("fileDigest"),
          f.fixed<Hash256>("digestSalt"),
          f.get("description"),
          f.fixed<Hash256>("descriptionSalt")};
}

}  // namespace

std::uint64_t DatasetRecord::length() const {
  return offset_of(static_cast<std::uint32_t>(lots.size()));
}

std::uint64_t DatasetRecord::offset_of(std::uint32_t lot) const {
  std::uint64_t out = 0;
  for (std::uint32_t i = 0; i < lot; ++i) out += lots[i].root.shape.length;
  return out;
}

std::string manifest_name(std::uint32_t lot) {
  return lot == 0 ? "manifest" : "manifest-" + std::to_string(lot);
}

fs::path TradeHome::dataset_folder(const Hash256& version) const {
  return root_ / "datasets" / to_hex0x(version);
}
fs::path TradeHome::deal_folder(const trade::DealId& deal) const {
  return root_ / "deals" / to_hex0x(deal);
}

fs::path TradeHome::manifest_file(const Hash256& version, std::uint32_t lot) const {
  return dataset_folder(version) / manifest_name(lot);
}

void TradeHome::save(const DatasetRecord& r) const {
  json::Value lots = json::Value::array();
  for (const auto& [root, seed] : r.lots) {
    lots.push(json::Value::object({{"rootX", to_hex0x(root.root_x)},
                                   {"n", std::to_string(root.shape.n)},
                                   {"s", std::to_string(root.shape.s)},
                                   {"length", std::to_string(root.shape.length)},
                                   {"seed", to_hex0x(seed)}}));
  }
  const auto document = json::Value::object({{"format", kDatasetFormat},
                                             {"dataset", std::to_string(r.dataset)},
                                             {"number", std::to_string(r.number)},
                                             {"version", to_hex0x(r.version)},
                                             {"file", r.file},
                                             {"lots", std::move(lots)},
                                             {"fileDigest", to_hex0x(r.file_digest)},
                                             {"digestSalt", to_hex0x(r.digest_salt)},
                                             {"description", r.description},
                                             {"descriptionSalt", to_hex0x(r.description_salt)}});
  write_file_durably(dataset_folder(r.version) / "dataset.json", json::to_pretty_text(document),
                     true);
}

DatasetRecord TradeHome::dataset(const Hash256& version) const {
  const fs::path path = dataset_folder(version) / "dataset.json";
  if (!fs::exists(path)) {
    fail_not_found("this home has no registered version " + to_hex0x(version),
                   "datapact data list shows what there is");
  }
  return record_from(read_json_file(path), path.string());
}

std::vector<DatasetRecord> TradeHome::datasets() const {
  std::vector<DatasetRecord> out;
  const fs::path folder = root_ / "datasets";
  if (!fs::exists(folder)) return out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path path = entry.path() / "dataset.json";
    if (fs::exists(path)) out.push_back(record_from(read_json_file(path), path.string()));
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return std::pair(a.dataset, a.number) < std::pair(b.dataset, b.number);
  });
  return out;
}

void TradeHome::save(const OfferDocument& offer) const {
  write_file_durably(deal_folder(offer.id()) / "offer.json", json::to_pretty_text(to_json(offer)),
                     true);
}

bool TradeHome::has_offer(const trade::DealId& deal) const {
  return fs::exists(deal_folder(deal) / "offer.json");
}

OfferDocument TradeHome::offer(const trade::DealId& deal) const {
  const fs::path path = deal_folder(deal) / "offer.json";
  if (!fs::exists(path)) {
    fail_not_found("this home has no deal " + to_hex0x(deal),
                   "datapact deal show lists the deals of this home");
  }
  auto found = offer_from_json(read_json_file(path), path.string());
  if (found.id() != deal) {
    fail_verification("wrong-offer",
                      path.string() + " was changed: it is the offer of " + to_hex0x(found.id()),
                      "datapact deal fetch gets it again from the data server");
  }
  return found;
}

std::vector<OfferDocument> TradeHome::offers_of(const Hash256& version, std::uint32_t lot) const {
  std::vector<OfferDocument> out;
  const fs::path folder = root_ / "deals";
  if (!fs::exists(folder)) return out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto id = fixed_from_hex<trade::DealId>(entry.path().filename().string());
    if (!id || !has_offer(*id)) continue;
    auto document = offer(*id);
    if (document.terms.rest.version == version && document.terms.rest.lot == lot)
      out.push_back(std::move(document));
  }
  std::ranges::sort(out, {}, [](const OfferDocument& document) { return document.id(); });
  return out;
}

bool TradeHome::has_open_nonce(Nonce nonce, std::uint64_t now_seconds) const {
  const fs::path folder = root_ / "deals";
  if (!fs::exists(folder)) return false;
  return std::ranges::any_of(fs::directory_iterator(folder), [&](const auto& entry) {
    const fs::path path = entry.path() / "offer.json";
    if (!fs::exists(path)) return false;
    const auto header = offer_from_json(read_json_file(path), path.string()).header;
    return header.nonce == nonce && header.lock_by_seconds > now_seconds;
  });
}

fs::path TradeHome::offer_folder(const RequestDocument& request) const {
  return root_ / "deals" / ("offer-" + short_digest(json::to_canonical_text(to_json(request))));
}

std::vector<fs::path> TradeHome::offer_folders() const {
  std::vector<fs::path> out;
  const fs::path folder = root_ / "deals";
  if (!fs::exists(folder)) return out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("offer-")) out.push_back(entry.path());
  }
  return out;
}

bool TradeHome::take_nonce(const Address& seller, Nonce nonce) const {
  return make_new_file(root_ / "requests" / (to_hex0x(seller) + "-" + std::to_string(nonce.raw())));
}

void TradeHome::save(const trade::DealId& deal, const SealedRecord& record) const {
  const auto document = json::Value::object({{"format", kSealedFormat},
                                             {"key", to_hex0x(record.key)},
                                             {"randomness", to_hex0x(record.randomness)}});
  write_file_durably(deal_folder(deal) / "sealed.json", json::to_pretty_text(document), true);
}

SealedRecord TradeHome::sealed(const trade::DealId& deal) const {
  const fs::path path = deal_folder(deal) / "sealed.json";
  if (!fs::exists(path))
    fail_not_found("this home does not hold the key of deal " + to_hex0x(deal));
  const auto document = read_json_file(path);
  const Fields f(document, path.string());
  f.require_format(kSealedFormat);
  return {f.fixed<trade::DealKey>("key"), f.fixed<Hash256>("randomness")};
}

trade::DealSecretFile read_deal_secret(const fs::path& path) {
  const std::string text = read_text_file(path, 128);
  const auto secret =
      fixed_from_hex<trade::DealSecretFile>(text.substr(0, text.find_last_not_of("\r\n") + 1));
  if (!secret) fail_file("malformed-document", path.string() + " must hold 64 hex digits");
  return *secret;
}

void write_deal_secret(const fs::path& path, const trade::DealSecretFile& secret) {
  write_file_durably(path, to_hex0x(secret) + "\n", true);
}

}  // namespace datapact::tools
