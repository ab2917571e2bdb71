#include "crypto/p256.hpp"

#include "base/types.hpp"
#include "base/uint256.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace datapact::crypto::p256 {
namespace {

constexpr uint256 kPrime{0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000,
                         0xffffffff00000001};
constexpr uint256 kOrder{0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff,
                         0xffffffff00000000};

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* pointer) const noexcept {
    kFree(pointer);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Point = std::unique_ptr<EC_POINT, Free<EC_POINT_free>>;
using Scratch = std::unique_ptr<BN_CTX, Free<BN_CTX_free>>;

const EC_GROUP* group() noexcept {
  static const EC_GROUP* const instance = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  return instance;
}

Number to_number(const uint256& value) {
  std::array<std::uint8_t, 32> bytes{};
  value.store_be(bytes.data());
  return Number{BN_bin2bn(bytes.data(), 32, nullptr)};
}

uint256 to_word(const BIGNUM* number) {
  std::array<std::uint8_t, 32> bytes{};
  BN_bn2binpad(number, bytes.data(), 32);
  return uint256::load_be(bytes.data());
}

bool is_scalar(const uint256& value) noexcept { return !value.is_zero() && value < kOrder; }

/// The x coordinate of u1 * G + u2 * Q modulo the order; nothing at infinity.
std::optional<uint256> combined_x(const PublicKey& key, const BIGNUM* u1, const BIGNUM* u2,
                                  BN_CTX* scratch) {
  const Point point{EC_POINT_new(group())};
  const Number x = to_number(key.x);
  const Number y = to_number(key.y);
  // Refuses points that are not on the curve.
  if (EC_POINT_set_affine_coordinates(group(), point.get(), x.get(), y.get(), scratch) != 1) {
    return std::nullopt;
  }
  if (EC_POINT_mul(group(), point.get(), u1, point.get(), u2, scratch) != 1) return std::nullopt;
  if (EC_POINT_is_at_infinity(group(), point.get()) == 1) return std::nullopt;
  if (EC_POINT_get_affine_coordinates(group(), point.get(), x.get(), nullptr, scratch) != 1) {
    return std::nullopt;
  }
  return to_word(x.get()) % kOrder;
}

}  // namespace

// OpenSSL's own ECDSA interface wants DER and a key object for each call, which costs more than the
// verification's arithmetic saves; the curve arithmetic below is its constant P-256 code.
bool verify(const Hash256& hash, const Signature& signature, const PublicKey& key) {
  if (!is_scalar(signature.r) || !is_scalar(signature.s)) return false;
  if (key.x >= kPrime || key.y >= kPrime) return false;
  const Scratch scratch{BN_CTX_new()};
  const Number s = to_number(signature.s);
  const Number order = to_number(kOrder);
  if (BN_mod_inverse(s.get(), s.get(), order.get(), scratch.get()) == nullptr) return false;
  const uint256 inverse = to_word(s.get());
  const Number u1 = to_number(mul_mod(to_uint256(hash), inverse, kOrder));
  const Number u2 = to_number(mul_mod(signature.r, inverse, kOrder));
  return combined_x(key, u1.get(), u2.get(), scratch.get()) == signature.r;
}

}  // namespace datapact::crypto::p256
