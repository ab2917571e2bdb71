// Links, verdicts and time.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/random_source.hpp"
#include "p2p/gossip/frame.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/router_peer.hpp"
#include "p2p/gossip/seen_cache.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/token_bucket.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::p2p {
namespace {

/// Two nodes that dial each other at one moment are done with both handshakes after this long.
constexpr std::chrono::seconds kBothDialled{10};
/// Links of one node: each makes both ends send again what the other may have missed.
constexpr Rate kLinkOpens{.per_second = 1, .burst = 20};

std::uint64_t random_word(RandomSource& random) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  random.fill(bytes);
  return load_be<std::uint64_t>(bytes.data());
}

std::chrono::milliseconds age_of(const RouterPeer& peer, Instant now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - peer.opened_at);
}

PeerSnapshot snapshot_of(const RouterPeer& peer, std::uint32_t points, Instant now) {
  return {.id = peer.link.peer,
          .grant = peer.grant(),
          .dialled_by_us = peer.link.dialled_by_us,
          .remote = peer.link.remote,
          .age = age_of(peer, now),
          .points = points,
          .pending_send_bytes = peer.outbox.bytes(),
          .topics = peer.traffic};
}

}  // namespace

Router::Router(const NodeId& self, const Limits& limits, RandomSource& random)
    : self_(self),
      limits_(limits),
      slots_(limits.peers_max),
      scores_(
          {.ban = limits.ban, .ban_max = limits.ban_max, .entries_max = limits.book_entries_max}) {
  PRECONDITION(limits.peers_max <= kSlotsMax);
  seen_.reserve(kTopics);
  for (const Topic topic : kAllTopics) {
    const TopicLimits& of_topic = limits.of(topic);
    seen_.emplace_back(of_topic.seen_max, of_topic.repeat_after, random_word(random));
  }
}

Router::~Router() = default;

RouterPeer* Router::find(const NodeId& peer) const {
  const auto found = by_peer_.find(peer);
  return found == by_peer_.end() ? nullptr : slots_[found->second].get();
}

RouterPeer* Router::find(LinkId link) const {
  const auto found = by_link_.find(link);
  return found == by_link_.end() ? nullptr : slots_[found->second].get();
}

bool Router::is_preferred(const NodeId& peer, bool dialled_by_us) const {
  return dialled_by_us == (self_ < peer);
}

std::optional<Slot> Router::free_slot() const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i] == nullptr) return static_cast<Slot>(i);
  }
  return std::nullopt;
}

std::optional<LinkEnd> Router::refusal_for(const NodeId& peer, bool dialled_by_us,
                                           Instant now) const {
  if (scores_.is_banned(peer, now)) return LinkEnd::kBanned;
  if (opens_too_often(peer, now)) return LinkEnd::kTooOften;
  if (const RouterPeer* present = find(peer)) {
    const bool same_direction = present->link.dialled_by_us == dialled_by_us;
    if (same_direction || is_preferred(peer, dialled_by_us)) return std::nullopt;
    // Nobody dials whom it is connected to: the two have dialled each other at one moment, or the
    // peer has lost a link that to this end looks alive.
    const bool is_young = now - present->opened_at < kBothDialled;
    return is_young ? std::optional{LinkEnd::kReplaced} : std::nullopt;
  }
  if (!free_slot()) return LinkEnd::kNoRoom;
  return std::nullopt;
}

bool Router::opens_too_often(const NodeId& peer, Instant now) const {
  const auto found = opens_.find(peer);
  return found != opens_.end() && found->second.level(now) == 0;
}

void Router::count_open(const NodeId& peer, Instant now) {
  if (opens_.size() >= limits_.book_entries_max) {
    std::erase_if(opens_, [&](auto& entry) { return entry.second.level(now) == kLinkOpens.burst; });
  }
  // Full of nodes that all come too often: those that Governance lists are fewer.
  if (opens_.size() >= limits_.book_entries_max) opens_.erase(opens_.begin());
  auto& bucket = opens_.try_emplace(peer, kLinkOpens, now).first->second;
  static_cast<void>(bucket.take(1, now));
}

std::optional<LinkEnd> Router::open(const Link& link, Instant now) {
  if (link.local_grant == Grant::kNone) return LinkEnd::kNotAdmitted;
  if (auto refused = refusal_for(link.peer, link.dialled_by_us, now)) return refused;
  count_open(link.peer, now);
  if (RouterPeer* earlier = find(link.peer)) close_by_router(*earlier, LinkEnd::kReplaced);
  const Slot slot = *free_slot();
  const Rate rate{.per_second = limits_.read_bytes_per_second, .burst = limits_.read_bytes_burst};
  auto peer = std::make_unique<RouterPeer>(link, slot, rate, now);
  events_.emplace_back(PeerUp{.peer = link.peer, .grant = peer->grant()});
  slots_[slot] = std::move(peer);
  by_peer_[link.peer] = slot;
  by_link_[link.id] = slot;
  return std::nullopt;
}

void Router::close(LinkId link, LinkEnd end) {
  if (RouterPeer* peer = find(link)) finish(*peer, end);
}

void Router::close_by_router(RouterPeer& peer, LinkEnd end) {
  events_.emplace_back(CloseLink{.link = peer.link.id, .end = end});
  finish(peer, end);
}

void Router::finish(RouterPeer& peer, LinkEnd end) {
  for (const auto& [id, deadline] : peer.asked) {
    events_.emplace_back(RequestFailed{.id = id, .failure = RequestFailure::kPeerGone});
  }
  events_.emplace_back(PeerDown{.peer = peer.link.peer, .end = end});
  for (auto& cache : seen_) cache.clear(peer.slot);
  queue_bytes_ -= peer.outbox.bytes();
  for (const auto& assembly : peer.assemblies) assembly_bytes_ -= assembly.size();
  by_peer_.erase(peer.link.peer);
  by_link_.erase(peer.link.id);
  slots_[peer.slot].reset();
}

void Router::set_local_grant(const NodeId& id, Grant grant, Instant now) {
  RouterPeer* peer = find(id);
  if (peer == nullptr || peer->link.local_grant == grant) return;
  if (grant == Grant::kNone) {
    close_by_router(*peer, LinkEnd::kNotAdmitted);
    return;
  }
  change_grants(*peer, grant, peer->link.remote_grant);
  const Entry entry{.kind = EntryKind::kGrant,
                    .topic = Topic::kConsensus,
                    .number = static_cast<std::uint64_t>(grant),
                    .bytes = {}};
  queue(*peer, outgoing(entry), now);
}

void Router::change_grants(RouterPeer& peer, Grant local, Grant remote) {
  const Grant before = peer.grant();
  peer.link.local_grant = local;
  peer.link.remote_grant = remote;
  if (peer.grant() != before)
    events_.emplace_back(PeerUp{.peer = peer.link.peer, .grant = peer.grant()});
}

std::optional<Grant> Router::grant_of(const NodeId& id) const {
  const RouterPeer* peer = find(id);
  if (peer == nullptr) return std::nullopt;
  return peer->grant();
}

std::vector<NodeId> Router::peers() const {
  std::vector<NodeId> out;
  out.reserve(by_peer_.size());
  for (const auto& [id, slot] : by_peer_) out.push_back(id);
  return out;
}

std::vector<RouterEvent> Router::take_events() { return std::exchange(events_, {}); }

void Router::report(const NodeId& id, Offence offence, Instant now) {
  ++offences_[index_of(offence)];
  const bool is_banned = scores_.add(id, offence, now);
  events_.emplace_back(PeerOffended{.peer = id, .offence = offence, .is_banned = is_banned});
  RouterPeer* peer = find(id);
  if (peer == nullptr) return;
  if (is_banned) {
    close_by_router(*peer, LinkEnd::kBanned);
  } else if (rule_of(offence).closes_link) {
    close_by_router(*peer, LinkEnd::kOffence);
  }
}

void Router::punish(RouterPeer& peer, Offence offence, Instant now) {
  const NodeId id = peer.link.peer;
  report(id, offence, now);
}

void Router::tick(Instant now) {
  for (const auto& peer : slots_) {
    if (peer != nullptr) tick_peer(*peer, now);
  }
}

void Router::tick_peer(RouterPeer& peer, Instant now) {
  std::erase_if(peer.taken, [now](const auto& entry) { return now >= entry.second; });
  std::size_t late = 0;
  std::erase_if(peer.asked, [&](const auto& entry) {
    if (now < entry.second) return false;
    events_.emplace_back(RequestFailed{entry.first, RequestFailure::kTimedOut});
    ++late;
    return true;
  });
  const bool is_endless = std::ranges::any_of(peer.assemblies, [&](const Assembly& assembly) {
    return assembly.is_active() && now - assembly.since() >= limits_.assembly_max;
  });
  const bool is_stalled = peer.is_writing && now - peer.writing_since >= limits_.write_stall_max;
  const NodeId id = peer.link.peer;
  for (std::size_t i = 0; i < late; ++i) report(id, Offence::kRequestTimeout, now);
  if (is_endless) {
    report(id, Offence::kEndlessFrames, now);
  } else if (is_stalled) {
    report(id, Offence::kSlowReader, now);
  }
}

Snapshot Router::snapshot(Instant now) const {
  Snapshot out;
  for (const auto& [id, slot] : by_peer_) {
    out.peers.push_back(snapshot_of(*slots_[slot], scores_.points(id, now), now));
  }
  out.bans = scores_.bans(now);
  out.topics = totals_;
  out.offences = offences_;
  out.pending_send_bytes = queue_bytes_;
  return out;
}

}  // namespace datapact::p2p
