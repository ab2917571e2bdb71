#include "tools/trading/documents.hpp"

#include "base/prng.hpp"
#include "contracts/typed_data.hpp"
#include "tools/cli/cli_error.hpp"

#include <doctest/doctest.h>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

OfferDocument sample_offer() {
  Prng prng(3);
  OfferDocument o;
  o.domain = {ChainId{20260}, random_fixed<Address>(prng)};
  o.header.seller = random_fixed<Address>(prng);
  o.header.buyer = random_fixed<Address>(prng);
  o.header.payee = o.header.seller;
  o.header.settlement = random_fixed<Address>(prng);
  o.header.bx = to_uint256(random_fixed<Hash256>(prng));
  o.header.by = to_uint256(random_fixed<Hash256>(prng));
  o.header.amount = uint256{5'000'000};
  o.header.nonce = Nonce{~0ULL};
  o.terms.judged.shape = *trade::make_shape(100'000, 2048);
  o.terms.judged.root_x = random_fixed<Hash256>(prng);
  o.signature = Bytes(65, 0x1b);
  o.terms.rest.salt = random_fixed<Hash256>(prng);
  o.header.terms_digest = trade::terms_digest(o.terms);
  return o;
}

}  // namespace

TEST_SUITE("tools/documents") {
  TEST_CASE("an offer written as JSON reads back with the same deal id and terms") {
    const auto offer = sample_offer();
    const auto back = offer_from_json(to_json(offer), "offer.json");
    CHECK(back.id() == offer.id());
    CHECK(trade::terms_digest(back.terms) == offer.header.terms_digest);
    CHECK(back.signature == offer.signature);
    // An account contract takes signatures of any length.
    auto longer = offer;
    longer.signature = Bytes(195, 0x5a);
    CHECK(offer_from_json(to_json(longer), "offer.json").signature == longer.signature);
  }

  TEST_CASE("what a seller signs as typed data has the deal's id for its digest") {
    const auto offer = sample_offer();
    const auto hashes = contracts::hash_typed_data(typed_data_of(offer.domain, offer.header));
    REQUIRE(hashes.ok());
    CHECK(hashes->digest == Hash256{offer.id().raw()});
  }

  TEST_CASE("an error in an offer names document, field, rule and value") {
    auto document = to_json(sample_offer());
    json::Value header = *document.find("header");
    header.set("amount", "-1");
    document.set("header", header);
    try {
      static_cast<void>(offer_from_json(document, "offer.json"));
      FAIL("accepted");
    } catch (const CliError& error) {
      CHECK(error.code() == ExitCode::kConfig);
      CHECK(error.message() ==
            "offer.json: header: amount must be a number below 2^128 as text, got \"-1\"");
    }
  }

  TEST_CASE("every member of an offer is needed") {
    const auto whole = to_json(sample_offer());
    for (const auto& [name, value] : *whole.as_object()) {
      CAPTURE(name);
      json::Object rest;
      for (const auto& member : *whole.as_object()) {
        if (member.first != name) rest.push_back(member);
      }
      CHECK_THROWS_AS(static_cast<void>(offer_from_json(json::Value(rest), "offer.json")),
                      CliError);
    }
  }

  TEST_CASE("an offer under an unknown hash suite is refused by name") {
    auto document = to_json(sample_offer());
    json::Value terms = *document.find("terms");
    json::Value judged = *terms.find("judged");
    judged.set("hashSuite", "2");
    terms.set("judged", judged);
    document.set("terms", terms);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(offer_from_json(document, "o")),
        "o: terms: judged: hashSuite must be 1 (SHA-256): no other suite is known, got 2",
        CliError);
  }
}
