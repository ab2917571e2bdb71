#pragma once
// Byte strings in tests, written as hexadecimal.
#include "base/assert.hpp"
#include "base/hex.hpp"

#include <string_view>

namespace datapact::testkit {

/// The bytes of a literal that is known to be good.
[[nodiscard]] inline Bytes unhex(std::string_view digits) {
  const auto bytes = from_hex(digits);
  INVARIANT(bytes.has_value());
  return *bytes;
}
template <class Fixed>
[[nodiscard]] Fixed unhex_as(std::string_view digits) {
  return Fixed::from(unhex(digits));
}

}  // namespace datapact::testkit
