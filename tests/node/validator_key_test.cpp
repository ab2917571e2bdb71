#include "node/validator_key.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/prng.hpp"
#include "crypto/keystore.hpp"
#include "tests/testkit/node/network.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;

namespace {
const crypto::PrivateKey kKey{{1, 2, 3}};
}

TEST_SUITE("node/validator_key") {
  TEST_CASE("a raw key is a development key and may serve loopback only") {
    const TempFolder folder;
    const auto file = folder.path() / "k";
    write_file(file, "0x" + to_hex(kKey.view()) + "\n");
    const auto key = load_validator_key(file, std::nullopt);
    REQUIRE(key.has_value());
    CHECK(key->key == kKey);
    CHECK(key->is_devnet);
    CHECK(check_devnet_key(*key, "127.0.0.1", "rpc.address").has_value());
    CHECK(check_devnet_key(*key, "::1", "rpc.address").has_value());
    const auto refused = check_devnet_key(*key, "0.0.0.0", "rpc.address");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ExitCode::kAuthority);
    CHECK(refused.error().message.find("0.0.0.0") != std::string::npos);
  }
  TEST_CASE("a keystore opens with its password file, and its devnet mark counts") {
    const TempFolder folder;
    const auto file = folder.path() / "k.json";
    const auto password = folder.path() / "pw";
    Prng random(1);
    auto document = crypto::encrypt_keystore(kKey, "secret", crypto::kLightScrypt, random);
    write_file(file, json::to_text(document));
    write_file(password, "secret\n");
    const auto key = load_validator_key(file, password);
    REQUIRE(key.has_value());
    CHECK(key->key == kKey);
    CHECK_FALSE(key->is_devnet);
    CHECK(check_devnet_key(*key, "0.0.0.0", "rpc.address").has_value());
    document.set("devnet", true);
    write_file(file, json::to_text(document));
    CHECK(load_validator_key(file, password)->is_devnet);
    write_file(password, "other");
    const auto wrong = load_validator_key(file, password);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().code == ExitCode::kAuthority);
    CHECK_FALSE(load_validator_key(file, std::nullopt).has_value());
  }
  TEST_CASE("what is no key is refused by the file's name") {
    const TempFolder folder;
    const auto file = folder.path() / "k";
    for (const auto* text : {"", "00", "zz", "{", "{}",
                             "0000000000000000000000000000000000000000000000000000000000000000"}) {
      write_file(file, text);
      const auto key = load_validator_key(file, std::nullopt);
      REQUIRE_FALSE(key.has_value());
      CHECK(key.error().message.find(file.string()) != std::string::npos);
    }
  }
  TEST_CASE("the signer signs as its address") {
    KeySigner signer(kKey);
    const auto signature = signer.sign(Hash256{{5}});
    REQUIRE(signature.has_value());
    CHECK(crypto::recover_address(Hash256{{5}}, *signature) == signer.address());
  }
}
