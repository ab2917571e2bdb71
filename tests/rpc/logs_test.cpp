#include "tests/testkit/rpc/ask.hpp"

#include <doctest/doctest.h>

namespace datapact::rpc {
namespace {

using json::Value;
using testkit::Desk;

chain::Receipt with_logs(std::size_t count) {
  chain::Receipt receipt;
  for (std::size_t i = 0; i < count; ++i) receipt.logs.push_back({Address{}, {}, {}});
  return receipt;
}

TEST_SUITE("rpc/logs") {
  TEST_CASE("logs are found by range, by block hash and by address") {
    Desk desk;
    desk.node.add_block({with_logs(2)});
    CHECK(desk.result("eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"latest"}])")
              .as_array()
              ->size() == 2);
    CHECK(desk.result("eth_getLogs", R"([{}])").as_array()->size() == 2);
    CHECK(desk.result("eth_getLogs",
                      R"([{"blockHash":)"
                      R"("0xb000000000000000000000000000000000000000000000000000000000000001"}])")
              .as_array()
              ->size() == 2);
    CHECK(
        desk.result("eth_getLogs", R"([{"address":"0x00000000000000000000000000000000000000aa"}])")
            .as_array()
            ->empty());
    CHECK(desk.result("eth_getLogs", R"([{"fromBlock":"0x9","toBlock":"0x10"}])")
              .as_array()
              ->empty());
  }

  TEST_CASE("a filter that contradicts itself is refused") {
    Desk desk;
    CHECK(desk.refusal("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x0"}])")
              .starts_with("-32602 invalid block range"));
    CHECK(desk.refusal("eth_getLogs", R"([{"topics":[null,null,null,null,null]}])") ==
          "-32602 exceed max topics");
    CHECK(desk.refusal("eth_getLogs", R"([{"address":"0x01"}])").starts_with("-32602 "));
    CHECK(desk.refusal("eth_getLogs",
                       R"([{"fromBlock":"0x0","blockHash":)"
                       R"("0xb000000000000000000000000000000000000000000000000000000000000001"}])")
              .starts_with("-32602 cannot specify both"));
    CHECK(
        desk.refusal("eth_getLogs",
                     R"([{"blockHash":)"
                     R"("0xff00000000000000000000000000000000000000000000000000000000000001"}])") ==
        "-32000 unknown block");
  }

  TEST_CASE("too many blocks or logs is -32005, and the range in data works") {
    Limits limits;
    limits.logs_blocks_max = 3;
    limits.logs_max = 4;
    Desk desk(limits);
    for (int i = 0; i < 4; ++i) desk.node.add_block({with_logs(2)});
    Value response = desk.ask("eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"latest"}])");
    CHECK(*response.find("error")->find("code") == Value(-32005));
    const Value* data = response.find("error")->find("data");
    CHECK(*data->find("to") == Value("0x2"));
    response = desk.ask("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x3"}])");
    CHECK(*response.find("error")->find("code") == Value(-32005));
    data = response.find("error")->find("data");
    CHECK(*data->find("from") == Value("0x1"));
    CHECK(*data->find("to") == Value("0x2"));
    CHECK(
        desk.result("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x2"}])").as_array()->size() ==
        4);
  }

  TEST_CASE("a log filter reports each log once") {
    Desk desk;
    const Value id = desk.result("eth_newFilter", "[{}]");
    const std::string params = "[" + json::to_text(id) + "]";
    CHECK(desk.result("eth_getFilterChanges", params).as_array()->empty());
    desk.node.add_block({with_logs(1)});
    CHECK(desk.result("eth_getFilterChanges", params).as_array()->size() == 1);
    CHECK(desk.result("eth_getFilterChanges", params).as_array()->empty());
    CHECK(desk.result("eth_getFilterLogs", params).as_array()->size() == 1);
    CHECK(desk.result("eth_uninstallFilter", params) == Value(true));
    CHECK(desk.result("eth_uninstallFilter", params) == Value(false));
    CHECK(desk.refusal("eth_getFilterChanges", params) == "-32000 filter not found");
  }

  TEST_CASE("a block filter reports the hash of each new block") {
    Desk desk;
    const std::string params = "[" + json::to_text(desk.result("eth_newBlockFilter")) + "]";
    desk.node.add_block({});
    desk.node.add_block({});
    CHECK(desk.result("eth_getFilterChanges", params).as_array()->size() == 2);
    CHECK(desk.result("eth_getFilterChanges", params).as_array()->empty());
  }

  TEST_CASE("filters are bounded, and those nobody asks for are forgotten") {
    Limits limits;
    limits.filters_max = 1;
    Desk desk(limits);
    CHECK(desk.result("eth_newBlockFilter").is_string());
    CHECK(desk.refusal("eth_newBlockFilter").starts_with("-32005 "));
    desk.clock.advance(std::chrono::minutes(6));
    CHECK(desk.result("eth_newBlockFilter").is_string());
  }
}

}  // namespace
}  // namespace datapact::rpc
