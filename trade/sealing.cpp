#include "trade/sealing.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/bn254.hpp"
#include "crypto/hkdf.hpp"
#include "crypto/hmac.hpp"
#include "crypto/sha256.hpp"
#include "trade/data_layout.hpp"
#include "trade/terms.hpp"

#include <algorithm>
#include <cstddef>

namespace datapact::trade {
namespace {

namespace bn254 = crypto::bn254;

Bytes domain_bytes(const ExchangeDomain& domain) {
  Bytes out;
  append(out, to_hash256(uint256{domain.chain_id.raw()}).view());
  append(out, domain.contract.view());
  return out;
}

uint256 scalar_of(const Hash256& word) { return bn254::to_scalar(to_uint256(word)); }

Hash256 seal_pad(const DealId& deal, const bn254::G1& shared) {
  return crypto::sha256(concat({as_bytes("DX.s"), deal.view(), bn254::encode(shared)}));
}

template <class Out, class In>
Out xor_words(const In& word, const Hash256& pad) {
  Out out;
  for (std::size_t i = 0; i < 32; ++i) out.raw()[i] = word.raw()[i] ^ pad.raw()[i];
  return out;
}

struct Transcript {
  const bn254::G1& b;
  const bn254::G1& r;
  const bn254::G1& s;
  const bn254::G1& a1;
  const bn254::G1& a2;
};

uint256 challenge(const ExchangeDomain& domain, const DealId& deal, const Transcript& points) {
  Bytes preimage = to_bytes(as_bytes("DX.c"));
  append(preimage, domain_bytes(domain));
  append(preimage, deal.view());
  for (const auto* point : {&points.b, &points.r, &points.s, &points.a1, &points.a2}) {
    append(preimage, bn254::encode(*point));
  }
  return scalar_of(crypto::sha256(preimage));
}

uint256 secret_scalar(const BuyerSecret& secret) { return uint256::load_be(secret.data()); }

}  // namespace

Hash256 key_commit(const DealParties& parties, const DealKey& key) {
  Bytes preimage = to_bytes(as_bytes("DX.k"));
  append(preimage, domain_bytes(parties.domain));
  append(preimage, parties.seller.view());
  append(preimage, parties.buyer.view());
  append_be(preimage, parties.nonce.raw());
  append(preimage, key.view());
  return crypto::sha256(preimage);
}

BuyerSecret derive_buyer_secret(const DealSecretFile& file, const DealParties& parties) {
  Bytes info = domain_bytes(parties.domain);
  append(info, parties.seller.view());
  append_be(info, parties.nonce.raw());
  // 48 bytes reduced modulo the order leave no bias worth a bit; zero cannot be told from any other
  // value in advance.
  const Bytes wide = crypto::hkdf_sha256(file.view(), {}, info, 48);
  const uint256 high = uint256::from_be(ByteView{wide}.first(16));
  const uint256 low = uint256::from_be(ByteView{wide}.subspan(16));
  const uint256 shift = bn254::to_scalar(uint256::max());
  uint256 scalar =
      bn254::scalar_add(bn254::scalar_mul(high, bn254::scalar_add(shift, uint256{1})), low);
  if (scalar.is_zero()) scalar = uint256{1};
  return BuyerSecret{to_hash256(scalar).raw()};
}

bn254::G1 buyer_point(const BuyerSecret& secret) {
  return bn254::mul(bn254::generator(), secret_scalar(secret));
}

bool is_valid_point(const uint256& x, const uint256& y) {
  const auto point = bn254::decode_g1(concat({to_hash256(x).view(), to_hash256(y).view()}));
  return point.has_value() && !point->is_infinity();
}

Seal seal_key(const DealId& deal, const bn254::G1& b, const DealKey& key,
              const Hash256& randomness) {
  uint256 r = scalar_of(randomness);
  if (r.is_zero()) r = uint256{1};
  const auto pad = seal_pad(deal, bn254::mul(b, r));
  return {bn254::mul(bn254::generator(), r), xor_words<Hash256>(key, pad)};
}

DealKey open_seal(const DealId& deal, const BuyerSecret& secret, const Seal& seal) {
  const auto pad = seal_pad(deal, bn254::mul(seal.r, secret_scalar(secret)));
  return xor_words<DealKey>(seal.ek, pad);
}

SharedPointProof prove_shared_point(const ExchangeDomain& domain, const DealId& deal,
                                    const BuyerSecret& secret, const bn254::G1& r) {
  const uint256 b = secret_scalar(secret);
  const auto encoded_r = bn254::encode(r);
  uint256 nonce = scalar_of(crypto::hmac_sha256(secret.view(), concat({deal.view(), encoded_r})));
  if (nonce.is_zero()) nonce = uint256{1};
  const auto point_b = buyer_point(secret);
  const auto s = bn254::mul(r, b);
  const auto a1 = bn254::mul(bn254::generator(), nonce);
  const auto a2 = bn254::mul(r, nonce);
  const uint256 c = challenge(domain, deal, {point_b, r, s, a1, a2});
  return {s, c, bn254::scalar_add(nonce, bn254::scalar_mul(c, b))};
}

bool verify_shared_point(const ExchangeDomain& domain, const DealId& deal, const bn254::G1& b,
                         const bn254::G1& r, const SharedPointProof& proof) {
  if (proof.c >= bn254::kGroupOrder || proof.z >= bn254::kGroupOrder) return false;
  const auto a1 =
      bn254::add(bn254::mul(bn254::generator(), proof.z), bn254::negate(bn254::mul(b, proof.c)));
  const auto a2 = bn254::add(bn254::mul(r, proof.z), bn254::negate(bn254::mul(proof.s, proof.c)));
  return challenge(domain, deal, {b, r, proof.s, a1, a2}) == proof.c;
}

}  // namespace datapact::trade
