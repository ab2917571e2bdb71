#include "rpc/method_table.hpp"

#include "base/json.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/params.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace datapact::rpc {
namespace {

using Run = Outcome (*)(const Context&, const Params&);

constexpr Method sync(std::string_view name, Run run, std::size_t params_max = 0) {
  return {.name = name, .run = run, .params_max = params_max};
}
constexpr Method local(std::string_view name, Run run, std::size_t params_max = 0) {
  return {.name = name, .run = run, .params_max = params_max, .access = Access::kLocal};
}

constexpr std::array kMethods{
    sync("data_getGenesisConfig", data::get_genesis_config),
    local("debug_getRawBlock", debug::get_raw_block, 1),
    local("debug_getRawHeader", debug::get_raw_header, 1),
    local("debug_getRawReceipts", debug::get_raw_receipts, 1),
    local("debug_getRawTransaction", debug::get_raw_transaction, 1),
    local("debug_traceBlockByHash", debug::trace_block_by_hash, 2),
    local("debug_traceBlockByNumber", debug::trace_block_by_number, 2),
    local("debug_traceCall", debug::trace_call, 3),
    local("debug_traceTransaction", debug::trace_transaction, 2),
    sync("eth_accounts", eth::accounts),
    sync("eth_blobBaseFee", eth::blob_base_fee),
    sync("eth_blockNumber", eth::block_number),
    sync("eth_call", eth::call, 4),
    sync("eth_chainId", eth::chain_id),
    sync("eth_createAccessList", eth::create_access_list, 2),
    sync("eth_estimateGas", eth::estimate_gas, 4),
    sync("eth_feeHistory", eth::fee_history, 3),
    sync("eth_gasPrice", eth::gas_price),
    sync("eth_getBalance", eth::get_balance, 2),
    sync("eth_getBlockByHash", eth::get_block_by_hash, 2),
    sync("eth_getBlockByNumber", eth::get_block_by_number, 2),
    sync("eth_getBlockReceipts", eth::get_block_receipts, 1),
    sync("eth_getBlockTransactionCountByHash", eth::get_block_transaction_count, 1),
    sync("eth_getBlockTransactionCountByNumber", eth::get_block_transaction_count, 1),
    sync("eth_getCode", eth::get_code, 2),
    sync("eth_getFilterChanges", eth::get_filter_changes, 1),
    sync("eth_getFilterLogs", eth::get_filter_logs, 1),
    sync("eth_getLogs", eth::get_logs, 1),
    sync("eth_getProof", eth::get_proof, 3),
    sync("eth_getRawTransactionByBlockHashAndIndex", eth::get_raw_transaction_by_index, 2),
    sync("eth_getRawTransactionByBlockNumberAndIndex", eth::get_raw_transaction_by_index, 2),
    sync("eth_getRawTransactionByHash", eth::get_raw_transaction_by_hash, 1),
    sync("eth_getStorageAt", eth::get_storage_at, 3),
    sync("eth_getTransactionByBlockHashAndIndex", eth::get_transaction_by_index, 2),
    sync("eth_getTransactionByBlockNumberAndIndex", eth::get_transaction_by_index, 2),
    sync("eth_getTransactionByHash", eth::get_transaction_by_hash, 1),
    sync("eth_getTransactionCount", eth::get_transaction_count, 2),
    sync("eth_getTransactionReceipt", eth::get_transaction_receipt, 1),
    sync("eth_getUncleCountByBlockHash", eth::get_uncle_count, 1),
    sync("eth_getUncleCountByBlockNumber", eth::get_uncle_count, 1),
    sync("eth_maxPriorityFeePerGas", eth::max_priority_fee_per_gas),
    sync("eth_newBlockFilter", eth::new_block_filter),
    sync("eth_newFilter", eth::new_filter, 1),
    Method{.name = "eth_sendRawTransaction", .start = eth::send_raw_transaction, .params_max = 1},
    sync("eth_syncing", eth::syncing),
    sync("eth_uninstallFilter", eth::uninstall_filter, 1),
    sync("net_listening", net::listening),
    sync("net_peerCount", net::peer_count),
    sync("net_version", net::version),
    sync("qbft_getConsensusState", qbft::get_consensus_state),
    sync("qbft_getPendingChanges", qbft::get_pending_changes),
    sync("qbft_getRequestTimeoutSeconds", qbft::get_request_timeout_seconds),
    sync("qbft_getSignerMetrics", qbft::get_signer_metrics, 2),
    sync("qbft_getValidatorsByBlockHash", qbft::get_validators_by_block_hash, 1),
    sync("qbft_getValidatorsByBlockNumber", qbft::get_validators_by_block_number, 1),
    sync("rpc_modules", modules),
    local("txpool_status", txpool_methods::status),
    sync("web3_clientVersion", web3::client_version),
    sync("web3_sha3", web3::sha3, 1),
};

constexpr bool is_strictly_sorted() {
  for (std::size_t i = 1; i < kMethods.size(); ++i) {
    if (!(kMethods[i - 1].name < kMethods[i].name)) return false;
  }
  return true;
}
static_assert(is_strictly_sorted(), "find_method searches by bisection");

}  // namespace

std::span<const Method> method_table() noexcept { return kMethods; }

const Method* find_method(std::string_view name) noexcept {
  const auto found = std::ranges::lower_bound(kMethods, name, {}, &Method::name);
  return found != kMethods.end() && found->name == name ? &*found : nullptr;
}

Outcome modules(const Context&, const Params&) {
  json::Value out;
  for (const Method& method : kMethods) {
    const std::string_view space = method.name.substr(0, method.name.find('_'));
    if (out.find(space) == nullptr) out.set(std::string(space), "1.0");
  }
  return out;
}

}  // namespace datapact::rpc
