#include "crypto/blake2b.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace datapact::crypto {
namespace {

using Word = std::uint64_t;

constexpr Word kInitial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                              0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                              0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
/// RFC 7693, 2.7: message word schedule; round i uses row i mod 10.
constexpr std::uint8_t kSigma[10][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                         {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
                                         {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
                                         {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
                                         {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
                                         {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
                                         {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
                                         {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
                                         {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
                                         {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

/// The mixing function G (RFC 7693, 3.1) on four words of the working vector.
template <int kA, int kB, int kC, int kD>
[[gnu::always_inline]] inline void mix(Word* v, Word x, Word y) noexcept {
  v[kA] += v[kB] + x;
  v[kD] = std::rotr(v[kD] ^ v[kA], 32);
  v[kC] += v[kD];
  v[kB] = std::rotr(v[kB] ^ v[kC], 24);
  v[kA] += v[kB] + y;
  v[kD] = std::rotr(v[kD] ^ v[kA], 16);
  v[kC] += v[kD];
  v[kB] = std::rotr(v[kB] ^ v[kC], 63);
}

/// With the row known, the message words come from known places.
template <std::size_t kRow>
[[gnu::always_inline]] inline void round(Word* v, const Word* m) noexcept {
  constexpr const std::uint8_t* kOrder = kSigma[kRow];
  mix<0, 4, 8, 12>(v, m[kOrder[0]], m[kOrder[1]]);
  mix<1, 5, 9, 13>(v, m[kOrder[2]], m[kOrder[3]]);
  mix<2, 6, 10, 14>(v, m[kOrder[4]], m[kOrder[5]]);
  mix<3, 7, 11, 15>(v, m[kOrder[6]], m[kOrder[7]]);
  mix<0, 5, 10, 15>(v, m[kOrder[8]], m[kOrder[9]]);
  mix<1, 6, 11, 12>(v, m[kOrder[10]], m[kOrder[11]]);
  mix<2, 7, 8, 13>(v, m[kOrder[12]], m[kOrder[13]]);
  mix<3, 4, 9, 14>(v, m[kOrder[14]], m[kOrder[15]]);
}

/// The next round, if one is left.
template <std::size_t kRow>
[[gnu::always_inline]] inline bool step(std::uint32_t& rounds, Word* v, const Word* m) noexcept {
  if (rounds == 0) return false;
  --rounds;
  round<kRow>(v, m);
  return true;
}

/// Each row of the schedule once, until no round is left.
template <std::size_t... kRows>
[[gnu::always_inline]] inline bool all_rows(std::index_sequence<kRows...> /*rows*/,
                                            std::uint32_t& rounds, Word* v,
                                            const Word* m) noexcept {
  return (step<kRows>(rounds, v, m) && ...);
}

}  // namespace

std::array<std::uint64_t, 8> blake2b_f(std::uint32_t rounds,
                                       const std::array<std::uint64_t, 8>& state,
                                       const Blake2bBlock& block) noexcept {
  Word v[16];
  for (std::size_t i = 0; i < 8; ++i) {
    v[i] = state[i];
    v[i + 8] = kInitial[i];
  }
  v[12] ^= block.offset[0];
  v[13] ^= block.offset[1];
  if (block.is_final) v[14] = ~v[14];
  while (all_rows(std::make_index_sequence<10>{}, rounds, v, block.message.data())) {
  }
  std::array<Word, 8> out{};
  for (std::size_t i = 0; i < 8; ++i) out[i] = state[i] ^ v[i] ^ v[i + 8];
  return out;
}

}  // namespace datapact::crypto
