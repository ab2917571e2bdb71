#include "node/transport_key.hpp"

#include "base/prng.hpp"
#include "tests/testkit/node/network.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;
namespace fs = std::filesystem;

TEST_SUITE("node/transport_key") {
  TEST_CASE("a key is made once, for its owner's eyes only, and found again") {
    TempFolder folder;
    Prng random(1);
    const auto file = folder.path() / "transport.key";
    const auto made = ensure_transport_key(file, random);
    REQUIRE(made.has_value());
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(*ensure_transport_key(file, random) == *made);
    CHECK(*load_transport_key(file) == *made);
  }

  TEST_CASE("a file that others may read, that is no key or is not there is named") {
    TempFolder folder;
    const auto file = folder.path() / "transport.key";
    CHECK(load_transport_key(file).error().message.find(file.string()) != std::string::npos);
    write_file(file, std::string(64, 'f'));
    CHECK(load_transport_key(file).error().message.find("others may read it") != std::string::npos);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    // Above the group order.
    const auto error = load_transport_key(file).error();
    CHECK(error.code == ExitCode::kAuthority);
    CHECK(error.message.find("no private key") != std::string::npos);
    Prng random(1);
    CHECK_FALSE(ensure_transport_key(folder.path() / "no" / "folder", random).has_value());
  }
}
