#include "crypto/bip39.hpp"

#include "base/hex.hpp"
#include "base/prng.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace datapact::crypto {
namespace {

using testkit::unhex;

struct Vector {
  MnemonicLanguage language = MnemonicLanguage::kEnglish;
  std::string entropy;
  std::string mnemonic;
  /// With the passphrase "TREZOR".
  std::string seed;
};

std::string times(int count, const std::string& word, const std::string& last) {
  std::string out;
  for (int i = 0; i < count; ++i) out += word + " ";
  return out + last;
}

/// Some of the vectors of the authors of BIP-39, and the same entropy in Chinese.
std::vector<Vector> vectors() {
  constexpr auto kEnglish = MnemonicLanguage::kEnglish;
  constexpr auto kChinese = MnemonicLanguage::kSimplifiedChinese;
  return {
      {kEnglish, std::string(32, '0'), times(11, "abandon", "about"),
       "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e5349553"
       "1f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04"},
      {kEnglish, "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
       "legal winner thank year wave sausage worth useful legal winner thank yellow",
       "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6f"
       "a457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607"},
      {kEnglish, "9e885d952ad362caeb4efe34a8e91bd2",
       "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
       "274ddc525802f7c828d8ef7ddbcdc5304e87ac3535913611fbbfa986d0c9e547"
       "6c91689f9c8a54fd55bd38606aa6a8595ad213d4c9c9f9aca3fb217069a41028"},
      {kEnglish, std::string(48, 'f'), times(17, "zoo", "when"),
       "0cd6e5d827bb62eb8fc1e262254223817fd068a74b5b449cc2f667c3f1f985a7"
       "6379b43348d952e2265b4cd129090758b3e3c2c49103b5051aac2eaeb890a528"},
      {kEnglish, std::string(64, '0'), times(23, "abandon", "art"),
       "bda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd30971"
       "70af7a4d73245cafa9c3cca8d561a7c3de6f5d4a10be8ed2a5e608d68f92fcc8"},
      {kChinese, std::string(32, '0'), times(11, "的", "在"),
       "7f7c7f91ef81f0fb6a3b95b346c50e6472c1d554f8ba90637bad8afce4a4de87"
       "c322c1acafa2f6f5e9a8f9b2d2c40e9d389efdc2adbe4445c21a0939fb39e91f"},
      {kChinese, "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", "枪 疫 霉 尝 俩 闹 饿 贤 枪 疫 霉 卿",
       "816a69d6866891b246b4d33f54d6d2be624470141754396205d039bdd8003949"
       "fec4340253dde4c8e11437a181ad992f56d5b976eb9fbe48f4c5e5fec60a27e1"},
      {kChinese, std::string(64, 'f'), times(23, "歇", "佳"),
       "8e6607a07fa664d6e4ead23fcc08caf72216d6f078c3b2e5be94e4b6e8d64c78"
       "4d36bf9b70144fa05840e9a49899128111be5093a2b552b6ab76c0906e9b0e65"},
  };
}

MnemonicError error_of(std::string_view text) {
  const auto mnemonic = read_mnemonic(text);
  REQUIRE_FALSE(mnemonic.ok());
  return mnemonic.error();
}

}  // namespace

TEST_SUITE("crypto/bip39") {
  TEST_CASE("entropy, words and seed of the published vectors") {
    for (const auto& vector : vectors()) {
      CAPTURE(vector.mnemonic);
      CHECK(make_mnemonic(unhex(vector.entropy), vector.language) == vector.mnemonic);
      CHECK(read_mnemonic(vector.mnemonic).value() == vector.mnemonic);
      CHECK(to_hex(mnemonic_seed(vector.mnemonic, "TREZOR").view()) == vector.seed);
    }
  }

  TEST_CASE("a passphrase decides the seed") {
    const auto words = vectors()[0].mnemonic;
    CHECK(mnemonic_seed(words, "") != mnemonic_seed(words, "TREZOR"));
    CHECK(to_hex(mnemonic_seed(words, "").view()) ==
          "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
          "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4");
  }

  TEST_CASE("a list has 2,048 different words") {
    for (const auto language : {MnemonicLanguage::kEnglish, MnemonicLanguage::kSimplifiedChinese}) {
      const auto words = mnemonic_words(language);
      CHECK(words.size() == 2048);
      CHECK(std::set(words.begin(), words.end()).size() == 2048);
    }
  }

  TEST_CASE("words of every length are read as they were made") {
    Prng prng{7};
    for (int round = 0; round < 20; ++round) {
      for (const std::size_t size : {16, 20, 24, 28, 32}) {
        Bytes entropy(size);
        prng.fill(entropy);
        for (const auto language :
             {MnemonicLanguage::kEnglish, MnemonicLanguage::kSimplifiedChinese}) {
          const auto mnemonic = make_mnemonic(entropy, language);
          CAPTURE(mnemonic);
          CHECK(read_mnemonic(mnemonic).value() == mnemonic);
        }
      }
    }
  }

  TEST_CASE(
      "white space and case of English words do not matter, nor does the space of Chinese ones") {
    const auto& all = vectors();
    CHECK(read_mnemonic("  Legal winner\tthank YEAR\nwave sausage worth useful legal\r\n"
                        "winner  thank yellow\n")
              .value() == all[1].mnemonic);
    CHECK(read_mnemonic("枪疫霉尝俩闹饿贤枪疫霉卿").value() == all[6].mnemonic);
    CHECK(read_mnemonic("枪　疫　霉 尝俩闹\n饿贤枪疫霉卿　").value() == all[6].mnemonic);
  }

  TEST_CASE("another number of words is refused with the number") {
    for (const int count : {0, 1, 11, 13, 14, 16, 25, 27}) {
      CAPTURE(count);
      const auto error = error_of(times(count, "abandon", ""));
      CHECK(error.fault == MnemonicFault::kWordCount);
      CHECK(error.position == static_cast<std::size_t>(count));
    }
  }

  TEST_CASE("an unknown word is refused with its place") {
    const auto error = error_of(times(6, "abandon", "abandom " + times(4, "abandon", "about")));
    CHECK(error.fault == MnemonicFault::kUnknownWord);
    CHECK(error.position == 7);
    CHECK(error.word == "abandom");
    const auto mixed = error_of("枪 疫 霉 尝 俩 闹 饿 贤 枪 疫 霉 yellow");
    CHECK(mixed.fault == MnemonicFault::kUnknownWord);
    CHECK(mixed.language == MnemonicLanguage::kSimplifiedChinese);
    CHECK(mixed.word == "yellow");
    CHECK(error_of("枪 疫 霉 尝 俩 闹 饿 贤 枪 疫 霉 \xff\xfe").fault == MnemonicFault::kWordCount);
    CHECK(error_of("枪 疫 霉 尝 俩 闹 饿 贤 枪 疫 霉 \xff").word == "\xff");
  }

  TEST_CASE("a word in another's place is refused by the checksum") {
    CHECK(error_of(times(11, "abandon", "abandon")).fault == MnemonicFault::kChecksum);
    CHECK(error_of("winner legal thank year wave sausage worth useful legal winner thank yellow")
              .fault == MnemonicFault::kChecksum);
    CHECK(error_of(times(11, "的", "一")).fault == MnemonicFault::kChecksum);
  }

  TEST_CASE("each fault has words of its own") {
    CHECK(to_string(MnemonicFault::kWordCount) == "a mnemonic has 12, 15, 18, 21 or 24 words");
    CHECK(to_string(MnemonicFault::kUnknownWord) == "a word is not in the list of BIP-39");
    CHECK(to_string(MnemonicFault::kChecksum) == "the checksum of the mnemonic is wrong");
  }
}

}  // namespace datapact::crypto
