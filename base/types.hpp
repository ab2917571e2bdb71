#pragma once
// The vocabulary of the whole house. Mixing two of these does not compile.
#include "base/fixed_bytes.hpp"  // IWYU pragma: export
#include "base/quantity.hpp"     // IWYU pragma: export
#include "base/uint256.hpp"      // IWYU pragma: export

#include <chrono>
#include <cstdint>

namespace datapact {

using Address = FixedBytes<struct AddressTag, 20>;
/// A 32-byte digest or storage word without a narrower meaning (state root, code hash, topic,
/// Merkle node).
using Hash256 = FixedBytes<struct Hash256Tag, 32>;
/// Hash of a block header (H_chain in the consortium profile).
using BlockHash = FixedBytes<struct BlockHashTag, 32>;
using TxnHash = FixedBytes<struct TxnHashTag, 32>;

using Height = Quantity<struct HeightTag, std::uint64_t>;
using Round = Quantity<struct RoundTag, std::uint32_t>;
using ChainId = Quantity<struct ChainIdTag, std::uint64_t>;
using Nonce = Quantity<struct NonceTag, std::uint64_t>;
using Gas = Quantity<struct GasTag, std::uint64_t>;
using Wei = Quantity<struct WeiTag, uint256>;

/// Milliseconds since the Unix epoch, UTC.
using UnixMillis = std::chrono::duration<std::int64_t, std::milli>;

[[nodiscard]] inline Hash256 to_hash256(const uint256& value) noexcept {
  Hash256 out;
  value.store_be(out.data());
  return out;
}
[[nodiscard]] inline uint256 to_uint256(const Hash256& hash) noexcept {
  return uint256::load_be(hash.data());
}
/// The address in the low 20 bytes of a word (Yellow Paper: addresses on the stack).
[[nodiscard]] inline Address to_address(const uint256& word) noexcept {
  const Hash256 bytes = to_hash256(word);
  return Address::from(bytes.view().subspan(12));
}
[[nodiscard]] inline uint256 to_uint256(const Address& address) noexcept {
  return uint256::from_be(address.view());
}

}  // namespace datapact
