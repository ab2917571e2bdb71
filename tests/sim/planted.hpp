#pragma once
// Which known bug is switched on in this process (consensus/plants.hpp).
#include "consensus/plants.hpp"

namespace datapact::sim {

/// Before the first scenario.
void plant(consensus::Plant plant);

}  // namespace datapact::sim
