#include "vm/instructions/storage.hpp"

#include "base/types.hpp"
#include "vm/host.hpp"
#include "vm/machine.hpp"
#include "vm/status.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace datapact::vm::instructions {
namespace {

constexpr std::int64_t kColdSlot = 2100;   // EIP-2929
constexpr std::int64_t kWarmAccess = 100;  // EIP-2929
constexpr std::int64_t kSet = 20'000;      // EIP-2200
constexpr std::int64_t kReset = 5000 - kColdSlot;
constexpr std::int64_t kClearRefund = 4800;  // EIP-3529
constexpr std::int64_t kSstoreStipend = 2300;
constexpr std::int64_t kLogCostPerByte = 8;

struct StoreCost {
  std::int64_t gas;
  std::int64_t refund;
};

constexpr StoreCost cost_of(StorageStatus status) noexcept {
  switch (status) {
    case StorageStatus::kUnchanged:
      return {kWarmAccess, 0};
    case StorageStatus::kAdded:
      return {kSet, 0};
    case StorageStatus::kDeleted:
      return {kReset, kClearRefund};
    case StorageStatus::kModified:
      return {kReset, 0};
    case StorageStatus::kDeletedAdded:
      return {kWarmAccess, -kClearRefund};
    case StorageStatus::kModifiedDeleted:
      return {kWarmAccess, kClearRefund};
    case StorageStatus::kDeletedRestored:
      return {kWarmAccess, kReset - kWarmAccess - kClearRefund};
    case StorageStatus::kAddedDeleted:
      return {kWarmAccess, kSet - kWarmAccess};
    case StorageStatus::kModifiedRestored:
      return {kWarmAccess, kReset - kWarmAccess};
  }
  return {};
}

}  // namespace

Step sload(uint256* top, std::int64_t gas, Machine& machine) {
  const Address& self = machine.message.recipient;
  if (machine.host.access_storage(self, top[0]) == Access::kCold) {
    gas -= kColdSlot - kWarmAccess;
    if (gas < 0) return out_of_gas();
  }
  top[0] = machine.host.storage(self, top[0]);
  return {Status::kSuccess, gas};
}

Step sstore(uint256* top, std::int64_t gas, Machine& machine) {
  if (machine.message.is_static) return {Status::kStaticViolation, 0};
  if (gas <= kSstoreStipend) return out_of_gas();
  const Address& self = machine.message.recipient;
  if (machine.host.access_storage(self, top[0]) == Access::kCold) gas -= kColdSlot;
  if (gas < 0) return out_of_gas();
  const StoreCost cost = cost_of(machine.host.set_storage(self, top[0], top[-1]));
  machine.gas_refund += cost.refund;
  return go_on(gas - cost.gas);
}

void tload(uint256* top, Machine& machine) {
  top[0] = machine.host.transient_storage(machine.message.recipient, top[0]);
}

Step tstore(uint256* top, std::int64_t gas, Machine& machine) {
  if (machine.message.is_static) return {Status::kStaticViolation, 0};
  machine.host.set_transient_storage(machine.message.recipient, top[0], top[-1]);
  return {Status::kSuccess, gas};
}

Step log(uint256* top, std::int64_t gas, Machine& machine, unsigned topic_count) {
  if (machine.message.is_static) return {Status::kStaticViolation, 0};
  gas = touch_memory(machine.memory, gas, top[0], top[-1]);
  if (gas < 0) return out_of_gas();
  const MemoryRange range = range_of(top[0], top[-1]);
  gas -= kLogCostPerByte * static_cast<std::int64_t>(range.length);
  if (gas < 0) return out_of_gas();

  std::array<Hash256, 4> topics;
  for (unsigned i = 0; i < topic_count; ++i) {
    topics[i] = to_hash256(top[-2 - static_cast<std::ptrdiff_t>(i)]);
  }
  machine.host.emit_log(machine.message.recipient, {topics.data(), topic_count},
                        machine.memory.view(range.offset, range.length));
  return {Status::kSuccess, gas};
}

}  // namespace datapact::vm::instructions
