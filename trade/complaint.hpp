#pragma once
// The buyer's side after a reveal: opening it, and both complaints as the contract takes them
// (FAIR_EXCHANGE section 2, Disputes). Pure.
#include "base/byte_stream.hpp"
#include "contracts/abi_value.hpp"
#include "trade/lot.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <cstdint>

namespace datapact::trade {

/// A deal as both parties know it once the offer is made.
struct OfferedDeal {
  ExchangeDomain domain;
  const DealHeader& header;
  const Terms& terms;

  [[nodiscard]] DealId id() const { return deal_id(domain, header); }
  [[nodiscard]] DealParties parties() const {
    return {domain, header.seller, header.buyer, header.nonce};
  }
};

/// The key as the buyer unseals it. When it does not open the commitment, complainKey is due.
struct OpenedReveal {
  DealKey key;
  bool opens_commitment = false;
};
/// `seal` is what the chain says was revealed: the contract has judged its point.
[[nodiscard]] OpenedReveal open_reveal(const OfferedDeal& deal, const BuyerSecret& secret,
                                       const Seal& seal);

/// Arguments of FairExchange.complainKey.
[[nodiscard]] contracts::AbiList key_complaint(const OfferedDeal& deal, const BuyerSecret& secret,
                                               const Seal& seal);

/// What the proof of a wrong chunk is cut from.
struct ComplaintSources {
  const ByteSource& ciphertext;
  const ByteSource& manifest;
  /// As write_cipher_leaves wrote them.
  const ByteSource& cipher_leaves;
};
/// Arguments of FairExchange.complainChunk; `index` is below the deal's n. The paths cost one pass
/// over manifest and leaves.
[[nodiscard]] Result<contracts::AbiList, StreamError> chunk_complaint(
    const OfferedDeal& deal, const DealKey& key, std::uint64_t index,
    const ComplaintSources& sources);

}  // namespace datapact::trade
