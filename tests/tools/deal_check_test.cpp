#include "tools/trading/deal_check.hpp"

#include "base/prng.hpp"
#include "tools/cli/cli_error.hpp"
#include "trade/data_layout.hpp"

#include <doctest/doctest.h>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

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

  TEST_CASE("a revoked version is refused before the lock") {
    World world;
    world.version.revoked = true;
    CHECK(world.refusal() == "version not revoked");
  }
}
