#pragma once
// What assembling a bundle asks of a chain. The command line answers over JSON-RPC, tests from a
// ledger in memory. Nothing it says is believed: the finished bundle is verified.
#include "contracts/catalogue.hpp"
#include "ledger/state/proof.hpp"
#include "trade/evidence.hpp"

#include <optional>
#include <string>
#include <vector>

namespace datapact::trade {

/// A block's consensus encoding with its seals, and its receipts' in order.
struct RawBlock {
  Bytes block;
  std::vector<Bytes> receipts;
};

/// EIP-1186: nodes from the root down; of each slot in the order asked.
struct StateProof {
  state::Proof account;
  std::vector<state::Proof> storage;
};
struct StateQuery {
  Address address;
  std::vector<uint256> slots;
  Height height;
};

/// Logs of one contract from a height on; a position of `topics` that is nothing means any.
struct LogQuery {
  contracts::ContractId contract;
  std::vector<std::optional<Hash256>> topics;
  Height from;
};
struct LogPlace {
  /// The event's.
  Hash256 topic;
  Height height;
  TxnHash txn;
};

/// Every failure is named "node". Thread contract: used by one thread.
class EvidenceSource {
 public:
  virtual ~EvidenceSource() = default;
  /// The newest final block.
  [[nodiscard]] virtual EvidenceResult<Height> head() = 0;
  /// The configuration of the genesis document.
  [[nodiscard]] virtual EvidenceResult<json::Value> genesis_config() = 0;
  [[nodiscard]] virtual EvidenceResult<Bytes> header(Height height) = 0;
  [[nodiscard]] virtual EvidenceResult<RawBlock> block(Height height) = 0;
  [[nodiscard]] virtual EvidenceResult<StateProof> prove(const StateQuery& query) = 0;
  /// One word of storage, unproved.
  [[nodiscard]] virtual EvidenceResult<uint256> word(const Address& address, const uint256& slot,
                                                     Height height) = 0;
  /// Oldest first.
  [[nodiscard]] virtual EvidenceResult<std::vector<LogPlace>> logs(const LogQuery& query) = 0;
};

}  // namespace datapact::trade
