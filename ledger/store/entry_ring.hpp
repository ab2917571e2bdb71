#pragma once
// A bounded map of byte strings whose entries lie one behind another in a ring of bytes: a new one
// overwrites those that were put longest ago, and nothing is allocated for one alone. An entry that
// is found in the older half moves to the young end, so that what is in use stays.
#include "base/bytes.hpp"
#include "ledger/store/big_pages.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace datapact::store {

/// Thread contract: one thread at a time.
class EntryRing {
 public:
  EntryRing() = default;
  /// Of the ring and its table, which are allocated with the first entry.
  explicit EntryRing(std::size_t bytes_max) noexcept;

  /// Borrows the key.
  struct Key {
    explicit Key(ByteView key) noexcept : bytes(key), hash(hash_of(key)) {}
    ByteView bytes;
    std::uint64_t hash;
  };
  struct Entry {
    Key key;
    /// Nothing: there is no value.
    std::optional<ByteView> value;
  };
  struct Found {
    /// Nothing: the entry says that there is no value. Valid until the next call.
    std::optional<ByteView> value;
  };
  /// Nothing when no entry has the key.
  [[nodiscard]] std::optional<Found> find(const Key& key);
  /// Inserts or replaces. An entry that is too large for the ring is not kept.
  void put(const Entry& entry);
  /// The same for each of them, in their order. They wait for memory together instead of one after
  /// another.
  void put_all(std::span<const Entry> entries);

  /// Of the entries that can be found.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] static std::uint64_t hash_of(ByteView key) noexcept;

 private:
  /// In the ring before the key and the value.
  struct Header {
    /// Of the whole entry, with what fills it up to a multiple of kUnit.
    std::uint32_t size = 0;
    std::uint32_t key_bytes = 0;
    std::uint32_t value_bytes = 0;
    std::uint32_t tag = 0;
  };
  /// Entries begin at multiples of it.
  static constexpr std::size_t kUnit = sizeof(Header);

  /// Of the table: open addressing, linear probing. `unit` is the place in the ring plus one, zero
  /// for a free slot.
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t unit = 0;
  };

  [[nodiscard]] Header header_at(std::size_t place) const noexcept;
  void set_header(std::size_t place, const Header& header) noexcept;
  [[nodiscard]] ByteView key_at(std::size_t place, const Header& header) const noexcept;
  [[nodiscard]] std::optional<ByteView> value_at(std::size_t place,
                                                 const Header& header) const noexcept;
  /// Of the entry with that key, or the free one where it would be; nothing when there is neither
  /// near the place that its hash asks for.
  [[nodiscard]] std::optional<std::size_t> slot_of(const Key& key) const noexcept;
  [[nodiscard]] std::size_t slot_at(std::size_t place, std::uint32_t tag) const noexcept;
  void release(std::size_t slot) noexcept;
  void bury(std::size_t place) noexcept;
  void forget(std::size_t slot) noexcept;
  void evict_oldest() noexcept;
  [[nodiscard]] std::size_t make_room(std::size_t size) noexcept;
  void append_entry(const Entry& entry);
  void overwrite(std::size_t place, Header header, std::optional<ByteView> value) noexcept;
  [[nodiscard]] bool is_old(std::size_t place) const noexcept;
  void grow_table();
  void fetch_slot(const Key& key) const noexcept;
  void fetch_entry(const Key& key) const noexcept;

  /// Of a small ring only what is in use takes memory.
  using RingPages = BigPages<std::uint8_t, kBigPageBytes>;
  std::size_t ring_bytes_ = 0;
  std::size_t entries_max_ = 0;
  std::unique_ptr<std::uint8_t[], FreeBigPages<RingPages>> ring_;
  std::vector<Slot, BigPages<Slot>> table_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
  // Where the oldest entry begins and where the next will; they only grow, and lie in the ring
  // modulo its size.
  std::uint64_t oldest_ = 0;
  std::uint64_t next_ = 0;
};

}  // namespace datapact::store
