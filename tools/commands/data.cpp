// datapact data: the group; list and show versions, serve ciphertexts to buyers.
#include "tools/commands/data.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
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
#include "trade/lot.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace datapact::tools {
namespace {

using contracts::AbiList;
using contracts::ContractId;

void list_home(Session& session) {
  Table table{{"version", "data set", "no", "lots", "bytes", "file"}, {}};
  json::Value document = json::Value::array();
  for (const auto& r : TradeHome(session.home()).datasets()) {
    table.rows.push_back({to_hex0x(r.version), std::to_string(r.dataset), std::to_string(r.number),
                          std::to_string(r.lots.size()), std::to_string(r.length()), r.file});
    document.push(json::Value::object({{"version", to_hex0x(r.version)},
                                       {"dataset", std::to_string(r.dataset)},
                                       {"number", std::to_string(r.number)},
                                       {"lots", std::to_string(r.lots.size())},
                                       {"length", std::to_string(r.length())},
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
    lots.push(to_json(lot));
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
                     session.out.words(rows));
}

void serve(Session& session, const std::string& listen) {
  const auto colon = listen.rfind(':');
  const auto port =
      colon == std::string::npos ? std::nullopt : uint256::parse(listen.substr(colon + 1));
  if (colon == 0 || !port || *port > uint256{65535})
    fail_usage("--listen must be HOST:PORT with a port up to 65535, got \"" + listen + "\"");
  const TradeHome home(session.home());
  const AccessControl access(random_fixed<ServerSecret>(session.random));
  DataServer server({listen.substr(0, colon), static_cast<std::uint16_t>(port->low_u64())}, home,
                    access, session.clock);
  const std::string url = fmt::format("http://{}:{}", listen.substr(0, colon), server.port());
  session.out.result(json::Value::object({{"url", url}}),
                     "serving deals of " + session.home().string() + " on " + url);
  server.run(interrupted);
}

}  // namespace

json::Value to_json(const trade::LotRoot& lot) {
  return json::Value::object({{"rootX", to_hex0x(lot.root_x)},
                              {"n", std::to_string(lot.shape.n)},
                              {"s", std::to_string(lot.shape.s)},
                              {"length", std::to_string(lot.shape.length)}});
}

void add_data_commands(Commands& commands) {
  CLI::App& group = commands.group("data", "data sets: register, list, show, serve, join");
  add_data_register(commands, group);

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
  add_data_join(commands, group);
}

}  // namespace datapact::tools
