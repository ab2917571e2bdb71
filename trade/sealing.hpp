#pragma once
// Sealed reveal: the key commitment, the seal under the buyer's bn254 key, and the Chaum-Pedersen
// proof that opens the shared point in a complaint (FAIR_EXCHANGE section 2). Randomness arrives as
// arguments. Pure.
#include "base/types.hpp"
#include "crypto/bn254.hpp"
#include "trade/terms.hpp"

#include <optional>

namespace datapact::trade {

/// The buyer's secret for one deal; must never be used for anything else.
using BuyerSecret = FixedBytes<struct BuyerSecretTag, 32>;
/// 32 random bytes kept in the buyer's home; every deal's secret is derived from it.
using DealSecretFile = FixedBytes<struct DealSecretFileTag, 32>;

/// Who deals with whom under which nonce: what key commitment and buyer secret are bound to.
struct DealParties {
  ExchangeDomain domain;
  Address seller;
  Address buyer;
  Nonce nonce;
};

/// H("DX.k" | chain id | contract | seller | buyer | nonce | k).
[[nodiscard]] Hash256 key_commit(const DealParties& parties, const DealKey& key);

/// b = HKDF(secret file, info = chain id | contract | seller | nonce), reduced to a scalar that is
/// never zero.
[[nodiscard]] BuyerSecret derive_buyer_secret(const DealSecretFile& file,
                                              const DealParties& parties);
/// B = bG.
[[nodiscard]] crypto::bn254::G1 buyer_point(const BuyerSecret& secret);
/// Canonical coordinates, on the curve, not infinity: what the contract demands of B and R.
[[nodiscard]] bool is_valid_point(const uint256& x, const uint256& y);

/// What a reveal publishes.
struct Seal {
  crypto::bn254::G1 r;
  /// k xor H("DX.s" | dealId | r*B).
  Hash256 ek;
  friend bool operator==(const Seal&, const Seal&) = default;
};
/// `randomness` is fresh for each deal and synced to disk before the offer; B must be valid.
[[nodiscard]] Seal seal_key(const DealId& deal, const crypto::bn254::G1& b, const DealKey& key,
                            const Hash256& randomness);
/// The key as the buyer unseals it; whether it opens the commitment is for the caller to check.
[[nodiscard]] DealKey open_seal(const DealId& deal, const BuyerSecret& secret, const Seal& seal);

/// S = bR with the proof (c, z) that log_G B = log_R S.
struct SharedPointProof {
  crypto::bn254::G1 s;
  uint256 c;
  uint256 z;
};
/// The nonce is HMAC(b, dealId, R): proving twice gives the same proof and leaks nothing.
[[nodiscard]] SharedPointProof prove_shared_point(const ExchangeDomain& domain, const DealId& deal,
                                                  const BuyerSecret& secret,
                                                  const crypto::bn254::G1& r);
[[nodiscard]] bool verify_shared_point(const ExchangeDomain& domain, const DealId& deal,
                                       const crypto::bn254::G1& b, const crypto::bn254::G1& r,
                                       const SharedPointProof& proof);

}  // namespace datapact::trade
