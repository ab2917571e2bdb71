#pragma once
#include "base/result.hpp"
#include "ledger/chain/genesis.hpp"
#include "node/start_error.hpp"

#include <filesystem>
#include <string>

namespace datapact::node {

/// What to say of a genesis file: kConfigOrFile, with the file's name.
[[nodiscard]] StartError genesis_error(const std::filesystem::path& file, const std::string& why);
/// Reads and loads a genesis document of either profile; the error names file, member and rule.
[[nodiscard]] Result<chain::Genesis, StartError> read_genesis_file(
    const std::filesystem::path& file);

}  // namespace datapact::node
