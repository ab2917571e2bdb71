#include "ledger/store/state_cache.hpp"

#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "ledger/store/entry_ring.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::store {
namespace {

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

StateCache::StateCache(std::size_t bytes_max) noexcept : keeps_any_(bytes_max != 0) {
  for (Shard& shard : shards_) {
    const Lock lock{shard.mutex};
    shard.entries = EntryRing{bytes_max / kShards};
  }
}

std::optional<Bytes> StateCache::get(const KeyValueStore& store, ByteView key) {
  return read(store, key, [](std::optional<ByteView> value) {
    return value ? std::optional{to_bytes(*value)} : std::nullopt;
  });
}

std::optional<Bytes> StateCache::read_store(const KeyValueStore& store, const EntryRing::Key& key,
                                            Shard& shard) {
  const std::uint64_t phase = phase_;
  auto value = store.get(key.bytes);
  if (keeps_any_ && phase % 2 == 0) {
    const Lock lock{shard.mutex};
    // end_write() comes to this shard after the phase has changed: either it is seen here, or the
    // write replaces what is put now.
    if (phase_ == phase) {
      shard.entries.put({key, value ? std::optional<ByteView>{*value} : std::nullopt});
    }
  }
  return value;
}

void StateCache::end_write(const WriteBatch& batch) {
  std::array<std::vector<EntryRing::Entry>, kShards> puts;
  for (std::size_t i = 0; keeps_any_ && i < batch.size(); ++i) {
    const auto [key, value] = batch[i];
    if (!is_cached(key)) continue;
    const EntryRing::Key hashed{key};
    puts[shard_of(hashed)].push_back({hashed, value});
  }
  for (std::size_t i = 0; i < kShards; ++i) {
    const Lock lock{shards_[i].mutex};
    shards_[i].entries.put_all(puts[i]);
  }
  ++phase_;
}

std::size_t StateCache::bytes() const {
  std::size_t out = 0;
  for (const Shard& shard : shards_) {
    const Lock lock{shard.mutex};
    out += shard.entries.bytes();
  }
  return out;
}

}  // namespace datapact::store
