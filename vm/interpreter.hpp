#pragma once
#include "vm/machine.hpp"
#include "vm/stop_watch.hpp"
#include "vm/tracer.hpp"

#include <cstdint>

namespace datapact::vm {

/// Borrowed; each may be null. A loop that asks nobody runs when both are.
struct Watchers {
  Tracer* tracer = nullptr;
  StopWatch* stop_watch = nullptr;
};

/// Runs a frame to its end and returns how it ended and the gas left, which is zero after every
/// failure but kRevert.
[[nodiscard]] Step interpret(Machine& machine, std::int64_t gas, const Watchers& watchers);

}  // namespace datapact::vm
