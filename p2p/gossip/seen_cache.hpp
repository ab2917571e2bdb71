#pragma once
// Which messages of one topic came by, and which peers are known to have them. Bounded: the oldest
// entry makes room. Thread contract: one thread at a time.
#include "p2p/gossip/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace datapact::p2p {

/// A peer's place in the bit set of holders, free again when its link ends.
using Slot = std::uint8_t;
inline constexpr std::size_t kSlotsMax = 64;

enum class Sight : std::uint8_t {
  kNew,        ///< deliver it
  kRepeat,     ///< known, but its last delivery is long ago: deliver it again
  kDuplicate,  ///< known
};

class SeenCache {
 public:
  /// `salt` is random, so that nobody can write messages that collide in the table.
  SeenCache(std::size_t entries_max, std::chrono::nanoseconds repeat_after, std::uint64_t salt);

  /// The message came from `from`. What is to be delivered counts as delivered.
  [[nodiscard]] Sight receive(const MessageId& id, Slot from, Instant now);
  /// An own message, or one that the node has: copies from others are duplicates. When it was
  /// delivered before, its time stays: its author's next copy is due as ever.
  void remember(const MessageId& id, Instant now);
  /// Whether the peer is known to have it, or about to get it.
  [[nodiscard]] bool holds(const MessageId& id, Slot slot) const;
  /// The peer is about to get it.
  void mark(const MessageId& id, Slot holder);
  /// The delivery failed: the next copy is new.
  void forget(const MessageId& id);
  /// The slot's next peer has none of it.
  void clear(Slot slot);
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t holders = 0;
    Instant delivered_at{0};
    bool is_delivered = false;
  };
  struct SaltedHash {
    std::uint64_t salt = 0;
    std::size_t operator()(const MessageId& id) const noexcept;
  };
  Entry& entry_for(const MessageId& id);

  const std::size_t entries_max_;
  const std::chrono::nanoseconds repeat_after_;
  /// Never iterated: order_ has the order.
  std::unordered_map<MessageId, Entry, SaltedHash> entries_;
  std::deque<MessageId> order_;
};

}  // namespace datapact::p2p
