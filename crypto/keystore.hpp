#pragma once
// Web3 secret storage, version 3: a private key under a password as JSON. Reads scrypt and PBKDF2
// files with AES-128-CTR, writes scrypt. Thread-safe.
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "crypto/secp256k1.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::crypto {

enum class KeystoreError : std::uint8_t {
  kMalformed,            ///< a member is missing, of another kind, or not hexadecimal
  kUnsupportedVersion,   ///< not version 3
  kUnsupportedCipher,    ///< not aes-128-ctr
  kUnsupportedKdf,       ///< neither scrypt nor pbkdf2 with hmac-sha256
  kExcessiveParameters,  ///< would take more memory or time than a key file may ask for
  kWrongPassword,        ///< the message authentication code differs
  kInvalidKey,           ///< the decrypted key is not in [1, order), or is not the file's address
};
[[nodiscard]] std::string_view to_string(KeystoreError error) noexcept;

/// RFC 7914. The defaults are the usual ones of wallets: 256 MiB, about a second.
struct ScryptParams {
  std::uint64_t n = 262144;
  std::uint64_t r = 8;
  std::uint64_t p = 1;
};
/// 4 MiB and some 20 ms: for development networks and tests, where passwords protect nothing.
inline constexpr ScryptParams kLightScrypt{4096, 8, 1};

/// `n` a power of two above 1, and n * r and r * p within what decrypt accepts.
[[nodiscard]] bool is_acceptable(const ScryptParams& params) noexcept;

/// The key and the params must be valid. Draws salt, counter and id from `random`.
[[nodiscard]] json::Value encrypt_keystore(const PrivateKey& key, std::string_view password,
                                           const ScryptParams& params, RandomSource& random);
[[nodiscard]] Result<PrivateKey, KeystoreError> decrypt_keystore(const json::Value& file,
                                                                 std::string_view password);

}  // namespace datapact::crypto
