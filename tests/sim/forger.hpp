#pragma once
// A validator that signs what it likes: repeats its votes, proposes two blocks to two halves of the
// network, one of them with a wrong root, proposes in later rounds without any justification, and
// sends bytes that mean nothing.
#include "consensus/messages.hpp"
#include "tests/sim/machine.hpp"

namespace datapact::sim {

struct Surroundings;

/// What the forger's own node wants to send.
void forge(Surroundings& around, Machine& forger, const consensus::Message& message);
/// Any machine has received `message`; a forger answers a proposal with one of its own.
void hear(Surroundings& around, Machine& machine, const consensus::Message& message);

}  // namespace datapact::sim
