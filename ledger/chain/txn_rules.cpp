#include "ledger/chain/txn_rules.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/transaction.hpp"
#include "vm/revision.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace datapact::chain {
namespace {

using Verdict = Result<void, TxnRejection>;

// The VM counts gas in signed 64-bit numbers.
constexpr std::uint64_t kGasLimitMax =
    static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

std::uint64_t non_zero_bytes(ByteView data) {
  return data.size() - static_cast<std::uint64_t>(std::ranges::count(data, 0));
}

std::uint64_t access_list_gas(const AccessList& list) {
  std::uint64_t gas = 0;
  for (const AccessListEntry& entry : list) {
    gas += kAccessListAddressGas + kAccessListKeyGas * entry.storage_keys.size();
  }
  return gas;
}

Verdict validate_type(const Transaction& txn, vm::Revision revision) {
  if (txn.type == TxnType::kSetCode && !fork_params(revision).has_set_code_txns) {
    return fail(TxnRejection::kTypeNotSupported);
  }
  const bool needs_recipient = txn.type == TxnType::kBlob || txn.type == TxnType::kSetCode;
  if (needs_recipient && !txn.to) return fail(TxnRejection::kCreateNotAllowed);
  if (txn.type == TxnType::kSetCode && txn.authorizations.empty()) {
    return fail(TxnRejection::kNoAuthorizations);
  }
  return {};
}

Verdict validate_blobs(const Transaction& txn, vm::Revision revision) {
  if (txn.type != TxnType::kBlob) return {};
  if (txn.blob_hashes.empty()) return fail(TxnRejection::kNoBlobs);
  if (txn.blob_hashes.size() > fork_params(revision).blobs_per_txn_max) {
    return fail(TxnRejection::kTooManyBlobs);
  }
  const auto is_versioned = [](const Hash256& hash) { return hash.raw()[0] == kVersionedHashKzg; };
  if (!std::ranges::all_of(txn.blob_hashes, is_versioned)) {
    return fail(TxnRejection::kBlobHashVersion);
  }
  return {};
}

}  // namespace

std::string_view to_string(TxnRejection rejection) noexcept {
  switch (rejection) {
    case TxnRejection::kTypeNotSupported:
      return "transaction type not supported";
    case TxnRejection::kWrongChainId:
      return "invalid chain id for signer";
    case TxnRejection::kGasLimitAboveBlock:
      return "exceeds block gas limit";
    case TxnRejection::kGasLimitAboveCap:
      return "transaction gas limit too high";
    case TxnRejection::kIntrinsicGas:
      return "intrinsic gas too low";
    case TxnRejection::kFloorGas:
      return "insufficient gas for floor data gas cost";
    case TxnRejection::kInitCodeTooLarge:
      return "max initcode size exceeded";
    case TxnRejection::kTipAboveFeeCap:
      return "max priority fee per gas higher than max fee per gas";
    case TxnRejection::kFeeCapBelowBaseFee:
      return "max fee per gas less than block base fee";
    case TxnRejection::kNonceTooLow:
      return "nonce too low";
    case TxnRejection::kNonceTooHigh:
      return "nonce too high";
    case TxnRejection::kNonceMax:
      return "nonce has max value";
    case TxnRejection::kSenderHasCode:
      return "sender not an eoa";
    case TxnRejection::kInsufficientFunds:
      return "insufficient funds for gas * price + value";
    case TxnRejection::kCreateNotAllowed:
      return "transaction of this type cannot create a contract";
    case TxnRejection::kNoBlobs:
      return "blob transaction missing blob hashes";
    case TxnRejection::kTooManyBlobs:
      return "blob transaction has too many blobs";
    case TxnRejection::kBlobHashVersion:
      return "blob hash has invalid hash version";
    case TxnRejection::kBlobFeeCapBelowBaseFee:
      return "max fee per blob gas less than block blob gas fee";
    case TxnRejection::kNoAuthorizations:
      return "EIP-7702 transaction with empty auth list";
  }
  return {};
}

IntrinsicGas intrinsic_gas(const Transaction& txn, vm::Revision revision) {
  // None of these sums can wrap: the bytes and entries they count lie in memory.
  const std::uint64_t non_zero = non_zero_bytes(txn.data);
  const std::uint64_t zero = txn.data.size() - non_zero;
  IntrinsicGas out;
  out.intrinsic = kTxnBaseGas + kDataZeroByteGas * zero + kDataNonZeroByteGas * non_zero +
                  access_list_gas(txn.access_list) + kAuthorizationGas * txn.authorizations.size();
  if (!txn.to) out.intrinsic += kTxnCreateGas + kInitCodeWordGas * ((txn.data.size() + 31) / 32);
  if (fork_params(revision).has_floor_gas) {
    out.floor = kTxnBaseGas + kFloorTokenGas * (zero + kTokensPerNonZeroByte * non_zero);
  }
  return out;
}

Verdict validate_form(const Transaction& txn, vm::Revision revision) {
  TRY_VOID(validate_type(txn, revision));
  TRY_VOID(validate_blobs(txn, revision));
  if (!txn.to && txn.data.size() > kInitCodeBytesMax) {
    return fail(TxnRejection::kInitCodeTooLarge);
  }
  return {};
}

Verdict validate_gas(const Transaction& txn, vm::Revision revision) {
  const IntrinsicGas gas = intrinsic_gas(txn, revision);
  if (txn.gas_limit.raw() < gas.intrinsic) return fail(TxnRejection::kIntrinsicGas);
  if (txn.gas_limit.raw() < gas.floor) return fail(TxnRejection::kFloorGas);
  return {};
}

Verdict validate_stateless(const Transaction& txn, ChainId chain_id, vm::Revision revision) {
  TRY_VOID(validate_form(txn, revision));
  if (txn.chain_id && *txn.chain_id != chain_id) return fail(TxnRejection::kWrongChainId);
  if (txn.nonce.raw() == std::numeric_limits<std::uint64_t>::max()) {
    return fail(TxnRejection::kNonceMax);
  }
  if (txn.max_priority_fee_per_gas > txn.max_fee_per_gas) {
    return fail(TxnRejection::kTipAboveFeeCap);
  }
  if (txn.gas_limit.raw() > fork_params(revision).txn_gas_max) {
    return fail(TxnRejection::kGasLimitAboveCap);
  }
  // No balance can pay a fee that does not fit a word.
  if (!checked_mul(uint256{txn.gas_limit.raw()}, txn.max_fee_per_gas)) {
    return fail(TxnRejection::kInsufficientFunds);
  }
  return validate_gas(txn, revision);
}

Verdict validate_in_block(const Transaction& txn, const BlockRoom& room) {
  if (txn.gas_limit > room.gas_left || txn.gas_limit.raw() > kGasLimitMax) {
    return fail(TxnRejection::kGasLimitAboveBlock);
  }
  if (txn.max_fee_per_gas < room.base_fee) return fail(TxnRejection::kFeeCapBelowBaseFee);
  if (txn.type != TxnType::kBlob) return {};
  if (txn.max_fee_per_blob_gas < room.blob_base_fee) {
    return fail(TxnRejection::kBlobFeeCapBelowBaseFee);
  }
  if (blob_gas(txn) > room.blob_gas_left) return fail(TxnRejection::kTooManyBlobs);
  return {};
}

Verdict validate_sender(const Transaction& txn, const SenderState& sender) {
  if (sender.has_code) return fail(TxnRejection::kSenderHasCode);
  if (txn.nonce < sender.nonce) return fail(TxnRejection::kNonceTooLow);
  if (txn.nonce > sender.nonce) return fail(TxnRejection::kNonceTooHigh);
  const auto cost = upfront_cost(txn);
  if (!cost || *cost > sender.balance) return fail(TxnRejection::kInsufficientFunds);
  return {};
}

std::optional<Wei> upfront_cost(const Transaction& txn) {
  const auto gas = checked_mul(uint256{txn.gas_limit.raw()}, txn.max_fee_per_gas);
  const auto blobs = checked_mul(uint256{blob_gas(txn).raw()}, txn.max_fee_per_blob_gas);
  if (!gas || !blobs) return std::nullopt;
  const auto fees = checked_add(*gas, *blobs);
  if (!fees) return std::nullopt;
  const auto total = checked_add(*fees, txn.value.raw());
  if (!total) return std::nullopt;
  return Wei{*total};
}

Gas blob_gas(const Transaction& txn) noexcept { return Gas{kBlobGas * txn.blob_hashes.size()}; }

uint256 blob_base_fee(Gas excess_blob_gas, const BlobParams& blobs) {
  // fake_exponential of EIP-4844: the Taylor series of factor * e^(excess / fraction). Wrapping
  // takes an excess no chain reaches, since the fee would exceed all money long before.
  const uint256 fraction{blobs.base_fee_update_fraction};
  const uint256 excess{excess_blob_gas.raw()};
  uint256 sum;
  uint256 term = uint256{kMinBaseFeePerBlobGas} * fraction;
  for (std::uint64_t i = 1; !term.is_zero(); ++i) {
    sum += term;
    term = term * excess / (fraction * uint256{i});
  }
  return sum / fraction;
}

}  // namespace datapact::chain
