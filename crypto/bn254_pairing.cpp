#include "crypto/bn254_pairing.hpp"

#include "base/bytes.hpp"
#include "crypto/bn254.hpp"
#include "crypto/bn254_curve.hpp"
#include "crypto/bn254_engine.hpp"
#include "crypto/bn254_tower.hpp"
#include "crypto/montgomery.hpp"
#include "crypto/montgomery_adx.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace datapact::crypto::bn254 {
namespace {

using crypto::detail::Multiplier;
template <Multiplier kMultiplier>
using Field = crypto::detail::Residue<kFieldPrime, kMultiplier>;

template <Multiplier kMultiplier>
bool is_of_g2(const G2& point) noexcept {
  using F = Field<kMultiplier>;
  using Fp2 = detail::Fp2<F>;
  const Fp2 x{F::from(point.x.real), F::from(point.x.imaginary)};
  const Fp2 y{F::from(point.y.real), F::from(point.y.imaginary)};
  if (y.squared() != x.squared() * x + detail::kTwistB<F>) return false;
  return detail::is_in_subgroup<F>({x, y, Fp2::one()});
}

template <Multiplier kMultiplier>
bool is_product_one(std::span<const PointPair> pairs) {
  using F = Field<kMultiplier>;
  return detail::final_exponentiation(detail::miller_loop<F>(pairs)) == detail::Fp12<F>::one();
}

bool is_below_prime(const Quadratic& value) noexcept {
  return value.real < kFieldPrime && value.imaginary < kFieldPrime;
}

Quadratic load(const std::uint8_t* in) noexcept {
  return {.real = uint256::load_be(in + 32), .imaginary = uint256::load_be(in)};
}

}  // namespace

std::optional<G2> decode_g2(ByteView bytes) noexcept {
  if (bytes.size() != 128) return std::nullopt;
  const G2 point{.x = load(bytes.data()), .y = load(bytes.data() + 64)};
  if (!is_below_prime(point.x) || !is_below_prime(point.y)) return std::nullopt;
  if (point.is_infinity()) return point;
#if defined(__x86_64__)
  const bool is_member = crypto::detail::has_adx() ? is_of_g2<Multiplier::kAdx>(point)
                                                   : is_of_g2<Multiplier::kPortable>(point);
#else
  const bool is_member = is_of_g2<Multiplier::kPortable>(point);
#endif
  if (!is_member) return std::nullopt;
  return point;
}

std::array<std::uint8_t, 128> encode(const G2& point) noexcept {
  std::array<std::uint8_t, 128> out{};
  point.x.imaginary.store_be(out.data());
  point.x.real.store_be(out.data() + 32);
  point.y.imaginary.store_be(out.data() + 64);
  point.y.real.store_be(out.data() + 96);
  return out;
}

bool pairing_product_is_one(std::span<const PointPair> pairs) {
#if defined(__x86_64__)
  if (crypto::detail::has_adx()) return is_product_one<Multiplier::kAdx>(pairs);
#endif
  return is_product_one<Multiplier::kPortable>(pairs);
}

}  // namespace datapact::crypto::bn254
