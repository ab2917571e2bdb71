#pragma once
#include "base/random_source.hpp"

namespace datapact::node {

/// getrandom(2). Thread-safe.
class SystemRandom final : public RandomSource {
 public:
  void fill(MutableBytes out) override;
};

}  // namespace datapact::node
