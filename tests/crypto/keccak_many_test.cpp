#include "crypto/keccak_many.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keccak_permute.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace datapact::crypto {
namespace {

constexpr std::uint64_t kSeed = 0x1600;
constexpr std::size_t kLengthMax = 600;

std::vector<Bytes> random_inputs(Prng& prng, std::size_t count) {
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes input(prng.below(kLengthMax));
    prng.fill(input);
    out.push_back(std::move(input));
  }
  return out;
}

std::vector<Hash256> one_by_one(std::span<const ByteView> inputs) {
  std::vector<Hash256> out;
  for (const ByteView input : inputs) out.push_back(keccak256(input));
  return out;
}

}  // namespace

TEST_SUITE("crypto/keccak many") {
  TEST_CASE("every form this processor runs permutes each of its states like the portable one") {
    const std::uint64_t seed = kSeed;
    CAPTURE(seed);
    Prng prng{seed};
    const auto forms = crypto::detail::keccak_forms();
    REQUIRE(forms.front().width == 1);
    for (const auto& form : forms) {
      CAPTURE(form.name);
      alignas(64) std::array<std::uint64_t, 25 * crypto::detail::kKeccakWidthMax> states{};
      for (auto& lane : states) lane = prng.next();
      auto expected = states;
      for (std::size_t slot = 0; slot < form.width; ++slot) {
        std::array<std::uint64_t, 25> one{};
        for (std::size_t i = 0; i < 25; ++i) one[i] = expected[i * form.width + slot];
        forms.front().permute(one.data());
        for (std::size_t i = 0; i < 25; ++i) expected[i * form.width + slot] = one[i];
      }
      form.permute(states.data());
      CHECK(states == expected);
    }
  }

  TEST_CASE("every form gives the digests of any number of inputs of any lengths, in their order") {
    const std::uint64_t seed = kSeed + 1;
    CAPTURE(seed);
    Prng prng{seed};
    for (const auto& form : crypto::detail::keccak_forms()) {
      CAPTURE(form.name);
      for (std::size_t count = 0; count < 40; ++count) {
        CAPTURE(count);
        const auto data = random_inputs(prng, count);
        const std::vector<ByteView> inputs(data.begin(), data.end());
        std::vector<Hash256> out(count);
        crypto::detail::keccak256_many(form, inputs, out);
        CHECK(out == one_by_one(inputs));
        keccak256_many(inputs, out);
        CHECK(out == one_by_one(inputs));
      }
    }
  }

  TEST_CASE("lengths around the ends of blocks are right in every form") {
    const Bytes data(3 * 136 + 1, 0xa5);
    std::vector<ByteView> inputs;
    for (std::size_t size = 0; size <= data.size(); ++size) {
      inputs.push_back(ByteView{data}.first(size));
    }
    const auto expected = one_by_one(inputs);
    for (const auto& form : crypto::detail::keccak_forms()) {
      CAPTURE(form.name);
      std::vector<Hash256> out(inputs.size());
      crypto::detail::keccak256_many(form, inputs, out);
      CHECK(out == expected);
    }
  }
}

}  // namespace datapact::crypto
