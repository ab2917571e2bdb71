#include "contracts/catalogue.hpp"

#include "base/hex.hpp"

#include <doctest/doctest.h>

using namespace datapact;             // NOLINT(google-build-using-namespace)
using namespace datapact::contracts;  // NOLINT(google-build-using-namespace)

TEST_SUITE("contracts/catalogue") {
  TEST_CASE("every contract has code and an ABI, and is found by name and by address") {
    for (const auto id : kContractIds) {
      CAPTURE(to_string(id));
      CHECK(contract(id).init_code.size() > 100);
      CHECK_FALSE(contract(id).abi.functions.empty());
      CHECK(find_contract(to_string(id)) == id);
      CHECK(find_contract(predeploy_address(id)) == id);
    }
    CHECK_FALSE(find_contract("Nothing").has_value());
    CHECK(to_hex0x(predeploy_address(ContractId::kFairExchange)) ==
          "0x0000000000000000000000000000000000001003");
  }

  TEST_CASE("tuples in an ABI document keep their members' names") {
    const auto* lock = contract(ContractId::kFairExchange).abi.function("lock");
    REQUIRE(lock != nullptr);
    CHECK(lock->inputs[0].parts[0].name == "termsDigest");
    CHECK(lock->canonical() ==
          "lock((bytes32,address,address,uint256,uint256,address,address,uint128,uint128,uint128,"
          "uint64,uint64,"
          "uint32,uint32,uint32),bytes)");
  }
}
