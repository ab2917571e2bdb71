// Compiled for AVX2: four states at once.
#include "crypto/keccak_permute.hpp"
#include "crypto/keccak_rounds.hpp"

#if defined(__x86_64__)
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace datapact::crypto::detail {
namespace {

struct Avx2 {
  using Lane = __m256i;
  static constexpr std::size_t kWidth = 4;

  [[gnu::always_inline]] static Lane load(const std::uint64_t* in) noexcept {
    return _mm256_load_si256(reinterpret_cast<const Lane*>(in));
  }
  [[gnu::always_inline]] static void store(std::uint64_t* out, const Lane& lane) noexcept {
    _mm256_store_si256(reinterpret_cast<Lane*>(out), lane);
  }
  [[gnu::always_inline]] static Lane all(std::uint64_t word) noexcept {
    return _mm256_set1_epi64x(static_cast<std::int64_t>(word));
  }
  [[gnu::always_inline]] static Lane exclusive_or(const Lane& a, const Lane& b) noexcept {
    return _mm256_xor_si256(a, b);
  }
  [[gnu::always_inline]] static Lane exclusive_or(const Lane& a, const Lane& b,
                                                  const Lane& c) noexcept {
    return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
  }
  /// a ^ (~b & c).
  [[gnu::always_inline]] static Lane chi(const Lane& a, const Lane& b, const Lane& c) noexcept {
    return _mm256_xor_si256(a, _mm256_andnot_si256(b, c));
  }
  template <int kCount>
  [[gnu::always_inline]] static Lane rotated(const Lane& lane) noexcept {
    if constexpr (kCount == 0) return lane;
    return _mm256_or_si256(_mm256_slli_epi64(lane, kCount), _mm256_srli_epi64(lane, 64 - kCount));
  }
};

}  // namespace

void keccak_permute_avx2(std::uint64_t* states) noexcept { permute_rounds<Avx2>(states); }

}  // namespace datapact::crypto::detail
#endif
