#pragma once
// The chain's beginning: Governance with its validators and nodes, accounts with money, and the one
// administrator whose word is enough.
#include "contracts/abi_value.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/seal.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace datapact::sim {

inline constexpr ChainId kChainId{77};

struct Consortium {
  chain::ValidatorSet validators;
  /// Nodes that may connect, validators or not.
  std::size_t machines = 0;
  std::vector<crypto::PrivateKey> accounts;
  crypto::PrivateKey administrator;
  chain::QbftConfig timing;
  UnixMillis time{0};
};

[[nodiscard]] chain::Genesis make_genesis(const Consortium& consortium);

/// A payment of one wei.
[[nodiscard]] chain::TxnPtr make_payment(const crypto::PrivateKey& from, Nonce nonce);
[[nodiscard]] chain::TxnPtr make_governance_call(const crypto::PrivateKey& from, Nonce nonce,
                                                 std::string_view function,
                                                 const contracts::AbiList& arguments);

}  // namespace datapact::sim
