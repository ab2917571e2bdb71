#pragma once
// The evidence bundle of one deal at level L1 (docs/formats/evidence.md) and its offline verifier:
// from the genesis hash alone it convinces a third party that the deal's terms, signatures,
// registration, transactions, receipts and state belong to one chain whose validators sealed them.
// Pure: no node, no clock. Thread-safe.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "trade/deal_status.hpp"
#include "trade/terms.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::trade {

/// The first thing that does not hold: a stable name such as "lock.seals", and why.
struct EvidenceFailure {
  std::string name;
  std::string reason;
};
template <class T>
using EvidenceResult = Result<T, EvidenceFailure>;

/// A deal as its seller signed it.
struct SignedDeal {
  ExchangeDomain domain;
  DealHeader header;
  Terms terms;
  /// What the exchange is given with the header: 65 bytes of the seller's own key over the deal's
  /// id, v 27 or 28, low s; or any bytes that the seller's account contract accepts (EIP-1271).
  Bytes signature;
};

/// One thing that was proved, in words.
struct Proven {
  std::string name;
  std::string detail;
};

/// A step of the deal: its event stands in the receipt of this transaction, which succeeded, in a
/// block that a quorum sealed.
struct ProvenStep {
  /// publish, lock, announce, reveal, settle, refund, complainKey or complainChunk.
  std::string name;
  Height height;
  BlockHash block;
  /// The block's time, Unix seconds: what validators agreed on, not a time-stamp authority's.
  std::uint64_t block_seconds = 0;
  TxnHash txn;
  Address sender;
};

struct EvidenceReport {
  ChainId chain_id;
  DealId deal;
  DealHeader header;
  Terms terms;
  /// A party for which an account contract spoke: hash of its code after the block of the lock.
  /// Nothing: the party's own key has signed, which no validator can make up.
  std::optional<Hash256> seller_code;
  std::optional<Hash256> buyer_code;
  /// How the deal stood after the block at `height`.
  DealStatus status = DealStatus::kNone;
  Height height;
  /// What the registry said of the version after the block of the lock.
  bool attested_at_lock = false;
  bool revoked_at_lock = false;
  std::vector<ProvenStep> steps;
  /// In the order in which they were checked.
  std::vector<Proven> proven;
};

// On disk for decades: a change of layout is a new format.
inline constexpr std::string_view kEvidenceFormat = "datapact-evidence/1";

/// Checks everything and fails with the first thing that does not hold. `genesis` is the one input
/// that the caller must know to be true.
[[nodiscard]] EvidenceResult<EvidenceReport> verify_evidence(const json::Value& bundle,
                                                             const BlockHash& genesis);

}  // namespace datapact::trade
