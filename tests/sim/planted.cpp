#include "tests/sim/planted.hpp"

namespace datapact {
namespace {

consensus::Plant& planted() noexcept {
  static consensus::Plant chosen = consensus::Plant::kNone;
  return chosen;
}

}  // namespace

void sim::plant(consensus::Plant plant) { planted() = plant; }

bool consensus::is_planted(Plant plant) noexcept {
  return planted() == plant && plant != Plant::kNone;
}

}  // namespace datapact
