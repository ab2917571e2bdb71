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
  /// An account whose code obeys `seller` (SaleChain::deploy_account): it sells, and registers.
  std::optional<Address> seller_account{};
  /// The same of the buyer.
  std::optional<Address> buyer_account{};
  /// What stands behind the 65 bytes of the signature, for an account contract.
  Bytes signature_tail{};
  /// Nothing: the exchange's own.
  std::optional<Hash256> code_hash{};
  Nonce nonce{300};
};

class GovernedSale {
 public:
  explicit GovernedSale(SaleChain& chain, GovernedSaleOptions options = {});

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
  /// Who makes a call, and through which account contract.
  struct Caller {
    SaleParty from = SaleParty::kStranger;
    std::optional<Address> account{};
    [[nodiscard]] Address address() const { return account.value_or(address_of(from)); }
  };
  [[nodiscard]] Caller seller() const { return {options_.seller, options_.seller_account}; }
  [[nodiscard]] Caller provider() const { return {SaleParty::kProvider, options_.seller_account}; }
  [[nodiscard]] Caller buyer() const { return {SaleParty::kBuyer, options_.buyer_account}; }

  void make_offer();
  [[nodiscard]] Hash256 encrypt(const trade::DealParties& parties);
  void reveal_key(const trade::DealKey& key);
  void call(const Caller& caller, std::string_view function, contracts::AbiList arguments);

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
