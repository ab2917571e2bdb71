#include "node/ops_report.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "consensus/engine_view.hpp"
#include "ledger/chain/block_rules.hpp"
#include "node/consensus_report.hpp"
#include "node/core_status.hpp"
#include "vm/revision.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

json::Value to_json(const std::vector<Address>& addresses) {
  json::Value out = json::Value::array();
  for (const auto& address : addresses) out.push(to_hex0x(address));
  return out;
}

bool holds(const std::vector<Address>& addresses, const Address& wanted) {
  return std::ranges::find(addresses, wanted) != addresses.end();
}

HealthCheck core_check(const OpsPicture& picture) {
  return {"core", picture.core.has_value(),
          picture.core ? "the core thread answers"
                       : "the core thread does not answer: it hangs, is overloaded or has stopped"};
}

HealthCheck peers_check(const CoreStatus& core, const ReadinessRules& rules) {
  const std::uint64_t wanted = rules.peers_min.value_or(core.engine.validators.size() > 1 ? 1 : 0);
  return {"peers", core.peers >= wanted,
          std::to_string(core.peers) + " peers, " + std::to_string(wanted) + " wanted"};
}

HealthCheck sync_check(const CoreStatus& core, const ReadinessRules& rules) {
  const auto head = core.head->head->height.raw();
  const auto behind = core.network_height.raw() > head ? core.network_height.raw() - head : 0;
  return {"sync", behind <= rules.blocks_behind_max,
          std::to_string(behind) + " blocks behind the network, at most " +
              std::to_string(rules.blocks_behind_max) + " wanted"};
}

HealthCheck chain_check(const ConsensusReport& report) {
  std::string reason(to_string(report.mood));
  for (const auto& sentence : report.sentences) reason += "; " + sentence;
  return {"chain", report.mood != ChainMood::kStuck, std::move(reason)};
}

HealthCheck signing_check(const consensus::EngineView& engine) {
  if (!engine.is_validator) return {"signing", true, "no validator of this height"};
  if (!engine.may_sign) {
    return {"signing", false, "another process was seen using this node's validator key"};
  }
  if (engine.clock == consensus::ClockLevel::kWrong) {
    return {"signing", false,
            "this node's clock is " + std::to_string(engine.clock_ahead.count()) +
                " ms ahead of the other validators': it signs nothing until that is mended"};
  }
  return {"signing", true, "this validator signs"};
}

json::Value validators_of(const consensus::EngineView& engine,
                          const std::vector<Address>& missing) {
  json::Value out = json::Value::array();
  for (const auto& address : engine.validators) {
    const auto wish = std::ranges::find_if(
        engine.round_changes, [&](const auto& change) { return change.first == address; });
    out.push(json::Value::object(
        {{"address", to_hex0x(address)},
         {"proposer", address == engine.proposer},
         {"prepared", holds(engine.prepared, address)},
         {"committed", holds(engine.committed, address)},
         {"asksForRound", wish == engine.round_changes.end()
                              ? json::Value{}
                              : json::Value{to_quantity(std::uint64_t{wish->second.raw()})}},
         {"missing", holds(missing, address)},
         {"silent", holds(engine.doubtful, address)}}));
  }
  return out;
}

/// What Governance has in force for the next height, and where this node must stop.
json::Value rules_of(const CoreStatus& status) {
  json::Value out = json::Value::object({{"revision", json::Value{}},
                                         {"precompiles", json::Value{}},
                                         {"stopsBefore", json::Value{}}});
  if (const auto& rules = status.head->next_rules) {
    out.set("revision", std::string(vm::to_string(rules->revision)));
    out.set("precompiles", to_json(rules->precompiles.addresses()));
  }
  if (const auto& step = status.unknown_step) {
    out.set("stopsBefore", to_quantity(step->step.height.raw()));
  }
  return out;
}

}  // namespace

bool HealthReport::passed() const {
  return std::ranges::all_of(checks, [](const HealthCheck& check) { return check.passed; });
}

json::Value to_json(const HealthReport& report) {
  const auto word = [](bool passed) { return passed ? "UP" : "DOWN"; };
  json::Value checks = json::Value::array();
  for (const auto& check : report.checks) {
    checks.push(json::Value::object(
        {{"name", check.name}, {"status", word(check.passed)}, {"reason", check.reason}}));
  }
  return json::Value::object({{"status", word(report.passed())}, {"checks", std::move(checks)}});
}

HealthReport judge_liveness(const OpsPicture& picture) { return {{core_check(picture)}}; }

HealthReport judge_readiness(const OpsPicture& picture, const ReadinessRules& rules) {
  HealthReport out{{core_check(picture)}};
  if (!picture.core) return out;
  const auto& core = *picture.core;
  out.checks.push_back(peers_check(core, rules));
  out.checks.push_back(sync_check(core, rules));
  out.checks.push_back(chain_check(report_of(core)));
  out.checks.push_back(signing_check(core.engine));
  return out;
}

json::Value consensus_dump(const CoreStatus& status) {
  const auto& engine = status.engine;
  const auto report = report_of(status);
  json::Value words = json::Value::array();
  for (const auto& sentence : report.sentences) words.push(sentence);
  return json::Value::object(
      {{"mood", std::string(to_string(report.mood))},
       {"explanation", std::move(words)},
       {"head", to_quantity(status.head->head->height.raw())},
       {"headHash", to_hex0x(status.head->head->hash)},
       {"headTimeMs", to_quantity(static_cast<std::uint64_t>(status.head->time.count()))},
       {"networkHeight", to_quantity(status.network_height.raw())},
       {"height", to_quantity(engine.height.raw())},
       {"round", to_quantity(std::uint64_t{engine.round.raw()})},
       {"quorum", to_quantity(std::uint64_t{engine.quorum})},
       {"rules", rules_of(status)},
       {"proposer", to_hex0x(engine.proposer)},
       {"hasProposal", engine.has_proposal},
       {"isExecuted", engine.is_executed},
       {"validators", validators_of(engine, report.missing)},
       {"doubleVoters", to_json(status.double_voters)},
       {"self", to_hex0x(status.self)},
       {"isValidator", engine.is_validator},
       {"maySign", engine.may_sign},
       {"peers", to_quantity(std::uint64_t{status.peers})},
       {"waitingTransactions", to_quantity(std::uint64_t{status.pool_txns})}});
}

}  // namespace datapact::node
