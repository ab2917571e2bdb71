#pragma once
// Hierarchical keys (BIP-32), private derivation only, and the paths of BIP-44. Thread-safe.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::crypto {

/// Added to the number of a child whose derivation takes the private key: 44' is 44 + this.
inline constexpr std::uint32_t kHardened = 0x8000'0000;

/// key + addend modulo the order; nothing when the addend is not below the order or the sum is
/// zero. The key must be valid. Constant time in both.
[[nodiscard]] std::optional<PrivateKey> add_to_key(const PrivateKey& key, const PrivateKey& addend);

/// Numbers of children from the master key down.
using KeyPath = std::vector<std::uint32_t>;

/// Where the accounts of Ethereum lie (BIP-44): m/44'/60'/0'/0/index. `index` is below kHardened.
[[nodiscard]] KeyPath ethereum_path(std::uint32_t index);
/// "m/44'/60'/0'/0/0", with h or ' for hardened; at most 255 children, as deep as BIP-32 goes.
/// Nothing for another text.
[[nodiscard]] std::optional<KeyPath> parse_key_path(std::string_view text);
[[nodiscard]] std::string to_string(const KeyPath& path);

/// A key that has children. Secret: the destructor wipes it.
class ExtendedKey {
 public:
  /// The master key of a seed of 16 to 64 bytes; nothing when the seed gives none, with a chance of
  /// 2^-127.
  [[nodiscard]] static std::optional<ExtendedKey> master(ByteView seed);
  /// Nothing when there is no such child, with a chance of 2^-127: BIP-32 says to take the next.
  [[nodiscard]] std::optional<ExtendedKey> child(std::uint32_t number) const;

  ~ExtendedKey();
  ExtendedKey(const ExtendedKey&) = default;
  ExtendedKey& operator=(const ExtendedKey&) = default;
  ExtendedKey(ExtendedKey&&) = default;
  ExtendedKey& operator=(ExtendedKey&&) = default;

  [[nodiscard]] const PrivateKey& key() const noexcept { return key_; }
  [[nodiscard]] const Hash256& chain_code() const noexcept { return chain_code_; }

 private:
  ExtendedKey(const PrivateKey& key, const Hash256& chain_code)
      : key_(key), chain_code_(chain_code) {}
  PrivateKey key_;
  Hash256 chain_code_;
};

/// The key at a path below the master key of `seed`; nothing when a step of it has none.
[[nodiscard]] std::optional<PrivateKey> derive_key(ByteView seed, const KeyPath& path);

}  // namespace datapact::crypto
