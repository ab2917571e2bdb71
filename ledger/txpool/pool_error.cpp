#include "ledger/txpool/pool.hpp"

#include <string_view>

namespace datapact::txpool {

std::string_view to_string(PoolError error) noexcept {
  switch (error) {
    case PoolError::kAlreadyKnown:
      return "already known";
    case PoolError::kNonceTooLow:
      return "nonce too low";
    case PoolError::kNonceGap:
      return "nonce gap too far";
    case PoolError::kUnderpriced:
      return "replacement transaction underpriced";
    case PoolError::kReplacedTooSoon:
      return "replacement transaction underpriced: one replacement a second per nonce";
    case PoolError::kInsufficientFunds:
      return "insufficient funds for gas * price + value";
    case PoolError::kFeeBelowBase:
      return "max fee per gas less than block base fee";
    case PoolError::kTipAboveFee:
      return "max priority fee per gas higher than max fee per gas";
    case PoolError::kIntrinsicGas:
      return "intrinsic gas too low";
    case PoolError::kGasLimit:
      return "exceeds block gas limit";
    case PoolError::kWrongChain:
      return "invalid chain id for signer";
    case PoolError::kUnprotected:
      return "only replay-protected (EIP-155) transactions allowed";
    case PoolError::kForbiddenType:
      return "transaction type not supported";
    case PoolError::kInitCodeTooLarge:
      return "max initcode size exceeded";
    case PoolError::kNonceOverflow:
      return "nonce has max value";
    case PoolError::kSenderHasCode:
      return "sender not an eoa";
    case PoolError::kEmptyAuthorizations:
      return "EIP-7702 transaction with empty auth list";
    case PoolError::kNoDestination:
      return "transaction type requires a destination";
    case PoolError::kTooLarge:
      return "oversized data";
    case PoolError::kStranger:
      return "sender is not registered in Governance";
    case PoolError::kSuspended:
      return "sender or its organisation is suspended";
    case PoolError::kMayNotSend:
      return "sender has no permission to send transactions";
    case PoolError::kMayNotDeploy:
      return "sender has no permission to create contracts";
    case PoolError::kQuota:
      return "gas limit exceeds the organisation's quota for a block";
    case PoolError::kOrganisationFull:
      return "the organisation's share of the transaction pool is full";
    case PoolError::kSenderFull:
      return "the sender has too many waiting transactions";
    case PoolError::kPoolFull:
      return "txpool is full";
  }
  return {};
}

}  // namespace datapact::txpool
