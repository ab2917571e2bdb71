#pragma once
// xoshiro256** (Blackman and Vigna): seeded and repeatable, never for keys.
#include "base/random_source.hpp"

#include <cstdint>

namespace datapact {

class Prng final : public RandomSource {
 public:
  explicit Prng(std::uint64_t seed) noexcept;
  [[nodiscard]] std::uint64_t next() noexcept;
  /// Uniform in [0, bound); `bound` must not be zero.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;
  void fill(MutableBytes out) override;

 private:
  std::uint64_t state_[4]{};
};

}  // namespace datapact
