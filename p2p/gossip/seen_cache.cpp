#include "p2p/gossip/seen_cache.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "p2p/gossip/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace datapact::p2p {
namespace {

constexpr std::size_t kBucketsAtStart = 16;

std::uint64_t bit_of(Slot slot) {
  INVARIANT(slot < kSlotsMax);
  return std::uint64_t{1} << slot;
}

}  // namespace

// The id is a SHA-256: its words are even. Multiplying by an odd secret after the salt keeps the
// bucket out of the sender's hands.
std::size_t SeenCache::SaltedHash::operator()(const MessageId& id) const noexcept {
  const auto low = load_be<std::uint64_t>(id.data());
  const auto high = load_be<std::uint64_t>(id.data() + 8);
  const std::uint64_t mixed = (low ^ salt) * (high | 1);
  return static_cast<std::size_t>(mixed ^ (mixed >> 32));
}

SeenCache::SeenCache(std::size_t entries_max, std::chrono::nanoseconds repeat_after,
                     std::uint64_t salt)
    : entries_max_(entries_max),
      repeat_after_(repeat_after),
      entries_(kBucketsAtStart, SaltedHash{salt}) {
  PRECONDITION(entries_max > 0);
}

SeenCache::Entry& SeenCache::entry_for(const MessageId& id) {
  if (const auto found = entries_.find(id); found != entries_.end()) return found->second;
  if (entries_.size() == entries_max_) {
    entries_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(id);
  return entries_[id];
}

Sight SeenCache::receive(const MessageId& id, Slot from, Instant now) {
  Entry& entry = entry_for(id);
  entry.holders |= bit_of(from);
  if (entry.is_delivered && now - entry.delivered_at < repeat_after_) return Sight::kDuplicate;
  const Sight sight = entry.is_delivered ? Sight::kRepeat : Sight::kNew;
  entry.is_delivered = true;
  entry.delivered_at = now;
  return sight;
}

void SeenCache::remember(const MessageId& id, Instant now) {
  Entry& entry = entry_for(id);
  if (std::exchange(entry.is_delivered, true)) return;
  entry.delivered_at = now;
}

bool SeenCache::holds(const MessageId& id, Slot slot) const {
  const auto found = entries_.find(id);
  return found != entries_.end() && (found->second.holders & bit_of(slot)) != 0;
}

void SeenCache::mark(const MessageId& id, Slot holder) { entry_for(id).holders |= bit_of(holder); }

void SeenCache::forget(const MessageId& id) {
  if (const auto found = entries_.find(id); found != entries_.end()) {
    found->second.is_delivered = false;
  }
}

void SeenCache::clear(Slot slot) {
  const std::uint64_t bit = bit_of(slot);
  for (const auto& id : order_) entries_.at(id).holders &= ~bit;
}

}  // namespace datapact::p2p
