// What the node sends.
#include "base/bytes.hpp"
#include "p2p/gossip/frame.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/message_id.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/router_peer.hpp"
#include "p2p/gossip/seen_cache.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace datapact::p2p {

namespace {

bool fits(ByteView bytes, const TopicLimits& limits) {
  return !bytes.empty() && bytes.size() <= limits.message_bytes_max;
}

Entry message_entry(Topic topic, ByteView bytes) {
  return {.kind = EntryKind::kMessage, .topic = topic, .number = 0, .bytes = bytes};
}

}  // namespace

Outgoing outgoing(const Entry& entry) {
  return {.topic = entry.topic,
          .entry = std::make_shared<const Bytes>(encode_entry(entry)),
          .message_bytes = entry.bytes.size()};
}

void Router::wake(RouterPeer& peer) {
  if (peer.is_writing || peer.is_woken) return;
  peer.is_woken = true;
  writable_.push_back(peer.link.id);
}

bool Router::queue(RouterPeer& peer, const Outgoing& out, Instant now) {
  const std::size_t size = out.entry->size();
  const bool is_consensus = out.topic == Topic::kConsensus;
  const bool has_room = is_consensus || size + queue_bytes_ <= limits_.queue_bytes_total_max;
  TopicTraffic& traffic = peer.traffic[index_of(out.topic)];
  TopicTraffic& total = totals_[index_of(out.topic)];
  if (!has_room || !peer.outbox.push(out.topic, out.entry, limits_.of(out.topic))) {
    ++traffic.dropped_out;
    ++total.dropped_out;
    if (is_consensus) punish(peer, Offence::kSlowReader, now);
    return false;
  }
  queue_bytes_ += size;
  for (TopicTraffic* counted : {&traffic, &total}) {
    ++counted->messages_out;
    counted->bytes_out += out.message_bytes;
  }
  wake(peer);
  return true;
}

bool Router::queue_once(RouterPeer& peer, const MessageId& id, const Outgoing& out, Instant now) {
  // Resent while it still waits: the peer gets it anyway, and a slow one is not punished for it.
  const Slot slot = peer.slot;
  if (seen(out.topic).holds(id, slot) && peer.outbox.holds(out.topic, *out.entry)) return true;
  if (!queue(peer, out, now)) return false;
  seen(out.topic).mark(id, slot);
  return true;
}

std::size_t Router::publish(Topic topic, ByteView bytes, Instant now) {
  if (!fits(bytes, limits_.of(topic))) {
    ++totals_[index_of(topic)].dropped_out;
    return 0;
  }
  const MessageId id = message_id(topic, bytes);
  seen(topic).remember(id, now);
  const Outgoing out = outgoing(message_entry(topic, bytes));
  std::size_t sent = 0;
  for (const auto& peer : slots_) {
    if (peer == nullptr || !covers(peer->grant(), topic)) continue;
    if (queue_once(*peer, id, out, now)) ++sent;
  }
  return sent;
}

std::size_t Router::relay(Topic topic, ByteView bytes, std::span<const NodeId> except,
                          Instant now) {
  if (!fits(bytes, limits_.of(topic))) {
    ++totals_[index_of(topic)].dropped_out;
    return 0;
  }
  const MessageId id = message_id(topic, bytes);
  // What the node passes on it has: a copy from another peer is no news to it.
  seen(topic).remember(id, now);
  const Outgoing out = outgoing(message_entry(topic, bytes));
  std::size_t sent = 0;
  for (const auto& peer : slots_) {
    if (peer == nullptr || !covers(peer->grant(), topic)) continue;
    if (std::ranges::find(except, peer->link.peer) != except.end()) continue;
    if (!seen(topic).holds(id, peer->slot) && queue_once(*peer, id, out, now)) ++sent;
  }
  return sent;
}

bool Router::send(const NodeId& id, Topic topic, ByteView bytes, Instant now) {
  RouterPeer* peer = find(id);
  if (peer == nullptr || !covers(peer->grant(), topic)) return false;
  if (!fits(bytes, limits_.of(topic))) {
    ++totals_[index_of(topic)].dropped_out;
    return false;
  }
  return queue_once(*peer, message_id(topic, bytes), outgoing(message_entry(topic, bytes)), now);
}

std::optional<RequestId> Router::request(const NodeId& to, ByteView body, Instant now) {
  RouterPeer* peer = find(to);
  if (peer == nullptr || peer->asked.size() >= limits_.requests_out_max) return std::nullopt;
  if (body.size() > limits_.of(Topic::kBlocks).message_bytes_max) return std::nullopt;
  const RequestId id{next_request_++};
  const Entry entry{
      .kind = EntryKind::kRequest, .topic = Topic::kBlocks, .number = id.raw(), .bytes = body};
  if (!queue(*peer, outgoing(entry), now)) return std::nullopt;
  peer->asked[id] = now + limits_.request_max;
  return id;
}

bool Router::respond(const NodeId& to, RequestId id, ByteView body, Instant now) {
  RouterPeer* peer = find(to);
  if (peer == nullptr || peer->taken.erase(id) == 0) return false;
  const bool has_room = body.size() <= limits_.of(Topic::kBlocks).message_bytes_max;
  const Entry entry{
      .kind = EntryKind::kResponse, .topic = Topic::kBlocks, .number = id.raw(), .bytes = body};
  if (has_room && queue(*peer, outgoing(entry), now)) return true;
  answer_busy(*peer, id, now);
  return false;
}

void Router::refuse(const NodeId& to, RequestId id, Instant now) {
  RouterPeer* peer = find(to);
  if (peer == nullptr || peer->taken.erase(id) == 0) return;
  const Bytes code{kRefusalAbsent};
  const Entry entry{
      .kind = EntryKind::kRefusal, .topic = Topic::kBlocks, .number = id.raw(), .bytes = code};
  queue(*peer, outgoing(entry), now);
}

void Router::answer_busy(RouterPeer& peer, RequestId id, Instant now) {
  const Bytes code{kRefusalBusy};
  const Entry entry{
      .kind = EntryKind::kRefusal, .topic = Topic::kBlocks, .number = id.raw(), .bytes = code};
  queue(peer, outgoing(entry), now);
}

void Router::not_taken(const NotTaken& what, Instant now) {
  ++totals_[index_of(what.topic)].refused_in;
  if (!what.request) {
    seen(what.topic).forget(what.message);
    return;
  }
  RouterPeer* peer = find(what.peer);
  if (peer == nullptr || peer->taken.erase(*what.request) == 0) return;
  answer_busy(*peer, *what.request, now);
}

std::vector<LinkId> Router::take_writable() {
  auto out = std::exchange(writable_, {});
  for (const LinkId link : out) {
    if (RouterPeer* peer = find(link)) peer->is_woken = false;
  }
  return out;
}

std::optional<Bytes> Router::next_frame(LinkId link, Instant now) {
  RouterPeer* peer = find(link);
  if (peer == nullptr || peer->is_writing || peer->outbox.empty()) return std::nullopt;
  const std::size_t before = peer->outbox.bytes();
  Bytes frame = peer->outbox.next_frame();
  queue_bytes_ -= before - peer->outbox.bytes();
  peer->is_writing = true;
  peer->writing_since = now;
  return frame;
}

void Router::frame_written(LinkId link) {
  RouterPeer* peer = find(link);
  if (peer == nullptr) return;
  peer->is_writing = false;
  if (!peer->outbox.empty()) wake(*peer);
}

}  // namespace datapact::p2p
