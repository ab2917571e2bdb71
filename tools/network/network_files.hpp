#pragma once
// Files of a network of several operators. No private key passes through here: each node's keys
// stay in its operator's home.
//   HOME/{validator.json,transport.key,card.json}        made by the node's operator
//   NETWORK/{genesis.json,network.json}                  public, the same for everybody
//   NETWORK/nodes/NAME/{node.toml,genesis.json}          copied over the home of node NAME
#include "base/types.hpp"
#include "tools/cli/files.hpp"
#include "tools/network/network_spec.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace datapact::tools {

/// network.json: which nodes there are (docs/formats/node-card.md).
struct NetworkBook {
  BlockHash genesis;
  std::vector<SpecNode> nodes;
};

/// Of a node's own listeners on loopback.
struct LocalPorts {
  std::uint16_t rpc = 8545;
  std::uint16_t ops = 9545;
};
/// Of nodes that share a machine with others, by name; the rest have the usual ports.
using PortsByName = std::map<std::string, LocalPorts, std::less<>>;

/// Checks that the folder's genesis.json is the one the book names.
[[nodiscard]] NetworkBook read_network(const fs::path& folder);
/// Writes genesis.json, network.json and a folder for each node; `folder` must not hold a network.
[[nodiscard]] NetworkBook write_network(const fs::path& folder, const NetworkSpec& spec,
                                        UnixMillis time, const PortsByName& ports = {});
/// Writes the new node's folder and the book. Refuses a node that is in the book.
void add_to_network(const fs::path& folder, NetworkBook& book, const SpecNode& node);

/// The node's node.toml, with all others for peers.
[[nodiscard]] std::string node_config(const NetworkBook& book, const NodeCard& card,
                                      const LocalPorts& ports = {});

}  // namespace datapact::tools
