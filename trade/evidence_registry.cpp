#include "trade/evidence_registry.hpp"

#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "trade/contract_slots.hpp"
#include "trade/data_layout.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_proofs.hpp"
#include "trade/evidence_reader.hpp"
#include "trade/evidence_steps.hpp"
#include "trade/merkle.hpp"
#include "trade/terms.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace datapact::trade {
namespace {

using contracts::AbiList;
using contracts::ContractId;

struct RegisteredLot {
  Hash256 root_x;
  LotShape shape;
};

/// The shapes need no check here: the contract has checked them, and the terms' own lot is compared
/// with a checked one.
std::vector<RegisteredLot> read_lots(const AbiList& values) {
  std::vector<RegisteredLot> out;
  for (const auto& value : values) {
    const AbiList& lot = *value.list();
    out.push_back({to_hash256(*lot[0].word()),
                   {.n = lot[1].word()->low_u64(),
                    .s = static_cast<std::uint32_t>(lot[2].word()->low_u64()),
                    .length = lot[3].word()->low_u64()}});
  }
  return out;
}

Hash256 root_of(const std::vector<RegisteredLot>& lots) {
  std::vector<Hash256> leaves;
  leaves.reserve(lots.size());
  for (std::size_t i = 0; i < lots.size(); ++i) {
    leaves.push_back(lot_leaf(static_cast<std::uint32_t>(i), lots[i].root_x, lots[i].shape));
  }
  return merkle_root(leaves);
}

EvidenceResult<void> check_version(const VersionWord& word, const Publication& p) {
  VersionWord expected{.dataset = p.dataset,
                       .number = p.number,
                       .lots = p.lots,
                       .published_at_seconds = p.block_seconds,
                       .attested = word.attested,
                       .revoked = word.revoked};
  if (word == expected) return {};
  return evidence_failure("registry at the lock", "another version is registered under that id");
}

}  // namespace

EvidenceResult<Publication> read_publication(const Step& publish, const Terms& terms,
                                             ChainId chain_id) {
  const AbiList& event = publish.event;
  Publication out;
  out.dataset = event[0].word()->low_u64();
  out.number = static_cast<std::uint32_t>(event[1].word()->low_u64());
  out.root = to_hash256(*event[3].word());
  out.file_digest = to_hash256(*event[4].word());
  out.block_seconds = publish.header.timestamp_seconds;
  const auto lots = read_lots(*event[5].list());
  out.lots = static_cast<std::uint32_t>(lots.size());
  const ExchangeDomain registry{
      .chain_id = chain_id, .contract = contracts::predeploy_address(ContractId::kDatasetRegistry)};
  if (version_id(registry, out.dataset, out.number) != terms.rest.version)
    return evidence_failure("version id", "is not that of the registered data set and number");
  if (lots.empty() || root_of(lots) != out.root)
    return evidence_failure("registered root", "the registered lots do not hash to it");
  if (terms.rest.lot >= lots.size())
    return evidence_failure("registered file",
                            "the version has no lot " + std::to_string(terms.rest.lot));
  const auto& lot = lots[terms.rest.lot];
  if (lot.root_x != terms.judged.root_x || lot.shape != terms.judged.shape)
    return evidence_failure("registered file", "the terms name another file than the registered");
  return out;
}

EvidenceResult<RegistryEntry> read_registry(const BundleMember& where, const Hash256& state_root,
                                            const RegistryClaim& claim) {
  TRY_VOID(where.only({"accountProof", "datasetProof", "documentProof", "versionProof", "rootProof",
                       "fileDigestProof"}));
  TRY(const auto leaf, proven_account(where, "accountProof", state_root,
                                      contracts::predeploy_address(ContractId::kDatasetRegistry)));
  const uint256 dataset_at = dataset_slot(claim.publication.dataset);
  const uint256 version_at = version_slot(claim.version);
  TRY(const auto dataset, proven_word(where, "datasetProof", leaf.storage_root, dataset_at));
  TRY(const auto document,
      proven_word(where, "documentProof", leaf.storage_root, dataset_at + uint256{1}));
  TRY(const auto version, proven_word(where, "versionProof", leaf.storage_root, version_at));
  TRY(const auto root, proven_word(where, "rootProof", leaf.storage_root, version_at + uint256{1}));
  TRY(const auto digest,
      proven_word(where, "fileDigestProof", leaf.storage_root, version_at + uint256{2}));
  const VersionWord word = unpack_version(version);
  TRY_VOID(check_version(word, claim.publication));
  if (to_hash256(root) != claim.publication.root ||
      to_hash256(digest) != claim.publication.file_digest) {
    return evidence_failure("registry at the lock", "holds another root or file digest");
  }
  if (to_address(dataset) != claim.seller) {
    return evidence_failure("seller", "the data set belongs to " + to_hex0x(to_address(dataset)) +
                                          ", not to the seller " + to_hex0x(claim.seller));
  }
  return RegistryEntry{.version = word, .document_hash = to_hash256(document)};
}

}  // namespace datapact::trade
