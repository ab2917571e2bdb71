#include "crypto/keystore.hpp"

#include "base/prng.hpp"
#include "crypto/aes.hpp"
#include "crypto/keccak.hpp"
#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <string>

namespace datapact::crypto {
namespace {

using testkit::unhex_as;

constexpr ScryptParams kQuick{16, 1, 1};

const auto kKey =
    unhex_as<PrivateKey>("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d");

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  REQUIRE(value.ok());
  return std::move(*value);
}

/// The two examples of the Web3 secret storage definition.
const char* const kScryptExample = R"({"crypto":{"cipher":"aes-128-ctr",
  "cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
  "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
  "kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,
    "salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
  "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
  "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3})";
const char* const kPbkdf2Example = R"({"crypto":{"cipher":"aes-128-ctr",
  "cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
  "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
  "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
    "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
  "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
  "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3})";

json::Value sample() {
  Prng prng{3};
  return encrypt_keystore(kKey, "open sesame", kQuick, prng);
}

/// The member at "crypto.kdfparams.n" and the like.
json::Value& at(json::Value& file, std::string_view path) {
  json::Value* here = &file;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const auto name = path.substr(0, dot);
    json::Value* found = nullptr;
    for (auto& [key, value] : *here->as_object()) {
      if (key == name) found = &value;
    }
    REQUIRE(found != nullptr);
    here = found;
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return *here;
}

KeystoreError error_with(std::string_view path, json::Value value) {
  json::Value file = sample();
  at(file, path) = std::move(value);
  const auto key = decrypt_keystore(file, "open sesame");
  REQUIRE_FALSE(key.ok());
  return key.error();
}

/// A file with the empty password around any 32 bytes, made by hand from the first vector of RFC
/// 7914, section 12.
json::Value authentic_file(ByteView content) {
  const Bytes derived =
      testkit::unhex("77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442");
  const Bytes ciphertext = aes128_ctr(Aes128Key::from(ByteView{derived}.first(16)), {}, content);
  const Hash256 mac = keccak256(concat({ByteView{derived}.subspan(16), ciphertext}));
  const auto params =
      json::Value::object({{"dklen", 32}, {"n", 16}, {"r", 1}, {"p", 1}, {"salt", ""}});
  const auto crypto =
      json::Value::object({{"cipher", "aes-128-ctr"},
                           {"cipherparams", json::Value::object({{"iv", std::string(32, '0')}})},
                           {"ciphertext", to_hex(ciphertext)},
                           {"kdf", "scrypt"},
                           {"kdfparams", params},
                           {"mac", to_hex(mac.view())}});
  return json::Value::object({{"version", 3}, {"crypto", crypto}});
}

TEST_SUITE("crypto/keystore") {
  TEST_CASE("the examples of the definition open, scrypt with r = 1 too") {
    CHECK(decrypt_keystore(parsed(kScryptExample), "testpassword").value() == kKey);
    CHECK(decrypt_keystore(parsed(kPbkdf2Example), "testpassword").value() == kKey);
  }

  TEST_CASE("public key files open, where they are on this machine") {
    const auto cases = testkit::load_fixture("keystore_tests/basic_tests.json");
    if (!cases) {
      MESSAGE("DATAPACT_FIXTURES is not set: key files not read");
      return;
    }
    for (const auto& [name, vector] : *cases->as_object()) {
      CAPTURE(name);
      const auto key =
          decrypt_keystore(*vector.find("json"), *vector.find("password")->as_string());
      REQUIRE(key.ok());
      CHECK(to_hex(key->view()) == *vector.find("priv")->as_string());
    }
  }

  TEST_CASE("what is written opens with its password, through text") {
    const json::Value file = sample();
    const auto again = parsed(json::to_pretty_text(file));
    CHECK(decrypt_keystore(again, "open sesame").value() == kKey);
    CHECK(*file.find("address")->as_string() == to_hex(address_of(kKey).view()));
    const std::string id = *file.find("id")->as_string();
    CHECK(id.size() == 36);
    CHECK(id[14] == '4');
  }

  TEST_CASE("the cryptographic part may be named with a capital letter, as ethers does") {
    json::Value file = sample();
    for (auto& [name, value] : *file.as_object()) {
      if (name == "crypto") name = "Crypto";
    }
    CHECK(decrypt_keystore(file, "open sesame").value() == kKey);
  }

  TEST_CASE("the random source decides salt, counter and id") {
    Prng prng{3};
    CHECK(encrypt_keystore(kKey, "open sesame", kQuick, prng) == sample());
    CHECK(encrypt_keystore(kKey, "open sesame", kQuick, prng) != sample());
  }

  TEST_CASE("another password is told apart from a broken file") {
    CHECK(decrypt_keystore(sample(), "open sesam").error() == KeystoreError::kWrongPassword);
    CHECK(decrypt_keystore(sample(), "").error() == KeystoreError::kWrongPassword);
    json::Value file = sample();
    std::string cipher = *at(file, "crypto.ciphertext").as_string();
    cipher[0] = cipher[0] == '0' ? '1' : '0';
    CHECK(error_with("crypto.ciphertext", cipher) == KeystoreError::kWrongPassword);
  }

  TEST_CASE("a member that is missing, foreign or of the wrong length is malformed") {
    CHECK(decrypt_keystore(json::Value{}, "x").error() == KeystoreError::kMalformed);
    for (const auto* path :
         {"version", "crypto", "crypto.cipher", "crypto.cipherparams", "crypto.cipherparams.iv",
          "crypto.ciphertext", "crypto.mac", "crypto.kdf", "crypto.kdfparams",
          "crypto.kdfparams.dklen", "crypto.kdfparams.n", "crypto.kdfparams.r",
          "crypto.kdfparams.p", "crypto.kdfparams.salt"}) {
      CAPTURE(path);
      CHECK(error_with(path, json::Value{}) == KeystoreError::kMalformed);
      CHECK(error_with(path, json::Value{-1}) == KeystoreError::kMalformed);
    }
    CHECK(error_with("crypto.mac", "00") == KeystoreError::kMalformed);
    CHECK(error_with("crypto.ciphertext", "zz") == KeystoreError::kMalformed);
    CHECK(error_with("crypto.cipherparams.iv", std::string(34, '0')) == KeystoreError::kMalformed);
  }

  TEST_CASE("other versions, ciphers and derivations are named as such") {
    CHECK(error_with("version", 1) == KeystoreError::kUnsupportedVersion);
    CHECK(error_with("crypto.cipher", "aes-128-cbc") == KeystoreError::kUnsupportedCipher);
    CHECK(error_with("crypto.kdf", "argon2id") == KeystoreError::kUnsupportedKdf);
    CHECK(error_with("crypto.kdfparams.dklen", 16) == KeystoreError::kUnsupportedKdf);
    json::Value file = parsed(kPbkdf2Example);
    at(file, "crypto.kdfparams.prf") = "hmac-sha1";
    CHECK(decrypt_keystore(file, "x").error() == KeystoreError::kUnsupportedKdf);
  }

  TEST_CASE("a hostile file cannot ask for unbounded memory or time") {
    constexpr auto kHuge = std::uint64_t{1} << 62;
    constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
    for (const auto* path : {"crypto.kdfparams.n", "crypto.kdfparams.r", "crypto.kdfparams.p"}) {
      CAPTURE(path);
      CHECK(error_with(path, kHuge) == KeystoreError::kExcessiveParameters);
      CHECK(error_with(path, kLargest) == KeystoreError::kExcessiveParameters);
      CHECK(error_with(path, 0) == KeystoreError::kExcessiveParameters);
    }
    CHECK(error_with("crypto.kdfparams.n", 1) == KeystoreError::kExcessiveParameters);
    CHECK(error_with("crypto.kdfparams.n", 1000) == KeystoreError::kExcessiveParameters);
    CHECK(error_with("crypto.kdfparams.salt", std::string(4096, '0')) ==
          KeystoreError::kExcessiveParameters);
    json::Value file = parsed(kPbkdf2Example);
    for (const std::uint64_t rounds : {std::uint64_t{0}, std::uint64_t{10'000'001}, kLargest}) {
      at(file, "crypto.kdfparams.c") = rounds;
      CHECK(decrypt_keystore(file, "x").error() == KeystoreError::kExcessiveParameters);
    }
    CHECK(is_acceptable(ScryptParams{}));
    CHECK(is_acceptable(kLightScrypt));
    CHECK_FALSE(is_acceptable({1U << 22, 2, 1}));
  }

  TEST_CASE("a key that is not the stated address's, or no key at all, is refused") {
    CHECK(error_with("address", std::string(40, '0')) == KeystoreError::kInvalidKey);
    CHECK(error_with("address", 5) == KeystoreError::kInvalidKey);
    CHECK(decrypt_keystore(authentic_file(kKey.view()), "").value() == kKey);
    CHECK(decrypt_keystore(authentic_file(Bytes(32)), "").error() == KeystoreError::kInvalidKey);
    CHECK(decrypt_keystore(authentic_file(Bytes(32, 0xff)), "").error() ==
          KeystoreError::kInvalidKey);
  }

  TEST_CASE("an address may be missing or have a prefix") {
    json::Value file = sample();
    at(file, "address") = "0x" + *at(file, "address").as_string();
    CHECK(decrypt_keystore(file, "open sesame").ok());
    auto* members = file.as_object();
    std::erase_if(*members, [](const auto& member) { return member.first == "address"; });
    CHECK(decrypt_keystore(file, "open sesame").ok());
  }

  TEST_CASE("every error has words of its own") {
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(KeystoreError::kInvalidKey); ++i) {
      words.insert(to_string(static_cast<KeystoreError>(i)));
    }
    CHECK(words.size() == static_cast<std::size_t>(KeystoreError::kInvalidKey) + 1);
  }
}

}  // namespace
}  // namespace datapact::crypto
