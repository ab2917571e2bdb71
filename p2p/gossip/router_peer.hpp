#pragma once
// What the router keeps of one connected peer. Internal to p2p.
#include "p2p/gossip/assembly.hpp"
#include "p2p/gossip/outbox.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/token_bucket.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace datapact::p2p {

/// One entry on its way to one or more peers.
struct Outgoing {
  Topic topic = Topic::kConsensus;
  SharedEntry entry;
  std::size_t message_bytes = 0;
};
[[nodiscard]] Outgoing outgoing(const Entry& entry);

/// What a peer may change its grant: often enough for an admission that is given, taken back and
/// given again in successive blocks.
inline constexpr Rate kGrantChanges{.per_second = 1, .burst = 4};

struct RouterPeer {
  RouterPeer(Link its_link, Slot its_slot, const Rate& read_rate, Instant now)
      : link(std::move(its_link)),
        slot(its_slot),
        opened_at(now),
        reads(read_rate, now),
        grants(kGrantChanges, now) {}

  Link link;
  Slot slot = 0;
  Instant opened_at{0};
  TokenBucket reads;
  TokenBucket grants;

  Outbox outbox;
  bool is_writing = false;
  bool is_woken = false;  ///< listed as writable
  Instant writing_since{0};

  std::array<Assembly, kTopics> assemblies;
  /// Own requests to it, with their deadlines.
  std::map<RequestId, Instant> asked;
  /// Its requests to this node, until they are answered or forgotten.
  std::map<RequestId, Instant> taken;
  std::array<TopicTraffic, kTopics> traffic{};

  [[nodiscard]] Grant grant() const noexcept {
    return std::min(link.local_grant, link.remote_grant);
  }
};

}  // namespace datapact::p2p
