#include "tools/trading/access.hpp"

#include "base/prng.hpp"
#include "tools/cli/eip191.hpp"

#include <doctest/doctest.h>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

struct World {
  World() {
    Prng prng(11);
    secret = random_fixed<ServerSecret>(prng);
    key = random_fixed<crypto::PrivateKey>(prng);
    deal = random_fixed<trade::DealId>(prng);
    buyer = crypto::address_of(key);
  }
  [[nodiscard]] Bytes sign(const std::string& host, const AccessTicket& challenge) const {
    const auto bytes = crypto::to_bytes_v27(
        crypto::sign(personal_hash(access_message(host, deal, challenge)), key));
    return to_bytes(bytes.view());
  }
  ServerSecret secret;
  crypto::PrivateKey key;
  trade::DealId deal;
  Address buyer;
  UnixMillis now{1'700'000'000'000};
};

}  // namespace

TEST_SUITE("tools/access") {
  TEST_CASE(
      "the buyer's signature over a fresh challenge gives a token for this deal until it ends") {
    const World w;
    const AccessControl access(w.secret);
    const auto challenge = access.challenge(w.deal, w.now);
    const auto token =
        access.grant("h:1", w.deal, w.buyer, challenge, w.sign("h:1", challenge), w.now);
    REQUIRE(token.has_value());
    CHECK(access.admits(w.deal, *token, w.now));
    CHECK_FALSE(access.admits(w.deal, *token, w.now + AccessControl::kTokenLife));
    trade::DealId other = w.deal;
    other.raw()[0] ^= 1;
    CHECK_FALSE(access.admits(other, *token, w.now));
  }

  TEST_CASE("a stale, foreign, relayed or wrongly signed challenge gives nothing") {
    const World w;
    const AccessControl access(w.secret);
    const auto challenge = access.challenge(w.deal, w.now);
    const auto signature = w.sign("h:1", challenge);
    const auto late = w.now + AccessControl::kChallengeLife + UnixMillis{1};
    CHECK_FALSE(access.grant("h:1", w.deal, w.buyer, challenge, signature, late).has_value());
    CHECK_FALSE(access.grant("other:1", w.deal, w.buyer, challenge, signature, w.now).has_value());
    CHECK_FALSE(access.grant("h:1", w.deal, Address{}, challenge, signature, w.now).has_value());
    AccessTicket forged = challenge;
    forged.raw()[7] ^= 1;
    CHECK_FALSE(
        access.grant("h:1", w.deal, w.buyer, forged, w.sign("h:1", forged), w.now).has_value());
    const auto token = access.grant("h:1", w.deal, w.buyer, challenge, signature, w.now);
    CHECK_FALSE(
        access.grant("h:1", w.deal, w.buyer, *token, w.sign("h:1", *token), w.now).has_value());
  }
}
