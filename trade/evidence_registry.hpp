#pragma once
// The registered file of a bundle: the publication's event, and what the registry held of data set
// and version after the block of the lock. Pure.
#include "trade/contract_slots.hpp"
#include "trade/evidence_steps.hpp"

namespace datapact::trade {

/// What VersionPublished said.
struct Publication {
  std::uint64_t dataset = 0;
  std::uint32_t number = 0;
  Hash256 root;
  Hash256 file_digest;
  std::uint32_t lots = 0;
  std::uint64_t block_seconds = 0;
};

/// The event names the version and the lot of these terms, and version id and root follow from it.
[[nodiscard]] EvidenceResult<Publication> read_publication(const Step& publish, const Terms& terms,
                                                           ChainId chain_id);

/// The entry as the registry held it.
struct RegistryEntry {
  VersionWord version;
  Hash256 document_hash;
};
struct RegistryClaim {
  const Publication& publication;
  Hash256 version;
  /// Who must be the provider of the data set.
  Address seller;
};
/// From {"accountProof", "datasetProof", "documentProof", "versionProof", "rootProof",
/// "fileDigestProof"}. Whether the version was attested or revoked is for the reader to judge: an
/// open deal goes on after a revocation.
[[nodiscard]] EvidenceResult<RegistryEntry> read_registry(const BundleMember& where,
                                                          const Hash256& state_root,
                                                          const RegistryClaim& claim);

}  // namespace datapact::trade
