#pragma once
// A consortium chain in memory with Governance and the other predeploys, one validator, two
// organisations: what tests of blocks, store and pool stand on.
#include "base/task_runner.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/store/ledger.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace datapact::testkit {

[[nodiscard]] inline crypto::PrivateKey key_of(std::uint8_t number) {
  crypto::PrivateKey key;
  key.raw()[31] = number;
  return key;
}
[[nodiscard]] inline Address address_of(std::uint8_t number) {
  return crypto::address_of(key_of(number));
}

// Keys: 1 validator; 2 and 3 of organisation 1 (3 may not deploy); 4 of organisation 2; 5
// suspended; 6 may deploy but not send; 9 a stranger with money.
inline constexpr std::uint64_t kSmallQuota = 1'000'000;
inline constexpr std::uint64_t kLargeQuota = 40'000'000;

[[nodiscard]] inline Bytes governance_arguments() {
  using contracts::AbiList;
  using contracts::AbiValue;
  const auto organisation = [](std::uint64_t quota, std::uint64_t flags) {
    return AbiValue{
        AbiList{AbiValue{Hash256{}}, AbiValue{std::uint64_t{0}}, AbiValue{quota}, AbiValue{flags}}};
  };
  const auto account = [](std::uint8_t number, std::uint64_t of, std::uint64_t permissions) {
    return AbiValue{AbiList{AbiValue{address_of(number)}, AbiValue{of}, AbiValue{permissions},
                            AbiValue{std::uint64_t{1}}}};
  };
  const AbiValue validator{AbiList{AbiValue{address_of(1)}, AbiValue{std::uint64_t{1}}}};
  const AbiValue exchange{contracts::predeploy_address(contracts::ContractId::kFairExchange)};
  const AbiList values{
      AbiValue{AbiList{organisation(kLargeQuota, 2), organisation(kSmallQuota, 0)}},
      AbiValue{AbiList{account(2, 1, 3), account(3, 1, 1), account(4, 2, 3), account(5, 2, 7),
                       account(6, 2, 2)}},
      AbiValue{AbiList{validator}}, AbiValue{AbiList{exchange}}, AbiValue{std::uint64_t{1}}};
  const auto& governance = contracts::contract(contracts::ContractId::kGovernance);
  return contracts::encode_abi(governance.abi.constructor_inputs, values);
}

[[nodiscard]] inline chain::Predeploy predeploy(contracts::ContractId id, Bytes arguments) {
  return {std::string(contracts::to_string(id)), contracts::predeploy_address(id),
          contracts::contract(id).init_code, std::move(arguments)};
}

[[nodiscard]] inline chain::ConsortiumParams governed_params() {
  chain::ConsortiumParams params;
  params.chain_id = ChainId{2026};
  params.time = UnixMillis{1'700'000'000'000};
  params.validators = {address_of(1)};
  for (const std::uint8_t number : std::initializer_list<std::uint8_t>{2, 3, 4, 5, 6, 9}) {
    params.balances.emplace_back(address_of(number), Wei{uint256{1'000'000'000}});
  }
  params.predeploys.push_back(
      predeploy(contracts::ContractId::kGovernance, governance_arguments()));
  const Bytes governance_word = to_bytes(
      to_hash256(to_uint256(predeploy_address(contracts::ContractId::kGovernance))).view());
  params.predeploys.push_back(predeploy(contracts::ContractId::kDatasetRegistry, governance_word));
  params.predeploys.push_back(predeploy(contracts::ContractId::kFairExchange, governance_word));
  return params;
}

[[nodiscard]] inline chain::Genesis governed_genesis() {
  const auto document = chain::build_consortium_genesis(governed_params());
  INVARIANT(document.has_value());
  auto genesis = chain::load_genesis(*document);
  INVARIANT(genesis.has_value());
  return *std::move(genesis);
}

struct TxnSpec {
  std::uint8_t from = 2;
  std::uint64_t nonce = 0;
  std::uint64_t gas = 21'000;
  std::optional<Address> to = Address{};
  std::uint64_t value = 1;
  Bytes data{};
};

[[nodiscard]] inline chain::TxnPtr signed_txn(const TxnSpec& spec) {
  chain::Transaction txn;
  txn.type = chain::TxnType::kDynamicFee;
  txn.chain_id = ChainId{2026};
  txn.nonce = Nonce{spec.nonce};
  txn.gas_limit = Gas{spec.gas};
  txn.to = spec.to;
  txn.value = Wei{uint256{spec.value}};
  txn.data = spec.data;
  chain::sign(txn, key_of(spec.from));
  auto recovered = chain::RecoveredTxn::recover(std::move(txn));
  INVARIANT(recovered.has_value());
  return std::make_shared<const chain::RecoveredTxn>(*std::move(recovered));
}

/// A call of Governance by key 2, whose organisation is the quorum.
[[nodiscard]] inline chain::TxnPtr governance_call(std::uint64_t nonce, std::string_view function,
                                                   const contracts::AbiList& arguments) {
  const auto* called =
      contracts::contract(contracts::ContractId::kGovernance).abi.function(function);
  INVARIANT(called != nullptr);
  return signed_txn({.nonce = nonce,
                     .gas = 500'000,
                     .to = chain::kGovernanceAddress,
                     .value = 0,
                     .data = contracts::encode_call(*called, arguments)});
}

/// A step of the protocol schedule: a revision by its number and a precompile set.
struct StepSpec {
  std::uint64_t height = 0;
  std::uint64_t revision = 3;
  uint256 precompiles = chain::precompile_bits(vm::precompiles_of(vm::Revision::kOsaka));
};
[[nodiscard]] inline chain::TxnPtr schedule_txn(std::uint64_t nonce, const StepSpec& step) {
  return governance_call(nonce, "scheduleProtocol", {step.height, step.revision, step.precompiles});
}

/// A creation that succeeds where CLZ exists (EIP-7939, Osaka).
[[nodiscard]] inline chain::TxnPtr clz_txn(std::uint64_t nonce) {
  // PUSH1 1 CLZ PUSH0 SSTORE STOP
  return signed_txn({.nonce = nonce,
                     .gas = 200'000,
                     .to = std::nullopt,
                     .value = 0,
                     .data = {0x60, 0x01, 0x1e, 0x5f, 0x55, 0x00}});
}

class GovernedChain {
 public:
  explicit GovernedChain(std::shared_ptr<store::KeyValueStore> store = store::make_memory_store(),
                         const store::LedgerOptions& options = {},
                         chain::Genesis genesis = governed_genesis())
      : store_(std::move(store)), genesis_(std::move(genesis)) {
    auto ledger = store::Ledger::open(store_, genesis_, options);
    INVARIANT(ledger.has_value());
    ledger_ = *std::move(ledger);
  }

  [[nodiscard]] const chain::GenesisConfig& config() const { return genesis_.config; }
  [[nodiscard]] const chain::Genesis& genesis() const { return genesis_; }
  [[nodiscard]] store::Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const std::shared_ptr<store::KeyValueStore>& store() const { return store_; }

  /// Calls `use` with the head as a parent.
  template <class Use>
  auto on_head(Use use) {
    const auto head = ledger_->head();
    const auto view = ledger_->view_at(head->height);
    const chain::AncestorHashes ancestors = [this](Height height) {
      return ledger_->hash_at(height).value_or(BlockHash{});
    };
    return use(chain::ParentState{head->header, head->hash, *view, *view, ancestors});
  }

  [[nodiscard]] Result<chain::BuiltBlock, chain::BlockError> build(
      std::vector<chain::TxnPtr> candidates) {
    return on_head([&](const chain::ParentState& parent) {
      chain::BuildRequest request;
      request.coinbase = address_of(1);
      request.time = chain::earliest_time(parent.header, config());
      request.candidates = std::move(candidates);
      return chain::BlockBuilder{config()}.build(parent, request);
    });
  }

  [[nodiscard]] Result<std::shared_ptr<const chain::ExecutedBlock>, chain::BlockError> execute(
      const chain::Block& block, const chain::ExecutionHelp& help = {}) {
    return on_head([&](const chain::ParentState& parent) {
      return chain::execute_block(parent, block, config(), help);
    });
  }

  [[nodiscard]] chain::FinalBlock seal(std::shared_ptr<const chain::ExecutedBlock> executed) {
    const auto digest = chain::seal_hash(executed->block.header, Round{0});
    auto sealed = chain::make_final(std::move(executed), Round{0},
                                    {crypto::sign(*digest, key_of(1))}, {address_of(1)});
    INVARIANT(sealed.has_value());
    return *std::move(sealed);
  }

  /// Builds, seals and commits.
  [[nodiscard]] Result<void, store::StoreError> extend(std::vector<chain::TxnPtr> candidates) {
    auto built = build(std::move(candidates));
    INVARIANT(built.has_value());
    return ledger_->commit(seal(built->block));
  }

 private:
  std::shared_ptr<store::KeyValueStore> store_;
  chain::Genesis genesis_;
  std::unique_ptr<store::Ledger> ledger_;
};

}  // namespace datapact::testkit
