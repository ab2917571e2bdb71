#include "trade/evidence.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "trade/deal_status.hpp"
#include "trade/evidence_chain.hpp"
#include "trade/evidence_deal.hpp"
#include "trade/evidence_reader.hpp"
#include "trade/evidence_registry.hpp"
#include "trade/evidence_steps.hpp"
#include "trade/terms.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::trade {
namespace {

/// The whole check in its order; the report grows as things are proved.
class Verifier {
 public:
  explicit Verifier(const json::Value& bundle) : root_(bundle, "") {}

  EvidenceResult<EvidenceReport> run(const BlockHash& genesis) {
    TRY_VOID(check_form());
    TRY(const auto chain, prove_chain(genesis));
    TRY(const auto deal, prove_deal(chain.chain_id()));
    TRY(const auto steps, read_steps(root_, chain, {report_.deal, deal.terms.rest.version}));
    TRY_VOID(prove_signatures(deal, step_of(steps, StepKind::kLock)));
    TRY_VOID(prove_registry(deal, steps));
    TRY_VOID(prove_steps(deal, steps));
    TRY_VOID(prove_final_state(chain, deal, steps.back()));
    return std::move(report_);
  }

 private:
  void prove(std::string name, std::string detail) {
    report_.proven.push_back({std::move(name), std::move(detail)});
  }

  EvidenceResult<void> check_form() {
    if (const auto format = root_.text("format"); !format) {
      return evidence_failure("format", "this is no evidence bundle: it must say \"" +
                                            std::string(kEvidenceFormat) + "\"");
    }
    TRY_VOID(root_.require_text("format", kEvidenceFormat));
    TRY_VOID(root_.require_text("level", "L1"));
    TRY_VOID(root_.require_text("hashSuite", "1"));
    TRY_VOID(root_.require_text("sigSuite", "1"));
    return root_.only({"format", "level", "hashSuite", "sigSuite", "genesis", "validatorChanges",
                       "deal", "steps", "registryAtLock", "final"});
  }

  EvidenceResult<ProvenChain> prove_chain(const BlockHash& genesis) {
    TRY(const auto where, root_.at("genesis"));
    TRY(auto chain, ProvenChain::from_genesis(where, genesis));
    report_.chain_id = chain.chain_id();
    prove("genesis hash", to_hex0x(genesis) + ", chain " + std::to_string(chain.chain_id().raw()));
    prove("genesis validators",
          std::to_string(chain.first_validators().size()) + " named by header and Governance");
    for (const auto id : contracts::kContractIds) {
      prove("code of " + std::string(contracts::to_string(id)), to_hex0x(chain.code_hash(id)));
    }
    TRY_VOID(chain.walk_changes(root_));
    prove("validator changes", std::to_string(chain.changes()) + " walked from genesis");
    return chain;
  }

  EvidenceResult<SignedDeal> prove_deal(ChainId chain_id) {
    TRY(const auto where, root_.at("deal"));
    TRY(auto deal, read_deal(where, chain_id));
    report_.deal = deal_id(deal.domain, deal.header);
    report_.header = deal.header;
    report_.terms = deal.terms;
    prove("terms", "digest " + to_hex0x(deal.header.terms_digest));
    return deal;
  }

  EvidenceResult<void> prove_signatures(const SignedDeal& deal, const Step& lock) {
    TRY(const auto where, root_.at("deal"));
    TRY(const auto codes, check_signatures(where, deal, lock));
    report_.seller_code = codes.seller;
    report_.buyer_code = codes.buyer;
    prove("seller's signature", "by " + signer(deal.header.seller, codes.seller) + " over deal " +
                                    to_hex0x(report_.deal));
    prove("buyer's signature",
          "by " + signer(deal.header.buyer, codes.buyer) + ", on the lock of this deal");
    return {};
  }

  EvidenceResult<void> prove_registry(const SignedDeal& deal, const std::vector<Step>& steps) {
    TRY(const auto publication,
        read_publication(step_of(steps, StepKind::kPublish), deal.terms, report_.chain_id));
    const auto& judged = deal.terms.judged;
    prove("registered file", "root " + to_hex0x(judged.root_x) + ", " +
                                 std::to_string(judged.shape.length) + " bytes, by the seller");
    TRY(const auto where, root_.at("registryAtLock"));
    const auto& lock = step_of(steps, StepKind::kLock);
    TRY(const auto entry,
        read_registry(where, lock.header.state_root,
                      {publication, deal.terms.rest.version, deal.header.seller}));
    report_.attested_at_lock = entry.version.attested;
    report_.revoked_at_lock = entry.version.revoked;
    prove("registry at the lock", "version " + to_hex0x(deal.terms.rest.version) + ", number " +
                                      std::to_string(publication.number) + " of data set " +
                                      std::to_string(publication.dataset) + ", " +
                                      (entry.version.attested ? "attested" : "not attested") +
                                      ", " + (entry.version.revoked ? "REVOKED" : "not revoked"));
    prove("data set document", "salted hash " + to_hex0x(entry.document_hash));
    return {};
  }

  EvidenceResult<void> prove_steps(const SignedDeal& deal, const std::vector<Step>& steps) {
    TRY_VOID(check_deal_steps(deal, steps));
    for (const auto& step : steps) {
      report_.steps.push_back({std::string(to_string(step.kind)), step.header.height, step.block,
                               step.header.timestamp_seconds, step.txn.hash(), step.txn.sender()});
      prove(std::string(to_string(step.kind)),
            "transaction " + to_hex0x(step.txn.hash()) + " succeeded at height " +
                std::to_string(step.header.height.raw()) + ", sealed by a quorum");
    }
    return {};
  }

  EvidenceResult<void> prove_final_state(const ProvenChain& chain, const SignedDeal& deal,
                                         const Step& last) {
    TRY(const auto where, root_.at("final"));
    TRY_VOID(where.only({"header", "governance", "exchange"}));
    TRY(const auto header, chain.sealed_header(where));
    if (header.height < last.header.height)
      return evidence_failure(where.path("header"), "is older than the last step");
    TRY(const auto governance, where.at("governance"));
    TRY_VOID(chain.require_walked(governance, header.state_root));
    TRY(const auto exchange, where.at("exchange"));
    TRY_VOID(check_exchange_state(exchange, header.state_root, deal, last));
    report_.status = status_after(last.kind);
    report_.height = header.height;
    prove("exchange code", "the one both parties signed for");
    prove("final state", "deal " + std::string(to_string(report_.status)) + " at height " +
                             std::to_string(header.height.raw()));
    return {};
  }

  /// An account contract has no signature that the reader could check: the exchange's word counts.
  static std::string signer(const Address& party, const std::optional<Hash256>& code) {
    if (!code) return to_hex0x(party);
    return "account contract " + to_hex0x(party) + " (code " + to_hex0x(*code) +
           "; judged by the exchange at the lock)";
  }

  BundleMember root_;
  EvidenceReport report_;
};

}  // namespace

EvidenceResult<EvidenceReport> verify_evidence(const json::Value& bundle,
                                               const BlockHash& genesis) {
  return Verifier(bundle).run(genesis);
}

}  // namespace datapact::trade
