#include "ledger/store/entry_ring.hpp"

#include "base/bytes.hpp"
#include "ledger/store/big_pages.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::store {
namespace {

constexpr std::uint32_t kNoValue = std::numeric_limits<std::uint32_t>::max();
/// Of an entry that nobody finds any more, and of what fills the end of the ring.
constexpr std::uint32_t kDeadKey = std::numeric_limits<std::uint32_t>::max();

// Half of the table stays free, so that an entry needs two slots. A sixth of the memory for it is
// enough for entries of a hundred bytes; where they are smaller, their number is what bounds them.
constexpr std::size_t kTableShare = 6;
constexpr std::size_t kSlotsPerEntry = 2;
constexpr std::size_t kFirstSlots = 8;
/// Who chooses keys (the slots of a contract) can have many hash to one place. Beyond so many an
/// entry is not kept: it costs reads of the store, not of the whole table.
constexpr std::size_t kProbesMax = 128;

// Of entries that are put together, how far ahead their memory is asked for: first the slot, and
// when that is there, the entry.
constexpr std::size_t kSlotsAhead = 16;
constexpr std::size_t kEntriesAhead = 8;

std::uint32_t tag_of(const EntryRing::Key& key) { return static_cast<std::uint32_t>(key.hash); }

}  // namespace

EntryRing::EntryRing(std::size_t bytes_max) noexcept
    : ring_bytes_((bytes_max - bytes_max / kTableShare) / kUnit * kUnit),
      entries_max_(std::bit_floor(bytes_max / kTableShare / sizeof(Slot)) / kSlotsPerEntry) {}

std::uint64_t EntryRing::hash_of(ByteView key) noexcept {
  return std::hash<std::string_view>{}(as_text(key));
}

EntryRing::Header EntryRing::header_at(std::size_t place) const noexcept {
  Header out;
  std::memcpy(&out, ring_.get() + place, sizeof(out));
  return out;
}

void EntryRing::set_header(std::size_t place, const Header& header) noexcept {
  std::memcpy(ring_.get() + place, &header, sizeof(header));
}

ByteView EntryRing::key_at(std::size_t place, const Header& header) const noexcept {
  return {ring_.get() + place + sizeof(Header), header.key_bytes};
}

std::optional<ByteView> EntryRing::value_at(std::size_t place,
                                            const Header& header) const noexcept {
  if (header.value_bytes == kNoValue) return std::nullopt;
  return ByteView{ring_.get() + place + sizeof(Header) + header.key_bytes, header.value_bytes};
}

std::optional<std::size_t> EntryRing::slot_of(const Key& key) const noexcept {
  const std::uint32_t tag = tag_of(key);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t probe = 0; probe < kProbesMax; ++probe) {
    const std::size_t slot = (tag + probe) & mask;
    if (table_[slot].unit == 0) return slot;
    if (table_[slot].tag != tag) continue;
    const std::size_t place = (table_[slot].unit - 1) * kUnit;
    if (equal(key_at(place, header_at(place)), key.bytes)) return slot;
  }
  return std::nullopt;
}

std::size_t EntryRing::slot_at(std::size_t place, std::uint32_t tag) const noexcept {
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = tag & mask;
  while (table_[slot].unit != place / kUnit + 1) slot = (slot + 1) & mask;
  return slot;
}

/// Those behind it move up where they are searched from before it: no probe may end too early.
void EntryRing::release(std::size_t slot) noexcept {
  const std::size_t mask = table_.size() - 1;
  std::size_t hole = slot;
  for (std::size_t at = (slot + 1) & mask; table_[at].unit != 0; at = (at + 1) & mask) {
    const std::size_t home = table_[at].tag & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    table_[hole] = std::exchange(table_[at], {});
    hole = at;
  }
  table_[hole] = {};
}

/// The entry's bytes stay in the ring until they are the oldest.
void EntryRing::bury(std::size_t place) noexcept {
  Header header = header_at(place);
  bytes_ -= header.size + kSlotsPerEntry * sizeof(Slot);
  --entries_;
  header.key_bytes = kDeadKey;
  set_header(place, header);
}

void EntryRing::forget(std::size_t slot) noexcept {
  bury((table_[slot].unit - 1) * kUnit);
  release(slot);
}

void EntryRing::evict_oldest() noexcept {
  const std::size_t place = oldest_ % ring_bytes_;
  const Header header = header_at(place);
  if (header.key_bytes != kDeadKey) forget(slot_at(place, header.tag));
  oldest_ += header.size;
}

/// The place of an entry of that size, which is not beyond the ring's.
std::size_t EntryRing::make_room(std::size_t size) noexcept {
  const std::size_t to_end = ring_bytes_ - next_ % ring_bytes_;
  const std::size_t filling = size > to_end ? to_end : 0;
  while (next_ + filling + size - oldest_ > ring_bytes_) {
    if (oldest_ == next_) {
      // Nothing is left: begin anew, where nothing has to be filled.
      oldest_ = next_ = 0;
      return 0;
    }
    evict_oldest();
  }
  if (filling != 0) {
    set_header(next_ % ring_bytes_, {static_cast<std::uint32_t>(filling), kDeadKey, kNoValue, 0});
    next_ += filling;
  }
  return next_ % ring_bytes_;
}

bool EntryRing::is_old(std::size_t place) const noexcept {
  const std::uint64_t in_use = next_ - oldest_;
  // Nothing is overwritten for long yet.
  if (in_use <= ring_bytes_ / 2 && entries_ <= entries_max_ / 2) return false;
  return (next_ + ring_bytes_ - place - 1) % ring_bytes_ >= in_use / 2;
}

std::optional<EntryRing::Found> EntryRing::find(const Key& key) {
  if (entries_ == 0) return std::nullopt;
  auto slot = slot_of(key);
  if (!slot || table_[*slot].unit == 0) return std::nullopt;
  std::size_t place = (table_[*slot].unit - 1) * kUnit;
  if (is_old(place)) {
    const auto value = value_at(place, header_at(place));
    // What is moved could be overwritten by where it goes.
    const std::optional<Bytes> kept = value ? std::optional{to_bytes(*value)} : std::nullopt;
    forget(*slot);
    append_entry({key, kept ? std::optional<ByteView>{*kept} : std::nullopt});
    slot = slot_of(key);
    if (!slot || table_[*slot].unit == 0) return std::nullopt;
    place = (table_[*slot].unit - 1) * kUnit;
  }
  return Found{value_at(place, header_at(place))};
}

void EntryRing::put(const Entry& entry) {
  if (ring_bytes_ == 0) return;
  const auto& [key, value] = entry;
  if (entries_ != 0) {
    const auto slot = slot_of(key);
    if (slot && table_[*slot].unit != 0) {
      const std::size_t place = (table_[*slot].unit - 1) * kUnit;
      const Header header = header_at(place);
      const std::size_t needed = sizeof(Header) + key.bytes.size() + (value ? value->size() : 0);
      // What is written again is mostly as long as before: its place serves on.
      if (needed <= header.size && !is_old(place)) return overwrite(place, header, value);
      forget(*slot);
    }
  }
  append_entry(entry);
}

void EntryRing::put_all(std::span<const Entry> entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i + kSlotsAhead < entries.size()) fetch_slot(entries[i + kSlotsAhead].key);
    if (i + kEntriesAhead < entries.size()) fetch_entry(entries[i + kEntriesAhead].key);
    put(entries[i]);
  }
}

void EntryRing::fetch_slot(const Key& key) const noexcept {
  if (entries_ != 0) __builtin_prefetch(&table_[tag_of(key) & (table_.size() - 1)]);
}

/// As a rule it is the one at the first slot that its key asks for.
void EntryRing::fetch_entry(const Key& key) const noexcept {
  if (entries_ == 0) return;
  const Slot slot = table_[tag_of(key) & (table_.size() - 1)];
  if (slot.unit != 0) __builtin_prefetch(ring_.get() + (slot.unit - 1) * kUnit, 1);
}

void EntryRing::overwrite(std::size_t place, Header header,
                          std::optional<ByteView> value) noexcept {
  header.value_bytes = value ? static_cast<std::uint32_t>(value->size()) : kNoValue;
  set_header(place, header);
  if (value) std::ranges::copy(*value, ring_.get() + place + sizeof(Header) + header.key_bytes);
}

void EntryRing::append_entry(const Entry& entry) {
  const auto& [key, value] = entry;
  const std::size_t used = sizeof(Header) + key.bytes.size() + (value ? value->size() : 0);
  const std::size_t size = (used + kUnit - 1) / kUnit * kUnit;
  if (size > ring_bytes_ || entries_max_ == 0) return;
  // Not a byte of it is touched yet.
  if (!ring_) ring_ = {RingPages{}.allocate(ring_bytes_), FreeBigPages<RingPages>{ring_bytes_}};
  while (entries_ >= entries_max_) evict_oldest();
  grow_table();
  const std::size_t place = make_room(size);
  const auto slot = slot_of(key);
  if (!slot) return;
  const std::uint32_t tag = tag_of(key);
  const Header header{static_cast<std::uint32_t>(size),
                      static_cast<std::uint32_t>(key.bytes.size()), 0, tag};
  std::ranges::copy(key.bytes, ring_.get() + place + sizeof(Header));
  overwrite(place, header, value);
  next_ += size;
  bytes_ += size + kSlotsPerEntry * sizeof(Slot);
  ++entries_;
  table_[*slot] = {tag, static_cast<std::uint32_t>(place / kUnit + 1)};
}

/// When there is no room for one entry more.
void EntryRing::grow_table() {
  if (kSlotsPerEntry * (entries_ + 1) <= table_.size()) return;
  std::vector<Slot, BigPages<Slot>> old(std::max(kFirstSlots, 2 * table_.size()));
  old.swap(table_);
  const std::size_t mask = table_.size() - 1;
  for (const Slot& it : old) {
    if (it.unit == 0) continue;
    std::size_t probe = 0;
    while (probe < kProbesMax && table_[(it.tag + probe) & mask].unit != 0) ++probe;
    if (probe < kProbesMax) {
      table_[(it.tag + probe) & mask] = it;
    } else {
      bury((it.unit - 1) * kUnit);
    }
  }
}

}  // namespace datapact::store
