#include "ledger/chain/genesis_builder.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state.hpp"
#include "ledger/state/state_diff.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::chain {
namespace {

/// More than any constructor needs; it costs nobody anything.
constexpr Gas kConstructorGas{1'000'000'000};

/// EIP-4788 and EIP-2935: the code their texts give.
constexpr std::string_view kBeaconRootsCode =
    "3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001f"
    "ff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff"
    "015500";
constexpr std::string_view kBlockHashHistoryCode =
    "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff"
    "81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

void put_system_contract(state::State& state, const Address& address, std::string_view code) {
  const auto bytes = from_hex(code);
  INVARIANT(bytes.has_value());
  state.set_code(address, *bytes);
  state.set_nonce(address, Nonce{1});
}

BlockContext constructor_context(const ConsortiumParams& params) {
  BlockContext context;
  context.revision = vm::Revision::kPrague;
  context.precompiles = vm::implemented_precompiles();
  context.block.timestamp = static_cast<std::uint64_t>(params.time.count()) / 1000;
  context.block.gas_limit = kConstructorGas.raw();
  context.block.prev_randao = to_uint256(kQbftMixHash);
  context.block.chain_id = params.chain_id;
  context.block_hash = [](Height) { return Hash256{}; };
  return context;
}

/// The init code lies at the fixed address while it runs, so that ADDRESS, CODECOPY and storage
/// are what a creation there would see; what it returns becomes the code.
Result<void, GenesisError> run_constructor(Executor& executor, state::State& state,
                                           const Predeploy& predeploy, const Address& deployer) {
  const std::string field = "predeploys." + predeploy.name;
  state.set_code(predeploy.address, concat({predeploy.init_code, predeploy.constructor_arguments}));
  state.set_nonce(predeploy.address, Nonce{1});
  state.finish_transaction();
  CallRequest request;
  request.from = deployer;
  request.to = predeploy.address;
  request.gas_limit = kConstructorGas;
  auto outcome = executor.call(state, request);
  if (!outcome.has_value()) {
    return fail(GenesisError{field, std::string(to_string(outcome.error()))});
  }
  if (outcome->status != vm::Status::kSuccess) {
    return fail(
        GenesisError{field, "constructor failed: " + std::string(vm::to_string(outcome->status)) +
                                ", returned " + to_hex0x(ByteView{outcome->output})});
  }
  if (outcome->output.empty() || outcome->output.size() > kCodeBytesMax) {
    return fail(GenesisError{field, "constructor returned " +
                                        std::to_string(outcome->output.size()) + " bytes of code"});
  }
  state.set_code(predeploy.address, outcome->output);
  state.finish_transaction();
  return {};
}

Result<void, GenesisError> run_call(Executor& executor, state::State& state,
                                    const GenesisCall& call) {
  const std::string field = "calls." + call.name;
  CallRequest request;
  request.from = call.from;
  request.to = call.to;
  request.data = call.data;
  request.gas_limit = kConstructorGas;
  const auto outcome = executor.call(state, request);
  if (!outcome.has_value()) {
    return fail(GenesisError{field, std::string(to_string(outcome.error()))});
  }
  if (outcome->status != vm::Status::kSuccess) {
    return fail(GenesisError{field, std::string(vm::to_string(outcome->status)) + ", returned " +
                                        to_hex0x(ByteView{outcome->output})});
  }
  state.finish_transaction();
  return {};
}

std::string word_text(const uint256& word) { return to_hex0x(to_hash256(word)); }

json::Value alloc_of(const state::StateDiff& diff) {
  json::Value alloc = json::Object{};
  for (const auto& [address, change] : diff.accounts) {
    if (!change.account) continue;
    json::Value account = json::Object{};
    account.set("balance", to_quantity(change.account->balance.raw()));
    if (change.account->nonce != Nonce{}) {
      account.set("nonce", to_quantity(change.account->nonce.raw()));
    }
    if (const auto code = diff.codes.find(change.account->code_hash); code != diff.codes.end()) {
      account.set("code", to_hex0x(ByteView{*code->second}));
    }
    json::Value storage = json::Object{};
    for (const auto& [slot, word] : change.storage) {
      if (!word.is_zero()) storage.set(word_text(slot), word_text(word));
    }
    if (!storage.as_object()->empty()) account.set("storage", std::move(storage));
    alloc.set(to_hex0x(address), std::move(account));
  }
  return alloc;
}

/// What this build has of the revision's set: written out, so that another build that lacks one
/// refuses the genesis instead of forking.
json::Value precompiles_here() {
  const auto full = vm::precompiles_of(vm::Revision::kPrague);
  json::Value out = json::Array{};
  for (const Address& address : full.addresses()) {
    if (vm::implemented_precompiles().contains(address)) out.push(to_hex0x(address));
  }
  return out;
}

json::Value config_of(const ConsortiumParams& params) {
  const QbftConfig& qbft = params.qbft;
  json::Value timing = json::Object{};
  timing.set("blockPeriodMs", std::int64_t{qbft.block_period.count()});
  timing.set("emptyBlockPeriodMs", std::int64_t{qbft.empty_block_period.count()});
  timing.set("requestTimeoutMs", std::int64_t{qbft.request_timeout.count()});
  timing.set("requestTimeoutMaxMs", std::int64_t{qbft.request_timeout_max.count()});
  json::Value config = json::Object{};
  config.set("chainId", params.chain_id.raw());
  config.set("cancunTime", 0);
  config.set("pragueTime", 0);
  config.set("zeroBaseFee", true);
  config.set("qbft", std::move(timing));
  config.set("precompiles", precompiles_here());
  return config;
}

Result<void, GenesisError> check_params(const ConsortiumParams& params) {
  const ValidatorSet& set = params.validators;
  if (set.empty()) return fail(GenesisError{"validators", "must not be empty"});
  if (set.size() > kValidatorsMax) {
    return fail(GenesisError{"validators", "must be at most " + std::to_string(kValidatorsMax) +
                                               ", not " + std::to_string(set.size())});
  }
  if (std::ranges::adjacent_find(set, std::greater_equal<>{}) != set.end()) {
    return fail(GenesisError{"validators", "must be strictly ascending"});
  }
  if (params.time.count() < 0 || params.time.count() % 1000 != 0) {
    return fail(GenesisError{"time", "must be whole seconds since 1970"});
  }
  return {};
}

}  // namespace

Result<json::Value, GenesisError> build_consortium_genesis(const ConsortiumParams& params) {
  TRY_VOID(check_params(params));
  const state::MemoryState nothing;
  state::State state{nothing};
  for (const auto& [address, balance] : params.balances) state.set_balance(address, balance);
  put_system_contract(state, kBeaconRootsAddress, kBeaconRootsCode);
  put_system_contract(state, kBlockHashHistoryAddress, kBlockHashHistoryCode);
  for (const Predeploy& predeploy : params.predeploys) {
    // An executor of its own: the init code of the last one must not stay in a code cache.
    Executor executor{constructor_context(params)};
    TRY_VOID(run_constructor(executor, state, predeploy, params.deployer));
  }
  for (const GenesisCall& call : params.calls) {
    Executor executor{constructor_context(params)};
    TRY_VOID(run_call(executor, state, call));
  }
  state.finish_transaction();
  state::StateDiff diff = state.diff();
  const auto is_funded = [&](const auto& entry) { return entry.first == params.deployer; };
  if (std::ranges::none_of(params.balances, is_funded)) {
    diff.accounts.erase(params.deployer);
  }
  const json::Value config = config_of(params);
  json::Value document = json::Object{};
  document.set("config", config);
  document.set("nonce", "0x0");
  document.set("timestamp", to_quantity(static_cast<std::uint64_t>(params.time.count()) / 1000));
  document.set(
      "extraData",
      to_hex0x(ByteView{encode(QbftExtra{config_hash(config), params.validators, {}, {}})}));
  document.set("gasLimit", to_quantity(params.gas_limit.raw()));
  document.set("difficulty", "0x1");
  document.set("mixHash", to_hex0x(kQbftMixHash));
  document.set("coinbase", to_hex0x(Address{}));
  document.set("alloc", alloc_of(diff));
  return document;
}

}  // namespace datapact::chain
