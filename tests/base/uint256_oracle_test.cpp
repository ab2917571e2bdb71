// Every operation beside Boost.Multiprecision, over words whose limbs are mostly edge patterns.
#include "base/prng.hpp"
#include "base/uint256.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <doctest/doctest.h>

#include <array>

namespace datapact {
namespace {

using Big = boost::multiprecision::cpp_int;

constexpr std::uint64_t kSeed = 0x5eed0002;
constexpr int kRounds = 20'000;

const Big kModulus = Big{1} << 256;

Big to_big(const uint256& value) {
  Big out = 0;
  for (int i = 3; i >= 0; --i) out = (out << 64) | value.limb[i];
  return out;
}

uint256 from_big(Big value) {
  value %= kModulus;
  if (value < 0) value += kModulus;
  uint256 out;
  for (auto& limb : out.limb) {
    limb = static_cast<std::uint64_t>(value & Big{~0ULL});
    value >>= 64;
  }
  return out;
}

Big to_signed_big(const uint256& value) {
  return value.is_negative() ? Big{to_big(value) - kModulus} : to_big(value);
}

std::uint64_t edge_limb(Prng& prng) {
  switch (prng.below(6)) {
    case 0:
      return 0;
    case 1:
      return ~0ULL;
    case 2:
      return 1ULL << 63;
    case 3:
      return prng.below(4);
    case 4:
      return ~0ULL - prng.below(4);
    default:
      return prng.next();
  }
}

uint256 edge_word(Prng& prng) {
  uint256 out{edge_limb(prng), edge_limb(prng), edge_limb(prng), edge_limb(prng)};
  // Short words, so that every pair of lengths meets in a division.
  return out >> static_cast<unsigned>(64 * prng.below(4));
}

struct Operands {
  uint256 a;
  uint256 b;
  uint256 m;
};

template <class Check>
void for_random_words(const Check& check) {
  const std::uint64_t seed = kSeed;
  CAPTURE(seed);
  Prng prng{seed};
  for (int i = 0; i < kRounds; ++i) {
    const Operands words{edge_word(prng), edge_word(prng), edge_word(prng)};
    CAPTURE(to_decimal(words.a));
    CAPTURE(to_decimal(words.b));
    CAPTURE(to_decimal(words.m));
    check(words);
  }
}

TEST_SUITE("base/uint256 oracle") {
  TEST_CASE("sum, difference, product and negation wrap as the oracle says") {
    for_random_words([](const Operands& w) {
      const Big a = to_big(w.a);
      const Big b = to_big(w.b);
      CHECK(w.a + w.b == from_big(a + b));
      CHECK(w.a - w.b == from_big(a - b));
      CHECK(w.a * w.b == from_big(a * b));
      CHECK(-w.a == from_big(-a));
      CHECK((w.a < w.b) == (a < b));
      CHECK((w.a == w.b) == (a == b));
    });
  }

  TEST_CASE("quotient and remainder agree with the oracle") {
    for_random_words([](const Operands& w) {
      if (w.b.is_zero()) return;
      const auto [quotient, remainder] = divide(w.a, w.b);
      CHECK(quotient == from_big(to_big(w.a) / to_big(w.b)));
      CHECK(remainder == from_big(to_big(w.a) % to_big(w.b)));
      CHECK(w.a / w.b == quotient);
      CHECK(w.a % w.b == remainder);
    });
  }

  TEST_CASE("signed division truncates toward zero and its remainder has the dividend's sign") {
    for_random_words([](const Operands& w) {
      if (w.b.is_zero()) return;
      const Big a = to_signed_big(w.a);
      const Big b = to_signed_big(w.b);
      CHECK(signed_divide(w.a, w.b) == from_big(a / b));
      CHECK(signed_modulo(w.a, w.b) == from_big(a % b));
    });
  }

  TEST_CASE("modular sum and product do not wrap before the reduction") {
    for_random_words([](const Operands& w) {
      if (w.m.is_zero()) return;
      const Big a = to_big(w.a);
      const Big b = to_big(w.b);
      const Big m = to_big(w.m);
      CHECK(add_mod(w.a, w.b, w.m) == from_big((a + b) % m));
      CHECK(mul_mod(w.a, w.b, w.m) == from_big((a * b) % m));
    });
  }

  TEST_CASE("power agrees with the oracle modulo 2^256") {
    for_random_words([](const Operands& w) {
      const uint256 exponent = w.b & uint256{0x3ff};
      const Big expected =
          boost::multiprecision::powm(to_big(w.a), Big{exponent.low_u64()}, kModulus);
      CHECK(power(w.a, exponent) == from_big(expected));
    });
  }

  TEST_CASE("shifts agree with the oracle for every count") {
    for_random_words([](const Operands& w) {
      const auto count = static_cast<unsigned>(w.b.low_u64() % 300);
      CHECK((w.a << count) == from_big(to_big(w.a) << count));
      CHECK((w.a >> count) == from_big(to_big(w.a) >> count));
    });
  }

  TEST_CASE("checked arithmetic refuses exactly what the oracle sees overflow") {
    for_random_words([](const Operands& w) {
      const Big a = to_big(w.a);
      const Big b = to_big(w.b);
      CHECK(checked_add(w.a, w.b).has_value() == (a + b < kModulus));
      CHECK(checked_sub(w.a, w.b).has_value() == (a >= b));
      CHECK(checked_mul(w.a, w.b).has_value() == (a * b < kModulus));
    });
  }

  TEST_CASE("decimal text agrees with the oracle and reads back") {
    for_random_words([](const Operands& w) {
      const std::string text = to_decimal(w.a);
      CHECK(text == to_big(w.a).str());
      CHECK(uint256::parse(text) == w.a);
    });
  }
}

}  // namespace
}  // namespace datapact
