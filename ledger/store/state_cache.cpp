#include "ledger/store/state_cache.hpp"

#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <string_view>

namespace datapact::store {
namespace {

/// Nodes of the list and of the table, with what the allocator adds.
constexpr std::size_t kEntryBytes = 192;

bool is_cached(ByteView key) noexcept {
  if (key.empty()) return false;
  switch (key[0]) {
    case keys::kAccountLatest:
    case keys::kStorageLatest:
    case keys::kNodeLatest:
    case keys::kCode:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::size_t StateCache::Entry::cost() const noexcept {
  return kEntryBytes + key.size() + (value ? value->size() : 0);
}

void StateCache::Entry::set(std::optional<ByteView> bytes) {
  if (!bytes) return value.reset();
  if (!value) value.emplace();
  value->assign(bytes->begin(), bytes->end());
}

StateCache::StateCache(std::size_t bytes_max) noexcept : shard_bytes_max_(bytes_max / kShards) {}

StateCache::Shard& StateCache::shard_of(ByteView key) noexcept {
  const std::uint64_t hash = std::hash<std::string_view>{}(as_text(key));
  // The tables use the low bits.
  return shards_[(hash >> 48U) % kShards];
}

std::optional<Bytes> StateCache::get(const KeyValueStore& store, ByteView key) {
  if (shard_bytes_max_ == 0) return store.get(key);
  Shard& shard = shard_of(key);
  {
    const Lock lock{shard.mutex};
    if (const auto found = shard.places.find(as_text(key)); found != shard.places.end()) {
      shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
      return found->second->value;
    }
  }
  const std::uint64_t phase = phase_;
  auto value = store.get(key);
  if (phase % 2 == 0) {
    const Lock lock{shard.mutex};
    // end_write() comes to this shard after the phase has changed: either it is seen here, or the
    // write replaces what is put now.
    if (phase_ == phase) put(shard, key, value ? std::optional<ByteView>{*value} : std::nullopt);
  }
  return value;
}

void StateCache::end_write(const WriteBatch& batch) {
  if (shard_bytes_max_ != 0) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto [key, value] = batch[i];
      if (!is_cached(key)) continue;
      Shard& shard = shard_of(key);
      const Lock lock{shard.mutex};
      put(shard, key, value);
    }
  }
  ++phase_;
}

void StateCache::put(Shard& shard, ByteView key, std::optional<ByteView> value) {
  const auto found = shard.places.find(as_text(key));
  if (found != shard.places.end()) {
    // What is written again is mostly as long as before: its memory serves on.
    Entry& entry = *found->second;
    shard.bytes -= entry.cost();
    entry.set(value);
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  } else {
    shard.entries.push_front({to_bytes(key), std::nullopt});
    shard.entries.front().set(value);
    shard.places.emplace(as_text(shard.entries.front().key), shard.entries.begin());
  }
  shard.bytes += shard.entries.front().cost();
  if (shard.entries.front().cost() > shard_bytes_max_) drop(shard, shard.entries.begin());
  while (shard.bytes > shard_bytes_max_) drop(shard, std::prev(shard.entries.end()));
}

void StateCache::drop(Shard& shard, Entries::iterator place) {
  shard.bytes -= place->cost();
  shard.places.erase(as_text(place->key));
  shard.entries.erase(place);
}

std::size_t StateCache::bytes() const {
  std::size_t out = 0;
  for (const Shard& shard : shards_) {
    const Lock lock{shard.mutex};
    out += shard.bytes;
  }
  return out;
}

}  // namespace datapact::store
