#pragma once
// What a chain that is kept answers with: final blocks, places of transactions, logs (EIP-1474).
// Values only.
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/receipt.hpp"

#include <cstdint>
#include <vector>

namespace datapact::chain {

/// A final block: its header carries the seals; hashes and senders in order of the body.
struct StoredBlock {
  Block block;
  BlockHash hash;
  std::vector<TxnHash> txn_hashes;
  std::vector<Address> senders;
};

struct TxnLocation {
  Height height;
  std::uint32_t index = 0;
};

/// eth_getLogs: an empty position of `topics` means any, else one of the listed must match; no
/// addresses means any. Both heights are included.
struct LogFilter {
  Height from;
  Height to;
  std::vector<Address> addresses;
  std::vector<std::vector<Hash256>> topics;
};

struct FoundLog {
  Log log;
  Height height;
  BlockHash block_hash;
  TxnHash txn_hash;
  std::uint32_t txn_index = 0;
  std::uint32_t log_index = 0;  ///< in the block
};

struct FoundLogs {
  std::vector<FoundLog> logs;
  /// More logs match than asked for: those above `last_height` were not looked at.
  bool truncated = false;
  Height last_height;
};

}  // namespace datapact::chain
