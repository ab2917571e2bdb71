#pragma once
// The mutable state of one block in execution: an overlay over an immutable view, with a journal
// that undoes the changes of a failed call. It knows two scopes: the block (what diff() reports)
// and the transaction (original values, warm sets, transient storage, logs, created and destroyed
// accounts), which finish_transaction() ends.
// Thread contract: one thread at a time. The parent view is borrowed and must outlive it.
#include "base/types.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/log.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/state_view.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::state {

struct WordHash {
  std::size_t operator()(const uint256& word) const noexcept;
};

/// One storage slot at the three times that matter.
struct StorageSlot {
  uint256 parent;    ///< in the parent view
  uint256 original;  ///< when the transaction began (EIP-2200)
  uint256 current;
  std::uint64_t warm_in = 0;      ///< transaction that warmed it (EIP-2929)
  std::uint64_t original_in = 0;  ///< transaction `original` belongs to
};

class State {
 public:
  /// A point to return to. Checkpoints nest: rolling back to one forgets the later ones.
  struct Checkpoint {
    std::size_t journal = 0;
    std::size_t logs = 0;
  };

  explicit State(const StateView& parent) noexcept : parent_(&parent) {}

  // Accounts. Reads of an account that does not exist give zeros and the empty code.
  [[nodiscard]] std::optional<Account> account(const Address& address) const;
  /// Does not exist, or is empty in the sense of EIP-161.
  [[nodiscard]] bool is_dead(const Address& address) const;
  [[nodiscard]] Wei balance(const Address& address) const;
  [[nodiscard]] Nonce nonce(const Address& address) const;
  /// kEmptyCodeHash for an account without code or that does not exist.
  [[nodiscard]] Hash256 code_hash(const Address& address) const;
  /// Never null.
  [[nodiscard]] std::shared_ptr<const Bytes> code(const Address& address) const;
  /// True when any slot is not zero. Exact for accounts without nonce and code, of which EIP-7610
  /// asks: nobody can have written their storage in this block.
  [[nodiscard]] bool has_storage(const Address& address) const;

  /// Writes create the account when it does not exist.
  void set_balance(const Address& address, const Wei& balance);
  /// The caller knows that it cannot wrap: the sum of all balances stays below 2^256.
  void add_balance(const Address& address, const Wei& amount);
  /// The balance must be at least `amount`.
  void sub_balance(const Address& address, const Wei& amount);
  void set_nonce(const Address& address, Nonce nonce);
  void set_code(const Address& address, ByteView code);
  /// An account touched while empty is removed at the end of the transaction (EIP-161).
  void touch(const Address& address);
  /// A contract creation begins here: the account exists with its earlier balance and nonce 1
  /// (EIP-161), and may be destroyed in this transaction (EIP-6780).
  void begin_contract(const Address& address);
  [[nodiscard]] bool is_created_in_transaction(const Address& address) const;
  /// The account vanishes at the end of the transaction if the transaction created it (EIP-6780).
  /// Its balance is the caller's to move.
  void mark_destroyed(const Address& address);

  // Storage.
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const;
  [[nodiscard]] uint256 original_storage(const Address& address, const uint256& slot) const;
  /// Returns the slot as it was before.
  StorageSlot set_storage(const Address& address, const uint256& slot, const uint256& value);
  [[nodiscard]] uint256 transient_storage(const Address& address, const uint256& slot) const;
  void set_transient_storage(const Address& address, const uint256& slot, const uint256& value);

  // Warm sets (EIP-2929): true when it was warm already.
  bool warm_account(const Address& address);
  bool warm_slot(const Address& address, const uint256& slot);

  // Logs of this transaction.
  void add_log(Log log) { logs_.push_back(std::move(log)); }
  [[nodiscard]] const std::vector<Log>& logs() const noexcept { return logs_; }
  /// Leaves none behind: call it before finish_transaction.
  [[nodiscard]] std::vector<Log> take_logs() noexcept { return std::exchange(logs_, {}); }

  [[nodiscard]] Checkpoint checkpoint() const noexcept { return {journal_.size(), logs_.size()}; }
  void rollback(const Checkpoint& checkpoint);

  /// Removes destroyed and touched empty accounts and ends the transaction's scope. No checkpoint
  /// survives it.
  void finish_transaction();

  /// Everything that differs from the parent view. Call it between transactions.
  [[nodiscard]] StateDiff diff() const;

 private:
  struct Entry {
    std::optional<Account> parent;
    std::optional<Account> current;
    /// Null until asked for.
    std::shared_ptr<const Bytes> code;
    /// The account was removed in this block: nothing of the parent's storage is left.
    bool storage_cleared = false;
    std::uint64_t warm_in = 0;
    std::uint64_t touched_in = 0;
    std::uint64_t created_in = 0;
    std::uint64_t destroyed_in = 0;
    std::unordered_map<uint256, StorageSlot, WordHash> slots;
  };
  using TransientKey = std::pair<Address, uint256>;
  struct TransientHash {
    std::size_t operator()(const TransientKey& key) const noexcept;
  };

  // The journal: what to put back. Entries and slots never move, since maps keep their nodes.
  struct AccountChanged {
    Entry* entry;
    std::optional<Account> before;
  };
  struct CodeChanged {
    Entry* entry;
    std::shared_ptr<const Bytes> before;
  };
  struct StorageChanged {
    StorageSlot* slot;
    uint256 before;
  };
  struct TransientChanged {
    TransientKey key;
    uint256 before;
  };
  /// A mark (warm, touched, created, destroyed) that held an earlier transaction's number.
  struct MarkChanged {
    std::uint64_t* mark;
    std::uint64_t before;
  };
  using Change =
      std::variant<AccountChanged, CodeChanged, StorageChanged, TransientChanged, MarkChanged>;

  [[nodiscard]] Entry& entry(const Address& address) const;
  [[nodiscard]] StorageSlot& slot(Entry& entry, const Address& address, const uint256& key) const;
  /// The account to write to, journalled and created if need be.
  [[nodiscard]] Account& writable(Entry& entry);
  /// Sets a mark to the running transaction; false when it was set already.
  bool mark(std::uint64_t& mark);
  void undo(Change& change);
  static void remove(Entry& entry);

  const StateView* parent_;
  /// Reads fill it, which nobody can see.
  mutable std::unordered_map<Address, Entry> entries_;
  std::unordered_map<TransientKey, uint256, TransientHash> transient_;
  std::vector<Change> journal_;
  std::vector<Log> logs_;
  /// Accounts to look at when the transaction ends; a rolled back mark makes its entry void.
  std::vector<Entry*> candidates_;
  std::uint64_t transaction_ = 1;
};

}  // namespace datapact::state
