#pragma once
// Keccak-256 with the original padding 0x01, as Ethereum uses it (not FIPS 202's SHA3-256). Pure,
// thread-safe.
#include "base/bytes.hpp"
#include "base/types.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace datapact::crypto {

[[nodiscard]] Hash256 keccak256(ByteView data) noexcept;

/// Keccak-256 of a byte string that arrives in pieces. Copying it keeps the state so far.
class Keccak256 {
 public:
  Keccak256& update(ByteView data) noexcept;
  /// The digest of everything so far; more may follow.
  [[nodiscard]] Hash256 finish() const noexcept;

 private:
  static constexpr std::size_t kRate = 136;
  std::array<std::uint64_t, 25> state_{};
  std::array<std::uint8_t, kRate> buffer_{};
  std::size_t buffered_ = 0;
};

}  // namespace datapact::crypto
