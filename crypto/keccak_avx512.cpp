// Compiled for AVX-512: eight states at once, with a rotation and a function of three operands in
// one instruction each.
#include "crypto/keccak_permute.hpp"
#include "crypto/keccak_rounds.hpp"

#if defined(__x86_64__)
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace datapact::crypto::detail {
namespace {

struct Avx512 {
  using Lane = __m512i;
  static constexpr std::size_t kWidth = 8;

  [[gnu::always_inline]] static Lane load(const std::uint64_t* in) noexcept {
    return _mm512_load_si512(in);
  }
  [[gnu::always_inline]] static void store(std::uint64_t* out, const Lane& lane) noexcept {
    _mm512_store_si512(out, lane);
  }
  [[gnu::always_inline]] static Lane all(std::uint64_t word) noexcept {
    return _mm512_set1_epi64(static_cast<std::int64_t>(word));
  }
  [[gnu::always_inline]] static Lane exclusive_or(const Lane& a, const Lane& b) noexcept {
    return _mm512_xor_si512(a, b);
  }
  // The last operand is the truth table.
  [[gnu::always_inline]] static Lane exclusive_or(const Lane& a, const Lane& b,
                                                  const Lane& c) noexcept {
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
  }
  /// a ^ (~b & c).
  [[gnu::always_inline]] static Lane chi(const Lane& a, const Lane& b, const Lane& c) noexcept {
    return _mm512_ternarylogic_epi64(a, b, c, 0xd2);
  }
  template <int kCount>
  [[gnu::always_inline]] static Lane rotated(const Lane& lane) noexcept {
    // The form without a mask draws a warning from within the header of GCC 12.
    return _mm512_maskz_rol_epi64(0xff, lane, kCount);
  }
};

}  // namespace

void keccak_permute_avx512(std::uint64_t* states) noexcept { permute_rounds<Avx512>(states); }

}  // namespace datapact::crypto::detail
#endif
