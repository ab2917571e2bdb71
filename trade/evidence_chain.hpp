#pragma once
// The chain as far as a bundle proves it: the genesis block behind the hash, the contracts it
// contains, and which validators seal which height. Pure.
#include "contracts/catalogue.hpp"
#include "ledger/chain/seal.hpp"
#include "trade/evidence_proofs.hpp"

#include <map>
#include <string>
#include <vector>

namespace datapact::trade {

class ProvenChain {
 public:
  /// From the bundle's member "genesis": {"header", "config", "governance", "contracts"}. What the
  /// genesis hash does not cover is refused.
  [[nodiscard]] static EvidenceResult<ProvenChain> from_genesis(const BundleMember& where,
                                                                const BlockHash& genesis);
  /// From the bundle's list "validatorChanges": each block is sealed by the validators before it,
  /// and its state commits to those after it.
  [[nodiscard]] EvidenceResult<void> walk_changes(const BundleMember& root);

  /// A header above genesis, sealed by a quorum of the validators of its height. A failure of the
  /// seals is named `where`.seals.
  [[nodiscard]] EvidenceResult<chain::BlockHeader> sealed_header(const BundleMember& where) const;
  /// The state under this root knows no change of validators that was not walked.
  [[nodiscard]] EvidenceResult<void> require_walked(const BundleMember& governance,
                                                    const Hash256& state_root) const;

  [[nodiscard]] ChainId chain_id() const noexcept { return chain_id_; }
  [[nodiscard]] const chain::ValidatorSet& first_validators() const {
    return reigns_[0].validators;
  }
  [[nodiscard]] std::size_t changes() const noexcept { return reigns_.size() - 1; }
  /// keccak256 of the code that genesis put there; contracts are immutable.
  [[nodiscard]] const Hash256& code_hash(contracts::ContractId id) const {
    return code_hashes_.at(id);
  }

 private:
  /// A validator set and the first height it rules.
  struct Reign {
    Height from;
    chain::ValidatorSet validators;
  };
  ProvenChain() = default;
  [[nodiscard]] EvidenceResult<void> read_config(const BundleMember& where, const Hash256& vanity);
  [[nodiscard]] EvidenceResult<void> read_contracts(const BundleMember& where,
                                                    const Hash256& state_root);
  [[nodiscard]] EvidenceResult<void> walk_change(const BundleMember& change);
  [[nodiscard]] const chain::ValidatorSet& validators_at(Height height) const;

  ChainId chain_id_;
  std::map<contracts::ContractId, Hash256> code_hashes_;
  GovernanceState governance_;
  std::vector<Reign> reigns_;
};

}  // namespace datapact::trade
