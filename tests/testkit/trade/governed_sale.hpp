#pragma once
// One sale on a SaleChain, step by step: publish, offer, lock, reveal, and each way it can end.
#include "base/byte_stream.hpp"
#include "tests/testkit/trade/sale_chain.hpp"
#include "trade/evidence.hpp"
#include "trade/lot.hpp"
#include "trade/sealing.hpp"

namespace datapact::testkit {

struct GovernedSaleOptions {
  /// Who sells; the provider registers.
  SaleParty seller = SaleParty::kProvider;
  /// The seller hands over a ciphertext with a wrong chunk.
  bool corrupt_chunk = false;
  /// Nothing: the exchange's own.
  std::optional<Hash256> code_hash{};
  Nonce nonce{300};
};

class GovernedSale {
 public:
  explicit GovernedSale(SaleChain& chain, const GovernedSaleOptions& options = {});

  /// Money for both, the seller's deposit, data set and version, then the offer: four blocks.
  void prepare();
  /// A second sale of a version that is registered.
  void offer_again();
  void attest();
  void revoke();
  void lock();
  void announce();
  void reveal();
  /// The seal of another key than the one committed to.
  void reveal_wrong_key();
  void settle();
  /// Anyone, after the complaint window.
  void settle_late();
  /// A stranger, after the reveal window.
  void refund();
  void complain_key();
  void complain_chunk();
  /// prepare, attest, lock, reveal, settle.
  void run();

  [[nodiscard]] const trade::SignedDeal& deal() const { return deal_; }
  [[nodiscard]] trade::DealId id() const { return trade::deal_id(deal_.domain, deal_.header); }

 private:
  void make_offer();
  [[nodiscard]] Hash256 encrypt(const trade::DealParties& parties);
  void reveal_key(const trade::DealKey& key);
  void call(SaleParty from, std::string_view function, contracts::AbiList arguments);

  SaleChain& chain_;
  GovernedSaleOptions options_;
  Bytes file_;
  BytesSink manifest_;
  Bytes ciphertext_;
  trade::LotRoot lot_;
  Hash256 version_;
  trade::DealKey key_;
  trade::BuyerSecret secret_;
  trade::Seal seal_;
  trade::SignedDeal deal_;
};

}  // namespace datapact::testkit
