#pragma once
// How precompiles end. Private to the room.
#include "base/bytes.hpp"
#include "vm/precompiles.hpp"
#include "vm/status.hpp"

#include <cstdint>

namespace datapact::vm::precompiles {

[[nodiscard]] inline PrecompileResult out_of_gas() {
  return {.status = Status::kOutOfGas, .gas_left = 0, .output = {}};
}
[[nodiscard]] inline PrecompileResult refuse() {
  return {.status = Status::kPrecompileFailure, .gas_left = 0, .output = {}};
}
[[nodiscard]] inline PrecompileResult answer(std::int64_t gas_left, ByteView output) {
  return {.status = Status::kSuccess, .gas_left = gas_left, .output = to_bytes(output)};
}

}  // namespace datapact::vm::precompiles
