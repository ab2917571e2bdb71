#include "ledger/chain/execution.hpp"

#include "base/bytes.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/authorizations.hpp"
#include "ledger/chain/code_cache.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/trace/traced_host.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_host.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/state.hpp"
#include "vm/code.hpp"
#include "vm/host.hpp"
#include "vm/message.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"
#include "vm/stop_watch.hpp"
#include "vm/tracer.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace datapact::chain {
namespace {

void warm(state::State& state, const Transaction& txn, const Address& sender,
          const Address& coinbase) {
  state.warm_account(sender);
  state.warm_account(coinbase);  // EIP-3651
  if (txn.to) state.warm_account(*txn.to);
  for (const AccessListEntry& entry : txn.access_list) {
    state.warm_account(entry.address);
    for (const Hash256& key : entry.storage_keys) state.warm_slot(entry.address, to_uint256(key));
  }
}

/// Before EIP-7702 the bytes of a designator, which only a genesis can have placed, are code as
/// any.
std::optional<Address> delegate_in(ByteView code, vm::Revision revision) {
  return fork_params(revision).has_set_code_txns ? vm::delegate_of(code) : std::nullopt;
}

vm::Message message_of(state::State& state, const Transaction& txn, const Address& sender,
                       vm::Revision revision) {
  vm::Message out;
  out.sender = sender;
  out.value = txn.value.raw();
  out.input = txn.data;
  if (!txn.to) {
    out.kind = vm::CallKind::kCreate;
    return out;
  }
  out.recipient = out.code_address = *txn.to;
  if (const auto target = delegate_in(*state.code(*txn.to), revision)) {
    out.code_address = *target;
    out.is_delegated = true;
    state.warm_account(*target);
  }
  return out;
}

/// Credits without leaving an empty account behind.
void credit(state::State& state, const Address& address, const uint256& amount) {
  state.touch(address);
  if (!amount.is_zero()) state.add_balance(address, Wei{amount});
}

Transaction transaction_of(const CallRequest& request, Nonce nonce) {
  Transaction out;
  out.type = !request.blob_hashes.empty()      ? TxnType::kBlob
             : !request.authorizations.empty() ? TxnType::kSetCode
                                               : TxnType::kDynamicFee;
  out.nonce = nonce;
  out.max_fee_per_gas = request.gas_price;
  // The VM counts gas in signed 64-bit numbers.
  constexpr auto kGasMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  out.gas_limit = Gas{std::min(request.gas_limit.raw(), kGasMax)};
  out.to = request.to;
  out.value = request.value;
  out.data = request.data;
  out.access_list = request.access_list;
  out.blob_hashes = request.blob_hashes;
  out.max_fee_per_blob_gas = request.max_fee_per_blob_gas;
  out.authorizations = request.authorizations;
  return out;
}

/// A call that offers no fee sees none (geth's NoBaseFee).
BlockContext context_of_call(const BlockContext& block, const Transaction& call) {
  BlockContext out = block;
  if (call.max_fee_per_gas.is_zero()) out.block.base_fee = uint256{};
  const bool has_blobs = !call.blob_hashes.empty();
  if (has_blobs && call.max_fee_per_blob_gas.is_zero()) out.block.blob_base_fee = uint256{};
  return out;
}

/// What is taken before it runs and not yet given back. validate_sender, or the same check of a
/// call, bounds it by the sender's balance.
Wei prepaid(const Transaction& txn, const uint256& gas_price, const uint256& blob_gas_price) {
  return Wei{uint256{txn.gas_limit.raw()} * gas_price +
             uint256{blob_gas(txn).raw()} * blob_gas_price};
}

}  // namespace

/// What a message did, before anybody is paid.
struct Executor::Run {
  vm::CallResult result;
  std::uint64_t gas_used = 0;
  std::optional<Address> contract_address;
  std::optional<Address> missing_precompile;
};

Executor::Executor(BlockContext context, vm::Tracer* tracer, vm::StopWatch* stop_watch)
    : context_(std::move(context)),
      vm_(context_.revision, tracer, stop_watch),
      codes_(std::make_unique<CodeCache>()) {}

Executor::Executor(BlockContext context, TxnTracer& tracer, vm::StopWatch* stop_watch)
    : Executor(std::move(context), &tracer, stop_watch) {
  txn_tracer_ = &tracer;
}

Executor::~Executor() = default;

Executor::Run Executor::run(state::State& state, const BlockContext& seen, const Transaction& txn,
                            const vm::TxnContext& from) {
  const Address& sender = from.origin;
  const IntrinsicGas gas = intrinsic_gas(txn, context_.revision);
  state.set_nonce(sender, next(state.nonce(sender)));
  warm(state, txn, sender, context_.block.coinbase);
  const std::uint64_t returned =
      apply_authorizations(state, context_.block.chain_id, txn.authorizations);

  vm::Message message = message_of(state, txn, sender, context_.revision);
  message.gas = static_cast<std::int64_t>(txn.gas_limit.raw() - gas.intrinsic);
  const TxnHost::World world{state, seen, vm_, *codes_};
  Run out;
  const auto run_on = [&](auto&& host) {
    out.result = host.call(message);
    out.missing_precompile = host.missing_precompile();
  };
  if (txn_tracer_ == nullptr) {
    run_on(TxnHost{world, from});
  } else {
    txn_tracer_->add_refund(returned);
    run_on(TracedHost{*txn_tracer_, world, from});
  }
  if (!txn.to && out.result.status == vm::Status::kSuccess) {
    out.contract_address = out.result.create_address;
  }

  const std::uint64_t spent = txn.gas_limit.raw() - static_cast<std::uint64_t>(out.result.gas_left);
  const std::uint64_t counter =
      returned + static_cast<std::uint64_t>(std::max<std::int64_t>(out.result.gas_refund, 0));
  const std::uint64_t refund = std::min(counter, spent / kRefundQuotient);
  out.gas_used = std::max(spent - refund, gas.floor);
  return out;
}

Result<void, TxnRejection> Executor::validate(const state::State& state, const RecoveredTxn& txn,
                                              Gas gas_left, Gas blob_gas_left) const {
  TRY_VOID(validate_stateless(txn.txn(), context_.block.chain_id, context_.revision));
  TRY_VOID(validate_in_block(txn.txn(), {.base_fee = context_.block.base_fee,
                                         .blob_base_fee = context_.block.blob_base_fee,
                                         .gas_left = gas_left,
                                         .blob_gas_left = blob_gas_left}));
  const auto code = state.code(txn.sender());
  return validate_sender(txn.txn(),
                         {.nonce = state.nonce(txn.sender()),
                          .balance = state.balance(txn.sender()),
                          .has_code = !code->empty() && !delegate_in(*code, context_.revision)});
}

Result<TxnOutcome, TxnRejection> Executor::execute(state::State& state,
                                                   const RecoveredTxn& recovered, Gas gas_left,
                                                   Gas blob_gas_left) {
  TRY_VOID(validate(state, recovered, gas_left, blob_gas_left));
  const Transaction& txn = recovered.txn();
  const Address& sender = recovered.sender();
  const uint256 price = effective_gas_price(txn, context_.block.base_fee);
  if (txn_tracer_ != nullptr) txn_tracer_->begin_txn({state, context_, txn, sender});
  state.sub_balance(sender, prepaid(txn, price, context_.block.blob_base_fee));

  Run ran = run(state, context_, txn, {sender, price, txn.blob_hashes});
  credit(state, sender, uint256{txn.gas_limit.raw() - ran.gas_used} * price);
  credit(state, context_.block.coinbase, uint256{ran.gas_used} * (price - context_.block.base_fee));

  TxnOutcome out;
  out.status = ran.result.status;
  out.output = std::move(ran.result.output);
  out.blob_gas_used = blob_gas(txn);
  out.missing_precompile = ran.missing_precompile;
  out.receipt.type = txn.type;
  out.receipt.success = out.status == vm::Status::kSuccess;
  out.receipt.gas_used = out.receipt.cumulative_gas_used = Gas{ran.gas_used};
  out.receipt.effective_gas_price = price;
  out.receipt.contract_address = ran.contract_address;
  out.receipt.logs = state.take_logs();
  out.receipt.bloom = bloom_of(out.receipt.logs);
  state.finish_transaction();
  if (txn_tracer_ != nullptr) txn_tracer_->end_txn(out.receipt.gas_used);
  return out;
}

Result<CallOutcome, TxnRejection> Executor::call(state::State& state, const CallRequest& request) {
  const Transaction txn = transaction_of(request, state.nonce(request.from));
  const BlockContext seen = context_of_call(context_, txn);
  TRY_VOID(validate_form(txn, seen.revision));
  TRY_VOID(validate_gas(txn, seen.revision));
  TRY_VOID(validate_in_block(
      txn, {.base_fee = seen.block.base_fee, .blob_base_fee = seen.block.blob_base_fee}));
  const auto cost = upfront_cost(txn);
  if (!cost || *cost > state.balance(request.from)) {
    return fail(TxnRejection::kInsufficientFunds);
  }
  if (txn_tracer_ != nullptr) txn_tracer_->begin_txn({state, seen, txn, request.from});
  state.sub_balance(request.from, prepaid(txn, request.gas_price, seen.block.blob_base_fee));

  Run ran = run(state, seen, txn, {request.from, request.gas_price, txn.blob_hashes});
  CallOutcome out;
  out.status = ran.result.status;
  // Of a creation geth and its clients want what would be deployed.
  if (ran.contract_address) {
    out.output = *state.code(*ran.contract_address);
  } else {
    out.output = std::move(ran.result.output);
  }
  out.gas_used = Gas{ran.gas_used};
  out.logs = state.take_logs();
  out.contract_address = ran.contract_address;
  state.finish_transaction();
  if (txn_tracer_ != nullptr) txn_tracer_->end_txn(out.gas_used);
  return out;
}

std::optional<Bytes> Executor::system_call(state::State& state, const Address& contract,
                                           ByteView input) {
  if (state.code(contract)->empty()) return std::nullopt;
  TxnHost host{{state, context_, vm_, *codes_}, {kSystemAddress, uint256{}, {}}};
  vm::Message message;
  message.gas = static_cast<std::int64_t>(kSystemCallGas);
  message.sender = kSystemAddress;
  message.recipient = message.code_address = contract;
  message.input = input;
  vm::CallResult result = host.call(message);
  state.finish_transaction();
  if (result.status != vm::Status::kSuccess) return std::nullopt;
  return std::move(result.output);
}

void Executor::begin_block(state::State& state, const Hash256& parent_beacon_block_root,
                           const Hash256& parent_hash) {
  // Neither result matters: a failing contract leaves no trace (EIP-4788, EIP-2935).
  static_cast<void>(system_call(state, kBeaconRootsAddress, parent_beacon_block_root.view()));
  if (!fork_params(context_.revision).has_block_hash_history) return;
  static_cast<void>(system_call(state, kBlockHashHistoryAddress, parent_hash.view()));
}

}  // namespace datapact::chain
