// datapact data register.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
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
#include "tools/commands/data.hpp"
#include "tools/trading/fields.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/resumable.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"
#include "trade/merkle.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::AbiList;
using contracts::ContractId;

/// A buyer's client insists on a window of three times the work on a lot, at a cautious 20 MB/s: so
/// much fits the default window of an hour.
constexpr std::uint64_t kLotBytesDefault = 16ULL << 30;
/// The lots go into one transaction, at 128 bytes each: nodes take one of 128 KiB at most.
constexpr std::uint64_t kLotsMax = 1000;

struct RegisterFlags {
  std::string file;
  std::string title;
  std::string description_file;
  std::string dataset;
  std::uint32_t chunk_bytes = trade::kChunkBytesDefault;
  std::uint64_t lot_bytes = kLotBytesDefault;
};

/// The title, which --title names or is the file's name; or the object in the description's file,
/// where --title adds a title that is not there.
json::Value description_of(const RegisterFlags& flags) {
  if (flags.description_file.empty()) {
    return json::Value::object(
        {{"title", flags.title.empty() ? fs::path(flags.file).filename().string() : flags.title}});
  }
  auto description = read_json_file(flags.description_file);
  if (!description.is_object()) {
    fail_file("malformed-document", flags.description_file +
                                        ": a description must be a JSON object, got " +
                                        json::to_text(description).substr(0, 40));
  }
  if (flags.title.empty()) return description;
  const auto* title = description.find("title");
  if (title != nullptr && *title != json::Value{flags.title}) {
    fail_usage(
        fmt::format("--title must be the title in {}, or one of them must be left out: got "
                    "\"{}\" and {}",
                    flags.description_file, flags.title, json::to_text(*title)));
  }
  description.set("title", flags.title);
  return description;
}

/// A new version goes to a data set that is there, and the account's own: before anything is made.
void require_dataset(Session& session, ChainClient& chain, const std::string& text) {
  const auto number = parse_number("--dataset", text);
  const auto count = word_at(chain.read(ContractId::kDatasetRegistry, "datasetCount", {}), 0);
  if (number.is_zero() || number > count) {
    fail_not_found(fmt::format("there is no data set {}: the registry has {}, from 1 on", text,
                               to_decimal(count)),
                   "datapact data list --chain");
  }
  const auto provider = to_address(word_at(
      list_at(chain.read(ContractId::kDatasetRegistry, "datasetOf", {number.low_u64()}), 0), 0));
  if (provider == session.from_address()) return;
  fail_usage(fmt::format("--dataset must be a data set of {}, and {} is of {}",
                         to_hex0x(session.from_address()), text, to_hex0x(provider)));
}

struct Step {
  std::string name;
  FinalTxn txn;
};

json::Value steps_json(const std::vector<Step>& steps) {
  json::Value out = json::Value::array();
  for (const auto& step : steps) {
    out.push(json::Value::object({{"step", step.name},
                                  {"transaction", to_hex0x(step.txn.hash)},
                                  {"height", to_quantity(step.txn.height.raw())},
                                  {"gasUsed", to_quantity(step.txn.gas_used.raw())}}));
  }
  return out;
}

/// H(salt | SHA-256 of the canonical text).
Hash256 document_hash(const json::Value& document, const Hash256& salt) {
  return trade::salted_digest(salt, crypto::sha256(as_bytes(json::to_canonical_text(document))));
}

/// A registration under way: what its folder keeps from run to run is in `parameters` and
/// `secrets`.
struct Registration {
  DatasetRecord record;
  std::vector<trade::LotShape> shapes;
  FileIdentity identity;
};

/// Lots of full chunks, as many as fit in --lot-bytes, and the rest of the file.
std::vector<trade::LotShape> shapes_of(const RegisterFlags& flags, std::uint64_t length) {
  const auto shape = [&](std::uint64_t bytes) {
    const auto made = trade::make_shape(bytes, flags.chunk_bytes);
    if (!made && made.error() == trade::ShapeError::kChunkSize) {
      fail_usage(fmt::format("--chunk-bytes must be a multiple of 32 from {} to {}, got {}",
                             trade::kChunkBytesMin, trade::kChunkBytesMax, flags.chunk_bytes));
    }
    if (!made) fail_usage(flags.file + ": " + std::string(trade::to_string(made.error())));
    return *made;
  };
  const std::uint64_t data = shape(1).data_per_chunk();
  const std::uint64_t lot = flags.lot_bytes / data * data;
  if (lot == 0) {
    fail_usage(fmt::format("--lot-bytes must hold at least one chunk of {} bytes of data, got {}",
                           data, flags.lot_bytes));
  }
  const std::uint64_t lots = length == 0 ? 0 : (length - 1) / lot + 1;
  if (lots > kLotsMax) {
    fail_usage(
        fmt::format("{} would be {} lots: one version has at most {}", flags.file, lots, kLotsMax),
        "give a larger --lot-bytes");
  }
  std::vector<trade::LotShape> out;
  for (std::uint64_t at = 0; at < length || out.empty(); at += lot)
    out.push_back(shape(std::min(lot, length - at)));
  return out;
}

/// One for each registration of a file under a data set by an account.
fs::path job_folder(Session& session, const RegisterFlags& flags) {
  const auto name = fmt::format("{}|{}|{}", to_hex0x(session.from_address()), flags.dataset,
                                fs::absolute(flags.file).string());
  return session.home() / "datasets" / ("register-" + short_digest(name));
}

json::Value parameters_of(const RegisterFlags& flags, const Registration& r) {
  return json::Value::object({{"command", "data register"},
                              {"file", r.record.file},
                              {"size", std::to_string(r.identity.size)},
                              {"dataset", flags.dataset},
                              {"chunkBytes", std::to_string(flags.chunk_bytes)},
                              {"lotBytes", std::to_string(flags.lot_bytes)},
                              {"description", r.record.description}});
}

json::Value make_secrets(Session& session, std::size_t lots) {
  json::Value seeds = json::Value::array();
  for (std::size_t i = 0; i < lots; ++i)
    seeds.push(to_hex0x(random_fixed<trade::LotSeed>(session.random)));
  return json::Value::object(
      {{"seeds", std::move(seeds)},
       {"digestSalt", to_hex0x(random_fixed<Hash256>(session.random))},
       {"descriptionSalt", to_hex0x(random_fixed<Hash256>(session.random))}});
}

void take_secrets(const JobFolder& job, Registration& r) {
  const Fields f(job.secrets(), (job.path() / "job.json").string());
  const auto* seeds = f.get("seeds").as_array();
  if (seeds == nullptr || seeds->size() != r.shapes.size()) f.refuse("seeds", "must be one a lot");
  for (std::size_t i = 0; i < seeds->size(); ++i) {
    const auto* text = (*seeds)[i].as_string();
    const auto seed = text != nullptr ? fixed_from_hex<trade::LotSeed>(*text) : std::nullopt;
    if (!seed) f.refuse("seeds", "must be 32 bytes in hex each");
    r.record.lots.push_back({{{}, r.shapes[i]}, *seed});
  }
  r.record.digest_salt = f.fixed<Hash256>("digestSalt");
  r.record.description_salt = f.fixed<Hash256>("descriptionSalt");
}

Hash256 root_of_manifest(const fs::path& path, std::uint64_t leaves) {
  const FileSource manifest(path);
  const auto root = trade::manifest_root(manifest, leaves);
  if (!root) fail_work(root.error());
  return *root;
}

LotSeries series_of(const JobFolder& job, const Registration& r) {
  return {trade::LotWork::kManifest, r.shapes,
          [&job](std::uint32_t lot) { return LotPlace{job.path() / manifest_name(lot), 0}; },
          job.checkpoint()};
}

/// A file that may have changed since the interrupted run is read again as far as that had hashed
/// it: other content begins anew, and a change of time, name or permissions alone loses nothing.
void require_same_file(JobFolder& job, const FileSource& file, const Registration& r,
                       const std::function<json::Value()>& make_new_secrets) {
  const bool may_differ = job.found() == JobFolder::Found::kSame && job.source() != r.identity;
  if (may_differ && !is_hashed_still(series_of(job, r), file)) job.begin_anew(make_new_secrets);
  job.note_source(r.identity);
}

/// Writes the manifests into the job's folder and their roots into the record.
void write_manifests(Session& session, JobFolder& job, const FileSource& file, Registration& r) {
  auto& record = r.record;
  const LotSeries series = series_of(job, r);
  auto start = find_checkpoint(series);
  for (std::uint32_t i = 0; i < start.lot; ++i) {
    record.lots[i].root.root_x = root_of_manifest(job.path() / manifest_name(i), r.shapes[i].n);
  }
  for (std::uint32_t i = start.lot; i < r.shapes.size(); ++i) {
    LotOutput manifest(series, start);
    LongWork work(session, lots_name("registering", i, r.shapes.size()));
    const FileRange data(file, record.offset_of(i), r.shapes[i].length);
    const auto registered =
        trade::register_lot(data, r.shapes[i].s, record.lots[i].seed, manifest,
                            manifest.resume(work.work(manifest.resumed_bytes())));
    if (!registered) fail_resumable(manifest, work, registered.error());
    manifest.complete();
    record.lots[i].root = registered->lot;
    record.file_digest = registered->file_digest;
    start = manifest.next();
  }
  const auto now = file.identity();
  if (now == r.identity) return;
  if (now.size == r.identity.size && hash_of(file, now.size).finish() == record.file_digest) return;
  if (!job.is_kept()) job.discard();
  fail_file("file-changed", record.file + " was changed while it was read",
            "run the command again when nobody writes to it");
}

/// The transaction that an earlier run of this command sent, known by the event it left; else a new
/// one.
template <class Matches, class Send>
FinalTxn sent_once(ChainClient& chain, const JobFolder& job, const std::string& event,
                   Matches matches, Send send) {
  if (job.found() == JobFolder::Found::kSame) {
    for (const auto& found : chain.events(ContractId::kDatasetRegistry, event, {})) {
      if (matches(found.values)) return chain.wait_for(found.txn);
    }
  }
  return send();
}

/// Registers the data set unless there is one, and publishes the version: each once, however often
/// the command was interrupted. The salts make both events this registration's own.
std::vector<Step> publish(ChainClient& chain, const RegisterFlags& flags, JobFolder& job,
                          DatasetRecord& record) {
  std::vector<Step> steps;
  const auto keep = [&] { job.keep(); };
  if (job.found() == JobFolder::Found::kSame) chain.wait_for_pending();
  if (flags.dataset.empty()) {
    const auto hash = document_hash(record.description, record.description_salt);
    steps.push_back(
        {"register",
         sent_once(
             chain, job, "DatasetRegistered",
             [&](const AbiList& values) { return to_hash256(word_at(values, 2)) == hash; },
             [&] {
               return chain.transact(ContractId::kDatasetRegistry, "register", {hash}, keep);
             })});
    record.dataset =
        u64_at(event_of(steps.back().txn, ContractId::kDatasetRegistry, "DatasetRegistered"), 0);
  } else {
    record.dataset = parse_number("--dataset", flags.dataset).low_u64();
  }
  AbiList lots;
  for (const auto& [root, seed] : record.lots) {
    lots.emplace_back(
        AbiList{root.root_x, root.shape.n, std::uint64_t{root.shape.s}, root.shape.length});
  }
  const auto digest = trade::salted_digest(record.digest_salt, record.file_digest);
  steps.push_back({"publish", sent_once(
                                  chain, job, "VersionPublished",
                                  [&](const AbiList& values) {
                                    return u64_at(values, 0) == record.dataset &&
                                           to_hash256(word_at(values, 4)) == digest;
                                  },
                                  [&] {
                                    return chain.transact(ContractId::kDatasetRegistry, "publish",
                                                          {record.dataset, lots, digest}, keep);
                                  })});
  const auto published =
      event_of(steps.back().txn, ContractId::kDatasetRegistry, "VersionPublished");
  record.number = static_cast<std::uint32_t>(u64_at(published, 1));
  record.version = to_hash256(word_at(published, 2));
  return steps;
}

json::Value lots_json(const DatasetRecord& record) {
  json::Value out = json::Value::array();
  for (const auto& lot : record.lots) out.push(to_json(lot.root));
  return out;
}

/// The version's root, over the leaves of its lots.
Hash256 root_of(const DatasetRecord& record) {
  std::vector<Hash256> leaves;
  leaves.reserve(record.lots.size());
  for (const auto& [root, seed] : record.lots) {
    leaves.push_back(
        trade::lot_leaf(static_cast<std::uint32_t>(leaves.size()), root.root_x, root.shape));
  }
  return trade::merkle_root(leaves);
}

std::uint64_t chunks_of(const DatasetRecord& record) {
  std::uint64_t out = 0;
  for (const auto& lot : record.lots) out += lot.root.shape.n;
  return out;
}

void register_file(Session& session, const RegisterFlags& flags) {
  session.require_wait("data register", "the version's id is in the receipt");
  const TradeHome home(session.home());
  ChainClient chain(session);
  const FileSource file(flags.file);
  Registration r;
  auto& record = r.record;
  record.file = fs::absolute(flags.file).string();
  record.description = description_of(flags);
  if (!flags.dataset.empty()) require_dataset(session, chain, flags.dataset);
  r.identity = file.identity();
  r.shapes = shapes_of(flags, file.size());

  const auto make_new_secrets = [&] { return make_secrets(session, r.shapes.size()); };
  JobFolder job(job_folder(session, flags), parameters_of(flags, r), make_new_secrets);
  require_same_file(job, file, r, make_new_secrets);
  note_found(session.out, job, flags.file);
  take_secrets(job, r);
  write_manifests(session, job, file, r);
  const auto steps = publish(chain, flags, job, record);
  const auto& last = steps.back().txn;
  home.save(record);
  for (std::uint32_t i = 0; i < record.lots.size(); ++i)
    fs::rename(job.path() / manifest_name(i), home.manifest_file(record.version, i));
  job.discard();

  const auto code =
      u64_at(chain.read(ContractId::kDatasetRegistry, "queryCode", {record.dataset}), 0);
  std::uint64_t gas = 0;
  for (const auto& step : steps) gas += step.txn.gas_used.raw();
  const Hash256 root = root_of(record);
  const std::uint64_t chunks = chunks_of(record);
  Rows rows{{"data set", fmt::format("{} (query code {})", record.dataset, code)},
            {"version", to_hex0x(record.version)},
            {"root", to_hex0x(record.lots.size() == 1 ? record.lots[0].root.root_x : root)},
            {"file", fmt::format("{} in {} chunks, SHA-256 {}", human_bytes(record.length()),
                                 chunks, to_hex0x(record.file_digest))}};
  if (record.lots.size() > 1) {
    rows.emplace_back("lots", fmt::format("{} of {}, each sold by itself", record.lots.size(),
                                          human_bytes(record.lots[0].root.shape.length)));
  }
  rows.emplace_back("height", std::to_string(last.height.raw()));
  rows.emplace_back("gas", std::to_string(gas));
  auto document = json::Value::object({{"dataset", std::to_string(record.dataset)},
                                       {"number", std::to_string(record.number)},
                                       {"version", to_hex0x(record.version)},
                                       {"queryCode", std::to_string(code)},
                                       {"root", to_hex0x(root)},
                                       {"lots", lots_json(record)},
                                       {"chunks", std::to_string(chunks)},
                                       {"length", std::to_string(record.length())},
                                       {"fileSha256", to_hex0x(record.file_digest)},
                                       {"height", to_quantity(last.height.raw())},
                                       {"transaction", to_hex0x(last.hash)},
                                       {"gasUsed", to_quantity(gas)},
                                       {"steps", steps_json(steps)}});
  if (record.lots.size() == 1) document.set("rootX", to_hex0x(record.lots[0].root.root_x));
  session.out.result(document, session.out.words(rows));
}

}  // namespace

void add_data_register(Commands& commands, CLI::App& group) {
  auto flags = std::make_shared<RegisterFlags>();
  CLI::App& reg = commands.verb(group, "register", "hash a file chunk by chunk and register it",
                                [flags](Session& session) { register_file(session, *flags); });
  reg.add_option("FILE", flags->file, "the file to register")->required();
  reg.add_option(
      "--title", flags->title,
      "title in the description (stays off the chain); the file's name when neither is given");
  reg.add_option(
      "--description", flags->description_file,
      "file with the description, a JSON object; --title adds a title to one that has none");
  reg.add_option("--dataset", flags->dataset,
                 "publish a new version of this data set instead of a new one");
  reg.add_option("--chunk-bytes", flags->chunk_bytes,
                 "chunk size, a multiple of 32 from 1024 to 65536");
  reg.add_option("--lot-bytes", flags->lot_bytes,
                 "sell the file in lots of at most this many bytes; 16 GiB when not given");
}

}  // namespace datapact::tools
