#include "crypto/bn254_pairing.hpp"

#include "base/json.hpp"
#include "base/prng.hpp"
#include "crypto/bn254.hpp"
#include "crypto/bn254_engine.hpp"
#include "crypto/bn254_tower.hpp"
#include "crypto/montgomery.hpp"
#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace datapact::crypto::bn254 {
namespace {

using crypto::detail::Multiplier;
using Portable = crypto::detail::Residue<kFieldPrime>;

constexpr std::uint64_t kSeed = 0x197;
constexpr std::size_t kPairSize = 192;

/// EIP-197's generator of G2.
G2 generator_of_g2() {
  const auto word = [](const char* digits) { return *uint256::parse(digits); };
  return {{word("10857046999023057135944570762232829481370756359578518086990519993285655852781"),
           word("11559732032986387107991004021392285783925812861821192530917403151452391805634")},
          {word("8495653923123431417604973247489272438418190587263600148770280649306958101930"),
           word("4082367875863433681332203403145435568316851327593401208105741076214120093531")}};
}

/// Nothing when a point is refused.
std::optional<std::vector<PointPair>> decode_pairs(ByteView input) {
  std::vector<PointPair> out;
  for (; !input.empty(); input = input.subspan(kPairSize)) {
    const auto p = decode_g1(input.first(64));
    const auto q = decode_g2(input.subspan(64, 128));
    if (!p || !q) return std::nullopt;
    out.push_back({*p, *q});
  }
  return out;
}

/// In the words of the vectors.
std::string outcome_of(ByteView input) {
  const auto pairs = decode_pairs(input);
  if (!pairs) return "refused";
  return pairing_product_is_one(*pairs) ? "one" : "other";
}

uint256 random_word(Prng& prng) { return {prng.next(), prng.next(), prng.next(), prng.next()}; }

template <class F>
bool is_one_over(std::span<const PointPair> pairs) {
  return detail::final_exponentiation(detail::miller_loop<F>(pairs)) == detail::Fp12<F>::one();
}

/// A member of Fp12 with random parts.
template <class F>
detail::Fp12<F> random_member(Prng& prng) {
  const auto quadratic = [&] {
    return detail::Fp2<F>{F::from(random_word(prng)), F::from(random_word(prng))};
  };
  return {{quadratic(), quadratic(), quadratic()}, {quadratic(), quadratic(), quadratic()}};
}

}  // namespace

TEST_SUITE("crypto/bn254 pairing") {
  TEST_CASE("products and refusals are those of another implementation") {
    const auto cases = json::parse(
        testkit::read_text(DATAPACT_SOURCE_DIR "/tests/crypto/vectors/bn254-pairing.json"));
    REQUIRE(cases.has_value());
    CHECK(cases->as_array()->size() == 24);
    for (const json::Value& vector : *cases->as_array()) {
      CAPTURE(*vector.find("name")->as_string());
      const Bytes input = testkit::unhex(*vector.find("input")->as_string());
      CHECK(outcome_of(input) == *vector.find("expected")->as_string());
    }
  }

  TEST_CASE("a scalar moves from one side to the other") {
    const std::uint64_t seed = kSeed;
    CAPTURE(seed);
    Prng prng{seed};
    for (int i = 0; i < 4; ++i) {
      // e(aP, Q) * e(bP, Q) * e(-(a + b)P, Q) = 1, and not with another third scalar.
      const uint256 a = random_word(prng);
      const uint256 b = random_word(prng);
      const G2 q = generator_of_g2();
      std::vector<PointPair> pairs{{mul(generator(), a), q},
                                   {mul(generator(), b), q},
                                   {negate(mul(generator(), scalar_add(a, b))), q}};
      CHECK(pairing_product_is_one(pairs));
      pairs[2].p = add(pairs[2].p, generator());
      CHECK_FALSE(pairing_product_is_one(pairs));
    }
  }

  TEST_CASE("the product of no pairs is one") { CHECK(pairing_product_is_one({})); }

  TEST_CASE("the generator encodes and decodes, and every truncated prefix is refused") {
    const auto bytes = encode(generator_of_g2());
    CHECK(decode_g2(bytes) == generator_of_g2());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(decode_g2(ByteView{bytes}.first(size)).has_value());
    }
    CHECK_FALSE(decode_g2(Bytes(129)).has_value());
    CHECK(decode_g2(Bytes(128)) == G2{});
  }

  TEST_CASE("coordinates of the prime or more are refused, even where they are right modulo it") {
    const auto refused_with = [](auto&& change) {
      G2 point = generator_of_g2();
      change(point);
      return !decode_g2(encode(point)).has_value();
    };
    CHECK(refused_with([](G2& point) { point.x.real = point.x.real + kFieldPrime; }));
    CHECK(refused_with([](G2& point) { point.x.imaginary = point.x.imaginary + kFieldPrime; }));
    CHECK(refused_with([](G2& point) { point.y.real = point.y.real + kFieldPrime; }));
    CHECK(refused_with([](G2& point) { point.y.imaginary = point.y.imaginary + kFieldPrime; }));
    CHECK(refused_with([](G2& point) { point = {{kFieldPrime, {}}, {}}; }));
  }

  TEST_CASE("a point off the twist is refused") {
    G2 point = generator_of_g2();
    std::swap(point.y.real, point.y.imaginary);
    CHECK_FALSE(decode_g2(encode(point)).has_value());
    CHECK_FALSE(decode_g2(encode(G2{{uint256{1}, {}}, {uint256{2}, {}}})).has_value());
  }

  TEST_CASE("Frobenius is the power of the prime, and inverses are inverse") {
    using Fp12 = detail::Fp12<Portable>;
    const std::uint64_t seed = kSeed + 1;
    CAPTURE(seed);
    Prng prng{seed};
    const Fp12 base = random_member<Portable>(prng);
    Fp12 power = Fp12::one();
    for (unsigned bit = 254; bit-- > 0;) {
      power = power.squared();
      if (kFieldPrime.bit(bit)) power = power * base;
    }
    CHECK(power == base.frobenius());
    CHECK(base * base.inverse() == Fp12::one());
    CHECK(base.squared() == base * base);
    const Fp12 unitary = base.conjugate() * base.inverse();
    const Fp12 cyclotomic = unitary.frobenius().frobenius() * unitary;
    CHECK(cyclotomic.cyclotomic_squared() == cyclotomic.squared());
  }

#if defined(__x86_64__)
  TEST_CASE("both multipliers give the same products of all kinds of operands") {
    if (!crypto::detail::has_adx()) {
      MESSAGE("skipped: this CPU has no ADX");
      return;
    }
    using Adx = crypto::detail::Residue<kFieldPrime, Multiplier::kAdx>;
    const std::uint64_t seed = kSeed + 2;
    CAPTURE(seed);
    Prng prng{seed};
    std::vector<uint256> words{uint256{}, uint256{1}, kFieldPrime - uint256{1}, kFieldPrime,
                               uint256::max()};
    for (int i = 0; i < 40; ++i) words.push_back(random_word(prng));
    for (const uint256& a : words) {
      for (const uint256& b : words) {
        CHECK((Adx::from(a) * Adx::from(b)).value() == mul_mod(a, b, kFieldPrime));
        CHECK((Portable::from(a) * Portable::from(b)).value() == mul_mod(a, b, kFieldPrime));
        const uint256 c = words[prng.next() % words.size()];
        const uint256 sum =
            add_mod(mul_mod(a, b, kFieldPrime), mul_mod(c, a, kFieldPrime), kFieldPrime);
        CHECK(Adx::dot(Adx::from(a), Adx::from(b), Adx::from(c), Adx::from(a)).value() == sum);
        CHECK((Adx::from(a) - Adx::from(b)).value() ==
              (Portable::from(a) - Portable::from(b)).value());
      }
    }
  }
#endif

  TEST_CASE("the portable multiplier pairs like the best one") {
    const std::vector<PointPair> balanced{{generator(), generator_of_g2()},
                                          {negate(generator()), generator_of_g2()}};
    CHECK(is_one_over<Portable>(balanced));
    CHECK_FALSE(is_one_over<Portable>(std::span{balanced}.first(1)));
    CHECK(pairing_product_is_one(balanced));
  }
}

}  // namespace datapact::crypto::bn254
