#pragma once
// Logs, blooms and receipts (Yellow Paper, section 4.3.1; EIP-658, EIP-2718). Pure.
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/log.hpp"  // IWYU pragma: export

#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::chain {

using Bloom = FixedBytes<struct BloomTag, 256>;

using Log = state::Log;

struct Receipt {
  TxnType type = TxnType::kLegacy;
  bool success = false;
  Gas cumulative_gas_used;
  Bloom bloom;
  std::vector<Log> logs;
  /// Not part of the consensus encoding; kept for queries.
  Gas gas_used;
  uint256 effective_gas_price;
  std::optional<Address> contract_address;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

void add_to_bloom(Bloom& bloom, ByteView item);
[[nodiscard]] bool may_contain(const Bloom& bloom, ByteView item);
[[nodiscard]] Bloom bloom_of(const std::vector<Log>& logs);

/// Consensus encoding (the leaf of the receipts trie).
[[nodiscard]] Bytes encode(const Receipt& receipt);
/// Of the consensus encoding: gas_used, price and address stay empty.
[[nodiscard]] Result<Receipt, rlp::Error> decode_receipt(ByteView encoded);

}  // namespace datapact::chain
