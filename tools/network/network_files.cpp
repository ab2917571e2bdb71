#include "tools/network/network_files.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/network/consortium_genesis.hpp"
#include "tools/network/network_spec.hpp"
#include "tools/network/node_card.hpp"
#include "tools/trading/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::tools {
namespace {

constexpr std::string_view kFormat = "datapact-network-1";

chain::Genesis load_genesis(const json::Value& document, const fs::path& file) {
  auto genesis = chain::load_genesis(document);
  if (!genesis) {
    fail_file("genesis", fmt::format("{}: {}: {}", file.string(), genesis.error().field,
                                     genesis.error().message));
  }
  return std::move(*genesis);
}

void write_book(const fs::path& folder, const NetworkBook& book) {
  json::Value nodes = json::Value::array();
  for (const auto& node : book.nodes) {
    nodes.push(json::Value::object({{"organisation", std::to_string(node.organisation)},
                                    {"validates", node.validates},
                                    {"card", node.card.document}}));
  }
  const auto document = json::Value::object({{"format", std::string(kFormat)},
                                             {"genesis", to_hex0x(book.genesis)},
                                             {"nodes", std::move(nodes)}});
  write_file_durably(folder / "network.json", json::to_pretty_text(document));
}

void write_node(const fs::path& folder, const NetworkBook& book, const NodeCard& card,
                std::string_view genesis, const LocalPorts& ports) {
  const fs::path node = folder / "nodes" / card.name;
  write_file_durably(node / "genesis.json", genesis);
  write_file_durably(node / "node.toml", node_config(book, card, ports));
}

/// Where a node binds: its own loopback address as it is, else every interface, because the address
/// others dial need not be one of the machine's.
std::string listen_address(const NodeCard& card) {
  const bool is_loopback = card.host.starts_with("127.") || card.host == "localhost";
  return fmt::format("{}:{}", is_loopback ? "127.0.0.1" : "0.0.0.0", card.port);
}

}  // namespace

std::string node_config(const NetworkBook& book, const NodeCard& card, const LocalPorts& ports) {
  std::string peers;
  for (const auto& node : book.nodes) {
    if (node.card.node_id == card.node_id) continue;
    peers += fmt::format("\n  \"{}\",  # {}", p2p::to_string(node.card.peer()), node.card.name);
  }
  return fmt::format(
      "# Node {} (docs/formats/node-config.md). The keys beside this file never leave this "
      "machine.\n"
      "[node]\ngenesis = \"genesis.json\"\ndata_dir = \"data\"\n\n"
      "[validator]\nkey_file = \"validator.json\"\npassword_file = \"password\"\n\n"
      "[rpc]\naddress = \"127.0.0.1\"\nport = {}\n\n"
      "[p2p]\nlisten = \"{}\"\nkey_file = \"transport.key\"\ntls = true\npeers = [{}\n]\n\n"
      "[ops]\nlisten = \"127.0.0.1:{}\"\n",
      card.name, ports.rpc, listen_address(card), peers, ports.ops);
}

NetworkBook write_network(const fs::path& folder, const NetworkSpec& spec, UnixMillis time,
                          const PortsByName& ports) {
  if (fs::exists(folder / "network.json") || fs::exists(folder / "genesis.json")) {
    fail_file("network-exists", folder.string() + " holds a network already",
              "choose another folder: a second genesis is another chain");
  }
  ConsortiumPlan plan = spec.plan;
  plan.time = time;
  const auto document = consortium_genesis(plan);
  const NetworkBook book{load_genesis(document, folder / "genesis.json").hash, spec.nodes};
  const std::string text = json::to_pretty_text(document);
  for (const auto& node : book.nodes) {
    const auto own = ports.find(node.card.name);
    write_node(folder, book, node.card, text, own == ports.end() ? LocalPorts{} : own->second);
  }
  write_file_durably(folder / "genesis.json", text);
  // Last: a folder with a book is a whole network.
  write_book(folder, book);
  return book;
}

NetworkBook read_network(const fs::path& folder) {
  const fs::path file = folder / "network.json";
  if (!fs::exists(file)) fail_not_found("there is no " + file.string(), "datapact network new");
  const auto document = read_json_file(file);
  const Fields fields(document, file.string());
  fields.require_format(kFormat);
  NetworkBook book;
  book.genesis = fields.fixed<BlockHash>("genesis");
  const auto* nodes = fields.get("nodes").as_array();
  if (nodes == nullptr) fields.refuse("nodes", "must be a list");
  for (std::size_t i = 0; i < nodes->size(); ++i) {
    const std::string where = fmt::format("{}: nodes[{}]", file.string(), i);
    const Fields node((*nodes)[i], where);
    const auto validates = node.get("validates").as_bool();
    if (!validates) node.refuse("validates", "must be true or false");
    book.nodes.push_back({read_card(node.get("card"), where + ": card"),
                          node.integer<std::uint64_t>("organisation"), *validates});
  }
  const fs::path genesis = folder / "genesis.json";
  if (load_genesis(read_json_file(genesis), genesis).hash != book.genesis) {
    fail_verification("other-genesis",
                      genesis.string() + " is not the genesis that network.json names");
  }
  return book;
}

void add_to_network(const fs::path& folder, NetworkBook& book, const SpecNode& node) {
  book.nodes.push_back(node);
  require_distinct(book.nodes);
  write_node(folder, book, node.card, read_text_file(folder / "genesis.json"), {});
  write_book(folder, book);
}

}  // namespace datapact::tools
