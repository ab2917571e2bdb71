#pragma once
// Inside the room only: the SHA-256 compression function in the form the processor does best.
#include <cstddef>
#include <cstdint>

namespace datapact::crypto::detail {

/// Folds `count` blocks of 64 bytes into the eight words of `state`.
using Sha256Compress = void (*)(std::uint32_t* state, const std::uint8_t* blocks,
                                std::size_t count) noexcept;

void sha256_compress_portable(std::uint32_t* state, const std::uint8_t* blocks,
                              std::size_t count) noexcept;
/// The SHA-NI form where the processor has it, else the portable one.
[[nodiscard]] Sha256Compress sha256_compress_best() noexcept;

/// A block of 64 bytes and the state it is folded into.
struct Sha256Lane {
  std::uint32_t* state;
  const std::uint8_t* block;
};
/// Folds two blocks into two states. A round waits for the one before it, so with SHA-NI two side
/// by side take little longer than one.
using Sha256CompressPair = void (*)(const Sha256Lane& a, const Sha256Lane& b) noexcept;

void sha256_compress_pair_portable(const Sha256Lane& a, const Sha256Lane& b) noexcept;
[[nodiscard]] Sha256CompressPair sha256_compress_pair_best() noexcept;

}  // namespace datapact::crypto::detail
