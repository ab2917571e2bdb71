#pragma once
#include "base/bytes.hpp"

namespace datapact {

/// Source of random bytes. The process's own (node, tools) is cryptographic; tests pass a seeded
/// one (base/prng.hpp).
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(MutableBytes out) = 0;
};

/// Exactly sizeof(Fixed) fresh bytes.
template <class Fixed>
[[nodiscard]] Fixed random_fixed(RandomSource& source) {
  Fixed out;
  source.fill({out.data(), Fixed::kSize});
  return out;
}

}  // namespace datapact
