#pragma once
// What is in the folder of a development network, before anything is written to it or started
// from it. Every refusal is a CliError that names the file.
#include "base/types.hpp"
#include "tools/cli/files.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace datapact::tools {

/// What an existing network was made with: its genesis.json fixes all of it.
struct DevnetGenesis {
  BlockHash hash;
  std::chrono::milliseconds block_period{};
  std::size_t validators = 0;
};

/// Of DIR/genesis.json. Refuses one of another chain.
[[nodiscard]] DevnetGenesis read_devnet_genesis(const fs::path& folder);
/// Nothing when a new network may be made there: there is no such folder, it is empty, or holds
/// what an interrupted `devnet up` has left. Anything else that is no network of ours is refused,
/// so that nobody's file is written over.
[[nodiscard]] std::optional<DevnetGenesis> find_devnet(const fs::path& folder);
/// The folders of all its nodes, from number 1 on. Refuses a network that lacks
/// a file without which a node cannot run.
[[nodiscard]] std::vector<fs::path> whole_node_folders(const fs::path& folder,
                                                       const DevnetGenesis& genesis);

}  // namespace datapact::tools
