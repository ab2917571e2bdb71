#pragma once
// What must hold before a transaction may run: form, gas, fees, nonce and funds. Pure.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/account.hpp"
#include "vm/revision.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace datapact::chain {

/// Why a transaction cannot run. None of these costs the sender anything.
enum class TxnRejection : std::uint8_t {
  kTypeNotSupported,        ///< a type the revision or the chain does not have
  kWrongChainId,            ///< signed for another chain (EIP-155)
  kGasLimitAboveBlock,      ///< above what is left in the block
  kGasLimitAboveCap,        ///< above what one transaction may have (EIP-7825)
  kIntrinsicGas,            ///< gas limit below the intrinsic gas
  kFloorGas,                ///< gas limit below the floor of the call data (EIP-7623)
  kInitCodeTooLarge,        ///< EIP-3860
  kTipAboveFeeCap,          ///< EIP-1559
  kFeeCapBelowBaseFee,      ///< EIP-1559
  kNonceTooLow,             ///< used already
  kNonceTooHigh,            ///< a transaction before it is missing
  kNonceMax,                ///< EIP-2681
  kSenderHasCode,           ///< EIP-3607, except designators of EIP-7702
  kInsufficientFunds,       ///< for gas * price + value
  kCreateNotAllowed,        ///< types 3 and 4 must have a recipient
  kNoBlobs,                 ///< EIP-4844
  kTooManyBlobs,            ///< above a transaction's (EIP-7594) or what is left of the block's
  kBlobHashVersion,         ///< EIP-4844
  kBlobFeeCapBelowBaseFee,  ///< EIP-4844
  kNoAuthorizations,        ///< EIP-7702
};
/// As other clients say it, since wallets and libraries match the words.
[[nodiscard]] std::string_view to_string(TxnRejection rejection) noexcept;

/// Gas taken before the first instruction.
struct IntrinsicGas {
  std::uint64_t intrinsic = 0;
  /// The transaction uses at least this much (EIP-7623); 0 where the revision has no floor.
  std::uint64_t floor = 0;
};
[[nodiscard]] IntrinsicGas intrinsic_gas(const Transaction& txn, vm::Revision revision);

/// The checks of the form that hold for a call without signature as well: what its type needs,
/// blobs and init code.
[[nodiscard]] Result<void, TxnRejection> validate_form(const Transaction& txn,
                                                       vm::Revision revision);
/// The gas limit pays for the intrinsic gas and reaches the floor.
[[nodiscard]] Result<void, TxnRejection> validate_gas(const Transaction& txn,
                                                      vm::Revision revision);
/// The checks that need only the transaction, the chain's id and its revision: what a pool refuses
/// before it looks at any state.
[[nodiscard]] Result<void, TxnRejection> validate_stateless(const Transaction& txn,
                                                            ChainId chain_id,
                                                            vm::Revision revision);

/// What the block offers to the transaction.
struct BlockRoom {
  uint256 base_fee;
  uint256 blob_base_fee;
  Gas gas_left{std::numeric_limits<std::uint64_t>::max()};
  Gas blob_gas_left{std::numeric_limits<std::uint64_t>::max()};
};
/// Gas left and fees against the block.
[[nodiscard]] Result<void, TxnRejection> validate_in_block(const Transaction& txn,
                                                           const BlockRoom& room);

/// The sender as the state has it just before the transaction.
struct SenderState {
  Nonce nonce;
  Wei balance;
  /// Has code that is no EIP-7702 designator.
  bool has_code = false;
};
/// Nonce, code and funds of the sender.
[[nodiscard]] Result<void, TxnRejection> validate_sender(const Transaction& txn,
                                                         const SenderState& sender);

/// Most the transaction can cost: gas limit * fee cap + value + blob gas * blob fee cap; nothing
/// when that exceeds 2^256 - 1.
[[nodiscard]] std::optional<Wei> upfront_cost(const Transaction& txn);
[[nodiscard]] Gas blob_gas(const Transaction& txn) noexcept;
/// EIP-4844; the excess must be one that a chain can reach (load_genesis bounds the first).
[[nodiscard]] uint256 blob_base_fee(Gas excess_blob_gas, const BlobParams& blobs);

}  // namespace datapact::chain
