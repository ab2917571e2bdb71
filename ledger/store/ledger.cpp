#include "ledger/store/ledger.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/store/block_tables.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"
#include "ledger/store/log_query.hpp"
#include "ledger/store/state_cache.hpp"
#include "ledger/store/state_tables.hpp"
#include "ledger/store/store_error.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::store {
namespace {

/// On disk: raised with every change of docs/formats/store.md.
constexpr std::uint64_t kFormatVersion = 2;

constexpr std::string_view kFormatName = "format";
constexpr std::string_view kGenesisName = "genesis";
constexpr std::string_view kHeadName = "head";

Bytes be64(std::uint64_t value) {
  Bytes out;
  append_be(out, value);
  return out;
}

[[noreturn]] void stop_on_damage(std::string_view what, Height height) {
  log::error("store", "damaged " + std::string(what) + " at height " +
                          std::to_string(height.raw()) + ", stopping");
  std::abort();
}

class NoNodes final : public state::NodeSource {
 public:
  ByteView node(const state::NodePath& /*path*/, state::Arena& /*arena*/) const override {
    return {};
  }
};

/// Everything of a block but its state.
void put_block(WriteBatch& batch, const StoredBlock& block,
               const std::vector<chain::Receipt>& receipts) {
  const Height height = block.block.header.height;
  batch.put(keys::at_height(keys::kHeader, height), chain::encode(block.block.header));
  batch.put(keys::by_hash(keys::kHeightOfHash, block.hash.view()), be64(height.raw()));
  batch.put(keys::at_height(keys::kBlock, height), encode_stored_block(block));
  batch.put(keys::at_height(keys::kReceipts, height), encode_stored_receipts(receipts));
  for (std::size_t i = 0; i < block.txn_hashes.size(); ++i) {
    Bytes place = be64(height.raw());
    append_be(place, static_cast<std::uint32_t>(i));
    batch.put(keys::by_hash(keys::kTxn, block.txn_hashes[i].view()), place);
  }
  Bytes head = be64(height.raw());
  append(head, block.hash.view());
  batch.put(keys::meta(kHeadName), head);
}

class LedgerOnStore final : public Ledger {
 public:
  LedgerOnStore(std::shared_ptr<KeyValueStore> store, const LedgerOptions& options,
                const BlockHash& genesis_hash, Head head)
      : store_(std::move(store)),
        cache_(std::make_shared<StateCache>(options.cache_bytes)),
        genesis_hash_(genesis_hash),
        head_(std::make_shared<const Head>(std::move(head))) {}

  std::shared_ptr<const Head> head() const override {
    const Lock lock{mutex_};
    return head_;
  }
  BlockHash genesis_hash() const override { return genesis_hash_; }

  std::optional<chain::BlockHeader> header(Height height) const override {
    const auto bytes = store_->get(keys::at_height(keys::kHeader, height));
    if (!bytes) return std::nullopt;
    auto header = chain::decode_header(*bytes);
    if (!header.has_value()) stop_on_damage("header", height);
    return *std::move(header);
  }

  std::optional<BlockHash> hash_at(Height height) const override {
    const auto current = head();
    if (height == current->height) return current->hash;
    // A child names its parent, and a header is cheaper to read than a block.
    const auto child = header(next(height));
    if (!child) return std::nullopt;
    return child->parent_hash;
  }

  std::optional<Height> height_of(const BlockHash& hash) const override {
    const auto bytes = store_->get(keys::by_hash(keys::kHeightOfHash, hash.view()));
    if (!bytes || bytes->size() != sizeof(std::uint64_t)) return std::nullopt;
    return Height{load_be<std::uint64_t>(bytes->data())};
  }

  std::optional<StoredBlock> block(Height height) const override {
    const auto bytes = store_->get(keys::at_height(keys::kBlock, height));
    if (!bytes) return std::nullopt;
    auto block = decode_stored_block(*bytes);
    if (!block.has_value()) stop_on_damage("block", height);
    return *std::move(block);
  }

  std::optional<std::vector<chain::Receipt>> receipts(Height height) const override {
    const auto bytes = store_->get(keys::at_height(keys::kReceipts, height));
    if (!bytes) return std::nullopt;
    auto receipts = decode_stored_receipts(*bytes);
    if (!receipts.has_value()) stop_on_damage("receipts", height);
    return *std::move(receipts);
  }

  std::optional<TxnLocation> find_txn(const TxnHash& hash) const override {
    const auto bytes = store_->get(keys::by_hash(keys::kTxn, hash.view()));
    if (!bytes || bytes->size() != sizeof(std::uint64_t) + sizeof(std::uint32_t)) {
      return std::nullopt;
    }
    return TxnLocation{Height{load_be<std::uint64_t>(bytes->data())},
                       load_be<std::uint32_t>(bytes->data() + sizeof(std::uint64_t))};
  }

  FoundLogs logs(const LogFilter& filter, LogLimits limits) const override {
    return find_logs(*this, filter, limits);
  }

  std::shared_ptr<const LedgerView> view_at(Height height) const override {
    if (height > head()->height) return nullptr;
    return make_view(store_, cache_, height);
  }

  Result<void, StoreError> commit(const chain::FinalBlock& block) override {
    const auto current = head();
    const chain::ExecutedBlock& executed = block.executed();
    if (failed_) return fail(StoreError{StoreErrorCode::kFailedBefore, "commit"});
    if (block.height() != next(current->height) ||
        executed.block.header.parent_hash != current->hash) {
      return fail(
          StoreError{StoreErrorCode::kNotNext, "block " + std::to_string(block.height().raw()) +
                                                   " " + to_hex0x(block.hash()) + " on head " +
                                                   std::to_string(current->height.raw())});
    }
    StoredBlock stored{executed.block, executed.hash, executed.txn_hashes, executed.senders};
    stored.block.header = block.sealed_header();
    WriteBatch batch;
    put_block(batch, stored, executed.receipts);
    put_state(*store_, batch, block.height(), block.hash(), executed.diff, executed.trie);
    cache_->begin_write();
    if (auto written = store_->write(batch, true); !written.has_value()) {
      failed_ = true;
      return fail(std::move(written).error());
    }
    cache_->end_write(batch);
    // Views of the new height exist from here on: the cache knows its values already.
    publish({block.height(), block.hash(), block.sealed_header()});
    return {};
  }

 private:
  void publish(Head head) {
    auto next_head = std::make_shared<const Head>(std::move(head));
    const Lock lock{mutex_};
    head_ = std::move(next_head);
  }

  std::shared_ptr<KeyValueStore> store_;
  std::shared_ptr<StateCache> cache_;
  BlockHash genesis_hash_;
  bool failed_ = false;
  mutable Mutex mutex_;
  std::shared_ptr<const Head> head_ GUARDED_BY(mutex_);
};

Result<void, StoreError> write_genesis(KeyValueStore& store, const chain::Genesis& genesis) {
  WriteBatch batch;
  batch.put(keys::meta(kFormatName), be64(kFormatVersion));
  batch.put(keys::meta(kGenesisName), genesis.hash.view());
  put_block(batch, {{genesis.header, {}, {}}, genesis.hash, {}, {}}, {});
  const auto trie = state::update_tries({NoNodes{}, state::kEmptyTrieRoot}, genesis.alloc);
  // load_genesis computed the header's root from the same alloc.
  INVARIANT(trie.root == genesis.header.state_root);
  put_state(store, batch, Height{0}, genesis.hash, genesis.alloc, trie);
  return store.write(batch, true);
}

std::string named_format(const std::optional<Bytes>& format) {
  if (!format) return "none";
  if (format->size() != sizeof(std::uint64_t)) return to_hex0x(*format);
  return std::to_string(load_be<std::uint64_t>(format->data()));
}

Result<void, StoreError> check_identity(const KeyValueStore& store, const Bytes& stored_genesis,
                                        const chain::Genesis& genesis) {
  const auto format = store.get(keys::meta(kFormatName));
  if (!format || *format != be64(kFormatVersion)) {
    return fail(StoreError{StoreErrorCode::kWrongFormat,
                           "this program reads format " + std::to_string(kFormatVersion) +
                               ", the database has " + named_format(format)});
  }
  if (!equal(stored_genesis, genesis.hash.view())) {
    return fail(StoreError{StoreErrorCode::kWrongGenesis,
                           "the database was made for genesis " + to_hex0x(stored_genesis) +
                               ", genesis.json has " + to_hex0x(genesis.hash)});
  }
  return {};
}

Result<Head, StoreError> read_head(const KeyValueStore& store) {
  const auto bytes = store.get(keys::meta(kHeadName));
  if (!bytes || bytes->size() != sizeof(std::uint64_t) + BlockHash::kSize) {
    return fail(StoreError{StoreErrorCode::kCorrupt, "entry of the head"});
  }
  Head head;
  head.height = Height{load_be<std::uint64_t>(bytes->data())};
  head.hash = BlockHash::from(ByteView{*bytes}.subspan(sizeof(std::uint64_t)));
  const auto header_bytes = store.get(keys::at_height(keys::kHeader, head.height));
  if (!header_bytes) return fail(StoreError{StoreErrorCode::kCorrupt, "header of the head"});
  auto header = chain::decode_header(*header_bytes);
  if (!header.has_value()) return fail(StoreError{StoreErrorCode::kCorrupt, "header of the head"});
  head.header = *std::move(header);
  return head;
}

}  // namespace

Result<std::unique_ptr<Ledger>, StoreError> Ledger::open(std::shared_ptr<KeyValueStore> store,
                                                         const chain::Genesis& genesis,
                                                         const LedgerOptions& options) {
  if (const auto stored = store->get(keys::meta(kGenesisName))) {
    TRY_VOID(check_identity(*store, *stored, genesis));
  } else {
    TRY_VOID(write_genesis(*store, genesis));
  }
  TRY(Head head, read_head(*store));
  return std::make_unique<LedgerOnStore>(std::move(store), options, genesis.hash, std::move(head));
}

}  // namespace datapact::store
