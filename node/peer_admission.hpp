#pragma once
// Who may join (QBFT.md section 15, issue 3): the nodes that Governance lists at the head. While
// this node may be behind it cannot yet read who that is, and lets the peers of its configuration
// bring it blocks, nothing else.
#include "node/core_loop.hpp"
#include "p2p/gossip/handler.hpp"

#include <set>
#include <vector>

namespace datapact::node {

/// What a peer may do; pure. `pinned`: the configuration names it with its key.
[[nodiscard]] p2p::Grant grant_for(const p2p::NodeId& peer, const state::StateView& head_state,
                                   bool is_pinned, bool may_be_behind);

/// Thread contract: any thread.
class PeerAdmission final : public p2p::Admission {
 public:
  /// Borrows `loop`.
  PeerAdmission(const CoreLoop& loop, std::set<p2p::NodeId> pinned)
      : loop_(loop), pinned_(std::move(pinned)) {}

  [[nodiscard]] p2p::Grant grant_for(const p2p::NodeId& peer) override {
    return node::grant_for(peer, *loop_.head()->view, pinned_.contains(peer),
                           loop_.may_be_behind());
  }

 private:
  const CoreLoop& loop_;
  const std::set<p2p::NodeId> pinned_;
};

}  // namespace datapact::node
