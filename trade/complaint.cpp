#include "trade/complaint.hpp"

#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "trade/data_layout.hpp"
#include "trade/merkle.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace datapact::trade {
namespace {

using contracts::AbiList;
using contracts::AbiValue;

AbiValue path_value(const std::vector<Hash256>& path) {
  AbiList out;
  for (const auto& node : path) out.emplace_back(node);
  return out;
}

}  // namespace

OpenedReveal open_reveal(const OfferedDeal& deal, const BuyerSecret& secret, const Seal& seal) {
  const DealKey key = open_seal(deal.id(), secret, seal);
  return {key, key_commit(deal.parties(), key) == deal.terms.judged.key_commit};
}

AbiList key_complaint(const OfferedDeal& deal, const BuyerSecret& secret, const Seal& seal) {
  const auto proof = prove_shared_point(deal.domain, deal.id(), secret, seal.r);
  return {to_abi(deal.header), to_abi(deal.terms.judged), rest_hash(deal.terms.rest),
          AbiList{seal.r.x, seal.r.y, seal.ek}, AbiList{proof.s.x, proof.s.y, proof.c, proof.z}};
}

Result<AbiList, StreamError> chunk_complaint(const OfferedDeal& deal, const DealKey& key,
                                             std::uint64_t index, const ComplaintSources& sources) {
  const LotShape& shape = deal.terms.judged.shape;
  Bytes chunk(shape.s);
  Bytes leaf(32);
  TRY_VOID(sources.ciphertext.read_at(index * shape.s, chunk));
  TRY_VOID(sources.manifest.read_at(index * 32, leaf));
  TRY(const auto path_x, merkle_path(sources.manifest, shape.n, index));
  TRY(const auto path_z, merkle_path(sources.cipher_leaves, shape.n, index));
  return AbiList{to_abi(deal.header), to_abi(deal.terms.judged), rest_hash(deal.terms.rest),
                 Hash256{key.raw()},
                 AbiList{index, Hash256::from(leaf), std::move(chunk), path_value(path_x),
                         path_value(path_z)}};
}

}  // namespace datapact::trade
