#include "tools/cli/chinese.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

TEST_SUITE("tools/chinese") {
  TEST_CASE("what is put into a text stands where the Chinese has it, as it is") {
    CHECK(chinese_of("no such file: /tmp/a b") == "没有此文件：/tmp/a b");
    CHECK(chinese_of("no keystore of 0x12 in /home/keystore") ==
          "/home/keystore 中没有 0x12 的密钥库");
    CHECK(chinese_of("--lang must be en or zh_CN, got \"data\"") ==
          "--lang 必须为 en 或 zh_CN，所给为“data”");
  }

  TEST_CASE("a rule that is put in is Chinese too, and the value that breaks it stays") {
    CHECK(chinese_of("TO must be an address: 0x and 40 hex digits, got \"offer\"") ==
          "TO 必须为地址：0x 加 40 位十六进制数字，所给为“offer”");
  }

  TEST_CASE("the text with most words of its own is meant") {
    CHECK(chinese_of("/a/b exists already") == "/a/b 已存在");
    CHECK(chinese_of("/a/b exists already: it may hold other words") ==
          "/a/b 已存在：其中可能有别的助记词");
  }

  TEST_CASE("a name before a colon stays, and what is said of it is Chinese") {
    CHECK(chinese_of("/a/k.json: wrong password") == "/a/k.json：口令错误");
    CHECK(chinese_of("http://127.0.0.1:9: Connection refused") == "http://127.0.0.1:9：连接被拒绝");
    CHECK(chinese_of("a: b: wrong password") == "a：b：口令错误");
    CHECK(chinese_of("--count: must be a whole decimal number from 0, got \"x\"") ==
          "--count：必须为从 0 起的十进制整数，所给为“x”");
    CHECK(chinese_of("offer.json: header.amount must be a text") ==
          "offer.json：header.amount 必须为文本");
  }

  TEST_CASE(
      "a value is known as ours where it is made, and another's text does not look like one") {
    CHECK(chinese_of_value("height 5 round 1") == "高度 5 轮次 1");
    CHECK(chinese_of_value("no") == "否");
    CHECK(chinese_of("no") == "序号");
    CHECK(chinese_of_value(
              "height 5 round 0: 2 of the 3 needed prepares are here; missing: 0x1, 0x2") ==
          "高度 5 轮次 0：所需 3 张准备票已到 2 张；缺少：0x1, 0x2");
    CHECK(chinese_of_value("settled at height 7") == "已结清，高度 7");
    CHECK_FALSE(chinese_of("error in the contract"));
    CHECK(chinese_of("lot exists: lot 3 of 2") == "批次存在：批次 3，共 2 个");
  }

  TEST_CASE("several sentences are Chinese when each is, and English when one is not") {
    CHECK(chinese_of("revealWindow is zero; payee is the zero address") ==
          "揭示时限为零；收款人为零地址");
    CHECK_FALSE(chinese_of("revealWindow is zero; the moon is full"));
  }

  TEST_CASE("a part is read as what most of its words are, however it could be cut") {
    CHECK(chinese_of("net.toml:3: organisation[0].quorum must be at most the 3 organisations with "
                     "votes, got 4") ==
          "net.toml:3：organisation[0].quorum 不得超过有表决权的 3 个机构，所给为 4");
    CHECK(chinese_of("this offer would be refused: payee is the zero address") ==
          "此要约会被拒绝：收款人为零地址");
    CHECK(chinese_of("decrypting lot 3 of 4: 5.0 MB of 9.0 MB, 3.0 MB/s, 5 s left") ==
          "正在解密批次 3（共 4 个）：5.0 MB，共 9.0 MB，每秒 3.0 MB，剩余 5 秒");
  }

  TEST_CASE("a command to run was translated where its words looked like a sentence about a deal") {
    CHECK_FALSE(chinese_of("datapact deal offer --help"));
    CHECK(chinese_of("deal 0x12 is settled: its payee was paid").has_value());
  }

  TEST_CASE("braces that are no hole are text") {
    CHECK(chinese_of("the signer \"x\" must answer {\"signature\": \"0x…\"} with 65 bytes, or "
                     "{\"error\": \"…\"}") ==
          "签名程序“x”必须应答 {\"signature\": \"0x…\"}（65 字节），或 {\"error\": \"…\"}");
  }

  TEST_CASE("another's text, and one of a file's length, has no Chinese form") {
    CHECK_FALSE(chinese_of("nonce too low: next nonce 5, tx nonce 4"));
    CHECK_FALSE(chinese_of(""));
    std::string log = "no such file: ";
    for (int i = 0; i < 10'000; ++i) log += "a: ";
    CHECK_FALSE(chinese_of(log));
  }

  TEST_CASE("a node's message of two thousand colons or semicolons was read for minutes") {
    for (const std::string part : {": ", "; ", "a: ", "no such file: "}) {
      std::string text;
      while (text.size() + part.size() <= 4096) text += part;
      CHECK_FALSE(chinese_of(text));
      CHECK_FALSE(chinese_of_value(text));
    }
  }
}
