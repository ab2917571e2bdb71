// datapact data: register a file, list and show versions, serve ciphertexts to buyers.
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
#include "tools/cli/system.hpp"
#include "tools/trading/access.hpp"
#include "tools/trading/data_server.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::AbiList;
using contracts::ContractId;

struct RegisterFlags {
  std::string file;
  std::string title;
  std::string description_file;
  std::string dataset;
  std::uint32_t chunk_bytes = trade::kChunkBytesDefault;
};

json::Value description_of(const RegisterFlags& flags) {
  if (!flags.description_file.empty()) return read_json_file(flags.description_file);
  return json::Value::object(
      {{"title", flags.title.empty() ? fs::path(flags.file).filename().string() : flags.title}});
}

struct Step {
  std::string name;
  FinalTxn txn;
};

json::Value to_json(const std::vector<Step>& steps) {
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

void register_file(Session& session, const RegisterFlags& flags) {
  session.require_wait("data register", "the version's id is in the receipt");
  const TradeHome home(session.home());
  ChainClient chain(session);
  const FileSource file(flags.file);
  DatasetRecord record;
  record.file = fs::absolute(flags.file).string();
  record.seed = random_fixed<trade::LotSeed>(session.random);
  record.digest_salt = random_fixed<Hash256>(session.random);
  record.description = description_of(flags);
  record.description_salt = random_fixed<Hash256>(session.random);

  const StagingFolder staging(session.home() / "datasets" /
                              fmt::format("register-{}", to_hex0x(record.seed).substr(2, 12)));
  {
    FileSink manifest(staging.path() / "manifest", false);
    LongWork work(session, "registering");
    const auto registered =
        trade::register_lot(file, flags.chunk_bytes, record.seed, manifest, work.work());
    if (!registered && std::holds_alternative<trade::ShapeError>(registered.error()))
      fail_usage(flags.file + ": " + trade::describe(registered.error()));
    if (!registered) fail_work(registered.error());
    manifest.finish();
    record.lot = registered->lot;
    record.file_digest = registered->file_digest;
  }

  std::vector<Step> steps;
  if (flags.dataset.empty()) {
    steps.push_back(
        {"register", chain.transact(ContractId::kDatasetRegistry, "register",
                                    {document_hash(record.description, record.description_salt)})});
    record.dataset =
        u64_at(event_of(steps.back().txn, ContractId::kDatasetRegistry, "DatasetRegistered"), 0);
  } else {
    record.dataset = parse_number("--dataset", flags.dataset).low_u64();
  }
  const AbiList lot{record.lot.root_x, record.lot.shape.n, std::uint64_t{record.lot.shape.s},
                    record.lot.shape.length};
  steps.push_back(
      {"publish", chain.transact(ContractId::kDatasetRegistry, "publish",
                                 {record.dataset, AbiList{lot},
                                  trade::salted_digest(record.digest_salt, record.file_digest)})});
  const auto& last = steps.back().txn;
  const auto published = event_of(last, ContractId::kDatasetRegistry, "VersionPublished");
  record.number = static_cast<std::uint32_t>(u64_at(published, 1));
  record.version = to_hash256(word_at(published, 2));
  home.save(record);
  fs::rename(staging.path() / "manifest", home.dataset_folder(record.version) / "manifest");

  const auto code =
      u64_at(chain.read(ContractId::kDatasetRegistry, "queryCode", {record.dataset}), 0);
  std::uint64_t gas = 0;
  for (const auto& step : steps) gas += step.txn.gas_used.raw();
  session.out.result(
      json::Value::object({{"dataset", std::to_string(record.dataset)},
                           {"number", std::to_string(record.number)},
                           {"version", to_hex0x(record.version)},
                           {"queryCode", std::to_string(code)},
                           {"rootX", to_hex0x(record.lot.root_x)},
                           {"chunks", std::to_string(record.lot.shape.n)},
                           {"length", std::to_string(record.lot.shape.length)},
                           {"fileSha256", to_hex0x(record.file_digest)},
                           {"height", to_quantity(last.height.raw())},
                           {"transaction", to_hex0x(last.hash)},
                           {"gasUsed", to_quantity(gas)},
                           {"steps", to_json(steps)}}),
      Rows{{"data set", fmt::format("{} (query code {})", record.dataset, code)},
           {"version", to_hex0x(record.version)},
           {"root", to_hex0x(record.lot.root_x)},
           {"file", fmt::format("{} in {} chunks, SHA-256 {}", human_bytes(record.lot.shape.length),
                                record.lot.shape.n, to_hex0x(record.file_digest))},
           {"height", std::to_string(last.height.raw())},
           {"gas", std::to_string(gas)}});
}

void list_home(Session& session) {
  Table table{{"version", "data set", "no", "bytes", "file"}, {}};
  json::Value document = json::Value::array();
  for (const auto& r : TradeHome(session.home()).datasets()) {
    table.rows.push_back({to_hex0x(r.version), std::to_string(r.dataset), std::to_string(r.number),
                          std::to_string(r.lot.shape.length), r.file});
    document.push(json::Value::object({{"version", to_hex0x(r.version)},
                                       {"dataset", std::to_string(r.dataset)},
                                       {"number", std::to_string(r.number)},
                                       {"length", std::to_string(r.lot.shape.length)},
                                       {"file", r.file}}));
  }
  session.out.result(document, table);
}

void list_chain(Session& session) {
  ChainClient chain(session);
  Table table{{"version", "data set", "no", "height"}, {}};
  json::Value document = json::Value::array();
  for (const auto& event : chain.events(ContractId::kDatasetRegistry, "VersionPublished", {})) {
    const std::string version = to_hex0x(to_hash256(word_at(event.values, 2)));
    const std::string dataset = std::to_string(u64_at(event.values, 0));
    const std::string number = std::to_string(u64_at(event.values, 1));
    table.rows.push_back({version, dataset, number, std::to_string(event.height.raw())});
    document.push(json::Value::object({{"version", version},
                                       {"dataset", dataset},
                                       {"number", number},
                                       {"height", to_quantity(event.height.raw())}}));
  }
  session.out.result(document, table);
}

void show_version(Session& session, const std::string& text) {
  ChainClient chain(session);
  const auto v = read_version(chain, parse_hash("VERSION", text));
  json::Value lots = json::Value::array();
  Rows rows{{"version", text},
            {"data set", fmt::format("{} (query code {})", v.dataset, v.query_code)},
            {"provider", to_hex0x(v.provider)},
            {"attested", v.attested ? "yes" : "no: root and digest are the provider's claim"},
            {"revoked", v.revoked ? "yes" : "no"},
            {"root", to_hex0x(v.root)}};
  for (std::size_t i = 0; i < v.lots.size(); ++i) {
    const auto& lot = v.lots[i];
    lots.push(json::Value::object({{"rootX", to_hex0x(lot.root_x)},
                                   {"n", std::to_string(lot.shape.n)},
                                   {"s", std::to_string(lot.shape.s)},
                                   {"length", std::to_string(lot.shape.length)}}));
    rows.emplace_back(
        fmt::format("lot {}", i),
        fmt::format("{} in {} chunks of {} bytes, root {}", human_bytes(lot.shape.length),
                    lot.shape.n, lot.shape.s, to_hex0x(lot.root_x)));
  }
  session.out.result(json::Value::object({{"version", text},
                                          {"dataset", std::to_string(v.dataset)},
                                          {"number", std::to_string(v.number)},
                                          {"queryCode", std::to_string(v.query_code)},
                                          {"provider", to_hex0x(v.provider)},
                                          {"attested", v.attested},
                                          {"revoked", v.revoked},
                                          {"root", to_hex0x(v.root)},
                                          {"fileDigest", to_hex0x(v.file_digest)},
                                          {"height", to_quantity(v.height.raw())},
                                          {"lots", std::move(lots)}}),
                     rows);
}

void serve(Session& session, const std::string& listen) {
  const auto colon = listen.rfind(':');
  const auto port =
      parse_number("--listen", colon == std::string::npos ? "" : listen.substr(colon + 1));
  if (port > uint256{65535})
    fail_usage("--listen must be HOST:PORT with a port up to 65535, got \"" + listen + "\"");
  const TradeHome home(session.home());
  const AccessControl access(random_fixed<ServerSecret>(session.random));
  DataServer server({listen.substr(0, colon), static_cast<std::uint16_t>(port.low_u64())}, home,
                    access, session.clock);
  const std::string url = fmt::format("http://{}:{}", listen.substr(0, colon), server.port());
  session.out.result(json::Value::object({{"url", url}}),
                     "serving deals of " + session.home().string() + " on " + url);
  server.run(interrupted);
}

}  // namespace

void add_data_commands(Commands& commands) {
  CLI::App& group = commands.group("data", "data sets: register, list, show, serve");
  auto flags = std::make_shared<RegisterFlags>();
  CLI::App& reg = commands.verb(group, "register", "hash a file chunk by chunk and register it",
                                [flags](Session& session) { register_file(session, *flags); });
  reg.add_option("FILE", flags->file, "the file to register")->required();
  reg.add_option("--title", flags->title, "title in the description (stays off the chain)");
  reg.add_option("--description", flags->description_file,
                 "JSON file with the description, instead of --title");
  reg.add_option("--dataset", flags->dataset,
                 "publish a new version of this data set instead of a new one");
  reg.add_option("--chunk-bytes", flags->chunk_bytes,
                 "chunk size, a multiple of 32 from 1024 to 65536");

  auto on_chain = std::make_shared<bool>(false);
  CLI::App& list =
      commands.verb(group, "list", "versions of this home, or of the whole chain",
                    [on_chain](Session& s) { *on_chain ? list_chain(s) : list_home(s); });
  list.add_flag("--chain", *on_chain, "every version on the chain");

  auto version = std::make_shared<std::string>();
  commands
      .verb(group, "show", "what the registry says of a version",
            [version](Session& s) { show_version(s, *version); })
      .add_option("VERSION", *version, "id of the version")
      ->required();

  auto listen = std::make_shared<std::string>("127.0.0.1:0");
  commands
      .verb(group, "serve", "hand ciphertexts of this home's deals to their buyers",
            [listen](Session& s) { serve(s, *listen); })
      .add_option("--listen", *listen, "HOST:PORT; port 0 takes a free one");
}

}  // namespace datapact::tools
