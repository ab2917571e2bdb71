#include "ledger/store/keys.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/state/node_source.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::store::keys {

Bytes meta(std::string_view name) { return by_hash(kMeta, as_bytes(name)); }

Bytes at_height(std::uint8_t table, Height height) {
  Bytes key{table};
  append_be(key, height.raw());
  return key;
}

Bytes by_hash(std::uint8_t table, ByteView hash) {
  Bytes key;
  key.reserve(1 + hash.size());
  key.push_back(table);
  append(key, hash);
  return key;
}

Bytes account(const Address& address) { return by_hash(kAccountLatest, address.view()); }

Bytes storage_prefix(const Address& address) { return by_hash(kStorageLatest, address.view()); }

Bytes storage(const Address& address, const uint256& slot) {
  Bytes key;
  key.reserve(1 + Address::kSize + Hash256::kSize);
  key.push_back(kStorageLatest);
  append(key, address.view());
  append(key, to_hash256(slot).view());
  return key;
}

Bytes node(const state::NodePath& path) {
  Bytes key;
  assign_node(key, path.owner, path.nibbles);
  return key;
}

void assign_node(Bytes& key, const Hash256& owner, ByteView nibbles) {
  key.clear();
  key.reserve(1 + Hash256::kSize + nibbles.size());
  key.push_back(kNodeLatest);
  append(key, owner.view());
  append(key, nibbles);
}

Bytes versioned_prefix(ByteView latest_key) {
  Bytes key = to_bytes(latest_key);
  key[0] = versioned(key[0]);
  return key;
}

Bytes versioned_key(ByteView latest_key, Height height) {
  Bytes key = versioned_prefix(latest_key);
  append_be(key, static_cast<std::uint64_t>(~height.raw()));
  return key;
}

}  // namespace datapact::store::keys
