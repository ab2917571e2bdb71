#include "bench/evmc_host.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "bench/evmc_abi.hpp"
#include "tests/testkit/memory_host.hpp"
#include "vm/host.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace datapact::bench {
namespace {

testkit::MemoryHost& host_of(void* context) { return static_cast<EvmcWorld*>(context)->host; }

// Both count the columns of EIP-2200 in the same order.
static_assert(static_cast<int>(vm::StorageStatus::kUnchanged) ==
              static_cast<int>(evmc::StorageStatus::kAssigned));
static_assert(static_cast<int>(vm::StorageStatus::kModifiedRestored) ==
              static_cast<int>(evmc::StorageStatus::kModifiedRestored));
static_assert(static_cast<int>(vm::Access::kWarm) == static_cast<int>(evmc::AccessStatus::kWarm));

bool account_exists(void* context, const Address* address) {
  return host_of(context).account_exists(*address);
}
Hash256 get_storage(void* context, const Address* address, const Hash256* slot) {
  return to_hash256(host_of(context).storage(*address, to_uint256(*slot)));
}
evmc::StorageStatus set_storage(void* context, const Address* address, const Hash256* slot,
                                const Hash256* value) {
  return static_cast<evmc::StorageStatus>(
      host_of(context).set_storage(*address, to_uint256(*slot), to_uint256(*value)));
}
Hash256 get_balance(void* context, const Address* address) {
  return to_hash256(host_of(context).balance(*address));
}
std::size_t get_code_size(void* context, const Address* address) {
  return host_of(context).code(*address)->size();
}
Hash256 get_code_hash(void* context, const Address* address) {
  return host_of(context).code_hash(*address);
}
std::size_t copy_code(void* context, const Address* address, std::size_t offset, std::uint8_t* out,
                      std::size_t size) {
  const auto code = host_of(context).code(*address);
  const ByteView from = code->bytes().subspan(std::min(offset, code->size()));
  const std::size_t length = std::min(size, from.size());
  std::copy_n(from.begin(), length, out);
  return length;
}
bool selfdestruct(void* context, const Address* address, const Address* beneficiary) {
  host_of(context).selfdestruct(*address, *beneficiary);
  return true;
}
evmc::Result call(void* context, const evmc::Message*) {
  static_cast<EvmcWorld*>(context)->has_called = true;
  evmc::Result refused;
  refused.status = evmc::StatusCode::kRejected;
  return refused;
}
evmc::TxContext get_tx_context(void* context) {
  const vm::ExecutionContext& from = host_of(context).context();
  evmc::TxContext out;
  out.gas_price = to_hash256(from.txn.gas_price);
  out.origin = from.txn.origin;
  out.coinbase = from.block.coinbase;
  out.height = static_cast<std::int64_t>(from.block.height.raw());
  out.timestamp = static_cast<std::int64_t>(from.block.timestamp);
  out.gas_limit = static_cast<std::int64_t>(from.block.gas_limit);
  out.prev_randao = to_hash256(from.block.prev_randao);
  out.chain_id = to_hash256(uint256{from.block.chain_id.raw()});
  out.base_fee = to_hash256(from.block.base_fee);
  out.blob_base_fee = to_hash256(from.block.blob_base_fee);
  out.blob_hashes = from.txn.blob_hashes.data();
  out.blob_hash_count = from.txn.blob_hashes.size();
  return out;
}
Hash256 get_block_hash(void* context, std::int64_t height) {
  return host_of(context).block_hash(Height{static_cast<std::uint64_t>(height)});
}
void emit_log(void* context, const Address* address, const std::uint8_t* data, std::size_t size,
              const Hash256* topics, std::size_t topic_count) {
  host_of(context).emit_log(*address, {topics, topic_count}, {data, size});
}
evmc::AccessStatus access_account(void* context, const Address* address) {
  return static_cast<evmc::AccessStatus>(host_of(context).access_account(*address));
}
evmc::AccessStatus access_storage(void* context, const Address* address, const Hash256* slot) {
  return static_cast<evmc::AccessStatus>(
      host_of(context).access_storage(*address, to_uint256(*slot)));
}
Hash256 get_transient_storage(void* context, const Address* address, const Hash256* slot) {
  return to_hash256(host_of(context).transient_storage(*address, to_uint256(*slot)));
}
void set_transient_storage(void* context, const Address* address, const Hash256* slot,
                           const Hash256* value) {
  host_of(context).set_transient_storage(*address, to_uint256(*slot), to_uint256(*value));
}

constexpr evmc::HostInterface kHost = {
    .account_exists = account_exists,
    .get_storage = get_storage,
    .set_storage = set_storage,
    .get_balance = get_balance,
    .get_code_size = get_code_size,
    .get_code_hash = get_code_hash,
    .copy_code = copy_code,
    .selfdestruct = selfdestruct,
    .call = call,
    .get_tx_context = get_tx_context,
    .get_block_hash = get_block_hash,
    .emit_log = emit_log,
    .access_account = access_account,
    .access_storage = access_storage,
    .get_transient_storage = get_transient_storage,
    .set_transient_storage = set_transient_storage,
};

}  // namespace

const evmc::HostInterface& evmc_host() { return kHost; }

}  // namespace datapact::bench
