#pragma once
// From Block to ExecutedBlock, and how a proposer makes one. Pure: same inputs, same bytes.
#include "base/result.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/execution.hpp"  // IWYU pragma: export
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_view.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::chain {

enum class BlockErrorCode : std::uint8_t {
  kWrongParent,         ///< parent hash or height does not follow
  kGasLimit,            ///< outside the bounds, or changed by more than 1/1024
  kGasUsedAboveLimit,   ///< gasUsed > gasLimit
  kTimestamp,           ///< not late enough after the parent, or seconds are not the floor of ms
  kBaseFee,             ///< not what the parent demands
  kConstantField,       ///< ommers, difficulty, nonce, mix hash, withdrawals, blobs, beacon root
  kExtraData,           ///< does not decode, wrong validators, vanity, too long
  kForeignCoinbase,     ///< the proposer is no validator of this height
  kForkField,           ///< a field of another revision is present, or one of this one missing
  kTooLarge,            ///< heavier than the profile allows (block_bytes_max, EIP-7934)
  kBody,                ///< transactions or withdrawals do not hash to the header's root
  kInvalidSignature,    ///< a transaction's sender does not recover
  kForbiddenType,       ///< a blob transaction on a consortium chain
  kInvalidTransaction,  ///< nonce, funds, fee, gas or form
  kPermission,          ///< the sender may not send, or may not deploy
  kQuota,               ///< an organisation's sum of gas limits is above its quota
  kSystemContract,      ///< a system call of the block failed
  kUnknownRules,        ///< Governance scheduled rules for it that this build has not
  kResult,              ///< gas used, receipts, bloom, requests or state root differ
};
[[nodiscard]] std::string_view to_string(BlockErrorCode code) noexcept;

struct BlockError {
  BlockErrorCode code = BlockErrorCode::kResult;
  std::string field;     ///< header member, or "transactions[i].nonce"
  std::string expected;  ///< the rule or the value
  std::string got;
};
/// "field: expected X, got Y".
[[nodiscard]] std::string to_string(const BlockError& error);

/// Hash of the ancestor at a height, for BLOCKHASH: asked only for the 256 heights below the block.
using AncestorHashes = std::function<BlockHash(Height)>;

/// The block a new one stands on, and the state after it. Borrows: all must outlive the call.
struct ParentState {
  const BlockHeader& header;
  BlockHash hash;
  const state::StateView& state;
  const state::NodeSource& nodes;
  const AncestorHashes& ancestors;
};

/// Who may propose and seal the child of `parent`: Governance's validators in the state after it;
/// without a Governance contract those that the parent's extraData names. Empty on an Ethereum
/// chain.
[[nodiscard]] ValidatorSet validators_after(const BlockHeader& parent,
                                            const state::StateView& state,
                                            const GenesisConfig& config);

/// What is settled for a block before anything of it is known but its time.
struct BlockTerms {
  BlockRules rules;
  /// Empty on an Ethereum chain.
  ValidatorSet validators;
};
/// The terms of the child of `parent` with that header time; kUnknownRules.
[[nodiscard]] Result<BlockTerms, BlockError> terms_after(const ParentState& parent,
                                                         std::uint64_t child_seconds,
                                                         const GenesisConfig& config);

/// What a transaction of the block with `header` sees. Also for eth_call on it or on a next block.
[[nodiscard]] BlockContext block_context(const BlockHeader& header, const BlockRules& rules,
                                         const GenesisConfig& config, AncestorHashes ancestors);

/// The checks that need the parent and the terms, but neither seals, state nor clock (QBFT.md
/// section 10; EVM.md section 4).
[[nodiscard]] Result<void, BlockError> validate_header(const BlockHeader& header,
                                                       const BlockHeader& parent,
                                                       const BlockHash& parent_hash,
                                                       const GenesisConfig& config,
                                                       const BlockTerms& terms);

/// What makes an execution faster and never changes its result. Borrowed; either may be null.
struct ExecutionHelp {
  /// For recoveries and tries; null: the caller's thread does everything.
  TaskRunner* runner = nullptr;
  /// Of transactions that were recovered before.
  const SenderSource* senders = nullptr;
};

/// All checks of header and body, permissions and quotas after the parent, the execution and every
/// root; not the seals and not the local clock. Validators of a consortium chain are read from the
/// parent's state.
[[nodiscard]] Result<std::shared_ptr<const ExecutedBlock>, BlockError> execute_block(
    const ParentState& parent, Block block, const GenesisConfig& config,
    const ExecutionHelp& help = {});

using TxnPtr = std::shared_ptr<const RecoveredTxn>;

struct BuildRequest {
  Address coinbase;
  /// Header time; the caller keeps it at or above earliest_time(parent).
  UnixMillis time{0};
  /// In order of preference; for one sender in nonce order.
  std::vector<TxnPtr> candidates;
  /// Asked before each transaction: true ends the block.
  std::function<bool()> out_of_time;
  /// Borrowed, for the tries; null: the caller's thread does everything.
  TaskRunner* runner = nullptr;
};

struct SkippedTxn {
  TxnHash hash;
  BlockError error;
};
struct BuiltBlock {
  /// Round 0, no seals; the header carries the real roots.
  std::shared_ptr<const ExecutedBlock> block;
  /// Candidates that cannot be in this block, with the reason; those that only lacked room in the
  /// block, or time, are not listed.
  std::vector<SkippedTxn> skipped;
};

/// Parent's time plus the block period (Ethereum: one second).
[[nodiscard]] UnixMillis earliest_time(const BlockHeader& parent, const GenesisConfig& config);

/// Executes candidates one by one until gas, bytes, time or candidates end, and makes a block that
/// execute_block accepts.
class BlockBuilder {
 public:
  explicit BlockBuilder(const GenesisConfig& config) noexcept : config_(config) {}
  [[nodiscard]] Result<BuiltBlock, BlockError> build(const ParentState& parent,
                                                     const BuildRequest& request) const;

 private:
  const GenesisConfig& config_;
};

}  // namespace datapact::chain
