// What peers send.
#include "base/bytes.hpp"
#include "p2p/gossip/assembly.hpp"
#include "p2p/gossip/frame.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/message_id.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/router_peer.hpp"
#include "p2p/gossip/seen_cache.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace datapact::p2p {

namespace {

/// A request that the node has not answered for this many times the asker's patience is forgotten.
constexpr int kForgetRequestAfter = 2;

Offence offence_of(AssemblyError error) {
  switch (error) {
    case AssemblyError::kTooLarge:
      return Offence::kOversize;
    case AssemblyError::kEmptyPart:
    case AssemblyError::kOverrun:
      return Offence::kEndlessFrames;
    case AssemblyError::kNotStarted:
    case AssemblyError::kUnfinished:
      return Offence::kProtocol;
  }
  return Offence::kProtocol;
}

bool is_part(EntryKind kind) {
  return kind == EntryKind::kFirstPart || kind == EntryKind::kNextPart;
}

void count_in(TopicTraffic& traffic, TopicTraffic& total, std::size_t bytes) {
  for (TopicTraffic* counted : {&traffic, &total}) {
    ++counted->messages_in;
    counted->bytes_in += bytes;
  }
}

/// Until the budget covers as much again.
std::chrono::nanoseconds pause_for(std::size_t bytes, std::uint64_t bytes_per_second) {
  constexpr std::uint64_t kNanosPerSecond = 1'000'000'000;
  return std::chrono::nanoseconds{
      static_cast<std::int64_t>(bytes * kNanosPerSecond / bytes_per_second)};
}

}  // namespace

std::chrono::nanoseconds Router::receive(LinkId link, ByteView frame, Instant now) {
  constexpr std::chrono::nanoseconds kNoPause{0};
  RouterPeer* peer = find(link);
  if (peer == nullptr) return kNoPause;
  if (frame.size() > kFrameBytesMax) {
    punish(*peer, Offence::kOversize, now);
    return kNoPause;
  }
  const bool in_budget = peer->reads.take(frame.size(), now);
  const auto entries = decode_frame(frame);
  if (!entries.has_value()) {
    punish(*peer, Offence::kGarbage, now);
    return kNoPause;
  }
  for (const Entry& entry : *entries) {
    if (!receive_entry(*peer, entry, now)) return kNoPause;
  }
  return in_budget ? kNoPause : pause_for(frame.size(), limits_.read_bytes_per_second);
}

// NOLINTBEGIN(misc-no-recursion): one level, for an entry put together from parts is none itself.
bool Router::receive_entry(RouterPeer& peer, const Entry& entry, Instant now) {
  if (is_part(entry.kind)) return receive_part(peer, entry, now);
  if (peer.assemblies[index_of(entry.topic)].is_active()) {
    punish(peer, Offence::kProtocol, now);
    return false;
  }
  switch (entry.kind) {
    case EntryKind::kMessage:
      return receive_message(peer, entry, now);
    case EntryKind::kRequest:
      return receive_request(peer, entry, now);
    case EntryKind::kResponse:
    case EntryKind::kRefusal:
      return receive_answer(peer, entry, now);
    case EntryKind::kGrant:
      return receive_grant(peer, entry, now);
    case EntryKind::kFirstPart:
    case EntryKind::kNextPart:
      break;  // above
  }
  return true;
}

bool Router::receive_part(RouterPeer& peer, const Entry& part, Instant now) {
  Assembly& assembly = peer.assemblies[index_of(part.topic)];
  const std::size_t bytes_max = limits_.of(part.topic).message_bytes_max + kEntryOverheadMax;
  if (assembly_bytes_ + part.bytes.size() > limits_.assembly_bytes_total_max) {
    close_by_router(peer, LinkEnd::kNoRoom);
    return false;
  }
  const std::size_t before = assembly.size();
  auto whole = assembly.add(part, bytes_max, now);
  assembly_bytes_ = assembly_bytes_ - before + assembly.size();
  if (!whole.has_value()) {
    punish(peer, offence_of(whole.error()), now);
    return false;
  }
  const auto& message = *whole;
  if (!message.has_value()) return true;
  const auto entry = decode_entry(*message);
  if (!entry.has_value() || is_part(entry->kind) || entry->topic != part.topic) {
    punish(peer, Offence::kGarbage, now);
    return false;
  }
  return receive_entry(peer, *entry, now);
}
// NOLINTEND(misc-no-recursion)

bool Router::receive_message(RouterPeer& peer, const Entry& entry, Instant now) {
  const std::size_t size = entry.bytes.size();
  if (size == 0 || size > limits_.of(entry.topic).message_bytes_max) {
    punish(peer, size == 0 ? Offence::kProtocol : Offence::kOversize, now);
    return false;
  }
  TopicTraffic& traffic = peer.traffic[index_of(entry.topic)];
  TopicTraffic& total = totals_[index_of(entry.topic)];
  count_in(traffic, total, size);
  // The peer may not know yet what it is granted: that is no offence.
  if (!covers(peer.link.local_grant, entry.topic)) {
    ++traffic.refused_in;
    ++total.refused_in;
    return true;
  }
  const MessageId id = message_id(entry.topic, entry.bytes);
  if (seen(entry.topic).receive(id, peer.slot, now) == Sight::kDuplicate) {
    ++traffic.duplicates_in;
    ++total.duplicates_in;
    return true;
  }
  events_.emplace_back(Message{
      .peer = peer.link.peer, .topic = entry.topic, .id = id, .bytes = to_bytes(entry.bytes)});
  return true;
}

bool Router::receive_request(RouterPeer& peer, const Entry& entry, Instant now) {
  const RequestId id{entry.number};
  count_in(peer.traffic[index_of(entry.topic)], totals_[index_of(entry.topic)], entry.bytes.size());
  if (entry.bytes.size() > limits_.of(entry.topic).message_bytes_max || peer.taken.contains(id)) {
    punish(peer, peer.taken.contains(id) ? Offence::kProtocol : Offence::kOversize, now);
    return false;
  }
  if (peer.taken.size() >= limits_.requests_in_max) {
    const LinkId link = peer.link.id;
    answer_busy(peer, id, now);
    punish(peer, Offence::kTooManyRequests, now);
    return find(link) != nullptr;
  }
  peer.taken[id] = now + kForgetRequestAfter * limits_.request_max;
  events_.emplace_back(Request{.peer = peer.link.peer, .id = id, .body = to_bytes(entry.bytes)});
  return true;
}

bool Router::receive_answer(RouterPeer& peer, const Entry& entry, Instant now) {
  const RequestId id{entry.number};
  count_in(peer.traffic[index_of(entry.topic)], totals_[index_of(entry.topic)], entry.bytes.size());
  if (peer.asked.erase(id) == 0) {
    // An answer that is merely late is none the worse for it.
    if (id.raw() < next_request_) return true;
    const LinkId link = peer.link.id;
    punish(peer, Offence::kUnaskedResponse, now);
    return find(link) != nullptr;
  }
  if (entry.kind == EntryKind::kResponse) {
    events_.emplace_back(Response{.peer = peer.link.peer, .id = id, .body = to_bytes(entry.bytes)});
    return true;
  }
  const bool is_busy = entry.bytes[0] == kRefusalBusy;
  events_.emplace_back(RequestFailed{
      .id = id, .failure = is_busy ? RequestFailure::kBusy : RequestFailure::kRefused});
  return true;
}

bool Router::receive_grant(RouterPeer& peer, const Entry& entry, Instant now) {
  // The node answers each change with messages to the peer.
  if (!peer.grants.take(1, now)) {
    punish(peer, Offence::kProtocol, now);
    return false;
  }
  change_grants(peer, peer.link.local_grant, static_cast<Grant>(entry.number));
  return true;
}

}  // namespace datapact::p2p
