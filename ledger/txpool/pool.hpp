#pragma once
// Transactions waiting for a block: admission, order of nonces per sender, replacement, shares per
// organisation (ARCHITECTURE section 4). Bounded everywhere. Time is an argument. Not thread-safe:
// the core thread owns it.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/state_view.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace datapact::txpool {

enum class PoolError : std::uint8_t {
  kAlreadyKnown,
  kNonceTooLow,
  kNonceGap,         ///< too far above the sender's next nonce
  kUnderpriced,      ///< the replacement does not bid more (or, with free gas, came too soon)
  kReplacedTooSoon,  ///< with a zero base fee one replacement a second per nonce
  kInsufficientFunds,
  kFeeBelowBase,
  kTipAboveFee,
  kIntrinsicGas,
  kGasLimit,  ///< above the block's
  kWrongChain,
  kUnprotected,  ///< a legacy transaction without chain id
  kForbiddenType,
  kInitCodeTooLarge,
  kNonceOverflow,
  kSenderHasCode,        ///< EIP-3607
  kEmptyAuthorizations,  ///< EIP-7702: a type-4 transaction lists at least one
  kNoDestination,        ///< EIP-7702: a type-4 transaction creates no contract
  kTooLarge,             ///< encoded size above the pool's limit
  kStranger,             ///< the account has no permission to send
  kSuspended,            ///< its organisation is not active
  kMayNotSend,           ///< without the permission TRANSACT
  kMayNotDeploy,
  kQuota,             ///< above what its organisation may place in one block
  kOrganisationFull,  ///< the organisation has used its slots
  kSenderFull,
  kPoolFull,
};
/// The words clients match ("nonce too low", "already known", ...).
[[nodiscard]] std::string_view to_string(PoolError error) noexcept;

/// A transaction the pool accepted. Copies share it.
class AdmittedTxn {
 public:
  [[nodiscard]] const chain::RecoveredTxn& recovered() const noexcept { return *txn_; }
  [[nodiscard]] const chain::TxnPtr& shared() const noexcept { return txn_; }
  [[nodiscard]] const TxnHash& hash() const noexcept { return txn_->hash(); }
  [[nodiscard]] const Address& sender() const noexcept { return txn_->sender(); }
  [[nodiscard]] Nonce nonce() const noexcept { return txn_->txn().nonce; }

 private:
  friend class Pool;
  explicit AdmittedTxn(chain::TxnPtr txn) : txn_(std::move(txn)) {}
  chain::TxnPtr txn_;
};

struct PoolLimits {
  std::size_t txns_max = 16'384;
  std::size_t bytes_max = 64U << 20U;
  std::size_t txn_bytes_max = 128U << 10U;
  std::size_t txns_per_organisation_max = 4'096;
  std::size_t txns_per_sender_max = 256;
  /// Highest nonce held is below the state's nonce plus this.
  std::uint64_t nonce_gap_max = 256;
  /// A transaction older than this leaves when the pool is full.
  std::chrono::milliseconds age_min_for_eviction{60'000};
};

/// What the next block stands on. Borrowed for one call.
struct PoolHead {
  const state::StateView& state;
  uint256 base_fee;  ///< of the next block
  Gas gas_limit;
  chain::BlockRules rules;  ///< of the next block
};

/// Which transactions a sender holds, for txpool_content and txpool_inspect.
struct SenderContent {
  Address sender;
  std::vector<AdmittedTxn> pending;  ///< executable now, in nonce order
  std::vector<AdmittedTxn> queued;   ///< behind a gap of nonces
};
struct PoolCounts {
  std::size_t pending = 0;
  std::size_t queued = 0;
};

class Pool {
 public:
  explicit Pool(chain::GenesisConfig config, PoolLimits limits = {});

  [[nodiscard]] Result<AdmittedTxn, PoolError> admit(chain::TxnPtr txn, const PoolHead& head,
                                                     UnixMillis now);
  /// Candidates for a block of `gas`: calls to dispute contracts first, up to a quarter of the gas;
  /// then organisations take turns, each giving its oldest transaction that is next for its sender,
  /// within its quota.
  [[nodiscard]] std::vector<chain::TxnPtr> select(Gas gas, const state::StateView& state) const;
  /// After a commit: drops what is in the block or has a nonce that was used. What new rules forbid
  /// goes when the builder finds it unfit.
  void on_head(const state::StateView& state, const std::vector<TxnHash>& committed);
  /// The builder found it unfit.
  void drop(const TxnHash& hash);

  [[nodiscard]] std::optional<AdmittedTxn> find(const TxnHash& hash) const;
  /// The nonce after the sender's unbroken run of held transactions.
  [[nodiscard]] Nonce pending_nonce(const Address& sender, const state::StateView& state) const;
  [[nodiscard]] bool has_executable(const state::StateView& state) const;
  [[nodiscard]] std::vector<SenderContent> content(const state::StateView& state) const;
  [[nodiscard]] std::optional<SenderContent> content_of(const Address& sender,
                                                        const state::StateView& state) const;
  [[nodiscard]] PoolCounts counts(const state::StateView& state) const;
  [[nodiscard]] std::size_t size() const noexcept { return by_hash_.size(); }

 private:
  struct Entry {
    chain::TxnPtr txn;
    chain::OrganisationId organisation;
    std::uint64_t arrival = 0;  ///< order of admission
    UnixMillis admitted_at{0};
    std::size_t bytes = 0;
  };
  using Queue = std::map<Nonce, Entry>;

  [[nodiscard]] Result<void, PoolError> check_form(const chain::RecoveredTxn& txn,
                                                   const PoolHead& head) const;
  [[nodiscard]] Result<void, PoolError> check_place(const chain::RecoveredTxn& txn,
                                                    Nonce state_nonce, UnixMillis now) const;
  [[nodiscard]] Result<void, PoolError> make_room(const Entry& entry, UnixMillis now);
  [[nodiscard]] SenderContent content_of(const Address& sender, const Queue& queue,
                                         const state::StateView& state) const;
  [[nodiscard]] const Entry* held(const Address& sender, Nonce nonce) const;
  void insert(Entry entry);
  void erase(const Address& sender, Nonce nonce);
  void drop_used(const Address& sender, const state::StateView& state);

  chain::GenesisConfig config_;
  PoolLimits limits_;
  std::map<Address, Queue> senders_;
  std::unordered_map<TxnHash, std::pair<Address, Nonce>> by_hash_;
  std::map<chain::OrganisationId, std::size_t> per_organisation_;
  std::uint64_t arrivals_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace datapact::txpool
