#include "tools/devnet/devnet_folder.hpp"

#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/seal.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/devnet/devnet_files.hpp"
#include "tools/devnet/production_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::tools {
namespace {

/// Of a folder with many entries, when they are named.
constexpr std::size_t kNamedMax = 5;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder))
    out.push_back(entry.path().filename().string());
  std::ranges::sort(out);
  return out;
}

std::string shown(const std::vector<std::string>& names) {
  const std::vector<std::string> first(
      names.begin(),
      names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamedMax)));
  const auto more = names.size() - first.size();
  return fmt::format("{}{}", fmt::join(first, ", "),
                     more == 0 ? std::string() : fmt::format(" and {} more", more));
}

bool is_name_of_ours(std::string_view name) {
  // A file is written beside its place first.
  if (name.ends_with(".tmp")) name.remove_suffix(std::string_view(".tmp").size());
  if (name == "password" || name == "genesis.json") return true;
  if (std::ranges::any_of(kDevnetRoles, [&](DevnetRole role) { return name == to_string(role); }))
    return true;
  for (std::size_t number = 1; number <= kDevnetValidatorsMax; ++number) {
    if (name == fmt::format("node{}", number)) return true;
  }
  return false;
}

/// The password, which everyone knows, is written first and the genesis last.
bool is_interrupted(const fs::path& folder, const std::vector<std::string>& names) {
  return std::ranges::all_of(names, is_name_of_ours) && fs::exists(folder / "password") &&
         read_text_file(folder / "password") == devnet_password_line();
}

constexpr auto kElsewhere = "choose another folder with --dir: nothing was written";

[[noreturn]] void fail_foreign(const std::string& message) {
  fail_file("foreign-folder", message, kElsewhere);
}

void require_files(const fs::path& node, const DevnetGenesis& genesis,
                   std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (fs::exists(node / name)) continue;
    fail_file("no-key",
              fmt::format("there is no {}: genesis.json names {}, and {} cannot run without it",
                          (node / name).string(), counted(genesis.validators, "validator"),
                          node.filename().string()),
              "put the file back from a copy, or make a new network in another folder: "
              "datapact devnet up --dir FOLDER");
  }
}

}  // namespace

DevnetGenesis read_devnet_genesis(const fs::path& folder) {
  const fs::path file = folder / "genesis.json";
  const auto genesis = chain::load_genesis(read_json_file(file));
  if (!genesis) {
    fail_file("genesis", fmt::format("{}: {}: {}", file.string(), genesis.error().field,
                                     genesis.error().message));
  }
  const auto extra = chain::decode_extra(genesis->header.extra_data);
  if (genesis->config.chain_id != ChainId{kDevnetChainId} || !extra) {
    fail_foreign(fmt::format(
        "{} is the genesis of chain {}: a development network is chain {}, made by devnet up",
        file.string(), genesis->config.chain_id.raw(), kDevnetChainId));
  }
  return {genesis->hash, genesis->config.qbft.block_period, extra->validators.size()};
}

std::optional<DevnetGenesis> find_devnet(const fs::path& folder) {
  if (!fs::exists(folder)) return std::nullopt;
  if (!fs::is_directory(folder)) fail_foreign(folder.string() + " is a file, not a folder");
  const auto names = names_in(folder);
  if (names.empty()) return std::nullopt;
  if (fs::exists(folder / "genesis.json")) {
    const auto genesis = read_devnet_genesis(folder);
    if (!node_folders(folder).empty()) return genesis;
    fail_foreign(fmt::format("{} holds a genesis.json but no nodes: there is {}", folder.string(),
                             shown(names)));
  }
  if (is_interrupted(folder, names)) return std::nullopt;
  fail_foreign(fmt::format("{} is not empty and holds no development network: there is {}",
                           folder.string(), shown(names)));
}

std::vector<fs::path> whole_node_folders(const fs::path& folder, const DevnetGenesis& genesis) {
  std::vector<fs::path> out;
  if (is_production_like(folder)) {
    for (const auto& name : production_node_names(folder)) {
      out.push_back(folder / "hosts" / name);
      require_files(out.back(), genesis,
                    {"password", "validator.json", "transport.key", "node.toml", "genesis.json"});
    }
    return out;
  }
  for (std::size_t number = 1; number <= genesis.validators; ++number) {
    out.push_back(folder / fmt::format("node{}", number));
    require_files(out.back(), genesis, {"validator.key", "transport.key"});
  }
  return out;
}

}  // namespace datapact::tools
