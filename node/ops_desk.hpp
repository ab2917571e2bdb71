#pragma once
// From the path of a request to the ops listener's answer: /metrics, /liveness, /readiness,
// /consensus. Knows no socket.
#include "base/result.hpp"
#include "node/ops_report.hpp"
#include "node/status_desk.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::node {

struct OpsAnswer {
  unsigned status = 200;
  std::string content_type;
  std::string body;
};

/// Nothing for a node without peers.
using AskNetwork = std::function<std::optional<p2p::Snapshot>()>;
/// Nothing for a node without peers; may be empty.
using AskProposals = std::function<std::optional<ProposalCounts>()>;
/// May be empty.
using AskVerification = std::function<VerificationCounts()>;

/// Thread contract: any thread but the core's.
class OpsDesk {
 public:
  OpsDesk(StatusDesk status, AskNetwork network, AskVerification verification = nullptr,
          AskProposals proposals = nullptr)
      : status_(std::move(status)),
        network_(std::move(network)),
        verification_(std::move(verification)),
        proposals_(std::move(proposals)) {}

  /// `target` is the path with its query. Waits for the core thread, as long as StatusDesk does.
  [[nodiscard]] OpsAnswer answer(std::string_view target) const;

 private:
  [[nodiscard]] OpsPicture look() const;

  StatusDesk status_;
  AskNetwork network_;
  AskVerification verification_;
  AskProposals proposals_;
};

/// minPeers=N&maxBlocksBehind=N, each optional. The error names parameter, rule and value.
[[nodiscard]] Result<ReadinessRules, std::string> parse_readiness(std::string_view query);

}  // namespace datapact::node
