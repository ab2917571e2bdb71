// Which precompiles a chain has: its genesis says so, or the revision.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "ledger/chain/profile.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace datapact;
using namespace datapact::chain;

namespace {

json::Value config_with(json::Value precompiles) {
  return json::Value::object({{"chainId", 7},
                              {"cancunTime", 0},
                              {"pragueTime", 100},
                              {"precompiles", std::move(precompiles)}});
}

json::Value names(const vm::PrecompileSet& set) {
  json::Value out = json::Value::array();
  for (const Address& address : set.addresses()) out.push(to_hex0x(address));
  return out;
}

}  // namespace

TEST_SUITE("chain/precompile set") {
  TEST_CASE("this node has every precompile of every revision") {
    for (const auto revision :
         {vm::Revision::kCancun, vm::Revision::kPrague, vm::Revision::kOsaka}) {
      CHECK(vm::precompiles_of(revision).without(vm::implemented_precompiles()).empty());
    }
  }

  TEST_CASE("genesis may name any of the eighteen, whatever the revision") {
    const auto all = vm::precompiles_of(vm::Revision::kOsaka);
    REQUIRE(all.addresses().size() == 18);
    const auto config = read_genesis_config(config_with(names(all)));
    REQUIRE(config.has_value());
    CHECK(precompiles_at(*config, vm::Revision::kCancun) == all);
    CHECK(precompiles_at(*config, vm::Revision::kPrague) == all);
  }

  TEST_CASE("a list in genesis is the set, in every revision") {
    vm::PrecompileSet few;
    few.insert(0x01);
    few.insert(0x08);
    const auto config = read_genesis_config(config_with(names(few)));
    REQUIRE(config.has_value());
    CHECK(precompiles_at(*config, vm::Revision::kCancun) == few);
    CHECK(precompiles_at(*config, vm::Revision::kOsaka) == few);
    const auto none = read_genesis_config(config_with(json::Value::array()));
    REQUIRE(none.has_value());
    CHECK(precompiles_at(*none, vm::Revision::kPrague).empty());
  }

  TEST_CASE("without a list each revision has its full set") {
    const auto config =
        read_genesis_config(json::Value::object({{"chainId", 7}, {"cancunTime", 0}}));
    REQUIRE(config.has_value());
    CHECK(precompiles_at(*config, vm::Revision::kCancun) == vm::PrecompileSet::range(0x01, 0x0a));
    CHECK(precompiles_at(*config, vm::Revision::kPrague) == vm::PrecompileSet::range(0x01, 0x11));
    CHECK(precompiles_at(*config, vm::Revision::kOsaka).contains(0x100));
  }

  TEST_CASE("what this node lacks is refused by its place, address and reason") {
    const auto config = read_genesis_config(
        config_with(json::Value::array({"0x0000000000000000000000000000000000000001",
                                        "0x0000000000000000000000000000000000000012"})));
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().field == "config.precompiles[1]");
    CHECK(config.error().message.find("0x0000000000000000000000000000000000000012") !=
          std::string::npos);
    CHECK_FALSE(read_genesis_config(config_with("all")).has_value());
    CHECK_FALSE(read_genesis_config(config_with(json::Value::array({7}))).has_value());
  }
}
