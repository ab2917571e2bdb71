#pragma once
// The transaction object of eth_call and eth_estimateGas (execution-apis, GenericTransaction).
#include "base/json.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/transaction.hpp"
#include "rpc/error.hpp"

#include <optional>

namespace datapact::rpc {

struct CallParams {
  Address sender;
  /// gas_limit is zero: the method sets it.
  chain::Transaction txn;
  std::optional<Gas> gas;
};

/// Refuses what contradicts itself in geth's words: data and input that differ, two kinds of fees,
/// a foreign chain id. Refuses every blob field on a consortium chain, which has no blobs, and
/// blobs themselves everywhere: a call sees their hashes only.
[[nodiscard]] Result<CallParams, Error> parse_call(const json::Value& object,
                                                   const chain::GenesisConfig& config);

}  // namespace datapact::rpc
