#pragma once
// ECDSA over secp256k1 (SEC 2) with public-key recovery, as Ethereum signs. Every function is
// thread-safe.
#include "base/types.hpp"
#include "crypto/constant_time.hpp"  // IWYU pragma: export

#include <cstdint>
#include <optional>

namespace datapact::crypto {

/// A secret: `zeroise` it when done.
using PrivateKey = FixedBytes<struct PrivateKeyTag, 32>;
/// Uncompressed: x then y, without the 0x04 prefix.
using PublicKey = FixedBytes<struct PublicKeyTag, 64>;
/// r, s, v as 65 bytes.
using SignatureBytes = FixedBytes<struct SignatureBytesTag, 65>;

struct Signature {
  uint256 r;
  uint256 s;
  /// 0 or 1: whether the nonce point's y is odd.
  std::uint8_t y_parity = 0;

  friend bool operator==(const Signature&, const Signature&) noexcept = default;
};

/// The order of the group.
inline constexpr uint256 kSecp256k1Order{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
                                         0xffffffffffffffff};
inline constexpr uint256 kSecp256k1HalfOrder = kSecp256k1Order >> 1;

// Overloads join the byte string's own instead of hiding it in this namespace.
using datapact::to_bytes;

/// v = y_parity (typed transactions, block seals).
[[nodiscard]] SignatureBytes to_bytes(const Signature& signature) noexcept;
/// v = 27 + y_parity (EIP-191, EIP-712, ecrecover).
[[nodiscard]] SignatureBytes to_bytes_v27(const Signature& signature) noexcept;
/// Nothing unless 65 bytes long with v 0 or 1; r and s are not judged here.
[[nodiscard]] std::optional<Signature> signature_from_bytes(ByteView bytes) noexcept;
/// Nothing unless 65 bytes long with v 27 or 28; r and s are not judged here.
[[nodiscard]] std::optional<Signature> signature_from_bytes_v27(ByteView bytes) noexcept;

/// EIP-2: s at most half the order. Does not look at r.
[[nodiscard]] bool is_low_s(const Signature& signature) noexcept;

/// Whether the key is in [1, order).
[[nodiscard]] bool is_valid(const PrivateKey& key) noexcept;
/// The key must be valid. Deterministic (RFC 6979 with SHA-256), low s. Constant time in the key.
[[nodiscard]] Signature sign(const Hash256& hash, const PrivateKey& key);
/// The key must be valid. Constant time in the key.
[[nodiscard]] PublicKey public_key(const PrivateKey& key);

/// The signer's key; nothing when r or s is outside [1, order), y_parity is above 1 or no such
/// point exists. Accepts high s, as precompile 0x01 must; callers that need EIP-2 ask is_low_s.
[[nodiscard]] std::optional<PublicKey> recover(const Hash256& hash, const Signature& signature);
[[nodiscard]] std::optional<Address> recover_address(const Hash256& hash,
                                                     const Signature& signature);

/// The low 20 bytes of the key's Keccak-256.
[[nodiscard]] Address address_of(const PublicKey& key) noexcept;
/// The key must be valid.
[[nodiscard]] Address address_of(const PrivateKey& key);

/// Whether the point lies on the curve with coordinates below the field prime.
[[nodiscard]] bool is_on_curve(const PublicKey& key) noexcept;
/// SEC 1 compressed form, 33 bytes with prefix 0x02 or 0x03.
[[nodiscard]] Bytes compress(const PublicKey& key);
/// From 33 or 65 bytes (SEC 1); nothing when they are no point of the curve.
[[nodiscard]] std::optional<PublicKey> decode_public_key(ByteView sec1);

}  // namespace datapact::crypto
