#include "base/prng.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <bit>
#include <cstdint>

namespace datapact {

// SplitMix64 spreads the seed over the state, as the generator's authors advise.
Prng::Prng(std::uint64_t seed) noexcept {
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    word = z ^ (z >> 31);
  }
}

std::uint64_t Prng::next() noexcept {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

// Lemire's multiply-shift; the bias of at most bound / 2^64 does not matter to a simulation.
std::uint64_t Prng::below(std::uint64_t bound) noexcept {
  PRECONDITION(bound != 0);
  return static_cast<std::uint64_t>((static_cast<uint128>(next()) * bound) >> 64);
}

void Prng::fill(MutableBytes out) {
  for (auto& byte : out) byte = static_cast<std::uint8_t>(next() >> 56);
}

}  // namespace datapact
