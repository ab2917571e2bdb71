#pragma once
#include "vm/machine.hpp"
#include "vm/tracer.hpp"

namespace datapact::vm {

/// Runs a frame to its end and returns how it ended and the gas left, which is zero after every
/// failure but kRevert. `tracer` may be null; a loop without tracing then runs.
[[nodiscard]] Step interpret(Machine& machine, std::int64_t gas, Tracer* tracer);

}  // namespace datapact::vm
