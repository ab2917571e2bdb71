#pragma once
// The lists of transactions that came ahead of their proposals, as they came, by the peer that sent
// them: a proposal's header follows from the same peer, so that nobody can put another list under
// it. Nothing is decoded before the header has come.
#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace datapact::node {

/// Thread contract: any thread.
class BodyShelf {
 public:
  /// Of one peer; beyond it the lowest height and round goes.
  static constexpr std::size_t kPerPeerMax = 2;

  /// Takes the place of an earlier one of that height and round.
  void put(const p2p::NodeId& peer, Height height, Round round, Bytes message);
  [[nodiscard]] std::optional<Bytes> find(const p2p::NodeId& peer, Height height,
                                          Round round) const;
  void forget_below(Height height);
  void peer_gone(const p2p::NodeId& peer);

 private:
  using Point = std::pair<Height, Round>;

  mutable Mutex mutex_;
  std::map<p2p::NodeId, std::map<Point, Bytes>> peers_ GUARDED_BY(mutex_);
};

}  // namespace datapact::node
