#pragma once
// The description of a consortium that `network new` starts from: consortium.toml
// (docs/operating.md) and the node cards it names.
#include "tools/cli/files.hpp"
#include "tools/network/consortium_genesis.hpp"
#include "tools/network/node_card.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace datapact::tools {

struct SpecNode {
  NodeCard card;
  std::uint64_t organisation = 0;
  bool validates = false;
};

struct NetworkSpec {
  /// All but the time of genesis.
  ConsortiumPlan plan;
  std::vector<SpecNode> nodes;
};

/// Every error is a CliError that names file, line, key, rule and value. Cards are read from the
/// file's folder.
[[nodiscard]] NetworkSpec read_network_spec(const fs::path& file);

/// Refuses two nodes with one name, validator address, transport key or endpoint.
void require_distinct(const std::vector<SpecNode>& nodes);

}  // namespace datapact::tools
