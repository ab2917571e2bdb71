#pragma once
// The latest state in memory: entries of the latest tables and codes, as the store has them, with
// "there is none" among the answers. Bounded in bytes; the least recently used go first.
// Thread contract: get() on any thread; begin_write() and end_write() on the one that writes.
#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "ledger/store/key_value_store.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace datapact::store {

class StateCache {
 public:
  /// Of keys, values and what the cache itself needs for each; zero keeps nothing.
  explicit StateCache(std::size_t bytes_max) noexcept;

  /// What the store has at the key, from memory where it is known. All writes to these tables must
  /// be told. Between begin_write() and end_write() it may be the value before the write or, for a
  /// key that is not in memory, the one after it.
  [[nodiscard]] std::optional<Bytes> get(const KeyValueStore& store, ByteView key);

  /// A read that overlaps a write could bring back the value before it: such a read is not kept.
  void begin_write() noexcept { ++phase_; }
  /// The batch is in the store. After a write that failed it is never called, and nothing read
  /// later is kept.
  void end_write(const WriteBatch& batch);

  /// In use now.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Entry {
    Bytes key;
    std::optional<Bytes> value;
    [[nodiscard]] std::size_t cost() const noexcept;
    void set(std::optional<ByteView> bytes);
  };
  /// Most recently used first.
  using Entries = std::list<Entry>;
  struct Shard {
    mutable Mutex mutex;
    Entries entries GUARDED_BY(mutex);
    /// Keys are views of those in `entries`.
    std::unordered_map<std::string_view, Entries::iterator> places GUARDED_BY(mutex);
    std::size_t bytes GUARDED_BY(mutex) = 0;
  };
  static constexpr std::size_t kShards = 16;

  [[nodiscard]] Shard& shard_of(ByteView key) noexcept;
  void put(Shard& shard, ByteView key, std::optional<ByteView> value) REQUIRES_LOCK(shard.mutex);
  static void drop(Shard& shard, Entries::iterator place) REQUIRES_LOCK(shard.mutex);

  std::size_t shard_bytes_max_;
  std::array<Shard, kShards> shards_;
  /// Odd during a write.
  std::atomic<std::uint64_t> phase_ = 0;
};

}  // namespace datapact::store
