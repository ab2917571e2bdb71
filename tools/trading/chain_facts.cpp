#include "tools/trading/chain_facts.hpp"

#include "base/json.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/session.hpp"

namespace datapact::tools {

chain::QbftConfig chain_timing(Session& session) {
  const auto config =
      chain::read_genesis_config(session.rpc().call("data_getGenesisConfig", json::Value::array()));
  if (config) return config->qbft;
  throw CliError(ExitCode::kConnection, "bad-answer",
                 "the node's genesis configuration does not fit: " + config.error().field + " " +
                     config.error().message);
}

}  // namespace datapact::tools
