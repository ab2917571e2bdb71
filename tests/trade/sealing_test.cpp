#include "trade/sealing.hpp"

#include "base/prng.hpp"
#include "trade/merkle.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)

namespace {

struct World {
  explicit World(std::uint64_t seed) : prng(seed) {
    parties.domain = {ChainId{20260}, random_fixed<Address>(prng)};
    parties.seller = random_fixed<Address>(prng);
    parties.buyer = random_fixed<Address>(prng);
    parties.nonce = Nonce{prng.next()};
    secret = derive_buyer_secret(random_fixed<DealSecretFile>(prng), parties);
    key = random_fixed<DealKey>(prng);
    deal = random_fixed<DealId>(prng);
    seal = seal_key(deal, buyer_point(secret), key, random_fixed<Hash256>(prng));
  }
  Prng prng;
  DealParties parties;
  BuyerSecret secret;
  DealKey key;
  DealId deal;
  Seal seal;
};

}  // namespace

TEST_SUITE("trade/sealing") {
  TEST_CASE("the buyer opens what the seller sealed, and nobody else does") {
    World world(1);
    CHECK(open_seal(world.deal, world.secret, world.seal) == world.key);
    World other(2);
    CHECK(open_seal(world.deal, other.secret, world.seal) != world.key);
    CHECK(open_seal(other.deal, world.secret, world.seal) != world.key);
  }

  TEST_CASE("a proof of the shared point holds for its own deal and points only") {
    World world(3);
    const auto b = buyer_point(world.secret);
    const auto proof =
        prove_shared_point(world.parties.domain, world.deal, world.secret, world.seal.r);
    CHECK(verify_shared_point(world.parties.domain, world.deal, b, world.seal.r, proof));
    auto changed = proof;
    changed.s = crypto::bn254::add(proof.s, crypto::bn254::generator());
    CHECK_FALSE(verify_shared_point(world.parties.domain, world.deal, b, world.seal.r, changed));
    changed = proof;
    changed.z = crypto::bn254::scalar_add(proof.z, uint256{1});
    CHECK_FALSE(verify_shared_point(world.parties.domain, world.deal, b, world.seal.r, changed));
    World other(4);
    CHECK_FALSE(verify_shared_point(world.parties.domain, other.deal, b, world.seal.r, proof));
    CHECK_FALSE(verify_shared_point(other.parties.domain, world.deal, b, world.seal.r, proof));
    CHECK_FALSE(verify_shared_point(world.parties.domain, world.deal, b, other.seal.r, proof));
  }

  TEST_CASE("two reveals are answered with different nonces, the same reveal with the same proof") {
    World world(6);
    const auto nonce_of = [&](const DealId& deal, const crypto::bn254::G1& r) {
      const auto proof = prove_shared_point(world.parties.domain, deal, world.secret, r);
      const auto b = to_uint256(Hash256{world.secret.raw()});
      return crypto::bn254::scalar_sub(proof.z, crypto::bn254::scalar_mul(proof.c, b));
    };
    const auto other_r = crypto::bn254::mul(world.seal.r, uint256{2});
    auto other_deal = world.deal;
    other_deal.raw()[0] ^= 1;
    const auto nonce = nonce_of(world.deal, world.seal.r);
    CHECK(nonce == nonce_of(world.deal, world.seal.r));
    CHECK(nonce != nonce_of(world.deal, other_r));
    CHECK(nonce != nonce_of(other_deal, world.seal.r));
  }

  TEST_CASE("a commitment binds chain, contract, parties and nonce: another deal cannot reuse it") {
    World world(5);
    const auto commit = key_commit(world.parties, world.key);
    auto parties = world.parties;
    parties.domain.chain_id = ChainId{1};
    CHECK(key_commit(parties, world.key) != commit);
    parties = world.parties;
    parties.nonce = next(parties.nonce);
    CHECK(key_commit(parties, world.key) != commit);
    parties = world.parties;
    std::swap(parties.seller, parties.buyer);
    CHECK(key_commit(parties, world.key) != commit);
  }

  TEST_CASE("what one kind of hash is made of never makes another: tags and lengths differ") {
    World world(7);
    const auto v = random_fixed<Hash256>(world.prng);
    const DealKey key{v.raw()};
    const Bytes chunk(1024, 0x58);
    DealParties parties = world.parties;
    parties.nonce = Nonce{1};
    Terms terms;
    terms.judged = {v, *make_shape(1, 1024), v, v, HashSuite::kSha256};
    terms.rest = {v, v, 1, v, v};
    const std::set<Hash256> hashes{chunk_salt(LotSeed{v.raw()}, 1),
                                   chunk_key(v, key, 1),
                                   leaf_x(1, chunk),
                                   leaf_z(1, chunk),
                                   merkle_node(v, v),
                                   key_commit(parties, key),
                                   judged_hash(terms.judged),
                                   rest_hash(terms.rest),
                                   terms_digest(terms),
                                   lot_leaf(1, v, terms.judged.shape),
                                   version_id(parties.domain, 1, 1)};
    CHECK(hashes.size() == 11);
    // A leaf's preimage is longer than a node's: 12 bytes of tag and index, and a whole chunk.
    CHECK(make_shape(1, 64 - 12).error() == ShapeError::kChunkSize);
  }

  TEST_CASE("points off the curve, at infinity or not canonical are refused") {
    CHECK(is_valid_point(uint256{1}, uint256{2}));
    CHECK_FALSE(is_valid_point(uint256{}, uint256{}));
    CHECK_FALSE(is_valid_point(uint256{1}, uint256{3}));
    CHECK_FALSE(is_valid_point(crypto::bn254::kFieldPrime + uint256{1}, uint256{2}));
  }
}
