#include "rpc/method_table.hpp"
#include "rpc/request.hpp"
#include "tests/testkit/rpc/ask.hpp"

#include <doctest/doctest.h>

namespace datapact::rpc {
namespace {

using testkit::Desk;

std::string code_of(const std::string& response) {
  const auto parsed = json::parse(response);
  REQUIRE(parsed.ok());
  const json::Value* error = parsed->find("error");
  REQUIRE(error != nullptr);
  return std::to_string(*error->find("code")->as_i64());
}

TEST_SUITE("rpc/envelope") {
  TEST_CASE("ids are echoed verbatim") {
    Desk desk;
    for (const char* id : {"0", "\"\"", "\"x-1\"", "-7", "18446744073709551615", "null"}) {
      CAPTURE(id);
      const std::string body =
          std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"method":"eth_chainId"})";
      CHECK(desk.send(body) ==
            std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"result":"0x539"})");
    }
  }

  TEST_CASE("params may be missing or null") {
    Desk desk;
    CHECK(desk.ask("eth_chainId", "null").find("result") != nullptr);
    CHECK(desk.send(R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})").find("result") !=
          std::string::npos);
  }

  TEST_CASE("an unknown method is -32601 under its id") {
    Desk desk;
    CHECK(desk.refusal("eth_fillTransaction").starts_with("-32601 "));
  }

  TEST_CASE("text that is no JSON is -32700 with a null id") {
    Desk desk;
    const std::string response = desk.send("{bad");
    CHECK(code_of(response) == "-32700");
    CHECK(response.find(R"("id":null)") != std::string::npos);
    CHECK(code_of(desk.send("")) == "-32700");
  }

  TEST_CASE("an empty batch is -32600, and one too long is -32005") {
    Limits limits;
    limits.batch_items_max = 2;
    Desk desk(limits);
    CHECK(code_of(desk.send("[]")) == "-32600");
    CHECK(code_of(desk.send("[1,2,3]")) == "-32005");
  }

  TEST_CASE("JSON deeper than the limit is -32005") {
    Desk desk;
    CHECK(code_of(desk.send(std::string(40, '[') + std::string(40, ']'))) == "-32005");
  }

  TEST_CASE("what is no request is -32600") {
    Desk desk;
    CHECK(code_of(desk.send("1")) == "-32600");
    CHECK(code_of(desk.send(R"({"id":1,"method":"eth_chainId"})")) == "-32600");
    CHECK(code_of(desk.send(R"({"jsonrpc":"2.0","id":1})")) == "-32600");
    CHECK(code_of(desk.send(R"({"jsonrpc":"2.0","id":[],"method":"eth_chainId"})")) == "-32600");
  }

  TEST_CASE("params that are no array, or too many, are -32602") {
    Desk desk;
    CHECK(desk.refusal("eth_chainId", "{}").starts_with("-32602 "));
    CHECK(desk.refusal("eth_chainId", "[1]").starts_with("-32602 too many arguments"));
    CHECK(desk.refusal("eth_getBalance") == "-32602 missing value for required argument 0");
  }

  TEST_CASE("a notification gets an empty body") {
    Desk desk;
    CHECK(desk.send(R"({"jsonrpc":"2.0","method":"eth_chainId"})").empty());
    CHECK(desk.send(R"([{"jsonrpc":"2.0","method":"eth_chainId"}])").empty());
  }

  TEST_CASE("a batch is answered in order, with its bad items under their own ids") {
    Desk desk;
    const std::string answer = desk.send(
        R"([{"jsonrpc":"2.0","id":2,"method":"eth_chainId"},{"jsonrpc":"2.0","method":"net_version"},)"
        R"(7,{"jsonrpc":"2.0","id":"b","method":"net_version"}])");
    const auto parsed = json::parse(answer);
    REQUIRE(parsed.ok());
    const json::Array& items = *parsed->as_array();
    REQUIRE(items.size() == 3);
    CHECK(items[0].find("id")->as_u64() == 2);
    CHECK(items[1].find("error") != nullptr);
    CHECK(*items[2].find("result")->as_string() == "1337");
  }

  TEST_CASE("calls of a batch that have not begun in time are refused") {
    Limits limits;
    limits.batch_time_max = std::chrono::milliseconds(10);
    Desk desk(limits);
    desk.clock.set_step(std::chrono::milliseconds(8));
    const std::string answer = desk.send(R"([{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},)"
                                         R"({"jsonrpc":"2.0","id":2,"method":"eth_chainId"}])");
    CHECK(answer.find(R"("id":1,"result")") != std::string::npos);
    CHECK(answer.find(R"("id":2,"error":{"code":-32005)") != std::string::npos);
  }

  TEST_CASE("a response above the limit is replaced by -32005") {
    Limits limits;
    limits.response_bytes_max = 200;
    Desk desk(limits);
    CHECK(desk.refusal("eth_getBlockByNumber", R"(["latest",false])").starts_with("-32005 "));
  }

  TEST_CASE("debug and txpool methods are refused to callers on other hosts") {
    Desk desk;
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"txpool_status"})";
    CHECK(desk.send(body).find(R"("pending":"0x3")") != std::string::npos);
    CHECK(code_of(desk.send(body, {.is_local = false})) == "-32004");
  }

  TEST_CASE("a method that throws answers -32603 and says nothing of the inside") {
    Desk desk;
    desk.node.on_call = [](const CallRequest&) -> Result<CallOutcome, NodeError> {
      throw std::runtime_error("secret");
    };
    CHECK(desk.refusal("eth_call", "[{}]") == "-32603 internal error");
  }

  TEST_CASE("every method of the table answers either now or later") {
    for (const Method& method : method_table()) {
      CAPTURE(method.name);
      CHECK((method.run == nullptr) != (method.start == nullptr));
    }
  }

  TEST_CASE("every method of the table answers garbage with an error or a result") {
    Desk desk;
    for (const Method& method : method_table()) {
      CAPTURE(method.name);
      for (const char* params : {"[]", "[1]", "[\"0x\"]", "[{}]", "[[],[],[]]", "[null,null]"}) {
        CHECK(desk.ask(method.name, params).find("id") != nullptr);
      }
    }
  }

  TEST_CASE("rpc_modules lists the namespaces") {
    Desk desk;
    const json::Value modules = desk.result("rpc_modules");
    for (const char* name : {"data", "debug", "eth", "net", "qbft", "rpc", "txpool", "web3"}) {
      CHECK(modules.find(name) != nullptr);
    }
  }
}

}  // namespace
}  // namespace datapact::rpc
