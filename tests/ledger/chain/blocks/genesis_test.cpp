#include "ledger/chain/genesis.hpp"

#include "base/hex.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace datapact;
using namespace datapact::chain;
using namespace datapact::testkit;

namespace {

json::Value document() { return *build_consortium_genesis(governed_params()); }

/// The field that load_genesis names after `change`.
std::string field_after(const std::function<void(json::Value&)>& change) {
  json::Value value = document();
  change(value);
  const auto genesis = load_genesis(value);
  REQUIRE_FALSE(genesis.has_value());
  CHECK_FALSE(genesis.error().message.empty());
  return genesis.error().field;
}

std::function<void(json::Value&)> set_config(std::string name, json::Value member) {
  return [=](json::Value& value) {
    json::Value config = *value.find("config");
    config.set(name, member);
    value.set("config", config);
  };
}

}  // namespace

TEST_SUITE("chain/genesis") {
  TEST_CASE("a built genesis loads, and loads to the same hash") {
    const auto first = load_genesis(document());
    REQUIRE(first.has_value());
    CHECK(first->config.profile == Profile::kConsortium);
    CHECK(first->config.zero_base_fee);
    CHECK(first->config.qbft.block_period == std::chrono::milliseconds{250});
    CHECK(load_genesis(*json::parse(json::to_pretty_text(document())))->hash == first->hash);
  }

  TEST_CASE("an account's comment is for people: it must be a text and changes no hash") {
    const auto alloc_with = [](json::Value comment) {
      json::Value value = document();
      json::Value alloc = *value.find("alloc");
      alloc.as_object()->front().second.set("comment", std::move(comment));
      value.set("alloc", alloc);
      return value;
    };
    CHECK(load_genesis(alloc_with("whose it is"))->hash == load_genesis(document())->hash);
    CHECK(load_genesis(alloc_with(7)).error().field ==
          "alloc." + document().find("alloc")->as_object()->front().first + ".comment");
  }

  TEST_CASE("the deployer does not exist afterwards") {
    const auto genesis = load_genesis(document());
    CHECK_FALSE(genesis->alloc.accounts.contains(Address{}));
  }

  TEST_CASE("every wrong member is named by its path") {
    CHECK(field_after([](json::Value& v) { v.set("surprise", 1); }) == "surprise");
    CHECK(field_after(set_config("surprise", 1)) == "config.surprise");
    CHECK(field_after(set_config("chainId", 0)) == "config.chainId");
    CHECK(field_after(set_config("zeroBaseFee", "yes")) == "config.zeroBaseFee");
    CHECK(field_after(set_config("pragueTime", 7)) == "config.pragueTime");
    CHECK(field_after(set_config("osakaTime", 7)) == "config.osakaTime");
    CHECK(field_after(set_config("blobSchedule", 7)) == "config.blobSchedule");
    CHECK(field_after(set_config("depositContractAddress", 7)) == "config.depositContractAddress");
    CHECK(field_after(set_config("londonBlock", 7)) == "config.londonBlock");
    CHECK(field_after([](json::Value& v) { v.set("gasLimit", "many"); }) == "gasLimit");
    CHECK(field_after([](json::Value& v) { v.set("number", 1); }) == "number");
    CHECK(field_after([](json::Value& v) { v.set("difficulty", 2); }) == "difficulty");
    CHECK(field_after([](json::Value& v) { v.set("extraData", "0x00"); }) == "extraData");
    CHECK(field_after([](json::Value& v) {
            v.set("alloc", json::Value::object({{"0x12", json::Value::object({})}}));
          }) == "alloc.0x12");
  }

  TEST_CASE("Besu's names in seconds are refused with a hint") {
    json::Value value = document();
    set_config("qbft", json::Value::object({{"blockperiodseconds", 2}}))(value);
    const auto genesis = load_genesis(value);
    REQUIRE_FALSE(genesis.has_value());
    CHECK(genesis.error().field == "config.qbft.blockperiodseconds");
    CHECK(genesis.error().message.find("blockPeriodMs") != std::string::npos);
  }

  TEST_CASE("a precompile this build lacks is refused by address") {
    CHECK(field_after(set_config(
              "precompiles", json::Value::array({"0x00000000000000000000000000000000000000ff"}))) ==
          "config.precompiles[0]");
  }

  TEST_CASE("a vanity that does not commit to the config is refused") {
    CHECK(field_after(set_config("chainId", 7)) == "extraData");
  }

  TEST_CASE("extra data naming other validators than Governance is refused") {
    ConsortiumParams params = governed_params();
    params.validators = {address_of(7)};
    const auto genesis = load_genesis(*build_consortium_genesis(params));
    REQUIRE_FALSE(genesis.has_value());
    CHECK(genesis.error().field == "extraData");
  }

  TEST_CASE("a constructor that reverts names its contract") {
    ConsortiumParams params = governed_params();
    params.predeploys[0].constructor_arguments.clear();
    const auto built = build_consortium_genesis(params);
    REQUIRE_FALSE(built.has_value());
    CHECK(built.error().field == "predeploys.Governance");
  }

  TEST_CASE("validators must be there, ascending and no more than the seal can carry") {
    ConsortiumParams params = governed_params();
    params.validators = {};
    CHECK(build_consortium_genesis(params).error().field == "validators");
    params.validators = {address_of(1), address_of(1)};
    CHECK(build_consortium_genesis(params).error().field == "validators");
    params.validators.assign(kValidatorsMax + 1, Address{});
    for (std::size_t i = 0; i < params.validators.size(); ++i) {
      store_be(params.validators[i].data(), static_cast<std::uint32_t>(i));
    }
    CHECK(build_consortium_genesis(params).error().message.find("257") != std::string::npos);
  }
}
