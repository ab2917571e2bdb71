#pragma once
// The latest state in memory: entries of the latest tables and codes, as the store has them, with
// "there is none" among the answers. Bounded in bytes; what was not used for long goes first.
// Thread contract: reads on any thread; begin_write() and end_write() on the one that writes.
#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "ledger/store/entry_ring.hpp"
#include "ledger/store/key_value_store.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::store {

class StateCache {
 public:
  /// Of keys, values and what the cache itself needs for each; zero keeps nothing.
  explicit StateCache(std::size_t bytes_max) noexcept;

  /// Gives `visit` what the store has at the key, as std::optional<ByteView>, from memory where it
  /// is known, and returns its answer. All writes to these tables must be told. Between
  /// begin_write() and end_write() it may be the value before the write or, for a key that is not
  /// in memory, the one after it. `visit` must not use the cache.
  template <class Visit>
  [[nodiscard]] auto read(const KeyValueStore& store, ByteView key, const Visit& visit) {
    const EntryRing::Key hashed{key};
    Shard& shard = shards_[shard_of(hashed)];
    {
      const Lock lock{shard.mutex};
      if (const auto found = shard.entries.find(hashed)) return visit(found->value);
    }
    const auto value = read_store(store, hashed, shard);
    return visit(value ? std::optional<ByteView>{*value} : std::nullopt);
  }
  /// The same with a copy.
  [[nodiscard]] std::optional<Bytes> get(const KeyValueStore& store, ByteView key);

  /// A read that overlaps a write could bring back the value before it: such a read is not kept.
  void begin_write() noexcept { ++phase_; }
  /// The batch is in the store. After a write that failed it is never called, and nothing read
  /// later is kept.
  void end_write(const WriteBatch& batch);

  /// In use now.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Shard {
    mutable Mutex mutex;
    EntryRing entries GUARDED_BY(mutex);
  };
  static constexpr std::size_t kShards = 16;

  // The rings' tables use the low bits.
  [[nodiscard]] static std::size_t shard_of(const EntryRing::Key& key) noexcept {
    return (key.hash >> 60U) % kShards;
  }
  [[nodiscard]] std::optional<Bytes> read_store(const KeyValueStore& store,
                                                const EntryRing::Key& key, Shard& shard);

  bool keeps_any_;
  std::array<Shard, kShards> shards_;
  /// Odd during a write.
  std::atomic<std::uint64_t> phase_ = 0;
};

}  // namespace datapact::store
