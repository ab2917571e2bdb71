#include "tests/testkit/trade/exchange_chain.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/contract_abi.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/state/state.hpp"
#include "ledger/state/state_diff.hpp"
#include "trade/terms.hpp"
#include "vm/status.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datapact::testkit {
namespace {

using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;
using contracts::predeploy_address;

constexpr std::uint64_t kCallGas = 30'000'000;
constexpr std::uint64_t kQuota = 60'000'000;
constexpr Party kEverybody[] = {Party::kAdmin, Party::kBank,  Party::kSeller,
                                Party::kBuyer, Party::kPayee, Party::kRegistrar};

/// Roles of docs/formats/governance-storage.md.
std::uint64_t roles_of(Party party) {
  if (party == Party::kBank) return 4;
  if (party == Party::kRegistrar) return 2;
  return party == Party::kAdmin ? 1 : 0;
}

/// The buyer is of another organisation than the seller, as in most sales: a lock then reads one
/// more slot of Governance that is cold.
std::uint64_t organisation_of(Party party) { return party == Party::kBuyer ? 2 : 1; }

AbiList governance_arguments() {
  AbiList accounts;
  for (const Party party : kEverybody) {
    accounts.emplace_back(AbiList{AbiValue{address_of(party)}, AbiValue{organisation_of(party)},
                                  AbiValue{std::uint64_t{3}}, AbiValue{roles_of(party)}});
  }
  const auto organisation = [](std::uint64_t flags) {
    return AbiValue{AbiList{AbiValue{Hash256{}}, AbiValue{std::uint64_t{0}}, AbiValue{kQuota},
                            AbiValue{flags}}};
  };
  const AbiList validator{AbiValue{address_of(Party::kValidator)}, AbiValue{std::uint64_t{1}}};
  return {AbiValue{AbiList{organisation(2), organisation(0)}}, AbiValue{std::move(accounts)},
          AbiValue{AbiList{AbiValue{validator}}},
          AbiValue{AbiList{AbiValue{predeploy_address(ContractId::kFairExchange)}}},
          AbiValue{std::uint64_t{1}}};
}

AbiList constructor_arguments(ContractId id) {
  const AbiValue governance{predeploy_address(ContractId::kGovernance)};
  if (id == ContractId::kGovernance) return governance_arguments();
  if (id != ContractId::kSettlement) return {governance};
  return {governance, AbiValue{AbiList{AbiValue{predeploy_address(ContractId::kFairExchange)}}}};
}

chain::Genesis genesis_of(ChainId chain_id) {
  const auto document = chain::build_consortium_genesis(exchange_params(chain_id));
  INVARIANT(document.has_value());
  auto genesis = chain::load_genesis(*document);
  INVARIANT(genesis.has_value());
  return *std::move(genesis);
}

}  // namespace

crypto::PrivateKey key_of(Party party) {
  crypto::PrivateKey key;
  key.raw()[31] = static_cast<std::uint8_t>(party);
  return key;
}

Address address_of(Party party) { return crypto::address_of(key_of(party)); }

Bytes ExchangeCall::data() const {
  const auto* signature = contracts::contract(contract).abi.function(function);
  INVARIANT(signature != nullptr);
  return contracts::encode_call(*signature, arguments);
}

std::string revert_name(const chain::CallOutcome& outcome) {
  if (outcome.status == vm::Status::kSuccess) return {};
  if (outcome.status != vm::Status::kRevert) return std::string(vm::to_string(outcome.status));
  std::vector<contracts::AbiSignature> errors;
  for (const auto id : contracts::kContractIds) {
    const auto& own = contracts::contract(id).abi.errors;
    errors.insert(errors.end(), own.begin(), own.end());
  }
  const std::string text = contracts::describe_revert(errors, outcome.output);
  return text.substr(0, text.find('('));
}

chain::ConsortiumParams exchange_params(ChainId chain_id) {
  chain::ConsortiumParams params;
  params.chain_id = chain_id;
  params.time = UnixMillis{static_cast<std::int64_t>(kGenesisSeconds) * 1000};
  params.validators = {address_of(Party::kValidator)};
  for (const Party party : kEverybody) {
    params.balances.emplace_back(address_of(party), Wei{uint256{1} << 80});
  }
  params.balances.emplace_back(address_of(Party::kWatchtower), Wei{uint256{1} << 80});
  for (const auto id : contracts::kContractIds) {
    const auto& contract = contracts::contract(id);
    params.predeploys.push_back(
        {std::string(contracts::to_string(id)), predeploy_address(id), contract.init_code,
         contracts::encode_abi(contract.abi.constructor_inputs, constructor_arguments(id))});
  }
  params.deployer = address_of(Party::kAdmin);
  return params;
}

chain::BlockRules rules_of(const chain::Genesis& genesis) {
  const state::MemoryState state{genesis.alloc};
  auto rules = chain::rules_at({Height{1}, kGenesisSeconds}, state, genesis.config);
  INVARIANT(rules.has_value());
  return *rules;
}

std::vector<ExchangeCall> funding_calls() {
  Hash256 first;
  first.raw()[31] = 1;
  Hash256 second;
  second.raw()[31] = 2;
  return {{Party::kBank,
           ContractId::kSettlement,
           "deposit",
           {address_of(Party::kSeller), kSellerDeposit, first}},
          {Party::kBank,
           ContractId::kSettlement,
           "deposit",
           {address_of(Party::kBuyer), kBuyerMoney, second}},
          {Party::kSeller,
           ContractId::kFairExchange,
           "deposit",
           {predeploy_address(ContractId::kSettlement), kSellerDeposit}}};
}

ExchangeChain::ExchangeChain(ChainId chain_id)
    : genesis_(genesis_of(chain_id)), state_(genesis_.alloc) {
  ExchangePlayer player(genesis_);
  state::State funded(state_);
  for (const auto& call : funding_calls()) {
    const auto outcome = player.play(funded, {1, kGenesisSeconds + 1}, call);
    INVARIANT(outcome.status == vm::Status::kSuccess);
  }
  const state::StateDiff diff = funded.diff();
  state_.apply(diff);
}

trade::ExchangeDomain ExchangeChain::domain() const {
  return {genesis_.config.chain_id, predeploy_address(ContractId::kFairExchange)};
}

ExchangePlayer::ExchangePlayer(const chain::Genesis& genesis)
    : genesis_(genesis), rules_(rules_of(genesis)) {}

chain::Executor& ExchangePlayer::executor_at(const Moment& moment) {
  auto& executor = executors_[moment];
  if (executor == nullptr) {
    chain::BlockHeader header = genesis_.header;
    header.height = Height{moment.height};
    header.timestamp_seconds = moment.seconds;
    executor = std::make_unique<chain::Executor>(
        chain::block_context(header, rules_, genesis_.config, [](Height) { return BlockHash{}; }));
  }
  return *executor;
}

chain::CallOutcome ExchangePlayer::play(state::State& state, const Moment& moment,
                                        const ExchangeCall& call) {
  chain::CallRequest request;
  request.from = address_of(call.from);
  request.to = predeploy_address(call.contract);
  request.data = call.data();
  request.gas_limit = Gas{kCallGas};
  auto outcome = executor_at(moment).call(state, request);
  INVARIANT(outcome.has_value());
  return *std::move(outcome);
}

AbiList ExchangePlayer::read(state::State& state, const Moment& moment, const ExchangeCall& call) {
  const auto outcome = play(state, moment, call);
  INVARIANT(outcome.status == vm::Status::kSuccess);
  const auto* signature = contracts::contract(call.contract).abi.function(call.function);
  auto values = contracts::decode_abi(signature->outputs, outcome.output);
  INVARIANT(values.has_value());
  return *std::move(values);
}

}  // namespace datapact::testkit
