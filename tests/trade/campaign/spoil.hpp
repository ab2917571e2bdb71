#pragma once
// Random damage that always changes something.
#include "base/prng.hpp"
#include "base/types.hpp"

namespace datapact::testkit {

/// Same length, other content: a byte, several bytes, a run of zeros, or two blocks of `unit` bytes
/// exchanged. `bytes` is not empty.
void spoil(Bytes& bytes, std::size_t unit, Prng& prng);
/// As spoil, or cut short, or with something added.
void spoil_or_resize(Bytes& bytes, std::size_t unit, Prng& prng);

template <class Fixed>
[[nodiscard]] Fixed spoiled(Fixed value, Prng& prng) {
  Bytes bytes = to_bytes(value.view());
  spoil(bytes, bytes.size(), prng);
  return Fixed::from(bytes);
}
[[nodiscard]] uint256 spoiled(const uint256& word, Prng& prng);

}  // namespace datapact::testkit
