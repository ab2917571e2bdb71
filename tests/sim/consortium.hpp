#pragma once
// The chain's beginning: Governance with its validators and nodes, accounts with money, and
// administrators, the word of one of whom is enough.
#include "contracts/abi_value.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/seal.hpp"
#include "tests/sim/probe.hpp"

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
  std::vector<crypto::PrivateKey> administrators;
  chain::QbftConfig timing;
  UnixMillis time{0};
  /// Of the first block.
  Rules rules;
  bool has_probe = false;
};

[[nodiscard]] chain::Genesis make_genesis(const Consortium& consortium);

/// A payment of one wei.
[[nodiscard]] chain::TxnPtr make_payment(const crypto::PrivateKey& from, Nonce nonce);
/// A call of the probe.
[[nodiscard]] chain::TxnPtr make_probing(const crypto::PrivateKey& from, Nonce nonce);
[[nodiscard]] chain::TxnPtr make_governance_call(const crypto::PrivateKey& from, Nonce nonce,
                                                 std::string_view function,
                                                 const contracts::AbiList& arguments);

}  // namespace datapact::sim
