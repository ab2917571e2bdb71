#include "tools/commands/protocol_step.hpp"

#include "ledger/chain/block_rules.hpp"
#include "tools/cli/cli_error.hpp"
#include "vm/precompiles.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

template <class Parse>
std::string complaint(const Parse& parse) {
  try {
    static_cast<void>(parse());
  } catch (const CliError& error) {
    CHECK(error.code() == ExitCode::kUsage);
    return error.message();
  }
  return {};
}

vm::PrecompileSet precompiles(const std::string& text) {
  return parse_precompiles(text, vm::Revision::kOsaka);
}

}  // namespace

TEST_SUITE("tools/protocol_step") {
  TEST_CASE("a revision is named in small or capital letters, and another is refused by name") {
    CHECK(parse_revision("cancun") == vm::Revision::kCancun);
    CHECK(parse_revision("Prague") == vm::Revision::kPrague);
    CHECK(parse_revision("OSAKA") == vm::Revision::kOsaka);
    CHECK(complaint([] { return parse_revision("amsterdam"); }) ==
          "--revision: \"amsterdam\" is not known to this version, only cancun, prague, osaka");
  }

  TEST_CASE("precompiles are a list of addresses and ranges, none, or the revision's full set") {
    CHECK(parse_precompiles(std::nullopt, vm::Revision::kCancun) ==
          vm::precompiles_of(vm::Revision::kCancun));
    CHECK(precompiles("none").empty());
    CHECK(precompiles("0x01-0x11,0x100") == vm::precompiles_of(vm::Revision::kOsaka));
    CHECK(precompiles("2").contains(2U));
    CHECK(precompiles("0x0a,1-3") == [] {
      auto set = vm::PrecompileSet::range(1, 3);
      set.insert(0x0aU);
      return set;
    }());
  }

  TEST_CASE("what is no precompile is refused by its text") {
    for (const std::string text :
         {"", "0", "0x101", "0x", "x", "0x01,", "1-", "-1", "1 2", "1-2-3"}) {
      CAPTURE(text);
      CHECK(complaint([&] { return precompiles(text); }).find("is no address from 0x01 to 0x100") !=
            std::string::npos);
    }
    CHECK(complaint([] { return precompiles("0x03-0x01"); }) ==
          "--precompiles: the range 0x03-0x01 descends");
  }

  TEST_CASE("what is described is what was written, and an unknown step says why") {
    const auto set = precompiles("0x01-0x05,0x100");
    const chain::ProtocolStep step{Height{9}, 3, chain::precompile_bits(set)};
    CHECK(describe_step(step, 2) == "Osaka, precompiles 0x01-0x05,0x100");
    const auto too_many = chain::precompile_bits(precompiles("0x01-0x12"));
    CHECK(describe_step({Height{9}, 3, too_many}, 2) == "precompile 0x12 is not known");
    CHECK(describe_step({Height{9}, 7, {}}, 2) ==
          "revision 7 is not known, only 1 (Cancun) to 3 (Osaka)");
  }
}
