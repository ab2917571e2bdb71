#pragma once
// A network on this machine arranged as docs/operating.md arranges one of several machines: the
// very files of that guide, by the same means (tools/network). The parties are those of every
// development network; the keys of the nodes are fresh, but marked as a development network's,
// because the parties' keys, which govern it, are known to everyone.
//   DIR/hosts/NAME/{password,validator.json,transport.key,card.json,node.toml,genesis.json}
//                                    the home of each node; data, log and pid once it runs
//   DIR/cards/NAME.json, DIR/consortium.toml, DIR/network/…    who assembles the network
//   DIR/datapactd@.service                                     every machine
//   DIR/genesis.json, DIR/password, DIR/<role>/…, DIR/sell     as devnet_files.hpp
#include "base/clock.hpp"
#include "base/random_source.hpp"
#include "tools/cli/files.hpp"
#include "tools/devnet/devnet_files.hpp"

#include <string>
#include <vector>

namespace datapact::tools {

/// Writes all of it; the folder must be new. `ports` has one entry a node in the order of their
/// names, and its first is the one whose JSON-RPC the parties use.
void write_production_like(const fs::path& folder, const DevnetShape& shape,
                           const std::vector<NodePorts>& ports, const Clock& clock,
                           RandomSource& random);
/// Whether the network in that folder was made so.
[[nodiscard]] bool is_production_like(const fs::path& folder);
/// Names of the nodes of such a network, ascending, from its book.
[[nodiscard]] std::vector<std::string> production_node_names(const fs::path& folder);

}  // namespace datapact::tools
