#include "tools/cli/unicode.hpp"

#include "base/hex.hpp"
#include "crypto/bip39.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

TEST_SUITE("tools/unicode") {
  TEST_CASE("letters that look the same have one form") {
    CHECK(nfkd("\u00e9") == "e\u0301");
    CHECK(nfkd("e\u0301") == "e\u0301");
    CHECK(nfkd("\ufb01\u2460\uff21") == "fi1A");
    CHECK(nfkd("plain ASCII, and 简体中文") == "plain ASCII, and 简体中文");
    CHECK(nfkd("") == "");
  }

  TEST_CASE("marks on one letter are in the order of their classes") {
    CHECK(nfkd("q\u0307\u0323") == "q\u0323\u0307");
    CHECK(nfkd("\u1e9b\u0323") == "s\u0323\u0307");
  }

  TEST_CASE("Hangul is decomposed by rule") {
    CHECK(nfkd("\ud55c\uae00") == "\u1112\u1161\u11ab\u1100\u1173\u11af");
  }

  TEST_CASE("what is not UTF-8 has no form") {
    for (const std::string bad : {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80"}) CHECK(!nfkd(bad));
  }

  TEST_CASE(
      "a passphrase of letters that are not ASCII gives the seed that the BIP's vectors have") {
    // github.com/bip32JP/bip32JP.github.io, test_JP_BIP39.json, to which BIP-39 refers: the words
    // for 16 bytes 00.
    const auto passphrase = nfkd("㍍ガバヴァぱばぐゞちぢ十人十色");
    REQUIRE(passphrase);
    CHECK(*passphrase != "㍍ガバヴァぱばぐゞちぢ十人十色");
    std::string zeros;
    for (int i = 0; i < 11; ++i) zeros += "あいこくしん\u3000";
    zeros += "あおぞら";
    const auto words = nfkd(zeros);
    REQUIRE(words);
    CHECK(to_hex(crypto::mnemonic_seed(*words, *passphrase).view()) ==
          "a262d6fb6122ecf45be09c50492b31f92e9beb7d9a845987a02cefda57a15f9c"
          "467a17872029a9e92299b5cbdf306e3a0ee620245cbd508959b6cb7ca637bd55");
  }
}
