#pragma once
// A consortium chain in memory on which data sets are sold: all four contracts, the parties, any
// number of validators, which may change.
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"
#include "trade/evidence_source.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace datapact::testkit {

/// Numbers of key_of: organisation 1 runs the exchange, the others are one account each.
enum class SaleParty : std::uint8_t {
  kOperator = 2,
  kRegistrar = 3,
  kBank = 4,
  kProvider = 5,
  kBuyer = 6,
  kStranger = 7,
};
[[nodiscard]] inline crypto::PrivateKey key_of(SaleParty party) {
  return key_of(static_cast<std::uint8_t>(party));
}
[[nodiscard]] inline Address address_of(SaleParty party) {
  return crypto::address_of(key_of(party));
}
/// Key of the i-th validator.
[[nodiscard]] inline crypto::PrivateKey validator_key(std::size_t i) {
  return key_of(static_cast<std::uint8_t>(100 + i));
}

/// A call of one of the contracts.
struct SaleCall {
  SaleParty from;
  contracts::ContractId contract;
  std::string_view function;
  contracts::AbiList arguments;
  /// The account contract that makes the call, on the order of `from`.
  std::optional<Address> through{};
};

/// A transaction whose chain, nonce, gas and signature are still to be filled in.
struct SaleTxn {
  SaleParty from = SaleParty::kStranger;
  chain::Transaction txn;
};
[[nodiscard]] SaleTxn transaction(const SaleCall& call);

struct SaleChainOptions {
  std::size_t validators = 1;
  ChainId chain_id{2026};
  /// Numbers of the first validators' keys begin here.
  std::size_t first_validator = 0;
};

class SaleChain {
 public:
  explicit SaleChain(const SaleChainOptions& options = {});

  [[nodiscard]] const chain::Genesis& genesis() const { return genesis_; }
  [[nodiscard]] const store::Ledger& ledger() const { return *ledger_; }
  [[nodiscard]] ChainId chain_id() const { return options_.chain_id; }
  [[nodiscard]] Height head() const { return ledger_->head()->height; }
  [[nodiscard]] std::uint64_t now_seconds() const {
    return ledger_->head()->header.timestamp_seconds;
  }
  [[nodiscard]] chain::ValidatorSet validators() const;
  [[nodiscard]] Hash256 code_hash(contracts::ContractId contract) const;

  /// One block with these calls, each of which must succeed, sealed by every validator in force.
  void extend(const std::vector<SaleCall>& calls);
  /// One block with one call that must fail.
  void extend_failing(const SaleCall& call);
  /// The same with transactions.
  void send(std::vector<SaleTxn> txns);
  /// An account contract of that party (account_contract.hpp), registered as an account of its
  /// organisation: two blocks.
  [[nodiscard]] Address deploy_account(SaleParty owner);
  /// After it the party's account acts as the code at `code` (EIP-7702); the zero address takes
  /// that back. Another sends it.
  [[nodiscard]] SaleTxn delegation(SaleParty party, const Address& code) const;
  /// An empty block this much later.
  void wait(std::chrono::seconds time);
  /// The next validator joins: a proposal and an acknowledgement, two blocks.
  void add_validator();
  void remove_validator(std::size_t i);

 private:
  [[nodiscard]] std::uint64_t nonce_of(SaleParty party) const;
  [[nodiscard]] chain::TxnPtr sign(SaleTxn txn, std::uint64_t nonce) const;
  void commit(std::vector<chain::TxnPtr> txns, std::chrono::seconds later);
  [[nodiscard]] std::vector<crypto::Signature> seals(const Hash256& digest) const;

  SaleChainOptions options_;
  std::size_t next_validator_;
  chain::Genesis genesis_;
  std::unique_ptr<store::Ledger> ledger_;
};

/// The chain as an exporter of evidence sees it.
class LedgerEvidenceSource final : public trade::EvidenceSource {
 public:
  explicit LedgerEvidenceSource(const SaleChain& chain) : chain_(chain) {}
  [[nodiscard]] trade::EvidenceResult<Height> head() override;
  [[nodiscard]] trade::EvidenceResult<json::Value> genesis_config() override;
  [[nodiscard]] trade::EvidenceResult<Bytes> header(Height height) override;
  [[nodiscard]] trade::EvidenceResult<trade::RawBlock> block(Height height) override;
  [[nodiscard]] trade::EvidenceResult<trade::StateProof> prove(
      const trade::StateQuery& query) override;
  [[nodiscard]] trade::EvidenceResult<uint256> word(const Address& address, const uint256& slot,
                                                    Height height) override;
  [[nodiscard]] trade::EvidenceResult<std::vector<trade::LogPlace>> logs(
      const trade::LogQuery& query) override;

  /// Set: the source fails after this many answers.
  std::optional<int> answers_left;

 private:
  [[nodiscard]] trade::EvidenceResult<void> count();
  const SaleChain& chain_;
};

}  // namespace datapact::testkit
