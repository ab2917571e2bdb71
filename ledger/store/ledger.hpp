#pragma once
// The chain on disk (docs/formats/store.md): blocks, receipts, indexes, and every kept state as
// StateView and NodeSource. One synced batch a block.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/chain_record.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_view.hpp"
#include "ledger/store/key_value_store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace datapact::store {

/// The newest final block.
struct Head {
  Height height;
  BlockHash hash;
  /// With the seals it was committed with.
  chain::BlockHeader header;
};

/// The state after one block. Lives as long as the ledger. Thread contract: safe for concurrent
/// reads, also beside a commit: it keeps answering for its own height.
class LedgerView : public state::StateView, public state::NodeSource {
 public:
  [[nodiscard]] virtual Height height() const noexcept = 0;
};

using chain::FoundLog;
using chain::FoundLogs;
using chain::LogFilter;
using chain::StoredBlock;
using chain::TxnLocation;

struct LogLimits {
  std::size_t logs_max = 10'000;
};

/// Whether `log` passes the filter's addresses and topics.
[[nodiscard]] bool matches(const LogFilter& filter, const chain::Log& log);

struct LedgerOptions {
  /// Memory for entries of the latest state and codes.
  std::size_t cache_bytes = std::size_t{128} << 20U;
};

/// Thread contract: one thread commits; any thread reads.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Opens, or writes genesis into an empty store. Refuses another chain's store with both hashes.
  /// Nobody else writes to the store from then on.
  [[nodiscard]] static Result<std::unique_ptr<Ledger>, StoreError> open(
      std::shared_ptr<KeyValueStore> store, const chain::Genesis& genesis,
      const LedgerOptions& options = {});

  [[nodiscard]] virtual std::shared_ptr<const Head> head() const = 0;
  [[nodiscard]] virtual BlockHash genesis_hash() const = 0;

  [[nodiscard]] virtual std::optional<chain::BlockHeader> header(Height height) const = 0;
  [[nodiscard]] virtual std::optional<BlockHash> hash_at(Height height) const = 0;
  [[nodiscard]] virtual std::optional<Height> height_of(const BlockHash& hash) const = 0;
  [[nodiscard]] virtual std::optional<StoredBlock> block(Height height) const = 0;
  /// With gas used, effective price and created contract of each.
  [[nodiscard]] virtual std::optional<std::vector<chain::Receipt>> receipts(
      Height height) const = 0;
  [[nodiscard]] virtual std::optional<TxnLocation> find_txn(const TxnHash& hash) const = 0;
  /// Headers whose bloom cannot match are skipped without reading receipts.
  [[nodiscard]] virtual FoundLogs logs(const LogFilter& filter, LogLimits limits) const = 0;

  /// The state after the block at `height`; null above the head.
  [[nodiscard]] virtual std::shared_ptr<const LedgerView> view_at(Height height) const = 0;

  /// Durable on return. The block must stand on the head. After an error the ledger accepts no
  /// further commit: the node stops before it can sign again.
  [[nodiscard]] virtual Result<void, StoreError> commit(const chain::FinalBlock& block) = 0;
};

}  // namespace datapact::store
