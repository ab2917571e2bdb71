#pragma once
// The keys of the ledger's tables (docs/formats/store.md). On disk: never renumber.
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/state/node_source.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::store::keys {

inline constexpr std::uint8_t kMeta = 'm';
inline constexpr std::uint8_t kHeader = 'h';
inline constexpr std::uint8_t kHeightOfHash = 'H';
inline constexpr std::uint8_t kBlock = 'b';
inline constexpr std::uint8_t kReceipts = 'r';
inline constexpr std::uint8_t kTxn = 't';
inline constexpr std::uint8_t kCode = 'c';
inline constexpr std::uint8_t kWritten = 'w';
/// State tables: upper case holds the latest value behind its height, lower case every version.
inline constexpr std::uint8_t kAccountLatest = 'A';
inline constexpr std::uint8_t kStorageLatest = 'S';
inline constexpr std::uint8_t kNodeLatest = 'N';

/// The versioned table of a latest one.
[[nodiscard]] constexpr std::uint8_t versioned(std::uint8_t latest) noexcept {
  return static_cast<std::uint8_t>(latest | 0x20);
}
static_assert(versioned(kAccountLatest) == 'a' && versioned(kNodeLatest) == 'n');

[[nodiscard]] Bytes meta(std::string_view name);
[[nodiscard]] Bytes at_height(std::uint8_t table, Height height);
[[nodiscard]] Bytes by_hash(std::uint8_t table, ByteView hash);

/// Keys in a latest table.
[[nodiscard]] Bytes account(const Address& address);
[[nodiscard]] Bytes storage(const Address& address, const uint256& slot);
/// Every slot of the account starts with it.
[[nodiscard]] Bytes storage_prefix(const Address& address);
[[nodiscard]] Bytes node(const state::NodePath& path);
/// The same in the place of what `key` has.
void assign_node(Bytes& key, const Hash256& owner, ByteView nibbles);

/// latest key -> its place in the versioned table, without a height.
[[nodiscard]] Bytes versioned_prefix(ByteView latest_key);
/// prefix | ~height: newer versions come first.
[[nodiscard]] Bytes versioned_key(ByteView latest_key, Height height);

}  // namespace datapact::store::keys
