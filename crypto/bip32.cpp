#include "crypto/bip32.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"
#include "base/types.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/secp256k1.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <secp256k1.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace datapact::crypto {
namespace {

constexpr std::size_t kDepthMax = 255;

/// Left half: a key or what is added to one; right half: the chain code.
using Halves = FixedBytes<struct HalvesTag, 64>;

Halves hmac_sha512(ByteView key, ByteView message) {
  Halves out;
  unsigned size = Halves::kSize;
  const auto* done = HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()), message.data(),
                          message.size(), out.data(), &size);
  INVARIANT(done != nullptr);
  return out;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  const bool is_hardened = text.ends_with('\'') || text.ends_with('h');
  if (is_hardened) text.remove_suffix(1);
  std::uint32_t number = 0;
  const char* first = text.data();
  const char* last = first + text.size();
  const auto parsed = std::from_chars(first, last, number);
  if (parsed.ec != std::errc{} || parsed.ptr != last || number >= kHardened) return std::nullopt;
  return is_hardened ? number + kHardened : number;
}

}  // namespace

std::optional<PrivateKey> add_to_key(const PrivateKey& key, const PrivateKey& addend) {
  PRECONDITION(is_valid(key));
  PrivateKey sum = key;
  // The sum needs no tables, which only other contexts have.
  if (secp256k1_ec_seckey_tweak_add(secp256k1_context_static, sum.data(), addend.data()) != 1)
    return std::nullopt;
  return sum;
}

KeyPath ethereum_path(std::uint32_t index) {
  PRECONDITION(index < kHardened);
  return {44 + kHardened, 60 + kHardened, kHardened, 0, index};
}

std::optional<KeyPath> parse_key_path(std::string_view text) {
  if (text.substr(0, text.find('/')) != "m") return std::nullopt;
  text.remove_prefix(1);
  KeyPath out;
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto end = std::min(text.find('/'), text.size());
    const auto number = parse_number(text.substr(0, end));
    if (!number || out.size() == kDepthMax) return std::nullopt;
    out.push_back(*number);
    text.remove_prefix(end);
  }
  return out;
}

std::string to_string(const KeyPath& path) {
  std::string out = "m";
  for (const auto number : path) {
    out += "/" + std::to_string(number & ~kHardened);
    if (number >= kHardened) out += "'";
  }
  return out;
}

ExtendedKey::~ExtendedKey() {
  zeroise(key_);
  zeroise(chain_code_);
}

std::optional<ExtendedKey> ExtendedKey::master(ByteView seed) {
  PRECONDITION(seed.size() >= 16);
  PRECONDITION(seed.size() <= 64);
  Halves halves = hmac_sha512(as_bytes("Bitcoin seed"), seed);
  ExtendedKey out(PrivateKey::from(halves.view().first(32)),
                  Hash256::from(halves.view().subspan(32)));
  zeroise(halves);
  if (!is_valid(out.key_)) return std::nullopt;
  return out;
}

std::optional<ExtendedKey> ExtendedKey::child(std::uint32_t number) const {
  Bytes message;
  if (number >= kHardened) {
    message.push_back(0);
    append(message, key_.view());
  } else {
    message = compress(public_key(key_));
  }
  append_be(message, number);
  Halves halves = hmac_sha512(chain_code_.view(), message);
  zeroise(message);
  const auto key = add_to_key(key_, PrivateKey::from(halves.view().first(32)));
  const Hash256 chain_code = Hash256::from(halves.view().subspan(32));
  zeroise(halves);
  if (!key) return std::nullopt;
  return ExtendedKey(*key, chain_code);
}

std::optional<PrivateKey> derive_key(ByteView seed, const KeyPath& path) {
  auto key = ExtendedKey::master(seed);
  for (const auto number : path) {
    if (!key) return std::nullopt;
    key = key->child(number);
  }
  if (!key) return std::nullopt;
  return key->key();
}

}  // namespace datapact::crypto
