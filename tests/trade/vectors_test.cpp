#include "base/hex.hpp"
#include "trade/lot.hpp"
#include "trade/merkle.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)

namespace {

json::Value load_vectors() {
  std::ifstream file(DATAPACT_SOURCE_DIR "/docs/formats/fair-exchange-vectors.json");
  std::stringstream text;
  text << file.rdbuf();
  auto parsed = json::parse(text.str());
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::string text(const json::Value& object, std::string_view name) {
  return *object.find(name)->as_string();
}
template <class Fixed>
Fixed fixed(const json::Value& object, std::string_view name) {
  return *fixed_from_hex<Fixed>(text(object, name));
}
uint256 number(const json::Value& object, std::string_view name) {
  return *uint256::parse(text(object, name));
}

/// One vector's deal, rebuilt by this client from its inputs alone.
struct Deal {
  explicit Deal(const json::Value& vector)
      : v(vector), file(*v.find("file")), header_json(*v.find("header")) {
    const Bytes content = *from_hex(text(file, "content"));
    SequentialRunner runner;
    const Work work{runner, {}};
    const ViewSource source(content);
    registered = *register_lot(source, static_cast<std::uint32_t>(number(file, "s").low_u64()),
                               fixed<LotSeed>(file, "seed"), manifest, work);
    parties = {{ChainId{number(v, "chainId").low_u64()}, fixed<Address>(v, "contract")},
               fixed<Address>(header_json, "seller"),
               fixed<Address>(header_json, "buyer"),
               Nonce{number(header_json, "nonce").low_u64()}};
    key = {key_commit(parties, fixed<DealKey>(v, "k")), fixed<DealKey>(v, "k")};
    root_z = *encrypt_lot(source, registered.lot.shape, fixed<LotSeed>(file, "seed"), key,
                          ciphertext, work);
  }
  const json::Value& v;
  const json::Value& file;
  const json::Value& header_json;
  BytesSink manifest;
  BytesSink ciphertext;
  Registered registered;
  DealParties parties;
  CipherKey key;
  Hash256 root_z;
};

DealHeader header_of(const json::Value& h) {
  return {fixed<Hash256>(h, "termsDigest"),
          fixed<Address>(h, "seller"),
          fixed<Address>(h, "buyer"),
          number(h, "Bx"),
          number(h, "By"),
          fixed<Address>(h, "payee"),
          fixed<Address>(h, "settlement"),
          number(h, "amount"),
          number(h, "bond"),
          number(h, "withholdPenalty"),
          Nonce{number(h, "nonce").low_u64()},
          number(h, "lockBy").low_u64(),
          static_cast<std::uint32_t>(number(h, "revealWindow").low_u64()),
          static_cast<std::uint32_t>(number(h, "complainWindow").low_u64()),
          static_cast<std::uint32_t>(number(h, "minBlocks").low_u64())};
}

}  // namespace

TEST_SUITE("trade/vectors") {
  TEST_CASE("the client computes every published hash of a deal") {
    const auto vectors = load_vectors();
    for (const auto& vector : *vectors.find("deals")->as_array()) {
      CAPTURE(text(vector, "name"));
      const Deal deal(vector);
      CHECK(deal.registered.lot.root_x == fixed<Hash256>(vector, "rootX"));
      CHECK(deal.key.key_commit == fixed<Hash256>(vector, "keyCommit"));
      CHECK(deal.root_z == fixed<Hash256>(vector, "rootZ"));

      const JudgedTerms judged{deal.registered.lot.root_x, deal.registered.lot.shape, deal.root_z,
                               deal.key.key_commit};
      CHECK(judged_hash(judged) == fixed<Hash256>(vector, "judgedHash"));
      CHECK(lot_leaf(0, judged.root_x, judged.shape) == fixed<Hash256>(vector, "lotLeaf"));
      const auto header = header_of(deal.header_json);
      CHECK(to_hex0x(deal_id(deal.parties.domain, header)) == text(vector, "dealId"));
    }
  }

  TEST_CASE("Merkle paths of the last chunk are those published") {
    const auto vectors = load_vectors();
    for (const auto& vector : *vectors.find("deals")->as_array()) {
      const Deal deal(vector);
      const auto& shape = deal.registered.lot.shape;
      const auto path = *merkle_path(ViewSource(deal.manifest.bytes()), shape.n, shape.n - 1);
      const auto& expected = *vector.find("pathX")->as_array();
      REQUIRE(path.size() == expected.size());
      for (std::size_t i = 0; i < path.size(); ++i)
        CHECK(to_hex0x(path[i]) == *expected[i].as_string());
    }
  }

  TEST_CASE("seal and proof of the shared point are those published") {
    const auto vectors = load_vectors();
    for (const auto& vector : *vectors.find("deals")->as_array()) {
      const auto domain = ExchangeDomain{ChainId{number(vector, "chainId").low_u64()},
                                         fixed<Address>(vector, "contract")};
      const auto deal = fixed<DealId>(vector, "dealId");
      const auto secret = fixed<BuyerSecret>(vector, "b");
      const auto seal = seal_key(deal, buyer_point(secret), fixed<DealKey>(vector, "k"),
                                 fixed<Hash256>(vector, "r"));
      CHECK(seal.r.x == number(*vector.find("R"), "x"));
      CHECK(seal.ek == fixed<Hash256>(vector, "ek"));
      CHECK(open_seal(deal, secret, seal) == fixed<DealKey>(vector, "k"));
      const auto proof = prove_shared_point(domain, deal, secret, seal.r);
      CHECK(proof.s.x == number(*vector.find("S"), "x"));
      CHECK(proof.c == number(vector, "c"));
      CHECK(proof.z == number(vector, "z"));
      CHECK(verify_shared_point(domain, deal, buyer_point(secret), seal.r, proof));
    }
  }
}
