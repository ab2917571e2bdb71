#include "tests/trade/campaign/spoil.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace datapact::testkit {
namespace {

void flip(Bytes& bytes, Prng& prng) {
  bytes[prng.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + prng.below(255));
}

void zero_a_run(Bytes& bytes, Prng& prng) {
  const std::size_t from = prng.below(bytes.size());
  const std::size_t length = 1 + prng.below(bytes.size() - from);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), length, std::uint8_t{0});
}

void exchange_blocks(Bytes& bytes, std::size_t unit, Prng& prng) {
  const std::size_t blocks = bytes.size() / unit;
  const auto a = static_cast<std::ptrdiff_t>(prng.below(blocks) * unit);
  const auto b = static_cast<std::ptrdiff_t>(prng.below(blocks) * unit);
  if (a == b) return;
  std::swap_ranges(bytes.begin() + a, bytes.begin() + a + static_cast<std::ptrdiff_t>(unit),
                   bytes.begin() + b);
}

}  // namespace

void spoil(Bytes& bytes, std::size_t unit, Prng& prng) {
  const Bytes before = bytes;
  switch (prng.below(4)) {
    case 0:
      exchange_blocks(bytes, unit, prng);
      break;
    case 1:
      zero_a_run(bytes, prng);
      break;
    case 2:
      for (std::uint64_t flips = 2 + prng.below(8); flips > 0; --flips) flip(bytes, prng);
      break;
    default:
      flip(bytes, prng);
  }
  if (bytes == before) flip(bytes, prng);
}

void spoil_or_resize(Bytes& bytes, std::size_t unit, Prng& prng) {
  switch (prng.below(8)) {
    case 0:
      bytes.resize(prng.below(bytes.size()));
      return;
    case 1:
      bytes.resize(bytes.size() + 1 + prng.below(2 * unit));
      return;
    default:
      spoil(bytes, unit, prng);
  }
}

uint256 spoiled(const uint256& word, Prng& prng) {
  return to_uint256(spoiled(to_hash256(word), prng));
}

}  // namespace datapact::testkit
