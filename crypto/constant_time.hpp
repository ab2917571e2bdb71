#pragma once
// Comparison and erasure for secrets.
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"

#include <cstddef>

namespace datapact::crypto {

/// Equality whose time depends on the lengths only.
[[nodiscard]] bool equal_constant_time(ByteView a, ByteView b) noexcept;
/// Overwrites with zeros in a way the compiler may not remove.
void zeroise(MutableBytes secret) noexcept;
template <class Tag, std::size_t N>
void zeroise(FixedBytes<Tag, N>& secret) noexcept {
  zeroise(MutableBytes{secret.data(), N});
}

}  // namespace datapact::crypto
