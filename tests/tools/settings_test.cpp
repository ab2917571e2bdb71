#include "tools/cli/cli_error.hpp"
#include "tools/cli/session.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

std::string written(const std::string& name, const std::string& text) {
  const std::string path = std::string(DATAPACT_BUILD_DIR) + "/" + name;
  std::ofstream(path) << text;
  return path;
}

}  // namespace

TEST_SUITE("tools/settings") {
  TEST_CASE("a flag overrides a file, a file overrides the default, and each says so") {
    Settings settings;
    const auto file =
        written("settings.toml", "[rpc]\nurl = \"http://127.0.0.1:1\"\ntimeout_s = 5\n");
    settings.load(file);
    CHECK(settings.get("rpc", "url") == "http://127.0.0.1:1");
    CHECK(settings.origin("rpc", "timeout_s").origin == file);
    CHECK(settings.origin("home", "path").origin == "default");
    settings.set_flag("rpc", "url", "http://127.0.0.1:2", "--rpc");
    CHECK(settings.get("rpc", "url") == "http://127.0.0.1:2");
    CHECK(settings.origin("rpc", "url").origin == "flag --rpc");
  }

  TEST_CASE("an unknown key is an error that suggests the one that was meant") {
    Settings settings;
    const auto file = written("unknown.toml", "[rpc]\nurk = \"x\"\n");
    try {
      settings.load(file);
      FAIL("accepted");
    } catch (const CliError& error) {
      CHECK(error.message() == file + ": unknown key rpc.urk");
      CHECK(error.hint() == "did you mean rpc.url?");
    }
  }

  TEST_CASE("money with too many digits is not told that it has too many decimals") {
    const std::string digits(41, '9');
    CHECK_THROWS_WITH_AS(static_cast<void>(parse_money("--amount", digits)),
                         ("--amount must be an amount of at most "
                          "340282366920938463463374607431768.211455, got \"" +
                          digits + "\"")
                             .c_str(),
                         CliError);
    CHECK_THROWS_AS(static_cast<void>(parse_money("--amount", std::string(200, '9'))), CliError);
    CHECK(parse_money("--amount", "340282366920938463463374607431768.211455").bit_length() == 128);
  }

  TEST_CASE("money has at most six decimals and addresses forty digits") {
    CHECK(parse_money("--amount", "12.5") == uint256{12'500'000});
    CHECK(human_money(uint256{12'500'000}) == "12.50");
    CHECK_THROWS_AS(static_cast<void>(parse_money("--amount", "1.2345678")), CliError);
    CHECK_THROWS_AS(static_cast<void>(parse_money("--amount", "1.")), CliError);
    CHECK_THROWS_AS(static_cast<void>(parse_money("--amount", "")), CliError);
    CHECK_THROWS_AS(static_cast<void>(parse_money("--amount", "-1")), CliError);
    CHECK_THROWS_WITH_AS(static_cast<void>(parse_address("TO", "0x12")),
                         "TO must be an address: 0x and 40 hex digits, got \"0x12\"", CliError);
  }
}
