#include "base/hex.hpp"
#include "crypto/sha256.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"
#include "trade/merkle.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"
#include "trade/terms_codec.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

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

std::vector<std::string> strings(const json::Value& object, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& one : *object.find(name)->as_array()) out.push_back(*one.as_string());
  return out;
}
std::vector<std::string> hex_words(const std::vector<Hash256>& hashes) {
  std::vector<std::string> out;
  out.reserve(hashes.size());
  for (const auto& hash : hashes) out.push_back(to_hex0x(hash));
  return out;
}
std::vector<Hash256> words(ByteView bytes) {
  std::vector<Hash256> out(bytes.size() / 32);
  for (std::size_t i = 0; i < out.size(); ++i)
    std::ranges::copy(bytes.subspan(32 * i, 32), out[i].raw().begin());
  return out;
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
  [[nodiscard]] Bytes cipher_leaf_bytes() const {
    SequentialRunner runner;
    BytesSink leaves;
    const auto root = write_cipher_leaves(ViewSource(ciphertext.bytes()), registered.lot.shape,
                                          leaves, {runner, {}});
    REQUIRE(root.has_value());
    return leaves.bytes();
  }
  [[nodiscard]] std::vector<Hash256> cipher_leaves() const { return words(cipher_leaf_bytes()); }

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
      CHECK(to_hex0x(encode_judged(judged)) == text(vector, "judged"));
      CHECK(judged_hash(judged) == fixed<Hash256>(vector, "judgedHash"));
      CHECK(lot_leaf(0, judged.root_x, judged.shape) == fixed<Hash256>(vector, "lotLeaf"));
      const ExchangeDomain registry{deal.parties.domain.chain_id,
                                    fixed<Address>(vector, "registry")};
      CHECK(version_id(registry, 1, 1) == fixed<Hash256>(vector, "version"));

      const auto rest = decode_rest(*from_hex(text(vector, "rest")));
      REQUIRE(rest.has_value());
      CHECK(rest->version == fixed<Hash256>(vector, "version"));
      CHECK(rest->agreement == Hash256{});
      CHECK(rest->lot == 0);
      CHECK(to_hex0x(encode_rest(*rest)) == text(vector, "rest"));
      CHECK(rest_hash(*rest) == fixed<Hash256>(vector, "restHash"));
      CHECK(terms_digest({judged, *rest}) == fixed<Hash256>(vector, "termsDigest"));
      const auto header = header_of(deal.header_json);
      CHECK(header.terms_digest == fixed<Hash256>(vector, "termsDigest"));
      CHECK(to_hex0x(deal_id(deal.parties.domain, header)) == text(vector, "dealId"));
    }
  }

  TEST_CASE("salts, keys, stream and leaves of a deal's chunks are those published") {
    const auto vectors = load_vectors();
    for (const auto& vector : *vectors.find("deals")->as_array()) {
      CAPTURE(text(vector, "name"));
      const Deal deal(vector);
      const auto& shape = deal.registered.lot.shape;
      const auto leaves_z = deal.cipher_leaves();
      const auto leaves_x = words(deal.manifest.bytes());
      for (const bool is_last : {false, true}) {
        const std::uint64_t i = is_last ? shape.n - 1 : 0;
        const auto published = [&](std::string_view name) {
          return *(*vector.find(name)->as_array())[is_last ? 1 : 0].as_string();
        };
        CHECK(to_hex0x(chunk_salt(fixed<LotSeed>(deal.file, "seed"), i)) == published("salts"));
        CHECK(to_hex0x(leaves_x[i]) == published("leafX"));
        CHECK(to_hex0x(chunk_key(deal.key.key_commit, deal.key.key, i)) == published("chunkKey"));
        CHECK(to_hex0x(leaves_z[i]) == published("leafZ"));
      }
      CHECK(text(vector, "lastIndex") == std::to_string(shape.n - 1));
      const ByteView ciphertext = deal.ciphertext.bytes();
      CHECK(to_hex0x(ciphertext.last(shape.s)) == text(vector, "lastChunkZ"));

      Bytes stream(64, 0);  // words 0 and 1 of chunk 0
      apply_stream(chunk_key(deal.key.key_commit, deal.key.key, 0), stream);
      CHECK(hex_words(words(stream)) == strings(vector, "streamWord"));
    }
  }

  TEST_CASE("Merkle paths of the last chunk are those published") {
    const auto vectors = load_vectors();
    for (const auto& vector : *vectors.find("deals")->as_array()) {
      const Deal deal(vector);
      const auto& shape = deal.registered.lot.shape;
      const auto path_of_last = [&](const Bytes& leaves) {
        return hex_words(*merkle_path(ViewSource(leaves), shape.n, shape.n - 1));
      };
      CHECK(path_of_last(deal.manifest.bytes()) == strings(vector, "pathX"));
      CHECK(path_of_last(deal.cipher_leaf_bytes()) == strings(vector, "pathZ"));
    }
  }

  TEST_CASE("a version's lots and a file's anchored digest hash as published") {
    const auto vectors = load_vectors();
    const auto& registry = *vectors.find("registry");
    std::vector<Hash256> leaves;
    Bytes leaf_bytes;
    for (const auto& lot : *registry.find("lots")->as_array()) {
      const auto shape = make_shape(number(lot, "length").low_u64(),
                                    static_cast<std::uint32_t>(number(lot, "s").low_u64()));
      REQUIRE(shape.has_value());
      CHECK(std::to_string(shape->n) == text(lot, "n"));
      const auto index = static_cast<std::uint32_t>(leaves.size());
      leaves.push_back(lot_leaf(index, fixed<Hash256>(lot, "rootX"), *shape));
      append(leaf_bytes, leaves.back().view());
    }
    CHECK(hex_words(leaves) == strings(registry, "leaves"));
    CHECK(merkle_root(leaves) == fixed<Hash256>(registry, "root"));
    CHECK(hex_words(*merkle_path(ViewSource(leaf_bytes), leaves.size(), 2)) ==
          strings(registry, "pathOfLot2"));

    const auto& anchored = *registry.find("fileDigest");
    const auto digest = crypto::sha256(*from_hex(text(anchored, "file")));
    CHECK(salted_digest(fixed<Hash256>(anchored, "salt"), digest) ==
          fixed<Hash256>(anchored, "digest"));
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
      CHECK(seal.r.y == number(*vector.find("R"), "y"));
      CHECK(buyer_point(secret).x == number(*vector.find("header"), "Bx"));
      CHECK(buyer_point(secret).y == number(*vector.find("header"), "By"));
      CHECK(seal.ek == fixed<Hash256>(vector, "ek"));
      CHECK(open_seal(deal, secret, seal) == fixed<DealKey>(vector, "k"));
      const auto proof = prove_shared_point(domain, deal, secret, seal.r);
      CHECK(proof.s.x == number(*vector.find("S"), "x"));
      CHECK(proof.s.y == number(*vector.find("S"), "y"));
      CHECK(proof.c == number(vector, "c"));
      CHECK(proof.z == number(vector, "z"));
      CHECK(verify_shared_point(domain, deal, buyer_point(secret), seal.r, proof));
    }
  }
}
