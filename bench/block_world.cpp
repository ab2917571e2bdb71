#include "bench/block_world.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "bench/token_contract.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/state_cache.hpp"
#include "ledger/store/state_tables.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"
#include "tests/testkit/trade/sale.hpp"
#include "trade/data_layout.hpp"
#include "trade/terms.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace datapact::bench {
namespace {

using contracts::ContractId;
using testkit::ExchangeCall;
using testkit::Party;

constexpr ChainId kChainId{20'260};
constexpr Gas kBlockGas{1'000'000'000};
constexpr std::uint64_t kTransferGas = 100'000;
constexpr std::uint64_t kStepGas = 500'000;
constexpr std::uint64_t kMoney = 1'000'000'000'000;
/// Accounts written at once.
constexpr std::uint64_t kPortion = 100'000;
constexpr std::size_t kBuildCacheBytes = std::size_t{256} << 20U;

const Address kToken = to_address(uint256{0x70ce4});

crypto::PrivateKey sender_key(std::uint64_t number) {
  return crypto::PrivateKey{to_hash256(uint256{1'000'000 + number}).raw()};
}

/// Nobody has the key.
Address holder_no(std::uint64_t number) {
  return Address::from(crypto::keccak256(to_hash256(uint256{number}).view()).view().first(20));
}

uint256 mapping_slot(const uint256& key, std::uint64_t slot) {
  const Bytes input = concat({to_hash256(key).view(), to_hash256(uint256{slot}).view()});
  return to_uint256(crypto::keccak256(input));
}

/// docs/formats/governance-storage.md: accounts in slot 3, organisations in slot 4. Everybody is of
/// organisation 1, which may fill the block.
void admit_senders(state::StateDiff& alloc) {
  auto& governance = alloc.accounts.at(chain::kGovernanceAddress).storage;
  const uint256 flags = (governance[mapping_slot(uint256{1}, 4)] >> 64U) << 64U;
  governance[mapping_slot(uint256{1}, 4)] = flags | uint256{kBlockGas.raw()};
  const uint256 may_send = uint256{1} | (uint256{1} << 32U);
  auto& token = alloc.accounts[kToken];
  const auto code = std::make_shared<const Bytes>(token_code());
  token.account = state::Account{Nonce{1}, Wei{}, crypto::keccak256(*code)};
  alloc.codes.emplace(token.account->code_hash, code);
  for (std::uint64_t i = 0; i < kTxnsPerBlock; ++i) {
    const Address sender = crypto::address_of(sender_key(i));
    governance[mapping_slot(to_uint256(sender), 3)] = may_send;
    alloc.accounts[sender].account = state::Account{Nonce{}, Wei{uint256{1} << 80U}};
    token.storage[balance_slot(sender)] = uint256{kMoney};
  }
}

/// The head of height 0 is `genesis` as it is now.
void seal_genesis(chain::Genesis& genesis, const Hash256& state_root) {
  genesis.header.state_root = state_root;
  genesis.hash = chain::block_hash(genesis.header, genesis.config.profile);
}

chain::Genesis small_genesis() {
  const auto document = chain::build_consortium_genesis(testkit::exchange_params(kChainId));
  INVARIANT(document.has_value());
  auto genesis = chain::load_genesis(*document);
  INVARIANT(genesis.has_value());
  genesis->header.gas_limit = kBlockGas;
  admit_senders(genesis->alloc);
  seal_genesis(*genesis, state::MemoryState{genesis->alloc}.root());
  return *std::move(genesis);
}

state::StateDiff holders(const state::Account& token, std::uint64_t first, std::uint64_t end) {
  state::StateDiff out;
  auto& balances = out.accounts[kToken];
  balances.account = token;
  for (std::uint64_t i = first; i < end; ++i) {
    const Address holder = holder_no(i);
    out.accounts[holder].account = state::Account{Nonce{1}, Wei{uint256{i + 1}}};
    balances.storage[balance_slot(holder)] = uint256{kMoney + i};
  }
  return out;
}

void replace_genesis_entries(store::KeyValueStore& store, const chain::Genesis& genesis) {
  namespace keys = store::keys;
  Bytes zero;
  append_be(zero, std::uint64_t{0});
  store::WriteBatch batch;
  batch.put(keys::meta("genesis"), to_bytes(genesis.hash.view()));
  batch.put(keys::meta("head"), concat({ByteView{zero}, genesis.hash.view()}));
  batch.put(keys::at_height(keys::kHeader, Height{0}), chain::encode(genesis.header));
  batch.put(keys::by_hash(keys::kHeightOfHash, genesis.hash.view()), zero);
  INVARIANT(store.write(batch, true).has_value());
}

chain::Transaction sign_call(const Address& to, Bytes data, std::uint64_t nonce, std::uint64_t gas,
                             const crypto::PrivateKey& key) {
  chain::Transaction txn;
  txn.type = chain::TxnType::kDynamicFee;
  txn.chain_id = kChainId;
  txn.nonce = Nonce{nonce};
  txn.gas_limit = Gas{gas};
  txn.to = to;
  txn.data = std::move(data);
  chain::sign(txn, key);
  return txn;
}

}  // namespace

chain::Genesis write_world(store::KeyValueStore& store, std::uint64_t accounts) {
  chain::Genesis genesis = small_genesis();
  // The bench keeps the store; the ledger only writes the small genesis.
  const std::shared_ptr<store::KeyValueStore> borrowed{&store, [](auto* /*store*/) {}};
  INVARIANT(store::Ledger::open(borrowed, genesis, {.cache_bytes = 0}).has_value());
  const auto cache = std::make_shared<store::StateCache>(kBuildCacheBytes);
  const auto view = store::make_view(borrowed, cache, Height{0});
  const auto token = view->account(kToken);
  Hash256 root = genesis.header.state_root;
  for (std::uint64_t first = 0; first < accounts; first += kPortion) {
    const auto diff = holders(*token, first, std::min(accounts, first + kPortion));
    const auto trie = state::update_tries(*view, root, diff);
    root = trie.root;
    store::WriteBatch batch;
    store::put_state(store, batch, Height{0}, diff, trie);
    cache->begin_write();
    INVARIANT(store.write(batch, false).has_value());
    cache->end_write(batch);
  }
  seal_genesis(genesis, root);
  replace_genesis_entries(store, genesis);
  return genesis;
}

TransferSource::TransferSource(std::uint64_t accounts) : accounts_(accounts) {
  for (std::uint64_t i = 0; i < kTxnsPerBlock; ++i) senders_.push_back(sender_key(i));
}

TxnBatch TransferSource::next_block() {
  TxnBatch out;
  for (const auto& sender : senders_) {
    const Address to = holder_no(prng_.below(accounts_));
    out.push_back(sign_call(kToken, transfer_call(to, uint256{1 + prng_.below(100)}), nonce_,
                            kTransferGas, sender));
  }
  ++nonce_;
  return out;
}

chain::Transaction ExchangeSource::sign(const ExchangeCall& call) {
  return sign_call(contracts::predeploy_address(call.contract), call.data(), nonces_[call.from]++,
                   kStepGas, testkit::key_of(call.from));
}

TxnBatch ExchangeSource::funding_block() {
  const auto posting = [](std::uint64_t number) { return to_hash256(uint256{number}); };
  const Address settlement = contracts::predeploy_address(ContractId::kSettlement);
  TxnBatch out;
  out.push_back(sign({Party::kBank,
                      ContractId::kSettlement,
                      "deposit",
                      {testkit::address_of(Party::kSeller), kMoney, posting(1)}}));
  out.push_back(sign({Party::kBank,
                      ContractId::kSettlement,
                      "deposit",
                      {testkit::address_of(Party::kBuyer), kMoney, posting(2)}}));
  out.push_back(sign({Party::kSeller, ContractId::kFairExchange, "deposit", {settlement, kMoney}}));
  return out;
}

void ExchangeSource::lock_sales(TxnBatch& out) {
  for (std::size_t i = 0; i < kTxnsPerBlock / 2; ++i) {
    const trade::ExchangeDomain domain{kChainId,
                                       contracts::predeploy_address(ContractId::kFairExchange)};
    locked_.push_back(
        testkit::make_sale(domain, *trade::make_shape(2'048, 2'048), ++sales_, prng_));
    out.push_back(sign(testkit::lock_call(locked_.back())));
  }
}

TxnBatch ExchangeSource::opening_block() {
  TxnBatch out;
  lock_sales(out);
  return out;
}

TxnBatch ExchangeSource::next_block() {
  TxnBatch out;
  for (const auto& sale : std::exchange(locked_, {})) {
    out.push_back(sign(testkit::reveal_call(sale, sale.seal)));
  }
  lock_sales(out);
  return out;
}

}  // namespace datapact::bench
