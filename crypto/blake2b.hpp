#pragma once
#include <array>
#include <cstdint>

namespace datapact::crypto {

struct Blake2bBlock {
  std::array<std::uint64_t, 16> message{};
  /// Bytes hashed so far, low word first.
  std::array<std::uint64_t, 2> offset{};
  bool is_final = false;
};

/// The compression function F of BLAKE2b (RFC 7693, 3.2) with a free number of rounds, for
/// precompile 0x09 (EIP-152). Returns the next state. Pure.
[[nodiscard]] std::array<std::uint64_t, 8> blake2b_f(std::uint32_t rounds,
                                                     const std::array<std::uint64_t, 8>& state,
                                                     const Blake2bBlock& block) noexcept;

}  // namespace datapact::crypto
