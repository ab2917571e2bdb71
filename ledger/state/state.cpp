#include "ledger/state/state.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace datapact::state {
namespace {

std::shared_ptr<const Bytes> no_code() {
  static const auto none = std::make_shared<const Bytes>();
  return none;
}

}  // namespace

std::size_t WordHash::operator()(const uint256& word) const noexcept {
  std::uint64_t h = 0x9e3779b97f4a7c15ULL;
  for (const std::uint64_t limb : word.limb) {
    h = (h ^ limb) * 0xff51afd7ed558ccdULL;
    h ^= h >> 32;
  }
  return static_cast<std::size_t>(h);
}

std::size_t State::TransientHash::operator()(const TransientKey& key) const noexcept {
  return std::hash<Address>{}(key.first) * 31 + WordHash{}(key.second);
}

State::Entry& State::entry(const Address& address) const {
  const auto [place, is_new] = entries_.try_emplace(address);
  if (is_new) place->second.current = place->second.parent = parent_->account(address);
  return place->second;
}

StorageSlot& State::slot(Entry& entry, const Address& address, const uint256& key) const {
  const auto [place, is_new] = entry.slots.try_emplace(key);
  StorageSlot& slot = place->second;
  if (is_new && entry.parent && !entry.storage_cleared) {
    slot.parent = slot.current = parent_->storage(address, key);
  }
  if (slot.original_in != transaction_) {
    slot.original = slot.current;
    slot.original_in = transaction_;
  }
  return slot;
}

Account& State::writable(Entry& entry) {
  journal_.emplace_back(AccountChanged{&entry, entry.current});
  if (!entry.current) entry.current.emplace();
  return *entry.current;
}

bool State::mark(std::uint64_t& mark) {
  if (mark == transaction_) return false;
  journal_.emplace_back(MarkChanged{&mark, mark});
  mark = transaction_;
  return true;
}

std::optional<Account> State::account(const Address& address) const {
  return entry(address).current;
}

bool State::is_dead(const Address& address) const {
  const Entry& it = entry(address);
  return !it.current || it.current->is_empty();
}

Wei State::balance(const Address& address) const {
  const Entry& it = entry(address);
  return it.current ? it.current->balance : Wei{};
}

Nonce State::nonce(const Address& address) const {
  const Entry& it = entry(address);
  return it.current ? it.current->nonce : Nonce{};
}

Hash256 State::code_hash(const Address& address) const {
  const Entry& it = entry(address);
  return it.current ? it.current->code_hash : kEmptyCodeHash;
}

std::shared_ptr<const Bytes> State::code(const Address& address) const {
  Entry& it = entry(address);
  if (!it.current || it.current->code_hash == kEmptyCodeHash) return no_code();
  if (!it.code) it.code = parent_->code(it.current->code_hash);
  return it.code;
}

bool State::has_storage(const Address& address) const {
  const Entry& it = entry(address);
  const auto is_set = [](const auto& slot) { return !slot.second.current.is_zero(); };
  if (std::ranges::any_of(it.slots, is_set)) return true;
  return it.parent && !it.storage_cleared && parent_->has_storage(address);
}

void State::set_balance(const Address& address, const Wei& balance) {
  writable(entry(address)).balance = balance;
}

void State::add_balance(const Address& address, const Wei& amount) {
  Account& account = writable(entry(address));
  account.balance = Wei{account.balance.raw() + amount.raw()};
}

void State::sub_balance(const Address& address, const Wei& amount) {
  Account& account = writable(entry(address));
  PRECONDITION(account.balance >= amount);
  account.balance = Wei{account.balance.raw() - amount.raw()};
}

void State::set_nonce(const Address& address, Nonce nonce) {
  writable(entry(address)).nonce = nonce;
}

void State::set_code(const Address& address, ByteView code) {
  Entry& it = entry(address);
  Account& account = writable(it);
  journal_.emplace_back(CodeChanged{&it, it.code});
  account.code_hash = code.empty() ? kEmptyCodeHash : crypto::keccak256(code);
  it.code = code.empty() ? no_code() : std::make_shared<const Bytes>(code.begin(), code.end());
}

void State::touch(const Address& address) {
  Entry& it = entry(address);
  if (mark(it.touched_in)) candidates_.push_back(&it);
}

void State::begin_contract(const Address& address) {
  Entry& it = entry(address);
  writable(it).nonce = Nonce{1};
  mark(it.created_in);
}

bool State::is_created_in_transaction(const Address& address) const {
  return entry(address).created_in == transaction_;
}

void State::mark_destroyed(const Address& address) {
  Entry& it = entry(address);
  if (mark(it.destroyed_in)) candidates_.push_back(&it);
}

uint256 State::storage(const Address& address, const uint256& slot_key) const {
  return slot(entry(address), address, slot_key).current;
}

uint256 State::original_storage(const Address& address, const uint256& slot_key) const {
  return slot(entry(address), address, slot_key).original;
}

StorageSlot State::set_storage(const Address& address, const uint256& slot_key,
                               const uint256& value) {
  StorageSlot& it = slot(entry(address), address, slot_key);
  const StorageSlot before = it;
  if (it.current != value) {
    journal_.emplace_back(StorageChanged{&it, it.current});
    it.current = value;
  }
  return before;
}

uint256 State::transient_storage(const Address& address, const uint256& slot_key) const {
  const auto found = transient_.find({address, slot_key});
  return found == transient_.end() ? uint256{} : found->second;
}

void State::set_transient_storage(const Address& address, const uint256& slot_key,
                                  const uint256& value) {
  uint256& place = transient_[{address, slot_key}];
  if (place == value) return;
  journal_.emplace_back(TransientChanged{{address, slot_key}, place});
  place = value;
}

bool State::warm_account(const Address& address) { return !mark(entry(address).warm_in); }

bool State::warm_slot(const Address& address, const uint256& slot_key) {
  return !mark(slot(entry(address), address, slot_key).warm_in);
}

void State::undo(Change& change) {
  if (auto* account = std::get_if<AccountChanged>(&change)) {
    account->entry->current = account->before;
  } else if (auto* code = std::get_if<CodeChanged>(&change)) {
    code->entry->code = std::move(code->before);
  } else if (auto* storage = std::get_if<StorageChanged>(&change)) {
    storage->slot->current = storage->before;
  } else if (auto* transient = std::get_if<TransientChanged>(&change)) {
    transient_[transient->key] = transient->before;
  } else if (auto* mark = std::get_if<MarkChanged>(&change)) {
    *mark->mark = mark->before;
  }
}

void State::rollback(const Checkpoint& checkpoint) {
  PRECONDITION(checkpoint.journal <= journal_.size());
  PRECONDITION(checkpoint.logs <= logs_.size());
  while (journal_.size() > checkpoint.journal) {
    undo(journal_.back());
    journal_.pop_back();
  }
  logs_.resize(checkpoint.logs);
}

void State::remove(Entry& entry) {
  entry.current.reset();
  entry.code.reset();
  entry.storage_cleared = true;
  for (auto& [key, slot] : entry.slots) slot.current = uint256{};
}

void State::finish_transaction() {
  for (Entry* it : candidates_) {
    if (!it->current) continue;
    const bool destroyed = it->destroyed_in == transaction_ && it->created_in == transaction_;
    const bool swept = it->touched_in == transaction_ && it->current->is_empty();
    if (destroyed || swept) remove(*it);
  }
  candidates_.clear();
  journal_.clear();
  logs_.clear();
  transient_.clear();
  ++transaction_;
}

StateDiff State::diff() const {
  StateDiff out;
  for (const auto& [address, it] : entries_) {
    AccountDiff change{.account = it.current,
                       .storage_cleared = it.storage_cleared && it.parent.has_value(),
                       .storage = {}};
    for (const auto& [key, slot] : it.slots) {
      const uint256 below = change.storage_cleared ? uint256{} : slot.parent;
      if (slot.current != below) change.storage.emplace(key, slot.current);
    }
    if (it.current == it.parent && change.storage.empty() && !change.storage_cleared) continue;
    if (it.current && it.code && !it.code->empty() &&
        (!it.parent || it.parent->code_hash != it.current->code_hash)) {
      out.codes.emplace(it.current->code_hash, it.code);
    }
    out.accounts.emplace(address, std::move(change));
  }
  return out;
}

}  // namespace datapact::state
