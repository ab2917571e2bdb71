#include "node/clock_probe.hpp"

#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <chrono>
#include <optional>

namespace datapact::node {

using std::chrono::milliseconds;

bool ClockProbe::is_due(const p2p::NodeId& peer, std::chrono::nanoseconds now) {
  const auto [at, is_new] = next_.try_emplace(peer, now);
  if (!is_new && now < at->second) return false;
  at->second = now + kPeriod;
  return true;
}

void ClockProbe::asked(p2p::RequestId id, const p2p::NodeId& peer, const ClockReading& at) {
  questions_.insert_or_assign(id, Question{peer, at});
}

std::optional<ClockOffset> ClockProbe::answered(p2p::RequestId id, UnixMillis theirs,
                                                const ClockReading& at) {
  const auto found = questions_.find(id);
  if (found == questions_.end()) return std::nullopt;
  const Question question = found->second;
  questions_.erase(found);
  const auto half = std::chrono::ceil<milliseconds>((at.monotonic - question.at.monotonic) / 2);
  // Both clocks count whole milliseconds.
  constexpr milliseconds kRounding{1};
  return ClockOffset{question.peer, question.at.wall + half - theirs, half + kRounding};
}

}  // namespace datapact::node
