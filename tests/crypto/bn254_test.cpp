#include "crypto/bn254.hpp"

#include "base/prng.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace datapact::crypto::bn254 {
namespace {

constexpr std::uint64_t kSeed = 0xb254;

uint256 random_word(Prng& prng) { return {prng.next(), prng.next(), prng.next(), prng.next()}; }

TEST_SUITE("crypto/bn254") {
  TEST_CASE("twice the generator is the known point") {
    const G1 expected{
        *uint256::parse("0x030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3"),
        *uint256::parse("0x15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4")};
    CHECK(add(generator(), generator()) == expected);
    CHECK(mul(generator(), uint256{2}) == expected);
  }

  TEST_CASE("infinity is neutral and the sum with the negative") {
    const G1 g = generator();
    CHECK(add(g, G1{}) == g);
    CHECK(add(G1{}, g) == g);
    CHECK(add(G1{}, G1{}).is_infinity());
    CHECK(add(g, negate(g)).is_infinity());
    CHECK(negate(G1{}).is_infinity());
    CHECK(mul(g, uint256{}).is_infinity());
    CHECK(mul(g, kGroupOrder).is_infinity());
    CHECK(mul(G1{}, uint256{5}).is_infinity());
    CHECK(mul(g, kGroupOrder - uint256{1}) == negate(g));
  }

  TEST_CASE("small multiples are repeated sums") {
    G1 sum;
    for (std::uint64_t k = 1; k < 70; ++k) {
      sum = add(sum, generator());
      CHECK(mul(generator(), uint256{k}) == sum);
    }
  }

  TEST_CASE("multiplication distributes over scalars and points, for any word as scalar") {
    const std::uint64_t seed = kSeed;
    CAPTURE(seed);
    Prng prng{seed};
    for (int i = 0; i < 30; ++i) {
      const uint256 a = random_word(prng);
      const uint256 b = random_word(prng);
      const G1 p = mul(generator(), random_word(prng));
      CHECK(add(mul(p, a), mul(p, b)) == mul(p, scalar_add(a, b)));
      CHECK(mul(mul(p, a), b) == mul(p, scalar_mul(a, b)));
      CHECK(mul(p, a) == mul(p, to_scalar(a)));
      CHECK(mul(p, scalar_sub(a, b)) == add(mul(p, a), negate(mul(p, b))));
      CHECK(decode_g1(encode(p)) == p);
    }
  }

  TEST_CASE("the two multiplications agree for scalars of all kinds") {
    const std::uint64_t seed = kSeed + 2;
    CAPTURE(seed);
    Prng prng{seed};
    // The halves of these are extreme: around multiples of the curve's endomorphism.
    const uint256 lambda{0x8b17ea66b99c90dd, 0x5bfc41088d8daaa7, 0xb3c4d79d41a91758, 0};
    std::vector<uint256> scalars{uint256{}, kGroupOrder, uint256::max(), lambda,
                                 kGroupOrder - lambda};
    for (std::uint64_t k = 1; k < 40; ++k) {
      scalars.insert(scalars.end(), {uint256{k}, kGroupOrder - uint256{k}, lambda + uint256{k},
                                     lambda - uint256{k}, lambda * uint256{k}});
    }
    for (unsigned bit = 0; bit < 256; ++bit) scalars.push_back(uint256{1} << bit);
    for (int i = 0; i < 100; ++i) scalars.push_back(random_word(prng));
    const G1 p = mul(generator(), random_word(prng));
    for (const uint256& scalar : scalars) {
      CAPTURE(scalar.limb[0]);
      CHECK(mul_public(p, scalar) == mul(p, scalar));
    }
    CHECK(mul_public(G1{}, uint256{5}).is_infinity());
  }

  TEST_CASE("scalar arithmetic agrees with that of plain words") {
    const std::uint64_t seed = kSeed + 1;
    CAPTURE(seed);
    Prng prng{seed};
    for (int i = 0; i < 1000; ++i) {
      const uint256 a = i == 0 ? uint256::max() : random_word(prng);
      const uint256 b = i < 2 ? uint256::max() : random_word(prng);
      CHECK(scalar_add(a, b) == add_mod(a, b, kGroupOrder));
      CHECK(scalar_mul(a, b) == mul_mod(a, b, kGroupOrder));
      CHECK(to_scalar(a) == a % kGroupOrder);
      CHECK(scalar_add(scalar_sub(a, b), b) == to_scalar(a));
    }
    CHECK(to_scalar(kGroupOrder).is_zero());
  }

  TEST_CASE("coordinates of the prime or more are refused, even where they are right modulo it") {
    auto bytes = encode(generator());
    CHECK(decode_g1(bytes) == generator());
    G1 shifted{generator().x + kFieldPrime, generator().y};
    CHECK_FALSE(decode_g1(encode(shifted)).has_value());
    shifted = {generator().x, generator().y + kFieldPrime};
    CHECK_FALSE(decode_g1(encode(shifted)).has_value());
    CHECK_FALSE(decode_g1(encode({kFieldPrime, kFieldPrime})).has_value());
    CHECK_FALSE(decode_g1(encode({uint256{}, kFieldPrime})).has_value());
  }

  TEST_CASE("a point off the curve or of another length is refused, 64 zeros are infinity") {
    CHECK_FALSE(decode_g1(encode({uint256{1}, uint256{3}})).has_value());
    CHECK_FALSE(decode_g1(encode({uint256{1}, uint256{}})).has_value());
    const auto bytes = encode(generator());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(decode_g1(ByteView{bytes}.first(size)).has_value());
    }
    CHECK_FALSE(decode_g1(Bytes(65)).has_value());
    CHECK(decode_g1(Bytes(64)) == G1{});
  }
}

}  // namespace
}  // namespace datapact::crypto::bn254
