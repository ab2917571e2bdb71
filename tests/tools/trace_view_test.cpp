#include "tools/commands/trace_view.hpp"

#include "base/hex.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/cli_error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

using contracts::ContractId;
using Cells = std::vector<std::string>;

const std::string kUser = "0x" + std::string(39, '0') + "1";

Output output_as(Format format, Language language = Language::kEnglish) {
  Output out;
  out.format = format;
  out.language = language;
  return out;
}
const Output kText = output_as(Format::kText);
const Output kPlain = output_as(Format::kPlain);

std::string settlement() { return to_hex0x(contracts::predeploy_address(ContractId::kSettlement)); }

/// A frame to Settlement that calls a function of it.
json::Value frame_of(std::string_view function, const contracts::AbiList& arguments) {
  const auto* signature = contracts::contract(ContractId::kSettlement).abi.function(function);
  REQUIRE(signature != nullptr);
  return json::Value::object({{"type", "CALL"},
                              {"from", kUser},
                              {"to", settlement()},
                              {"value", "0x0"},
                              {"gas", "0x100"},
                              {"gasUsed", "0x20"},
                              {"input", to_hex0x(contracts::encode_call(*signature, arguments))}});
}
json::Value balance_of() {
  json::Value out = frame_of("balanceOf", {Address{}});
  out.set("output", "0x" + std::string(63, '0') + "7");
  return out;
}
json::Value plain_frame(const std::string& kind) {
  return json::Value::object({{"type", kind},
                              {"from", kUser},
                              {"to", kUser},
                              {"value", "0x3"},
                              {"gas", "0x0"},
                              {"gasUsed", "0x5"},
                              {"input", "0x"}});
}

}  // namespace

TEST_SUITE("tools/trace_view") {
  TEST_CASE("a call of a known contract shows its name, its function and what it returned") {
    const auto table = call_table(balance_of(), kText);
    REQUIRE(table.rows.size() == 1);
    CHECK(table.rows[0][0] == "CALL");
    CHECK(table.rows[0][1] == "Settlement");
    CHECK(table.rows[0][2].starts_with("balanceOf("));
    CHECK(table.rows[0][2].ends_with("0x0000000000000000000000000000000000000000)"));
    CHECK(table.rows[0][4] == "32");
    CHECK(table.rows[0][5].ends_with("7"));
  }

  TEST_CASE("a call of an unknown contract shows its address, its data and what it returned") {
    json::Value frame = plain_frame("STATICCALL");
    frame.set("input", "0x01020304");
    frame.set("output", "0x05");
    const auto table = call_table(frame, kText);
    CHECK(table.rows[0] == Cells{"STATICCALL", kUser, "0x01020304", "3 wei", "5", "0x05"});
  }

  TEST_CASE("calls are indented below their caller, or carry their depth for programs") {
    json::Value tree = plain_frame("CALL");
    json::Value middle = plain_frame("DELEGATECALL");
    middle.set("calls", json::Array{plain_frame("STATICCALL")});
    tree.set("calls", json::Array{middle, plain_frame("CALL")});
    const auto text = call_table(tree, kText);
    CHECK(text.headings.size() == 6);
    CHECK(text.rows[1][0] == "  DELEGATECALL");
    CHECK(text.rows[2][0] == "    STATICCALL");
    CHECK(text.rows[3][0] == "  CALL");
    const auto plain = call_table(tree, kPlain);
    CHECK(plain.headings.size() == 7);
    CHECK(plain.rows[2][0] == "2");
    CHECK(plain.rows[2][1] == "STATICCALL");
  }

  TEST_CASE("a revert is decoded with the errors of the contract, another failure is its name") {
    json::Value frame = frame_of("balanceOf", {Address{}});
    frame.set("error", "execution reverted");
    frame.set("output",
              "0x08c379a00000000000000000000000000000000000000000000000000000000000000020"
              "0000000000000000000000000000000000000000000000000000000000000002"
              "6e6f000000000000000000000000000000000000000000000000000000000000");
    CHECK(call_table(frame, kText).rows[0][5].starts_with("execution reverted: "));
    CHECK(call_table(frame, kText).rows[0][5].find("no") != std::string::npos);
    json::Value failed = plain_frame("CALL");
    failed.set("error", "out of gas");
    CHECK(call_table(failed, kText).rows[0][5] == "out of gas");
  }

  TEST_CASE("a creation shows how long its codes are, and a failed one names no address") {
    json::Value frame = plain_frame("CREATE2");
    frame.set("input", "0x010203");
    frame.set("output", "0x0102");
    CHECK(call_table(frame, kText).rows[0][2] == "3 bytes of init code");
    CHECK(call_table(frame, kText).rows[0][5] == "2 bytes of code");
    const auto failed = json::Value::object({{"type", "CREATE"},
                                             {"from", kUser},
                                             {"gas", "0x1"},
                                             {"gasUsed", "0x1"},
                                             {"input", "0x"},
                                             {"error", "contract address collision"}});
    CHECK(call_table(failed, kText).rows[0][1].empty());
  }

  TEST_CASE("what a table says in words of its own it says in the user's language") {
    json::Value frame = plain_frame("CREATE");
    frame.set("output", "0x0102");
    const auto table = call_table(frame, output_as(Format::kText, Language::kChinese));
    CHECK(table.rows[0][5] == "2 字节代码");
  }

  TEST_CASE("logs stand among the calls where they were emitted") {
    const auto log = [](const std::string& position) {
      return json::Value::object({{"address", kUser},
                                  {"topics", json::Array{"0x" + std::string(64, '1')}},
                                  {"data", "0x02"},
                                  {"index", "0x0"},
                                  {"position", position}});
    };
    json::Value tree = plain_frame("CALL");
    tree.set("calls", json::Array{plain_frame("STATICCALL")});
    tree.set("logs", json::Array{log("0x0"), log("0x1")});
    const auto table = call_table(tree, kText);
    REQUIRE(table.rows.size() == 4);
    CHECK(table.rows[1][0] == "  LOG");
    CHECK(table.rows[1][2] == "0x" + std::string(64, '1') + " 0x02");
    CHECK(table.rows[2][0] == "  STATICCALL");
    CHECK(table.rows[3][0] == "  LOG");
  }

  TEST_CASE("a long value is cut and its length told") {
    json::Value frame = plain_frame("CALL");
    frame.set("input", "0x" + std::string(200, 'a'));
    CHECK(call_table(frame, kText).rows[0][2] == "0xaaaaaaaaaaaaaaaa… (100 bytes)");
  }

  TEST_CASE("an instruction shows its place, its gas and the top of the stack first") {
    const auto trace = json::Value::object(
        {{"structLogs", json::Array{json::Value::object(
                            {{"pc", 4},
                             {"op", "ADD"},
                             {"gas", 90},
                             {"gasCost", 3},
                             {"depth", 1},
                             {"stack", json::Array{"0x1", "0x2", "0x3", "0x4", "0x5"}},
                             {"error", "out of gas"}})}}});
    CHECK(step_table(trace).rows[0] ==
          Cells{"1", "4", "ADD", "90", "3", "0x5 0x4 0x3 0x2 … 5", "out of gas"});
  }

  TEST_CASE("a change of state shows a member before and after, and what is gone after nothing") {
    const std::string slot = "0x" + std::string(64, '1');
    const auto storage = [&](const std::string& word) {
      return json::Value::object({{slot, word}});
    };
    const auto difference = json::Value::object(
        {{"pre",
          json::Value::object(
              {{kUser, json::Value::object(
                           {{"balance", "0x9"}, {"nonce", 1}, {"storage", storage("0x2")}})}})},
         {"post", json::Value::object({{kUser, json::Value::object({{"balance", "0x8"}})},
                                       {settlement(), json::Value::object({{"nonce", 1}})}})}});
    const auto table = state_table(difference, kText);
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0] == Cells{kUser, "balance", "9 wei", "8 wei"});
    CHECK(table.rows[1] == Cells{kUser, "slot " + slot, "0x2", ""});
    CHECK(table.rows[2] == Cells{"Settlement", "nonce", "", "1"});
  }

  TEST_CASE("a document of another shape is refused by the member that is missing") {
    CHECK_THROWS_AS(call_table(json::Value::object({{"type", "CALL"}}), kText), CliError);
    CHECK_THROWS_AS(step_table(json::Value{}), CliError);
    CHECK_THROWS_AS(state_table(json::Value{}, kText), CliError);
  }
}
