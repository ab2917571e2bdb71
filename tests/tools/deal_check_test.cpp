#include "tools/trading/deal_check.hpp"

#include "base/prng.hpp"
#include "tools/cli/cli_error.hpp"
#include "trade/data_layout.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

struct World {
  World() {
    Prng prng(9);
    for (const std::uint64_t length : {5'000U, 90'000U}) {
      version.lots.push_back({random_fixed<Hash256>(prng), *trade::make_shape(length, 2048)});
    }
    terms.rest.version = random_fixed<Hash256>(prng);
    terms.rest.lot = 1;
    terms.judged.root_x = version.lots[1].root_x;
    terms.judged.shape = version.lots[1].shape;
  }
  /// What the buyer's client says instead of locking; empty when it would lock.
  [[nodiscard]] std::string refusal() const {
    try {
      require_all(check_registered(terms, version));
    } catch (const CliError& error) {
      CHECK(error.code() == ExitCode::kVerification);
      CHECK(error.name() == "offer-refused");
      return error.message().substr(0, error.message().find(':'));
    }
    return {};
  }
  RegisteredVersion version;
  trade::Terms terms;
};

/// What the buyer's client says of the signature when the seller's account has this code.
std::string signature_refusal(const OfferDocument& offer, const Bytes& code, bool answer) {
  const auto check = check_signature(offer, code, [&] { return answer; });
  CHECK(check.name == "seller's signature");
  return check.ok ? "" : check.detail;
}

OfferDocument signed_offer(const crypto::PrivateKey& key, const Address& seller) {
  OfferDocument offer;
  offer.header.seller = seller;
  offer.signature =
      to_bytes(crypto::to_bytes_v27(crypto::sign(Hash256{offer.id().raw()}, key)).view());
  return offer;
}

}  // namespace

TEST_SUITE("tools/deal_check") {
  TEST_CASE("terms that name the registered lot are accepted") { CHECK(World().refusal() == ""); }

  TEST_CASE("the root of another data set is refused before the lock") {
    World world;
    world.terms.judged.root_x = world.version.lots[0].root_x;
    CHECK(world.refusal() == "terms name the registered file");
  }

  TEST_CASE("another length, chunk size or lot of the same version is refused before the lock") {
    World world;
    world.terms.judged.shape = *trade::make_shape(90'001, 2048);
    CHECK(world.refusal() == "terms name the registered file");
    world.terms.judged.shape = *trade::make_shape(90'000, 4096);
    CHECK(world.refusal() == "terms name the registered file");
    world = World();
    world.terms.rest.lot = 0;
    CHECK(world.refusal() == "terms name the registered file");
    world.terms.rest.lot = 2;
    CHECK(world.refusal() == "lot exists");
  }

  TEST_CASE("a signature must be the seller's key's, or one that its account contract accepts") {
    crypto::PrivateKey key;
    key.raw()[31] = 7;
    const Bytes contract{0x5f, 0x5f, 0xf3};
    const auto own = signed_offer(key, crypto::address_of(key));
    CHECK(signature_refusal(own, {}, false).empty());
    CHECK(signature_refusal(own, contract, false).empty());
    const auto foreign = signed_offer(key, Address{{0x5e}});
    CHECK(signature_refusal(foreign, {}, true).find("not the seller's") != std::string::npos);
    CHECK(signature_refusal(foreign, contract, false).find("does not accept") != std::string::npos);
    CHECK(signature_refusal(foreign, contract, true).empty());
    auto longer = foreign;
    longer.signature.resize(195);
    CHECK(signature_refusal(longer, contract, true).empty());
  }

  TEST_CASE("a delegated seller, which can take its code back, must sign with its own key") {
    crypto::PrivateKey key;
    key.raw()[31] = 7;
    Bytes designator{0xef, 0x01, 0x00};
    designator.resize(23, 0xaa);
    CHECK(
        signature_refusal(signed_offer(key, Address{{0x5e}}), designator, true).find("EIP-7702") !=
        std::string::npos);
    CHECK(signature_refusal(signed_offer(key, crypto::address_of(key)), designator, false).empty());
  }

  TEST_CASE("a lot takes as long as its sample for each byte, in whole seconds") {
    CHECK(work_after(1ns, 1, 1).time == 1s);
    CHECK(work_after(1s, 1000, 1000).time == 1s);
    CHECK(work_after(1s, 1000, 1001).time == 2s);
    const auto terabyte = work_after(500ms, 32'000'000, 1'000'000'000'000);
    CHECK(terabyte.time == 15'625s);
    CHECK(terabyte.basis == "decrypting 32.0 MB here took 0.500 s");
  }

  TEST_CASE("the check of the windows says what was taken for the work and for a quiet chain") {
    trade::DealHeader header;
    header.bx = uint256{1};
    header.by = uint256{2};
    header.payee = Address{{7}};
    header.lock_by_seconds = 1;
    header.reveal_window_seconds = 1;
    header.complain_window_seconds = 2400;
    header.min_blocks = 40;
    trade::PolicyFacts facts;
    facts.faults_max = 1;
    facts.work = 800s;
    auto check = check_windows(header, facts, "as --work-seconds says");
    CHECK(check.ok);
    CHECK(check.detail ==
          "as a careful client asks (work of 800 s: as --work-seconds says; a quiet chain makes a "
          "block every 60000 ms)");
    facts.work = 801s;
    facts.empty_block_period = 120s;
    check = check_windows(header, facts, "as --work-seconds says");
    CHECK_FALSE(check.ok);
    CHECK(check.detail ==
          "minBlocks 40 cannot pass within complainWindow 2400 s on a quiet chain; complainWindow "
          "2400 s is shorter than three times the work of 801 s (work of 801 s: as --work-seconds "
          "says; a quiet chain makes a block every 120000 ms)");
  }

  TEST_CASE("a revoked version is refused before the lock") {
    World world;
    world.version.revoked = true;
    CHECK(world.refusal() == "version not revoked");
  }
}
