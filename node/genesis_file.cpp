#include "node/genesis_file.hpp"

#include "base/json.hpp"
#include "base/result.hpp"
#include "ledger/chain/genesis.hpp"
#include "node/files.hpp"
#include "node/start_error.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace datapact::node {

StartError genesis_error(const std::filesystem::path& file, const std::string& why) {
  return {ExitCode::kConfigOrFile, "genesis " + file.string() + ": " + why};
}

Result<chain::Genesis, StartError> read_genesis_file(const std::filesystem::path& file) {
  TRY(const auto text, read_text_file(file));
  const auto document = json::parse(text);
  if (!document.has_value()) return fail(genesis_error(file, document.error().message));
  auto genesis = chain::load_genesis(*document);
  if (!genesis.has_value()) {
    return fail(genesis_error(file, genesis.error().field + ": " + genesis.error().message));
  }
  return std::move(*genesis);
}

}  // namespace datapact::node
