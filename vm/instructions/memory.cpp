#include "vm/instructions/memory.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "vm/instructions/environment.hpp"
#include "vm/machine.hpp"
#include "vm/status.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace datapact::vm::instructions {
namespace {

constexpr std::int64_t kCopyCostPerWord = 3;
constexpr std::int64_t kHashCostPerWord = 6;

struct Copy {
  const uint256& target;
  const uint256& source;
  const uint256& length;
};

/// memory[target..] = from[source..], with zeros beyond the end of `from`.
Step copy_padded(Machine& machine, std::int64_t gas, const Copy& copy, ByteView from) {
  gas = touch_memory(machine.memory, gas, copy.target, copy.length);
  if (gas < 0) return out_of_gas();
  const auto length = static_cast<std::size_t>(copy.length.low_u64());
  gas -= kCopyCostPerWord * words_of(length);
  if (gas < 0) return out_of_gas();
  if (length == 0) return {Status::kSuccess, gas};

  const std::size_t start = copy.source < uint256{from.size()}
                                ? static_cast<std::size_t>(copy.source.low_u64())
                                : from.size();
  const std::size_t available = std::min(length, from.size() - start);
  std::uint8_t* out = machine.memory.data() + copy.target.low_u64();
  if (available != 0) std::memcpy(out, from.data() + start, available);
  std::memset(out + available, 0, length - available);
  return {Status::kSuccess, gas};
}

}  // namespace

Step keccak256(uint256* top, std::int64_t gas, Machine& machine) {
  gas = touch_memory(machine.memory, gas, top[0], top[-1]);
  if (gas < 0) return out_of_gas();
  const MemoryRange range = range_of(top[0], top[-1]);
  gas -= kHashCostPerWord * words_of(range.length);
  if (gas < 0) return out_of_gas();
  top[-1] = to_uint256(crypto::keccak256(machine.memory.view(range.offset, range.length)));
  return {Status::kSuccess, gas};
}

Step mcopy(uint256* top, std::int64_t gas, Machine& machine) {
  const uint256& furthest = std::max(top[0], top[-1]);
  gas = touch_memory(machine.memory, gas, furthest, top[-2]);
  if (gas < 0) return out_of_gas();
  const auto length = static_cast<std::size_t>(top[-2].low_u64());
  gas -= kCopyCostPerWord * words_of(length);
  if (gas < 0) return out_of_gas();
  if (length != 0) {
    std::uint8_t* data = machine.memory.data();
    std::memmove(data + top[0].low_u64(), data + top[-1].low_u64(), length);
  }
  return {Status::kSuccess, gas};
}

Step calldatacopy(uint256* top, std::int64_t gas, Machine& machine) {
  return copy_padded(machine, gas, {top[0], top[-1], top[-2]}, machine.input);
}

Step codecopy(uint256* top, std::int64_t gas, Machine& machine) {
  return copy_padded(machine, gas, {top[0], top[-1], top[-2]}, machine.code.bytes());
}

Step extcodecopy(uint256* top, std::int64_t gas, Machine& machine) {
  const Address address = to_address(top[0]);
  gas -= cold_account_surcharge(machine, address);
  if (gas < 0) return out_of_gas();
  const auto code = machine.host.code(address);
  return copy_padded(machine, gas, {top[-1], top[-2], top[-3]}, code->bytes());
}

Step returndatacopy(uint256* top, std::int64_t gas, Machine& machine) {
  const std::size_t size = machine.return_data.size();
  const uint256& source = top[-1];
  if (source > uint256{size} || top[-2] > uint256{size} - source) {
    return {Status::kInvalidMemoryAccess, 0};
  }
  return copy_padded(machine, gas, {top[0], source, top[-2]}, machine.return_data);
}

}  // namespace datapact::vm::instructions
