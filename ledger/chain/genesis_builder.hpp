#pragma once
// Makes the genesis.json of a consortium chain: runs the constructors of the predeployed contracts
// in our VM and writes code and storage into `alloc`, so that a node only loads. Pure.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/seal.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace datapact::chain {

/// A contract that exists from the first block on, at a fixed address.
struct Predeploy {
  std::string name;  ///< for error messages
  Address address;
  Bytes init_code;
  Bytes constructor_arguments;  ///< ABI-encoded
};

/// A call that happened before the first block.
struct GenesisCall {
  std::string name;  ///< for error messages
  Address from;
  Address to;
  Bytes data;
};

struct ConsortiumParams {
  ChainId chain_id;
  UnixMillis time{0};  ///< whole seconds
  Gas gas_limit{60'000'000};
  QbftConfig qbft;
  ValidatorSet validators;
  std::vector<std::pair<Address, Wei>> balances;
  /// In order: a later constructor may call an earlier contract.
  std::vector<Predeploy> predeploys;
  /// In order, after the predeploys. Their senders' nonces do not move.
  std::vector<GenesisCall> calls;
  /// Sender of the constructors' messages; it does not exist afterwards.
  Address deployer;
};

/// EIP-4788 and EIP-2935 system contracts are added; revision Prague from the start, zeroBaseFee.
/// Fails when a constructor or a call reverts (field names it) or validators are not ascending.
[[nodiscard]] Result<json::Value, GenesisError> build_consortium_genesis(
    const ConsortiumParams& params);

}  // namespace datapact::chain
