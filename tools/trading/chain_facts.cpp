#include "tools/trading/chain_facts.hpp"

#include "base/json.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "ledger/chain/seal.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/session.hpp"
#include "trade/deal_policy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace datapact::tools {

chain::QbftConfig chain_timing(Session& session) {
  const auto config =
      chain::read_genesis_config(session.rpc().call("data_getGenesisConfig", json::Value::array()));
  if (config) return config->qbft;
  throw CliError(ExitCode::kConnection, "bad-answer",
                 "the node's genesis configuration does not fit: " + config.error().field + " " +
                     config.error().message);
}

std::uint32_t faults_max(Session& session) {
  const auto validators =
      session.rpc().call("qbft_getValidatorsByBlockNumber", json::Value::array({"latest"}));
  const std::size_t count = validators.as_array() != nullptr ? validators.as_array()->size() : 1;
  return static_cast<std::uint32_t>(chain::faults_max(count));
}

trade::PolicyFacts policy_facts(Session& session, ChainClient& chain, std::chrono::seconds work) {
  trade::PolicyFacts facts;
  facts.now_seconds = chain.head().seconds;
  facts.empty_block_period = chain_timing(session).empty_block_period;
  facts.faults_max = faults_max(session);
  facts.work = work;
  return facts;
}

}  // namespace datapact::tools
