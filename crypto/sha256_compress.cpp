#include "crypto/sha256_compress.hpp"

#include "base/bytes.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace datapact::crypto::detail {
namespace {

alignas(16) constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

void compress_block(std::uint32_t* state, const std::uint8_t* block) noexcept {
  std::uint32_t w[64];
  for (int i = 0; i < 16; ++i) w[i] = load_be<std::uint32_t>(block + 4 * i);
  for (int i = 16; i < 64; ++i) {
    const std::uint32_t a = w[i - 15];
    const std::uint32_t b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
  }
  std::uint32_t v[8];
  for (int i = 0; i < 8; ++i) v[i] = state[i];
  for (int i = 0; i < 64; ++i) {
    const std::uint32_t big1 = std::rotr(v[4], 6) ^ std::rotr(v[4], 11) ^ std::rotr(v[4], 25);
    const std::uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    const std::uint32_t t1 = v[7] + big1 + choice + kRound[i] + w[i];
    const std::uint32_t big0 = std::rotr(v[0], 2) ^ std::rotr(v[0], 13) ^ std::rotr(v[0], 22);
    const std::uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    for (int j = 7; j > 0; --j) v[j] = v[j - 1];
    v[4] += t1;
    v[0] = t1 + big0 + majority;
  }
  for (int i = 0; i < 8; ++i) state[i] += v[i];
}

#if defined(__x86_64__)

struct alignas(16) Schedule {
  __m128i word[4];
};

// NOLINTBEGIN(portability-simd-intrinsics): nothing portable computes SHA-256 rounds
/// Rounds 4i to 4i+3; replaces message words 4i.. by words 4(i+4).. while there are any.
template <std::size_t kGroup>
[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline void rounds4(
    __m128i& abef, __m128i& cdgh, Schedule& schedule) noexcept {
  __m128i& current = schedule.word[kGroup % 4];
  const __m128i* constants = reinterpret_cast<const __m128i*>(kRound) + kGroup;
  const __m128i keyed = _mm_add_epi32(current, _mm_load_si128(constants));
  cdgh = _mm_sha256rnds2_epu32(cdgh, abef, keyed);
  abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(keyed, 0x0e));
  if constexpr (kGroup < 12) {
    const __m128i next = schedule.word[(kGroup + 1) % 4];
    const __m128i third = schedule.word[(kGroup + 2) % 4];
    const __m128i last = schedule.word[(kGroup + 3) % 4];
    const __m128i partial =
        _mm_add_epi32(_mm_sha256msg1_epu32(current, next), _mm_alignr_epi8(last, third, 4));
    current = _mm_sha256msg2_epu32(partial, last);
  }
}

/// The words of a state as the instructions want them: ABEF and CDGH instead of DCBA and HGFE.
struct Halves {
  __m128i abef;
  __m128i cdgh;
};

[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline Halves load_state(
    const std::uint32_t* state) noexcept {
  const auto* words = reinterpret_cast<const __m128i*>(state);
  const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1b);
  return {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
}

[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline void store_state(
    const Halves& halves, std::uint32_t* state) noexcept {
  auto* words = reinterpret_cast<__m128i*>(state);
  const __m128i feba = _mm_shuffle_epi32(halves.abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(halves.cdgh, 0xb1);
  _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline Schedule load_block(
    const std::uint8_t* block) noexcept {
  const __m128i swap_bytes = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const auto* in = reinterpret_cast<const __m128i*>(block);
  Schedule out{};
  for (int i = 0; i < 4; ++i) {
    out.word[i] = _mm_shuffle_epi8(_mm_loadu_si128(in + i), swap_bytes);
  }
  return out;
}

[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline void add(
    Halves& halves, const Halves& before) noexcept {
  halves.abef = _mm_add_epi32(halves.abef, before.abef);
  halves.cdgh = _mm_add_epi32(halves.cdgh, before.cdgh);
}
// NOLINTEND(portability-simd-intrinsics)

template <std::size_t... kGroups>
[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline void rounds64(
    Halves& halves, Schedule& schedule, std::index_sequence<kGroups...>) noexcept {
  (rounds4<kGroups>(halves.abef, halves.cdgh, schedule), ...);
}

template <std::size_t kGroup>
[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline void rounds4_pair(
    Halves (&halves)[2], Schedule (&schedules)[2]) noexcept {
  rounds4<kGroup>(halves[0].abef, halves[0].cdgh, schedules[0]);
  rounds4<kGroup>(halves[1].abef, halves[1].cdgh, schedules[1]);
}

template <std::size_t... kGroups>
[[gnu::target("sha,sse4.1,ssse3"), gnu::always_inline]] inline void rounds64_pair(
    Halves (&halves)[2], Schedule (&schedules)[2], std::index_sequence<kGroups...>) noexcept {
  (rounds4_pair<kGroups>(halves, schedules), ...);
}

[[gnu::target("sha,sse4.1,ssse3")]] void compress_sha_ni(std::uint32_t* state,
                                                         const std::uint8_t* blocks,
                                                         std::size_t count) noexcept {
  Halves halves = load_state(state);
  for (; count != 0; --count, blocks += 64) {
    const Halves before = halves;
    Schedule schedule = load_block(blocks);
    rounds64(halves, schedule, std::make_index_sequence<16>{});
    add(halves, before);
  }
  store_state(halves, state);
}

[[gnu::target("sha,sse4.1,ssse3")]] void compress_pair_sha_ni(const Sha256Lane& a,
                                                              const Sha256Lane& b) noexcept {
  const Halves before[2] = {load_state(a.state), load_state(b.state)};
  Halves halves[2] = {before[0], before[1]};
  Schedule schedules[2] = {load_block(a.block), load_block(b.block)};
  rounds64_pair(halves, schedules, std::make_index_sequence<16>{});
  add(halves[0], before[0]);
  add(halves[1], before[1]);
  store_state(halves[0], a.state);
  store_state(halves[1], b.state);
}

bool has_sha_ni() noexcept {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  constexpr unsigned kSha = 1U << 29;
  return (b & kSha) != 0 && __builtin_cpu_supports("sse4.1") != 0;
}

#endif

}  // namespace

void sha256_compress_portable(std::uint32_t* state, const std::uint8_t* blocks,
                              std::size_t count) noexcept {
  for (; count != 0; --count, blocks += 64) compress_block(state, blocks);
}

void sha256_compress_pair_portable(const Sha256Lane& a, const Sha256Lane& b) noexcept {
  compress_block(a.state, a.block);
  compress_block(b.state, b.block);
}

Sha256CompressPair sha256_compress_pair_best() noexcept {
#if defined(__x86_64__)
  static const Sha256CompressPair best =
      has_sha_ni() ? compress_pair_sha_ni : sha256_compress_pair_portable;
  return best;
#else
  return sha256_compress_pair_portable;
#endif
}

Sha256Compress sha256_compress_best() noexcept {
#if defined(__x86_64__)
  static const Sha256Compress best = has_sha_ni() ? compress_sha_ni : sha256_compress_portable;
  return best;
#else
  return sha256_compress_portable;
#endif
}

}  // namespace datapact::crypto::detail
