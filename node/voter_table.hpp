#pragma once
// Which peer is which validator's node, learned from who brings a validator's votes first: his own
// node does, unless it is not connected. Nobody can claim to be another: the votes are signed, and
// to be faster than the author's own link again and again is not in a relay's power.
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace datapact::node {

/// Thread contract: any thread.
class VoterTable {
 public:
  /// `peer` was the first to bring a vote by `author`, who is a validator.
  void heard(const Address& author, const p2p::NodeId& peer);
  /// Zero when it is nobody's node as far as is known.
  [[nodiscard]] Address validator_of(const p2p::NodeId& peer) const;
  /// Who brought a vote by `author` first, also if only once: his own node or one that has his
  /// votes. Nothing when nobody has.
  [[nodiscard]] std::optional<p2p::NodeId> peer_of(const Address& author) const;

 private:
  struct Entry {
    p2p::NodeId peer;
    /// Votes that it brought first, minus those that others did; bounded.
    std::uint32_t score = 0;
  };
  static constexpr std::uint32_t kScoreMax = 8;
  /// Of more validators the one known least is forgotten.
  static constexpr std::size_t kVotersMax = 256;

  mutable Mutex mutex_;
  std::map<Address, Entry> voters_ GUARDED_BY(mutex_);
};

}  // namespace datapact::node
