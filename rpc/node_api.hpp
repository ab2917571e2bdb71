#pragma once
// What the RPC server needs of a node, and nothing more. The daemon implements it over its ledger,
// pool and core loop; tests over a chain in memory. Every call but TxnGateway::submit may block for
// a moment and is made from the server's worker threads only, never from its io threads.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/chain_record.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/trace/tracers.hpp"
#include "ledger/chain/transaction.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace datapact::rpc {

using chain::FoundLog;
using chain::FoundLogs;
using chain::LogFilter;
using chain::StoredBlock;
using chain::TxnLocation;

/// The final chain up to the head it was made for. Immutable. Thread contract: safe for concurrent
/// reads, also beside a commit.
class ChainReader {
 public:
  virtual ~ChainReader() = default;
  /// Pinned: never moves. Nothing above it is answered.
  [[nodiscard]] virtual Height head() const = 0;
  [[nodiscard]] virtual std::optional<chain::BlockHeader> header(Height height) const = 0;
  [[nodiscard]] virtual std::optional<Height> height_of(const BlockHash& hash) const = 0;
  [[nodiscard]] virtual std::optional<StoredBlock> block(Height height) const = 0;
  /// With gas used, effective price and created contract of each.
  [[nodiscard]] virtual std::optional<std::vector<chain::Receipt>> receipts(
      Height height) const = 0;
  [[nodiscard]] virtual std::optional<TxnLocation> find_txn(const TxnHash& hash) const = 0;
  /// Whole blocks in ascending order; stops after the block in which `logs_max` is exceeded.
  [[nodiscard]] virtual FoundLogs logs(const LogFilter& filter, std::size_t logs_max) const = 0;
};

struct AccountInfo {
  Nonce nonce;
  Wei balance;
  Hash256 code_hash;
};

struct StorageProof {
  uint256 slot;
  uint256 value;
  std::vector<Bytes> nodes;  ///< RLP from the root down
};

/// EIP-1186. For an absent account the nodes prove the absence and the account is empty.
struct AccountProof {
  AccountInfo account;
  Hash256 storage_root;
  std::vector<Bytes> nodes;
  std::vector<StorageProof> storage;  ///< in the order asked
};

/// The state after one block. Immutable. Thread contract: safe for concurrent reads.
class StateReader {
 public:
  virtual ~StateReader() = default;
  /// Nothing when the account does not exist.
  [[nodiscard]] virtual std::optional<AccountInfo> account(const Address& address) const = 0;
  [[nodiscard]] virtual uint256 storage(const Address& address, const uint256& slot) const = 0;
  /// Empty when the account has none.
  [[nodiscard]] virtual Bytes code(const Address& address) const = 0;
  [[nodiscard]] virtual AccountProof prove(const Address& address,
                                           const std::vector<uint256>& slots) const = 0;
};

/// A message to execute on some state without signature and without effect. Not checked: nonce,
/// signature, permission, that the sender has no code (EIP-3607), that the gas limit fits the
/// block. A fee cap of zero passes whatever the base fee, and BASEFEE is then zero; likewise the
/// blob fee cap of a call with blobs, and BLOBBASEFEE. Checked as in a block: all else, and funds.
struct CallRequest {
  /// `gas_limit` is set by the caller; nonce and signature are ignored.
  chain::Transaction txn;
  Address sender;
  /// The block whose state it runs on and whose header it sees.
  Height height;
  /// True: it runs in a next block on `height` instead, at max(parent's time, now).
  bool pending = false;
  /// The outcome lists the accounts and slots it touches.
  bool wants_accesses = false;
  /// Execution stops after this long.
  std::chrono::milliseconds time_max{5'000};
};

enum class CallStatus : std::uint8_t {
  kReturned,
  kReverted,  ///< by REVERT: `output` holds its data
  kFailed,    ///< by any other exceptional halt: `failure` names it
};

struct CallOutcome {
  CallStatus status = CallStatus::kReturned;
  Gas gas_used;
  Bytes output;
  std::string failure;         ///< such as "out of gas", "invalid opcode", "stack underflow"
  chain::AccessList accessed;  ///< ascending; empty unless asked for
};

/// Transactions of a final block, executed again on the state after its parent.
struct TracedBlock {
  Height height;
  /// Place of the only one that is traced; nothing: all are.
  std::optional<std::uint32_t> index;
};

struct TraceRequest {
  /// A call is traced where it would be simulated.
  std::variant<TracedBlock, CallRequest> subject;
  chain::TracerOptions tracer;
  /// For all transactions together.
  chain::TraceBudget budget;
  std::chrono::milliseconds time_max{5'000};
};

/// Why the node could not do it: the code and words of the JSON-RPC answer (RPC.md section 2).
/// -32005 when a queue is full or the time is up.
struct NodeError {
  int code = -32000;
  std::string message;  ///< such as "nonce too low"
};

struct PoolCounts {
  std::size_t pending = 0;
  std::size_t queued = 0;
};

/// Called exactly once, from any thread; it must return soon.
using SubmitDone = std::function<void(Result<TxnHash, NodeError>)>;

/// The way into the pool. Thread contract: any thread.
class TxnGateway {
 public:
  virtual ~TxnGateway() = default;
  /// Decodes, checks, recovers the sender and offers it to the pool: never blocks. With full
  /// queues it answers -32005.
  virtual void submit(Bytes raw_txn, SubmitDone done) = 0;
  /// The nonce after the sender's unbroken run of waiting transactions.
  [[nodiscard]] virtual Result<Nonce, NodeError> pending_nonce(const Address& sender) = 0;
  /// A transaction waiting in the pool.
  [[nodiscard]] virtual std::optional<chain::RecoveredTxn> find_pending(const TxnHash& hash) = 0;
  [[nodiscard]] virtual PoolCounts counts() = 0;
};

struct SyncProgress {
  Height starting;
  Height current;
  Height highest;
};

struct NodeStatus {
  /// "datapact/v0.1.0/linux-x64".
  std::string client_version;
  std::size_t peers = 0;
  /// Nothing when the node is at the head of the network as far as it knows.
  std::optional<SyncProgress> syncing;
};

/// Thread contract: any thread. Lives longer than the server.
class NodeApi {
 public:
  virtual ~NodeApi() = default;
  /// Fixed for the life of the chain.
  [[nodiscard]] virtual const chain::GenesisConfig& config() const = 0;
  /// Pinned at the newest final block; never null.
  [[nodiscard]] virtual std::shared_ptr<const ChainReader> chain() const = 0;
  /// The state after the block at `height`; null when this node does not (or no longer) hold it.
  [[nodiscard]] virtual std::shared_ptr<const StateReader> state(Height height) const = 0;
  /// Fails before execution (funds, intrinsic gas, fee below base fee) or when out of time.
  [[nodiscard]] virtual Result<CallOutcome, NodeError> simulate(
      const CallRequest& request) const = 0;
  /// The document of each transaction that is traced, in the order of the block. Fails without the
  /// state, before the execution of a call, or beyond budget or time.
  [[nodiscard]] virtual Result<std::vector<json::Value>, NodeError> trace(
      const TraceRequest& request) const = 0;
  [[nodiscard]] virtual TxnGateway& txns() = 0;
  /// The validators in force at `height`, ascending; empty on an Ethereum chain.
  [[nodiscard]] virtual std::vector<Address> validators(Height height) const = 0;
  [[nodiscard]] virtual NodeStatus status() const = 0;
  /// What consensus does now, with an explanation in words: the document of
  /// qbft_getConsensusState. -32005 when the node is too busy to say.
  [[nodiscard]] virtual Result<json::Value, NodeError> consensus_state() const = 0;
};

}  // namespace datapact::rpc
