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
#include "ledger/state/node_source.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/leveldb_store.hpp"
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
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

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
constexpr std::size_t kPortion = 100'000;
/// Holders whose keys are in memory at once.
constexpr std::uint64_t kPlacesMax = 10'000'000;
/// In the table of meta entries, beside those of the ledger.
constexpr std::string_view kAccountsName = "bench accounts";
constexpr std::size_t kBuildCacheBytes = std::size_t{32} << 20U;

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

/// docs/formats/governance-storage.md: accounts in slot 3, organisations in slot 4. Senders of
/// transfers are of organisation 1, a buyer of organisation 2: each may fill the block.
void admit_senders(state::StateDiff& alloc) {
  auto& governance = alloc.accounts.at(chain::kGovernanceAddress).storage;
  for (const std::uint64_t organisation : {1U, 2U}) {
    uint256& entry = governance[mapping_slot(uint256{organisation}, 4)];
    entry = ((entry >> 64U) << 64U) | uint256{kBlockGas.raw()};
  }
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

/// A holder and one of the four keys under which the world has something of it.
struct Place {
  Hash256 key;
  std::uint64_t holder = 0;
};
using KeyOfHolder = Hash256 (*)(std::uint64_t number);

Hash256 address_key(std::uint64_t number) { return to_hash256(to_uint256(holder_no(number))); }
Hash256 slot_key(std::uint64_t number) { return to_hash256(balance_slot(holder_no(number))); }
Hash256 hashed_address_key(std::uint64_t number) { return state::account_key(holder_no(number)); }
Hash256 hashed_slot_key(std::uint64_t number) {
  return state::storage_key(balance_slot(holder_no(number)));
}

/// The first key bytes that tell holders apart: addresses lie at the end of their word.
std::uint16_t leading_bits(const Hash256& key, std::size_t offset) {
  return load_be<std::uint16_t>(key.raw().data() + offset);
}

/// Visits the holders in the order of a key, a portion at a time. Keys are computed again for each
/// part of their range instead of being kept, so that memory does not grow with the number.
class HoldersInOrder {
 public:
  explicit HoldersInOrder(std::uint64_t accounts)
      : accounts_(accounts), parts_((accounts + kPlacesMax - 1) / kPlacesMax) {}

  template <class Visit>
  void by(KeyOfHolder key_of, std::size_t offset, const Visit& visit) const {
    for (std::uint64_t part = 0; part < parts_; ++part) {
      std::vector<Place> places;
      for (std::uint64_t i = 0; i < accounts_; ++i) {
        const Hash256 key = key_of(i);
        if (leading_bits(key, offset) * parts_ / 65'536 == part) places.push_back({key, i});
      }
      std::ranges::sort(places, {}, &Place::key);
      for (std::size_t first = 0; first < places.size(); first += kPortion) {
        const auto rest = std::span<const Place>{places}.subspan(first);
        visit(rest.first(std::min(rest.size(), kPortion)));
      }
    }
  }

 private:
  std::uint64_t accounts_;
  std::uint64_t parts_;
};

constexpr std::size_t kAddressOffset = Hash256::kSize - Address::kSize;

state::StateDiff accounts_of(std::span<const Place> holders) {
  state::StateDiff out;
  for (const Place& it : holders) {
    out.accounts[holder_no(it.holder)].account =
        state::Account{Nonce{1}, Wei{uint256{it.holder + 1}}};
  }
  return out;
}

state::StateDiff balances_of(std::span<const Place> holders, const state::Account& token) {
  state::StateDiff out;
  auto& balances = out.accounts[kToken];
  balances.account = token;
  for (const Place& it : holders) {
    balances.storage[balance_slot(holder_no(it.holder))] = uint256{kMoney + it.holder};
  }
  return out;
}

/// Adds the holders to the state of height 0: tables and tries one after another, each in the order
/// of its keys. Neighbours are then written together, and LevelDB has little to sort again.
class WorldLoad {
 public:
  WorldLoad(std::shared_ptr<store::KeyValueStore> store, const Hash256& root,
            std::uint64_t accounts)
      : store_(std::move(store)),
        cache_(std::make_shared<store::StateCache>(kBuildCacheBytes)),
        view_(store::make_view(store_, cache_, Height{0})),
        root_(root),
        holders_(accounts) {}

  /// The new state root.
  Hash256 run() {
    const auto token = view_->account(kToken);
    holders_.by(address_key, kAddressOffset, [&](auto portion) { put(accounts_of(portion), {}); });
    holders_.by(slot_key, 0, [&](auto portion) { put(balances_of(portion, *token), {}); });
    holders_.by(hashed_address_key, 0, [&](auto portion) { put_nodes(accounts_of(portion)); });
    holders_.by(hashed_slot_key, 0, [&](auto portion) { put_nodes(balances_of(portion, *token)); });
    return root_;
  }

 private:
  void put_nodes(const state::StateDiff& diff) {
    auto trie = state::update_tries({*view_, root_}, diff);
    root_ = trie.root;
    // All portions are of one height: the last version of a node is the only one.
    for (state::NodeWrite& write : trie.writes) write.change = {};
    put({}, trie);
  }

  void put(const state::StateDiff& diff, const state::TrieUpdate& trie) {
    store::WriteBatch all;
    store::put_state(*store_, all, Height{0}, BlockHash{}, diff, trie);
    // The list of what a block wrote is for pruning later ones.
    store::WriteBatch batch;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto [key, value] = all[i];
      if (key[0] != store::keys::kWritten) batch.put(key, *value);
    }
    cache_->begin_write();
    INVARIANT(store_->write(batch, false).has_value());
    cache_->end_write(batch);
  }

  std::shared_ptr<store::KeyValueStore> store_;
  std::shared_ptr<store::StateCache> cache_;
  std::shared_ptr<const store::LedgerView> view_;
  Hash256 root_;
  HoldersInOrder holders_;
};

void replace_genesis_entries(store::KeyValueStore& store, const chain::Genesis& genesis) {
  namespace keys = store::keys;
  Bytes zero;
  append_be(zero, std::uint64_t{0});
  store::WriteBatch batch;
  batch.put(keys::meta("genesis"), genesis.hash.view());
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
  seal_genesis(genesis, WorldLoad{borrowed, genesis.header.state_root, accounts}.run());
  replace_genesis_entries(store, genesis);
  // Last: a world whose writing was cut short has no such entry.
  store::WriteBatch done;
  Bytes count;
  append_be(count, accounts);
  done.put(store::keys::meta(kAccountsName), count);
  INVARIANT(store.write(done, true).has_value());
  return genesis;
}

std::optional<chain::Genesis> read_world(const store::KeyValueStore& store,
                                         std::uint64_t accounts) {
  const auto count = store.get(store::keys::meta(kAccountsName));
  if (!count || count->size() != sizeof(accounts)) return std::nullopt;
  if (load_be<std::uint64_t>(count->data()) != accounts) return std::nullopt;
  const auto bytes = store.get(store::keys::at_height(store::keys::kHeader, Height{0}));
  INVARIANT(bytes.has_value());
  const auto header = chain::decode_header(*bytes);
  INVARIANT(header.has_value());
  chain::Genesis genesis = small_genesis();
  seal_genesis(genesis, header->state_root);
  // The programs that wrote it and that read it agree on everything else.
  if (genesis.header != *header) return std::nullopt;
  return genesis;
}

void settle_world(const std::filesystem::path& folder) {
  INVARIANT(store::compact_leveldb(folder.string(), {}).has_value());
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
