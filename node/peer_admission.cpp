#include "node/peer_admission.hpp"

#include "base/types.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/state/state_view.hpp"
#include "p2p/gossip/types.hpp"

namespace datapact::node {

p2p::Grant grant_for(const p2p::NodeId& peer, const state::StateView& head_state, bool is_pinned,
                     bool may_be_behind) {
  const chain::GovernanceView governance(head_state);
  // Without Governance nobody is listed: the configuration alone says who belongs.
  if (!governance.exists()) return is_pinned ? p2p::Grant::kFull : p2p::Grant::kNone;
  if (governance.may_connect(Hash256{peer.raw()})) return p2p::Grant::kFull;
  return is_pinned && may_be_behind ? p2p::Grant::kSyncOnly : p2p::Grant::kNone;
}

}  // namespace datapact::node
