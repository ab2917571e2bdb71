#include "trade/evidence_chain.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/account.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_proofs.hpp"
#include "trade/evidence_reader.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace datapact::trade {
namespace {

/// More than one change a day over the thirty years that evidence is kept.
constexpr std::size_t kChangesMax = 20'000;

EvidenceResult<chain::ValidatorSet> read_validators(const BundleMember& where,
                                                    const Hash256& expected_hash) {
  TRY(const auto encoded, where.bytes("validators"));
  chain::ValidatorSet out;
  for (std::size_t i = 0; i + Address::kSize <= encoded.size(); i += Address::kSize) {
    out.push_back(Address::from(ByteView{encoded}.subspan(i, Address::kSize)));
  }
  if (encoded.size() % Address::kSize != 0 || chain::validators_hash(out) != expected_hash) {
    return evidence_failure(where.path("validators"), "do not hash to Governance's validatorsHash");
  }
  return out;
}

}  // namespace

EvidenceResult<ProvenChain> ProvenChain::from_genesis(const BundleMember& where,
                                                      const BlockHash& genesis) {
  TRY(const auto bytes, where.bytes("header"));
  const Hash256 hash = crypto::keccak256(bytes);
  if (hash.raw() != genesis.raw()) {
    return evidence_failure("genesis hash", "the bundle's chain begins with " + to_hex0x(hash) +
                                                ", expected " + to_hex0x(genesis));
  }
  TRY_VOID(where.only({"header", "config", "governance", "contracts"}));
  TRY(const auto header, read_header(where, "header"));
  auto extra = chain::decode_extra(header.extra_data);
  if (!extra)
    return evidence_failure(where.path("header"), std::string(chain::to_string(extra.error())));
  ProvenChain out;
  TRY_VOID(out.read_config(where, extra->vanity));
  TRY(const auto governance, where.at("governance"));
  TRY(out.governance_, proven_governance(governance, header.state_root));
  if (chain::validators_hash(extra->validators) != out.governance_.validators_hash) {
    return evidence_failure("genesis validators",
                            "genesis header and Governance name different validators");
  }
  out.reigns_.push_back({Height{1}, std::move(extra->validators)});
  TRY(const auto contracts_at, where.at("contracts"));
  TRY_VOID(out.read_contracts(contracts_at, header.state_root));
  return out;
}

/// Seals do not name their chain: without this, blocks of another chain with the same validators
/// would pass. The vanity of genesis commits to the configuration, and that to the chain's id,
/// which every transaction signs.
EvidenceResult<void> ProvenChain::read_config(const BundleMember& where, const Hash256& vanity) {
  TRY(const auto text, where.text("config"));
  if (crypto::keccak256(as_bytes(text)) != vanity) {
    return evidence_failure(where.path("config"),
                            "does not hash to the vanity of the genesis header");
  }
  const auto config = json::parse(text);
  const auto* id = config ? config->find("chainId") : nullptr;
  const auto number = id != nullptr ? id->as_u64() : std::nullopt;
  if (!number) return evidence_failure(where.path("config"), "names no chainId");
  chain_id_ = ChainId{*number};
  return {};
}

EvidenceResult<void> ProvenChain::read_contracts(const BundleMember& where,
                                                 const Hash256& state_root) {
  TRY_VOID(where.only({"Governance", "Settlement", "DatasetRegistry", "FairExchange"}));
  for (const auto id : contracts::kContractIds) {
    TRY(const auto leaf, proven_account(where, contracts::to_string(id), state_root,
                                        contracts::predeploy_address(id)));
    if (leaf.account.code_hash == state::kEmptyCodeHash) {
      return evidence_failure(
          where.path(contracts::to_string(id)),
          "genesis has no contract at " + to_hex0x(contracts::predeploy_address(id)));
    }
    code_hashes_.emplace(id, leaf.account.code_hash);
  }
  return {};
}

EvidenceResult<void> ProvenChain::walk_changes(const BundleMember& root) {
  TRY(const auto changes, root.list("validatorChanges", kChangesMax));
  for (const auto& change : changes) TRY_VOID(walk_change(change));
  return {};
}

EvidenceResult<void> ProvenChain::walk_change(const BundleMember& change) {
  TRY_VOID(change.only({"header", "governance", "validators"}));
  TRY(const auto header, sealed_header(change));
  if (header.height < reigns_.back().from)
    return evidence_failure(change.path("header"), "changes must ascend in height");
  TRY(const auto where, change.at("governance"));
  TRY(const auto governance, proven_governance(where, header.state_root));
  // One block may change the set several times: the epoch grows by as much. A change left out
  // shows, because the header after it names validators that were not walked.
  if (governance.epoch <= governance_.epoch)
    return evidence_failure(where.path("epochProof"), "proves no change of the validators");
  TRY(auto validators, read_validators(change, governance.validators_hash));
  governance_ = governance;
  reigns_.push_back({next(header.height), std::move(validators)});
  return {};
}

const chain::ValidatorSet& ProvenChain::validators_at(Height height) const {
  const auto* found = &reigns_.front();
  for (const auto& reign : reigns_) {
    if (reign.from <= height) found = &reign;
  }
  return found->validators;
}

EvidenceResult<chain::BlockHeader> ProvenChain::sealed_header(const BundleMember& where) const {
  TRY(auto header, read_header(where, "header"));
  if (header.height == Height{})
    return evidence_failure(where.path("header"), "the genesis block has no seals");
  const auto sealed = chain::verify_seals(header, validators_at(header.height));
  if (!sealed)
    return evidence_failure(where.path("seals"), std::string(chain::to_string(sealed.error())));
  return header;
}

EvidenceResult<void> ProvenChain::require_walked(const BundleMember& governance,
                                                 const Hash256& state_root) const {
  TRY(const auto state, proven_governance(governance, state_root));
  if (state == governance_) return {};
  return evidence_failure("validator changes",
                          "the final state knows changes that the bundle does not show");
}

}  // namespace datapact::trade
