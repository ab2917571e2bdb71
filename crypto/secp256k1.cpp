#include "crypto/secp256k1.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::crypto {
namespace {

constexpr std::uint8_t kUncompressed = 0x04;

// The context is read-only after creation, so that every thread may share it.
const secp256k1_context* context() noexcept {
  static const secp256k1_context* const instance = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
  return instance;
}

PublicKey serialize(const secp256k1_pubkey& key) noexcept {
  std::uint8_t out[65];
  std::size_t size = sizeof out;
  secp256k1_ec_pubkey_serialize(context(), out, &size, &key, SECP256K1_EC_UNCOMPRESSED);
  return PublicKey::from({out + 1, PublicKey::kSize});
}

bool parse(secp256k1_pubkey& out, const PublicKey& key) noexcept {
  std::uint8_t sec1[65];
  sec1[0] = kUncompressed;
  std::ranges::copy(key.raw(), sec1 + 1);
  return secp256k1_ec_pubkey_parse(context(), &out, sec1, sizeof sec1) == 1;
}

SignatureBytes encode(const Signature& signature, std::uint8_t v) noexcept {
  SignatureBytes out;
  signature.r.store_be(out.data());
  signature.s.store_be(out.data() + 32);
  out.raw()[64] = v;
  return out;
}

std::optional<Signature> decode(ByteView bytes, std::uint8_t v_base) noexcept {
  if (bytes.size() != SignatureBytes::kSize) return std::nullopt;
  if (bytes[64] < v_base || bytes[64] > v_base + 1) return std::nullopt;
  return Signature{uint256::load_be(bytes.data()), uint256::load_be(bytes.data() + 32),
                   static_cast<std::uint8_t>(bytes[64] - v_base)};
}

}  // namespace

SignatureBytes to_bytes(const Signature& signature) noexcept {
  return encode(signature, signature.y_parity);
}
SignatureBytes to_bytes_v27(const Signature& signature) noexcept {
  return encode(signature, static_cast<std::uint8_t>(27 + signature.y_parity));
}
std::optional<Signature> signature_from_bytes(ByteView bytes) noexcept { return decode(bytes, 0); }
std::optional<Signature> signature_from_bytes_v27(ByteView bytes) noexcept {
  return decode(bytes, 27);
}

bool is_low_s(const Signature& signature) noexcept { return signature.s <= kSecp256k1HalfOrder; }

bool is_valid(const PrivateKey& key) noexcept {
  return secp256k1_ec_seckey_verify(context(), key.data()) == 1;
}

Signature sign(const Hash256& hash, const PrivateKey& key) {
  secp256k1_ecdsa_recoverable_signature signature;
  const int signed_ok = secp256k1_ecdsa_sign_recoverable(
      context(), &signature, hash.data(), key.data(), secp256k1_nonce_function_rfc6979, nullptr);
  PRECONDITION(signed_ok == 1);
  std::uint8_t compact[64];
  int recovery_id = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), compact, &recovery_id,
                                                          &signature);
  // Ids 2 and 3 say that r wrapped around the order, which has probability 2^-127.
  INVARIANT(recovery_id < 2);
  return {uint256::load_be(compact), uint256::load_be(compact + 32),
          static_cast<std::uint8_t>(recovery_id)};
}

PublicKey public_key(const PrivateKey& key) {
  secp256k1_pubkey out;
  const int created = secp256k1_ec_pubkey_create(context(), &out, key.data());
  PRECONDITION(created == 1);
  return serialize(out);
}

std::optional<PublicKey> recover(const Hash256& hash, const Signature& signature) {
  if (signature.y_parity > 1) return std::nullopt;
  const SignatureBytes compact = to_bytes(signature);
  secp256k1_ecdsa_recoverable_signature parsed;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, compact.data(),
                                                          signature.y_parity) != 1) {
    return std::nullopt;
  }
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(context(), &key, &parsed, hash.data()) != 1) return std::nullopt;
  return serialize(key);
}

std::optional<Address> recover_address(const Hash256& hash, const Signature& signature) {
  const auto key = recover(hash, signature);
  if (!key) return std::nullopt;
  return address_of(*key);
}

Address address_of(const PublicKey& key) noexcept {
  return Address::from(keccak256(key.view()).view().subspan(12));
}
Address address_of(const PrivateKey& key) { return address_of(public_key(key)); }

bool is_on_curve(const PublicKey& key) noexcept {
  secp256k1_pubkey parsed;
  return parse(parsed, key);
}

Bytes compress(const PublicKey& key) {
  Bytes out(33);
  out[0] = (key.raw()[63] & 1) != 0 ? 0x03 : 0x02;
  std::copy_n(key.data(), 32, out.begin() + 1);
  return out;
}

std::optional<PublicKey> decode_public_key(ByteView sec1) {
  secp256k1_pubkey parsed;
  // The library also knows the hybrid prefixes 0x06 and 0x07, which no one here writes.
  if (sec1.size() == 65 && sec1[0] != kUncompressed) return std::nullopt;
  if (secp256k1_ec_pubkey_parse(context(), &parsed, sec1.data(), sec1.size()) != 1) {
    return std::nullopt;
  }
  return serialize(parsed);
}

}  // namespace datapact::crypto
