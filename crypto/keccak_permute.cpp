#include "crypto/keccak_permute.hpp"

#include "crypto/keccak_rounds.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace datapact::crypto::detail {
namespace {

struct Scalar {
  using Lane = std::uint64_t;
  static constexpr std::size_t kWidth = 1;

  [[gnu::always_inline]] static Lane load(const Lane* in) noexcept { return *in; }
  [[gnu::always_inline]] static void store(Lane* out, Lane lane) noexcept { *out = lane; }
  [[gnu::always_inline]] static Lane all(Lane word) noexcept { return word; }
  [[gnu::always_inline]] static Lane exclusive_or(Lane a, Lane b) noexcept { return a ^ b; }
  [[gnu::always_inline]] static Lane exclusive_or(Lane a, Lane b, Lane c) noexcept {
    return a ^ b ^ c;
  }
  [[gnu::always_inline]] static Lane chi(Lane a, Lane b, Lane c) noexcept { return a ^ (~b & c); }
  template <int kCount>
  [[gnu::always_inline]] static Lane rotated(Lane lane) noexcept {
    return std::rotl(lane, kCount);
  }
};

void permute_portable(std::uint64_t* state) noexcept { permute_rounds<Scalar>(state); }

#if defined(__x86_64__)
// BMI has and-not, BMI2 a rotation into another register: a fifth fewer instructions.
[[gnu::target("bmi,bmi2")]] void permute_bmi2(std::uint64_t* state) noexcept {
  permute_rounds<Scalar>(state);
}

bool has_bmi() noexcept {
  return __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
}
#endif

struct Forms {
  std::array<KeccakForm, 4> forms{KeccakForm{"portable", 1, permute_portable}};
  std::size_t count = 1;

  void add(const KeccakForm& form) noexcept { forms[count++] = form; }
};

Forms find_forms() noexcept {
  Forms out;
#if defined(__x86_64__)
  if (has_bmi()) out.add({"BMI2", 1, permute_bmi2});
  if (__builtin_cpu_supports("avx2") != 0) out.add({"AVX2", 4, keccak_permute_avx2});
  if (__builtin_cpu_supports("avx512f") != 0) out.add({"AVX-512", 8, keccak_permute_avx512});
#endif
  return out;
}

}  // namespace

std::span<const KeccakForm> keccak_forms() noexcept {
  static const Forms found = find_forms();
  return {found.forms.data(), found.count};
}

KeccakPermute keccak_permute_best() noexcept {
#if defined(__x86_64__)
  static const bool is_fast = has_bmi();
  return is_fast ? permute_bmi2 : permute_portable;
#else
  return permute_portable;
#endif
}

}  // namespace datapact::crypto::detail
