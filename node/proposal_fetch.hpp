#pragma once
// Which peers are asked for a proposal that others vote for and that has not come: one after the
// other, until one answers with it. Beside that a peer may be asked for what it has proposed
// itself. Keeps no proposal and sends nothing. Not thread-safe.
#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace datapact::node {

class ProposalFetch {
 public:
  /// One is wanted at a time: the questions about an earlier one stay open, and nobody is asked for
  /// it any more. `peers` are those that should hold it, best first; they replace the earlier ones.
  void want(const Hash256& digest, std::vector<p2p::NodeId> peers);
  /// The own votes are sent again and it still has not come: whoever was asked and has answered may
  /// be asked again, and who does not answer is not waited for.
  void try_again();
  /// Whom to ask now: nobody while a question is open that may still be answered in time.
  [[nodiscard]] std::optional<p2p::NodeId> next();
  /// Whether the peer may be asked for that now: not twice at a time, and not for too much.
  [[nodiscard]] bool may_ask(const p2p::NodeId& peer, const Hash256& digest) const;
  /// The answer to next() and may_ask().
  void asked(p2p::RequestId id, const p2p::NodeId& peer, const Hash256& digest);
  [[nodiscard]] const Hash256& wanted() const noexcept { return wanted_; }

  /// Which digest the question was about; nothing when it is none of these. Closes it.
  [[nodiscard]] std::optional<Hash256> close(p2p::RequestId id);
  /// It has come: nobody is asked for it until it is overdue.
  void settle(const Hash256& digest);

 private:
  /// Of what a peer may be asked at a time (p2p/gossip/limits.hpp): the rest is for blocks.
  static constexpr std::size_t kOpenPerPeerMax = 4;
  struct Question {
    p2p::NodeId peer;
    Hash256 digest;
  };

  Hash256 wanted_;
  std::vector<p2p::NodeId> peers_;
  std::set<p2p::NodeId> tried_;
  bool has_come_ = false;
  /// Somebody was asked lately and has not answered.
  bool is_waiting_ = false;
  std::map<p2p::RequestId, Question> open_;
};

}  // namespace datapact::node
