#include "p2p/gossip/outbox.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "p2p/gossip/frame.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <cstddef>

namespace datapact::p2p {
namespace {

/// A smaller part is not worth its header: the entry waits for the next frame.
constexpr std::size_t kPartBytesMin = std::size_t{4} << 10U;
constexpr std::size_t kTransactionsShare = 4;  // a quarter of the frame

}  // namespace

bool Outbox::push(Topic topic, const SharedEntry& entry, const TopicLimits& limits) {
  Lane& lane = lane_of(topic);
  if (lane.entries.size() >= limits.queue_messages_max) return false;
  if (entry->size() > limits.queue_bytes_max - std::min(lane.bytes, limits.queue_bytes_max)) {
    return false;
  }
  lane.entries.push_back(entry);
  lane.bytes += entry->size();
  bytes_ += entry->size();
  return true;
}

bool Outbox::holds(Topic topic, const Bytes& entry) const {
  const auto& waiting = lanes_[index_of(topic)].entries;
  return std::ranges::any_of(waiting, [&](const SharedEntry& held) { return *held == entry; });
}

Bytes Outbox::next_frame() {
  PRECONDITION(!empty());
  Draft draft;
  fill(draft, lane_of(Topic::kConsensus), kFrameBytesTarget);
  Lane& transactions = lane_of(Topic::kTransactions);
  const std::size_t share = draft.payload.size() + kFrameBytesTarget / kTransactionsShare;
  fill(draft, transactions, std::min(share, kFrameBytesTarget));
  fill(draft, lane_of(Topic::kBlocks), kFrameBytesTarget);
  fill(draft, transactions, kFrameBytesTarget);
  INVARIANT(draft.entries > 0);
  return rlp::Encoder{}.list(draft.payload).take();
}

void Outbox::fill(Draft& draft, Lane& lane, std::size_t payload_max) {
  while (!lane.entries.empty() && draft.entries < kFrameEntriesMax) {
    if (!take_one(draft, lane, payload_max)) return;
  }
}

bool Outbox::take_one(Draft& draft, Lane& lane, std::size_t payload_max) {
  const Bytes& entry = *lane.entries.front();
  const std::size_t room = payload_max - std::min(draft.payload.size(), payload_max);
  std::size_t taken = entry.size() - lane.sent;
  if (lane.sent == 0 && taken <= room) {
    append(draft.payload, entry);
  } else {
    if (room < kPartBytesMin + kEntryOverheadMax) return false;
    taken = std::min(taken, room - kEntryOverheadMax);
    const ByteView bytes = ByteView{entry}.subspan(lane.sent, taken);
    const bool is_first = lane.sent == 0;
    append(draft.payload,
           encode_entry({.kind = is_first ? EntryKind::kFirstPart : EntryKind::kNextPart,
                         .topic = lane.topic,
                         .number = is_first ? entry.size() : 0,
                         .bytes = bytes}));
  }
  ++draft.entries;
  lane.sent += taken;
  lane.bytes -= taken;
  bytes_ -= taken;
  if (lane.sent == entry.size()) {
    lane.entries.pop_front();
    lane.sent = 0;
  }
  return true;
}

}  // namespace datapact::p2p
