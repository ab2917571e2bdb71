#include "vm/instructions/environment.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "vm/host.hpp"
#include "vm/machine.hpp"
#include "vm/status.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace datapact::vm::instructions {
namespace {

constexpr std::uint64_t kBlockHashReach = 256;

const BlockContext& block(Machine& machine) { return machine.host.context().block; }
const TxnContext& txn(Machine& machine) { return machine.host.context().txn; }

}  // namespace

void calldataload(uint256* top, Machine& machine) noexcept {
  const ByteView input = machine.input;
  if (!(top[0] < uint256{input.size()})) {
    top[0] = uint256{};
    return;
  }
  const auto offset = static_cast<std::size_t>(top[0].low_u64());
  if (input.size() - offset >= 32) {
    top[0] = uint256::load_be(input.data() + offset);
    return;
  }
  std::uint8_t padded[32]{};
  std::memcpy(padded, input.data() + offset, input.size() - offset);
  top[0] = uint256::load_be(padded);
}

void origin(uint256* top, Machine& machine) { top[1] = to_uint256(txn(machine).origin); }
void gasprice(uint256* top, Machine& machine) { top[1] = txn(machine).gas_price; }
void coinbase(uint256* top, Machine& machine) { top[1] = to_uint256(block(machine).coinbase); }
void timestamp(uint256* top, Machine& machine) { top[1] = uint256{block(machine).timestamp}; }
void number(uint256* top, Machine& machine) { top[1] = uint256{block(machine).height.raw()}; }
void prevrandao(uint256* top, Machine& machine) { top[1] = block(machine).prev_randao; }
void gaslimit(uint256* top, Machine& machine) { top[1] = uint256{block(machine).gas_limit}; }
void chainid(uint256* top, Machine& machine) { top[1] = uint256{block(machine).chain_id.raw()}; }
void selfbalance(uint256* top, Machine& machine) {
  top[1] = machine.host.balance(machine.message.recipient);
}
void basefee(uint256* top, Machine& machine) { top[1] = block(machine).base_fee; }
void blobbasefee(uint256* top, Machine& machine) { top[1] = block(machine).blob_base_fee; }

void blobhash(uint256* top, Machine& machine) {
  const auto& hashes = txn(machine).blob_hashes;
  top[0] = top[0] < uint256{hashes.size()} ? to_uint256(hashes[top[0].low_u64()]) : uint256{};
}

void blockhash(uint256* top, Machine& machine) {
  const std::uint64_t height = block(machine).height.raw();
  const std::uint64_t wanted = top[0].low_u64();
  const bool is_past = top[0].fits_u64() && wanted < height;
  if (is_past && height - wanted <= kBlockHashReach) {
    top[0] = to_uint256(machine.host.block_hash(Height{wanted}));
  } else {
    top[0] = uint256{};
  }
}

Step balance(uint256* top, std::int64_t gas, Machine& machine) {
  const Address address = to_address(top[0]);
  gas -= cold_account_surcharge(machine, address);
  if (gas < 0) return out_of_gas();
  top[0] = machine.host.balance(address);
  return {Status::kSuccess, gas};
}

Step extcodesize(uint256* top, std::int64_t gas, Machine& machine) {
  const Address address = to_address(top[0]);
  gas -= cold_account_surcharge(machine, address);
  if (gas < 0) return out_of_gas();
  top[0] = uint256{machine.host.code(address)->size()};
  return {Status::kSuccess, gas};
}

Step extcodehash(uint256* top, std::int64_t gas, Machine& machine) {
  const Address address = to_address(top[0]);
  gas -= cold_account_surcharge(machine, address);
  if (gas < 0) return out_of_gas();
  top[0] = to_uint256(machine.host.code_hash(address));
  return {Status::kSuccess, gas};
}

}  // namespace datapact::vm::instructions
