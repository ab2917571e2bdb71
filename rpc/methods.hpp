#pragma once
// Every method of the server, one source a namespace. Each reads its parameters and asks the node;
// none keeps anything but filters do (rpc/filter_store.hpp).
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/params.hpp"

#include <functional>

namespace datapact::rpc {

/// Called exactly once, from any thread.
using Completion = std::function<void(Outcome)>;

}  // namespace datapact::rpc

namespace datapact::rpc::eth {
// eth_chain.cpp: blocks, transactions, receipts.
Outcome chain_id(const Context& context, const Params& params);
Outcome block_number(const Context& context, const Params& params);
Outcome get_block_by_number(const Context& context, const Params& params);
Outcome get_block_by_hash(const Context& context, const Params& params);
Outcome get_block_receipts(const Context& context, const Params& params);
Outcome get_block_transaction_count(const Context& context, const Params& params);
Outcome get_uncle_count(const Context& context, const Params& params);
Outcome get_transaction_by_hash(const Context& context, const Params& params);
Outcome get_transaction_by_index(const Context& context, const Params& params);
Outcome get_transaction_receipt(const Context& context, const Params& params);
Outcome get_raw_transaction_by_hash(const Context& context, const Params& params);
Outcome get_raw_transaction_by_index(const Context& context, const Params& params);
Outcome syncing(const Context& context, const Params& params);
Outcome accounts(const Context& context, const Params& params);
// eth_state.cpp.
Outcome get_balance(const Context& context, const Params& params);
Outcome get_code(const Context& context, const Params& params);
Outcome get_storage_at(const Context& context, const Params& params);
Outcome get_transaction_count(const Context& context, const Params& params);
Outcome get_proof(const Context& context, const Params& params);
// eth_call.cpp.
Outcome call(const Context& context, const Params& params);
Outcome estimate_gas(const Context& context, const Params& params);
// eth_access_list.cpp.
Outcome create_access_list(const Context& context, const Params& params);
// eth_fees.cpp.
Outcome blob_base_fee(const Context& context, const Params& params);
Outcome gas_price(const Context& context, const Params& params);
Outcome max_priority_fee_per_gas(const Context& context, const Params& params);
Outcome fee_history(const Context& context, const Params& params);
// eth_logs.cpp: logs and filters.
Outcome get_logs(const Context& context, const Params& params);
Outcome new_filter(const Context& context, const Params& params);
Outcome new_block_filter(const Context& context, const Params& params);
Outcome get_filter_changes(const Context& context, const Params& params);
Outcome get_filter_logs(const Context& context, const Params& params);
Outcome uninstall_filter(const Context& context, const Params& params);
// eth_send.cpp.
void send_raw_transaction(const Context& context, const Params& params, Completion done);
}  // namespace datapact::rpc::eth

namespace datapact::rpc::data {
/// The `config` object of the genesis document: what the vanity of the genesis header commits to.
Outcome get_genesis_config(const Context& context, const Params& params);
}  // namespace datapact::rpc::data

namespace datapact::rpc::debug {
// debug.cpp.
Outcome get_raw_header(const Context& context, const Params& params);
Outcome get_raw_block(const Context& context, const Params& params);
Outcome get_raw_receipts(const Context& context, const Params& params);
Outcome get_raw_transaction(const Context& context, const Params& params);
// debug_trace.cpp.
Outcome trace_block_by_hash(const Context& context, const Params& params);
Outcome trace_block_by_number(const Context& context, const Params& params);
Outcome trace_call(const Context& context, const Params& params);
Outcome trace_transaction(const Context& context, const Params& params);
}  // namespace datapact::rpc::debug

namespace datapact::rpc::net {
Outcome version(const Context& context, const Params& params);
Outcome listening(const Context& context, const Params& params);
Outcome peer_count(const Context& context, const Params& params);
}  // namespace datapact::rpc::net

namespace datapact::rpc::web3 {
Outcome client_version(const Context& context, const Params& params);
Outcome sha3(const Context& context, const Params& params);
}  // namespace datapact::rpc::web3

namespace datapact::rpc::txpool_methods {
Outcome status(const Context& context, const Params& params);
}  // namespace datapact::rpc::txpool_methods

namespace datapact::rpc::qbft {
Outcome get_validators_by_block_number(const Context& context, const Params& params);
Outcome get_validators_by_block_hash(const Context& context, const Params& params);
Outcome get_request_timeout_seconds(const Context& context, const Params& params);
Outcome get_pending_changes(const Context& context, const Params& params);
Outcome get_signer_metrics(const Context& context, const Params& params);
Outcome get_consensus_state(const Context& context, const Params& params);
}  // namespace datapact::rpc::qbft

namespace datapact::rpc {

/// rpc_modules.
Outcome modules(const Context& context, const Params& params);

}  // namespace datapact::rpc
