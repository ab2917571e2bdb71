#include "trade/terms.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "crypto/keccak.hpp"
#include "crypto/sha256.hpp"
#include "trade/data_layout.hpp"
#include "trade/terms_codec.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::trade {
namespace {

constexpr std::string_view kDomainType =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
constexpr std::string_view kHeaderType =
    "Header(bytes32 termsDigest,address seller,address buyer,uint256 Bx,uint256 By,address "
    "payee,address "
    "settlement,uint128 amount,uint128 bond,uint128 withholdPenalty,uint64 nonce,uint64 "
    "lockBy,uint32 "
    "revealWindow,uint32 complainWindow,uint32 minBlocks)";

void append_word(Bytes& out, const uint256& word) { append(out, to_hash256(word).view()); }

Hash256 domain_separator(const ExchangeDomain& domain) {
  Bytes preimage;
  append(preimage, crypto::keccak256(as_bytes(kDomainType)).view());
  append(preimage, crypto::keccak256(as_bytes("Datapact FairExchange")).view());
  append(preimage, crypto::keccak256(as_bytes("1")).view());
  append_word(preimage, uint256{domain.chain_id.raw()});
  append_word(preimage, to_uint256(domain.contract));
  return crypto::keccak256(preimage);
}

Hash256 struct_hash(const DealHeader& header) {
  const Hash256 type = crypto::keccak256(as_bytes(kHeaderType));
  return crypto::keccak256(concat({type.view(), encode_header(header)}));
}

}  // namespace

Hash256 judged_hash(const JudgedTerms& judged) { return crypto::sha256(encode_judged(judged)); }
Hash256 rest_hash(const RestTerms& rest) { return crypto::sha256(encode_rest(rest)); }

Hash256 terms_digest(const Terms& terms) {
  const Hash256 judged = judged_hash(terms.judged);
  const Hash256 rest = rest_hash(terms.rest);
  return crypto::sha256(concat({as_bytes("DX.t"), judged.view(), rest.view()}));
}

DealId deal_id(const ExchangeDomain& domain, const DealHeader& header) {
  static constexpr std::uint8_t kPrefix[2] = {0x19, 0x01};
  const Hash256 separator = domain_separator(domain);
  const Hash256 structure = struct_hash(header);
  return DealId{crypto::keccak256(concat({kPrefix, separator.view(), structure.view()})).raw()};
}

Hash256 lot_leaf(std::uint32_t lot, const Hash256& root_x, const LotShape& shape) {
  Bytes preimage = to_bytes(as_bytes("DX.l"));
  append_be(preimage, lot);
  append_be(preimage, shape.s);
  append(preimage, root_x.view());
  append_be(preimage, shape.n);
  append_be(preimage, shape.length);
  return crypto::sha256(preimage);
}

Hash256 version_id(const ExchangeDomain& registry, std::uint64_t dataset, std::uint32_t number) {
  Bytes preimage = to_bytes(as_bytes("DX.v"));
  append(preimage, to_hash256(uint256{registry.chain_id.raw()}).view());
  append(preimage, registry.contract.view());
  append_be(preimage, dataset);
  append_be(preimage, number);
  return crypto::sha256(preimage);
}

Hash256 salted_digest(const Hash256& salt, const Hash256& digest) {
  return crypto::sha256(concat({salt.view(), digest.view()}));
}

contracts::AbiValue to_abi(const DealHeader& h) {
  return contracts::AbiList{h.terms_digest,
                            h.seller,
                            h.buyer,
                            h.bx,
                            h.by,
                            h.payee,
                            h.settlement,
                            h.amount,
                            h.bond,
                            h.withhold_penalty,
                            h.nonce.raw(),
                            h.lock_by_seconds,
                            std::uint64_t{h.reveal_window_seconds},
                            std::uint64_t{h.complain_window_seconds},
                            std::uint64_t{h.min_blocks}};
}

contracts::AbiValue to_abi(const JudgedTerms& j) {
  return contracts::AbiList{j.root_x,
                            j.shape.n,
                            std::uint64_t{j.shape.s},
                            j.shape.length,
                            j.root_z,
                            j.key_commit,
                            std::uint64_t{static_cast<std::uint16_t>(j.suite)}};
}

}  // namespace datapact::trade
