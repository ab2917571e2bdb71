#pragma once
// What the ops listener says, made of what is known: metrics, liveness, readiness and the dump of
// the consensus state. Names and meanings: docs/operating.md. Pure.
#include "base/json.hpp"
#include "node/core_status.hpp"
#include "node/peer_gateway.hpp"
#include "node/verification_pool.hpp"
#include "p2p/gossip/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace datapact::node {

struct OpsPicture {
  /// Nothing when the core thread did not answer.
  std::optional<CoreStatus> core;
  /// Nothing for a node without peers.
  std::optional<p2p::Snapshot> network;
  std::optional<VerificationCounts> verification;
  /// Nothing for a node without peers.
  std::optional<ProposalCounts> proposals;
};

/// Prometheus' text. A core that does not answer leaves its families out: no stale numbers.
[[nodiscard]] std::string render_metrics(const OpsPicture& picture);

struct HealthCheck {
  std::string name;
  bool passed = false;
  /// Why, in words, also when it passed.
  std::string reason;
};
struct HealthReport {
  std::vector<HealthCheck> checks;
  [[nodiscard]] bool passed() const;
};
/// {"status":"UP"|"DOWN","checks":[{"name","status","reason"}]}
[[nodiscard]] json::Value to_json(const HealthReport& report);

/// Whether a restart would help: the core thread answers.
[[nodiscard]] HealthReport judge_liveness(const OpsPicture& picture);

struct ReadinessRules {
  /// Nothing: one where the consortium has more than one validator, else none.
  std::optional<std::uint64_t> peers_min;
  std::uint64_t blocks_behind_max = 2;
};
/// Whether clients are served well here: enough peers, near the network's head, the chain moves or
/// rests with nothing to do, and a validator may sign.
[[nodiscard]] HealthReport judge_readiness(const OpsPicture& picture, const ReadinessRules& rules);

/// The consensus state with its explanation in words; quantities as in JSON-RPC.
[[nodiscard]] json::Value consensus_dump(const CoreStatus& status);

}  // namespace datapact::node
