#include "ledger/store/state_tables.hpp"

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/branch_change.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/state_cache.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace datapact::store {
namespace {

/// A value that this program wrote and that does not read back: fail-stop, as for a device that
/// does not give the bytes.
[[noreturn]] void stop_on_damage(std::string_view what) {
  log::error("store", std::string("damaged entry, stopping: ") + std::string(what));
  std::abort();
}

Bytes encode(const state::Account& account) {
  rlp::Encoder out;
  out.integer(account.nonce).integer(account.balance);
  if (account.code_hash == state::kEmptyCodeHash) {
    out.string(ByteView{});
  } else {
    out.string(account.code_hash);
  }
  return out.as_list();
}

rlp::Result<state::Account> decode_account(ByteView encoded) {
  TRY(rlp::Decoder in, rlp::decode_list(encoded));
  state::Account account;
  TRY(account.nonce, in.quantity<Nonce>());
  TRY(account.balance, in.quantity<Wei>());
  TRY(const ByteView code_hash, in.string());
  if (!code_hash.empty()) {
    if (code_hash.size() != Hash256::kSize) return fail(rlp::Error::kWrongLength);
    account.code_hash = Hash256::from(code_hash);
  }
  TRY_VOID(in.finish());
  return account;
}

/// Without leading zeros; zero is the empty string: a tombstone.
Bytes encode_word(const uint256& value) {
  const Hash256 word = to_hash256(value);
  const auto first = std::ranges::find_if(word.raw(), [](std::uint8_t byte) { return byte != 0; });
  return {first, word.raw().end()};
}

bool starts_with(ByteView bytes, ByteView prefix) {
  return bytes.size() >= prefix.size() && equal(bytes.first(prefix.size()), prefix);
}

/// Of a branch, on average.
constexpr std::uint64_t kVersionsPerWhole = 16;
constexpr std::size_t kHeightBytes = sizeof(std::uint64_t);
/// The table, the owner and a path, with the height.
constexpr std::size_t kNodeKeyBytes = 1 + Hash256::kSize + 7 + kHeightBytes;

class StateWriter {
 public:
  StateWriter(WriteBatch& batch, Height height, const BlockHash& block_hash)
      : batch_(batch), height_(height), chance_(load_be<std::uint64_t>(block_hash.raw().data())) {
    store_be(stamp_.data(), height.raw());
    store_be(inverse_stamp_.data(), static_cast<std::uint64_t>(~height.raw()));
  }

  /// An empty value is a tombstone.
  void put(ByteView latest_key, ByteView value) { put(latest_key, value, value); }
  void put(const state::NodeWrite& write) {
    keys::assign_node(node_key_, write.owner, write.nibbles);
    const bool is_whole = write.change.empty() || is_kept_whole(node_key_);
    put(node_key_, write.rlp, is_whole ? write.rlp : write.change);
  }
  void finish() { batch_.put(keys::at_height(keys::kWritten, height_), written_.as_list()); }

 private:
  void put(ByteView latest_key, ByteView value, ByteView version) {
    const std::uint8_t table[]{keys::versioned(latest_key[0])};
    batch_.put_joined({latest_key}, {stamp_, value});
    batch_.put_joined({table, latest_key.subspan(1), inverse_stamp_}, {version});
    written_.string(latest_key);
  }
  /// One version in so many, so that no reader has far to go. Which, nobody who sends transactions
  /// knows beforehand: nobody can see to it that a node has none.
  bool is_kept_whole(ByteView key) const noexcept {
    return (std::hash<std::string_view>{}(as_text(key)) ^ chance_) % kVersionsPerWhole == 0;
  }

  WriteBatch& batch_;
  Height height_;
  std::uint64_t chance_;
  /// As keys::versioned_key has them.
  std::array<std::uint8_t, kHeightBytes> stamp_{};
  std::array<std::uint8_t, kHeightBytes> inverse_stamp_{};
  rlp::Encoder written_;
  /// Of the node that is being written: all use its memory.
  Bytes node_key_;
};

/// Tombstones over what the account's storage held and the diff does not write anew.
void clear_storage(const KeyValueStore& store, StateWriter& writer, const Address& address,
                   const std::map<uint256, uint256>& rewritten) {
  const Bytes prefix = keys::storage_prefix(address);
  store.iterate(prefix, [&](ByteView key, ByteView value) {
    if (!starts_with(key, prefix)) return false;
    const uint256 slot = uint256::from_be(key.subspan(prefix.size()));
    if (value.size() > kHeightBytes && !rewritten.contains(slot)) writer.put(key, {});
    return true;
  });
}

class View final : public LedgerView {
 public:
  View(std::shared_ptr<const KeyValueStore> store, std::shared_ptr<StateCache> cache, Height height)
      : store_(std::move(store)), cache_(std::move(cache)), height_(height) {}

  Height height() const noexcept override { return height_; }

  std::optional<state::Account> account(const Address& address) const override {
    return read(keys::account(address), [](ByteView value) -> std::optional<state::Account> {
      if (value.empty()) return std::nullopt;
      auto account = decode_account(value);
      if (!account.has_value()) stop_on_damage("account");
      return *account;
    });
  }

  uint256 storage(const Address& address, const uint256& slot) const override {
    return read(keys::storage(address, slot), [](ByteView value) {
      if (value.size() > Hash256::kSize) stop_on_damage("storage");
      return uint256::from_be(value);
    });
  }

  std::shared_ptr<const Bytes> code(const Hash256& code_hash) const override {
    if (code_hash == state::kEmptyCodeHash) return std::make_shared<const Bytes>();
    auto code = cache_->get(*store_, keys::by_hash(keys::kCode, code_hash.view()));
    if (!code) stop_on_damage("code");
    return std::make_shared<const Bytes>(*std::move(code));
  }

  bool has_storage(const Address& address) const override {
    // The root of a storage trie has a place of its own exactly when the trie is not empty.
    state::Arena arena;
    return !node({crypto::keccak256(address.view()), {}}, arena).empty();
  }

  ByteView node(const state::NodePath& path, state::Arena& arena) const override {
    const Bytes key = keys::node(path);
    const auto latest = read_latest(key, [&](ByteView rlp) { return arena.copy(rlp); });
    return latest ? *latest : arena.copy(read_node_version(key));
  }

 private:
  /// What `decode` makes of the value at this height: of no bytes where there is none.
  template <class Decode>
  std::invoke_result_t<Decode, ByteView> read(ByteView latest_key, const Decode& decode) const {
    auto answer = read_latest(latest_key, decode);
    return answer ? *std::move(answer) : decode(read_version(latest_key));
  }

  /// Nothing when a block above this height wrote the value.
  template <class Decode>
  std::optional<std::invoke_result_t<Decode, ByteView>> read_latest(ByteView latest_key,
                                                                    const Decode& decode) const {
    using Answer = std::invoke_result_t<Decode, ByteView>;
    const auto of_latest = [&](std::optional<ByteView> latest) -> std::optional<Answer> {
      if (!latest) return decode(ByteView{});
      if (latest->size() < kHeightBytes) stop_on_damage("latest value");
      if (load_be<std::uint64_t>(latest->data()) > height_.raw()) return std::nullopt;
      return decode(latest->subspan(kHeightBytes));
    };
    return cache_->read(*store_, latest_key, of_latest);
  }

  /// Visits the versions up to this height, the newest first, until `visit` returns false.
  template <class Visit>
  void visit_versions(ByteView latest_key, const Visit& visit) const {
    const Bytes prefix = keys::versioned_prefix(latest_key);
    store_->iterate(keys::versioned_key(latest_key, height_), [&](ByteView key, ByteView value) {
      return key.size() == prefix.size() + kHeightBytes && starts_with(key, prefix) && visit(value);
    });
  }

  /// Empty for what does not exist at this height.
  Bytes read_version(ByteView latest_key) const {
    Bytes found;
    visit_versions(latest_key, [&](ByteView version) {
      found = to_bytes(version);
      return false;
    });
    return found;
  }

  Bytes read_node_version(ByteView latest_key) const {
    Bytes whole;
    std::vector<Bytes> changes;
    visit_versions(latest_key, [&](ByteView version) {
      const bool is_change = state::is_branch_change(version);
      (is_change ? changes.emplace_back() : whole) = to_bytes(version);
      return is_change;
    });
    if (changes.empty()) return whole;
    auto node = state::apply_branch_changes(whole, changes);
    if (!node) stop_on_damage("version of a node");
    return *std::move(node);
  }

  std::shared_ptr<const KeyValueStore> store_;
  std::shared_ptr<StateCache> cache_;
  Height height_;
};

/// Of what the nodes become in both tables, about: keys of average length, no branch kept whole.
std::size_t bytes_in_tables(const state::TrieUpdate& trie) {
  std::size_t bytes = 0;
  for (const state::NodeWrite& write : trie.writes) {
    const std::size_t version = write.change.empty() ? write.rlp.size() : write.change.size();
    bytes += write.rlp.size() + version + 2 * kNodeKeyBytes;
  }
  return bytes;
}

}  // namespace

void put_state(const KeyValueStore& store, WriteBatch& batch, Height height,
               const BlockHash& block_hash, const state::StateDiff& diff,
               const state::TrieUpdate& trie) {
  batch.reserve(bytes_in_tables(trie));
  StateWriter writer{batch, height, block_hash};
  for (const auto& [address, change] : diff.accounts) {
    writer.put(keys::account(address), change.account ? encode(*change.account) : Bytes{});
    if (change.storage_cleared || !change.account) {
      clear_storage(store, writer, address, change.storage);
    }
    for (const auto& [slot, value] : change.storage) {
      writer.put(keys::storage(address, slot), encode_word(value));
    }
  }
  for (const auto& [hash, code] : diff.codes) {
    batch.put(keys::by_hash(keys::kCode, hash.view()), *code);
  }
  for (const state::NodeWrite& write : trie.writes) writer.put(write);
  writer.finish();
}

std::shared_ptr<const LedgerView> make_view(std::shared_ptr<const KeyValueStore> store,
                                            std::shared_ptr<StateCache> cache, Height height) {
  return std::make_shared<View>(std::move(store), std::move(cache), height);
}

}  // namespace datapact::store
