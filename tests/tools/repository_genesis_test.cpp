// genesis.json at the top of the repository: a real genesis of a development network.
#include "base/hex.hpp"
#include "ledger/chain/genesis.hpp"
#include "tools/devnet/devnet_files.hpp"

#include <doctest/doctest.h>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

const fs::path kSource = DATAPACT_SOURCE_DIR;

}  // namespace

TEST_SUITE("tools/repository_genesis") {
  TEST_CASE("genesis.json is byte for byte what the tool writes") {
    INFO("write it anew: datapact devnet genesis > genesis.json");
    const auto written = devnet_genesis(std::chrono::seconds(kDevnetGenesisSeconds), DevnetShape{});
    CHECK(read_text_file(kSource / "genesis.json") == json::to_pretty_text(written));
  }

  TEST_CASE("genesis.json loads, and its hash is the documented one") {
    const auto genesis = chain::load_genesis(read_json_file(kSource / "genesis.json"));
    REQUIRE(genesis.has_value());
    CHECK(genesis->config.profile == chain::Profile::kConsortium);
    CHECK(genesis->config.chain_id == ChainId{kDevnetChainId});
    const std::string page = read_text_file(kSource / "docs/formats/genesis.md");
    CAPTURE(to_hex0x(genesis->hash));
    CHECK(page.find("hash: " + to_hex0x(genesis->hash)) != std::string::npos);
  }

  TEST_CASE("every account with a public key in genesis.json says so") {
    const auto document = read_json_file(kSource / "genesis.json");
    for (const auto role : kDevnetRoles) {
      const auto* account = document.find("alloc")->find(to_hex0x(devnet_address(role)));
      REQUIRE(account != nullptr);
      const auto* comment = account->find("comment");
      REQUIRE(comment != nullptr);
      CHECK(comment->as_string()->find("known to everyone") != std::string::npos);
    }
  }
}
