#include "crypto/keystore.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/aes.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"

#include <cryptopp/scrypt.h>
#include <openssl/evp.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::crypto {
namespace {

/// The first half encrypts, the second authenticates.
using DerivedKey = FixedBytes<struct DerivedKeyTag, 32>;
template <class T>
using Read = Result<T, KeystoreError>;

constexpr std::string_view kCipher = "aes-128-ctr";
/// scrypt takes 128 * n * r bytes: 512 MiB.
constexpr std::uint64_t kScryptMemoryMax = std::uint64_t{1} << 22;
/// n * r * p: some seconds.
constexpr std::uint64_t kScryptWorkMax = std::uint64_t{1} << 24;
constexpr std::uint64_t kPbkdf2RoundsMax = 10'000'000;
/// Longer ones are no salt but an attempt to keep us busy.
constexpr std::size_t kSaltMax = 1024;

Read<const json::Value*> member(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  if (found == nullptr) return fail(KeystoreError::kMalformed);
  return found;
}

Read<std::string_view> text(const json::Value& object, std::string_view name) {
  TRY(const json::Value* value, member(object, name));
  if (value->as_string() == nullptr) return fail(KeystoreError::kMalformed);
  return std::string_view{*value->as_string()};
}

Read<std::uint64_t> number(const json::Value& object, std::string_view name) {
  TRY(const json::Value* value, member(object, name));
  const auto out = value->as_u64();
  if (!out) return fail(KeystoreError::kMalformed);
  return *out;
}

Read<Bytes> hex(const json::Value& object, std::string_view name) {
  TRY(const std::string_view digits, text(object, name));
  auto out = from_hex(digits);
  if (!out) return fail(KeystoreError::kMalformed);
  return std::move(*out);
}

template <class Fixed>
Read<Fixed> fixed(const json::Value& object, std::string_view name) {
  TRY(const Bytes bytes, hex(object, name));
  if (bytes.size() != Fixed::kSize) return fail(KeystoreError::kMalformed);
  return Fixed::from(bytes);
}

DerivedKey scrypt(std::string_view password, ByteView salt, const ScryptParams& params) {
  DerivedKey out;
  // OpenSSL 3.0 refuses legal parameters with a small r, which files in the wild have.
  const CryptoPP::Scrypt kdf;
  kdf.DeriveKey(out.data(), DerivedKey::kSize, as_bytes(password).data(), password.size(),
                salt.data(), salt.size(), params.n, params.r, params.p);
  return out;
}

Read<DerivedKey> derive_scrypt(const json::Value& params, std::string_view password) {
  TRY(const Bytes salt, hex(params, "salt"));
  TRY(const std::uint64_t n, number(params, "n"));
  TRY(const std::uint64_t r, number(params, "r"));
  TRY(const std::uint64_t p, number(params, "p"));
  const ScryptParams scrypt_params{n, r, p};
  if (!is_acceptable(scrypt_params) || salt.size() > kSaltMax) {
    return fail(KeystoreError::kExcessiveParameters);
  }
  return scrypt(password, salt, scrypt_params);
}

Read<DerivedKey> derive_pbkdf2(const json::Value& params, std::string_view password) {
  TRY(const std::string_view prf, text(params, "prf"));
  if (prf != "hmac-sha256") return fail(KeystoreError::kUnsupportedKdf);
  TRY(const Bytes salt, hex(params, "salt"));
  TRY(const std::uint64_t rounds, number(params, "c"));
  if (rounds == 0 || rounds > kPbkdf2RoundsMax || salt.size() > kSaltMax) {
    return fail(KeystoreError::kExcessiveParameters);
  }
  DerivedKey out;
  const int derived =
      PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(rounds), EVP_sha256(),
                        static_cast<int>(DerivedKey::kSize), out.data());
  INVARIANT(derived == 1);
  return out;
}

Read<DerivedKey> derive(const json::Value& crypto, std::string_view password) {
  TRY(const std::string_view kdf, text(crypto, "kdf"));
  if (kdf != "scrypt" && kdf != "pbkdf2") return fail(KeystoreError::kUnsupportedKdf);
  TRY(const json::Value* params, member(crypto, "kdfparams"));
  TRY(const std::uint64_t length, number(*params, "dklen"));
  if (length != DerivedKey::kSize) return fail(KeystoreError::kUnsupportedKdf);
  return kdf == "scrypt" ? derive_scrypt(*params, password) : derive_pbkdf2(*params, password);
}

Hash256 authentication_code(const DerivedKey& derived, ByteView ciphertext) noexcept {
  return Keccak256{}.update(derived.view().subspan(16)).update(ciphertext).finish();
}

Aes128Key cipher_key(const DerivedKey& derived) {
  return Aes128Key::from(derived.view().first(Aes128Key::kSize));
}

/// RFC 4122, version 4.
std::string random_id(RandomSource& random) {
  auto bytes = random_fixed<FixedBytes<struct IdTag, 16>>(random).raw();
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  const std::string digits = to_hex(bytes);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

/// The address is optional in a file; one that is there must be the key's.
bool matches_address(const json::Value& file, const PrivateKey& key) {
  const json::Value* stated = file.find("address");
  if (stated == nullptr) return true;
  if (stated->as_string() == nullptr) return false;
  return fixed_from_hex<Address>(*stated->as_string()) == address_of(key);
}

}  // namespace

std::string_view to_string(KeystoreError error) noexcept {
  switch (error) {
    case KeystoreError::kMalformed:
      return "the key file is malformed";
    case KeystoreError::kUnsupportedVersion:
      return "the key file is not of version 3";
    case KeystoreError::kUnsupportedCipher:
      return "the key file's cipher is not aes-128-ctr";
    case KeystoreError::kUnsupportedKdf:
      return "the key file's key derivation is not supported";
    case KeystoreError::kExcessiveParameters:
      return "the key file asks for an unreasonable key derivation";
    case KeystoreError::kWrongPassword:
      return "wrong password";
    case KeystoreError::kInvalidKey:
      return "the key file does not hold a valid key for its address";
  }
  return "unknown key file error";
}

bool is_acceptable(const ScryptParams& params) noexcept {
  if (params.n < 2 || !std::has_single_bit(params.n)) return false;
  if (params.n > kScryptMemoryMax) return false;
  if (params.r == 0 || params.r > kScryptMemoryMax / params.n) return false;
  return params.p != 0 && params.p <= kScryptWorkMax / (params.n * params.r);
}

json::Value encrypt_keystore(const PrivateKey& key, std::string_view password,
                             const ScryptParams& params, RandomSource& random) {
  PRECONDITION(is_valid(key));
  PRECONDITION(is_acceptable(params));
  const auto salt = random_fixed<FixedBytes<struct SaltTag, 32>>(random);
  const auto counter = random_fixed<AesCounter>(random);
  DerivedKey derived = scrypt(password, salt.view(), params);
  const Bytes ciphertext = aes128_ctr(cipher_key(derived), counter, key.view());
  const Hash256 mac = authentication_code(derived, ciphertext);
  zeroise(derived);

  const auto kdf_params = json::Value::object({{"dklen", std::uint64_t{DerivedKey::kSize}},
                                               {"n", params.n},
                                               {"p", params.p},
                                               {"r", params.r},
                                               {"salt", to_hex(salt.view())}});
  const auto crypto =
      json::Value::object({{"cipher", kCipher},
                           {"ciphertext", to_hex(ciphertext)},
                           {"cipherparams", json::Value::object({{"iv", to_hex(counter.view())}})},
                           {"kdf", "scrypt"},
                           {"kdfparams", kdf_params},
                           {"mac", to_hex(mac.view())}});
  return json::Value::object({{"version", 3},
                              {"id", random_id(random)},
                              {"address", to_hex(address_of(key).view())},
                              {"crypto", crypto}});
}

Result<PrivateKey, KeystoreError> decrypt_keystore(const json::Value& file,
                                                   std::string_view password) {
  TRY(const std::uint64_t version, number(file, "version"));
  if (version != 3) return fail(KeystoreError::kUnsupportedVersion);
  // Some clients, ethers among them, begin the name with a capital letter.
  const bool has_capital = file.find("crypto") == nullptr && file.find("Crypto") != nullptr;
  TRY(const json::Value* crypto, member(file, has_capital ? "Crypto" : "crypto"));
  TRY(const std::string_view cipher, text(*crypto, "cipher"));
  if (cipher != kCipher) return fail(KeystoreError::kUnsupportedCipher);
  TRY(const json::Value* cipher_params, member(*crypto, "cipherparams"));
  TRY(const AesCounter counter, fixed<AesCounter>(*cipher_params, "iv"));
  TRY(const auto ciphertext, fixed<PrivateKey>(*crypto, "ciphertext"));
  TRY(const Hash256 mac, fixed<Hash256>(*crypto, "mac"));
  TRY(DerivedKey derived, derive(*crypto, password));
  if (!equal_constant_time(authentication_code(derived, ciphertext.view()).view(), mac.view())) {
    return fail(KeystoreError::kWrongPassword);
  }
  Bytes plain = aes128_ctr(cipher_key(derived), counter, ciphertext.view());
  const auto key = PrivateKey::from(plain);
  zeroise(plain);
  zeroise(derived);
  if (!is_valid(key) || !matches_address(file, key)) return fail(KeystoreError::kInvalidKey);
  return key;
}

}  // namespace datapact::crypto
