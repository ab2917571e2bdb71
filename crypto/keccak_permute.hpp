#pragma once
// Inside the room only: the permutation Keccak-f[1600] in the forms processors do best. A form
// takes `width` states at once, interleaved: lane i of state j at [i * width + j].
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace datapact::crypto::detail {

inline constexpr std::size_t kKeccakLanes = 25;
/// Bytes of a block of Keccak-256.
inline constexpr std::size_t kKeccakRate = 136;
inline constexpr std::size_t kKeccakWidthMax = 8;

using KeccakPermute = void (*)(std::uint64_t* states) noexcept;

struct KeccakForm {
  std::string_view name;
  std::size_t width;
  /// Of 25 * width lanes, aligned to 8 * width bytes.
  KeccakPermute permute;
};

/// What this processor runs, slowest first; the first is the portable one.
[[nodiscard]] std::span<const KeccakForm> keccak_forms() noexcept;
/// The fastest for one state.
[[nodiscard]] KeccakPermute keccak_permute_best() noexcept;

inline constexpr std::uint64_t kKeccakRoundConstant[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
/// Offsets of step rho, by lane x + 5y.
inline constexpr int kKeccakRotation[kKeccakLanes] = {
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14};

#if defined(__x86_64__)
// Compiled for the instruction sets they are named after.
void keccak_permute_avx2(std::uint64_t* states) noexcept;
void keccak_permute_avx512(std::uint64_t* states) noexcept;
#endif

}  // namespace datapact::crypto::detail
