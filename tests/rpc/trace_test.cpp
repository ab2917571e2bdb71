#include "tests/testkit/rpc/ask.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace datapact::rpc {
namespace {

using json::Value;
using testkit::Desk;

/// Of the one transaction of block 1, as FakeNode names it.
const std::string kTracedTxn = "\"0xa0" + std::string(58, '0') + "0100" + '"';
const std::string kUnknownHash = "\"0x" + std::string(64, '1') + '"';

/// A node with one block of two transactions, and what it was asked last.
struct TracedDesk : Desk {
  explicit TracedDesk(Limits limits = {}) : Desk(limits) {
    node.add_block({chain::Receipt{}, chain::Receipt{}});
    node.on_trace = [this](const TraceRequest& request) {
      asked = request;
      return std::vector<Value>{"first", "second"};
    };
  }
  /// The options that reached the node, read as one tracer's.
  template <class Options>
  Options options(const std::string& text) {
    CHECK(result("debug_traceTransaction", "[" + kTracedTxn + "," + text + "]") == Value("first"));
    REQUIRE(asked.has_value());
    REQUIRE(std::holds_alternative<Options>(asked->tracer));
    return std::get<Options>(asked->tracer);
  }
  std::string refused(const std::string& options) {
    return refusal("debug_traceTransaction", "[" + kTracedTxn + "," + options + "]");
  }
  std::optional<TraceRequest> asked;
};

}  // namespace

TEST_SUITE("rpc/trace") {
  TEST_CASE("a transaction is traced at its place in its block") {
    TracedDesk desk;
    CHECK(desk.result("debug_traceTransaction", "[" + kTracedTxn + "]") == Value("first"));
    const auto& block = std::get<TracedBlock>(desk.asked->subject);
    CHECK(block.height == Height{1});
    CHECK(block.index == 0);
  }

  TEST_CASE("a transaction that waits in the pool, and one that is unknown, are told apart") {
    TracedDesk desk;
    CHECK(desk.refusal("debug_traceTransaction", "[" + kUnknownHash + "]") ==
          "-32000 transaction not found");
    desk.node.gateway.pending = chain::RecoveredTxn::assume_sender({}, {});
    CHECK(desk.refusal("debug_traceTransaction", "[" + kUnknownHash + "]") ==
          "-32000 transaction not found: it waits in the pool and is in no block yet");
  }

  TEST_CASE("a block's traces stand beside the hashes of its transactions") {
    TracedDesk desk;
    const Value traces = desk.result("debug_traceBlockByNumber", R"(["0x1"])");
    REQUIRE(traces.as_array()->size() == 2);
    CHECK(json::to_text((*traces.as_array())[0]) ==
          R"({"txHash":)" + kTracedTxn + R"(,"result":"first"})");
    CHECK_FALSE(std::get<TracedBlock>(desk.asked->subject).index.has_value());
    const std::string hash = "\"0xb0" + std::string(60, '0') + "01\"";
    CHECK(desk.result("debug_traceBlockByHash", "[" + hash + "]") == traces);
  }

  TEST_CASE("genesis and blocks that are not there are refused in geth's words") {
    TracedDesk desk;
    CHECK(desk.refusal("debug_traceBlockByNumber", R"(["0x0"])") ==
          "-32000 genesis is not traceable");
    CHECK(desk.refusal("debug_traceBlockByNumber", R"(["0x99"])") == "-32000 block #153 not found");
    CHECK(desk.refusal("debug_traceBlockByHash", "[" + kUnknownHash + "]") ==
          "-32000 block 0x" + std::string(64, '1') + " not found");
    CHECK(desk.refusal("debug_traceBlockByNumber", R"(["3"])") ==
          "-32602 invalid argument 0: hex string without 0x prefix");
  }

  TEST_CASE("a call is traced where it would be simulated, within the gas of calls") {
    TracedDesk desk;
    CHECK(desk.result("debug_traceCall", R"([{"data":"0x01"},"pending"])") == Value("first"));
    const auto& call = std::get<CallRequest>(desk.asked->subject);
    CHECK(call.pending);
    CHECK(call.height == Height{1});
    CHECK(call.txn.data == Bytes{1});
    CHECK(call.txn.gas_limit == Gas{50'000'000});
  }

  TEST_CASE("without a tracer there are struct logs, with the options of their own") {
    TracedDesk desk;
    CHECK_FALSE(desk.options<chain::StructLogOptions>("null").disable_stack);
    const auto options = desk.options<chain::StructLogOptions>(
        R"({"disableStack":true,"disableStorage":true,"enableMemory":true,"enableReturnData":true,)"
        R"("limit":7,"reexec":128,"tracerConfig":{}})");
    CHECK(options.disable_stack);
    CHECK(options.disable_storage);
    CHECK(options.enable_memory);
    CHECK(options.enable_return_data);
    CHECK(options.limit == 7);
  }

  TEST_CASE("each tracer takes its options from tracerConfig") {
    TracedDesk desk;
    const auto calls = desk.options<chain::CallTracerOptions>(
        R"({"tracer":"callTracer","tracerConfig":{"onlyTopCall":true,"withLog":true}})");
    CHECK(calls.only_top_call);
    CHECK(calls.with_log);
    CHECK_FALSE(desk.options<chain::CallTracerOptions>(R"({"tracer":"callTracer"})").with_log);
    const auto state = desk.options<chain::PrestateOptions>(
        R"({"tracer":"prestateTracer","tracerConfig":{"diffMode":true,"disableCode":true,)"
        R"("disableStorage":true}})");
    CHECK(state.diff_mode);
    CHECK(state.disable_code);
    CHECK(state.disable_storage);
    CHECK(desk.options<chain::PrestateOptions>(
                  R"({"tracer":"prestateTracer","tracerConfig":{"includeEmpty":true}})")
              .include_empty);
    desk.options<chain::FourByteOptions>(R"({"tracer":"4byteTracer"})");
    desk.options<chain::NoopOptions>(R"({"tracer":"noopTracer","tracerConfig":null})");
  }

  TEST_CASE("a tracer that is not built in is refused with the names of those that are") {
    TracedDesk desk;
    CHECK(
        desk.refused(R"({"tracer":"{data: [], fault: function() {}}"})") ==
        "-32602 invalid argument 1: tracer: \"{data: [], fault: function() {}}\" is not built in; "
        "there are callTracer, prestateTracer, 4byteTracer and noopTracer, and struct logs "
        "without a tracer (JavaScript is not run)");
  }

  TEST_CASE("an option of the wrong kind is refused by name") {
    TracedDesk desk;
    const std::string start = "-32602 invalid argument 1: ";
    CHECK(desk.refused("[]") == start + "an object of options is expected");
    CHECK(desk.refused(R"({"disableStack":1})") ==
          start + "disableStack: true or false is expected");
    CHECK(desk.refused(R"({"limit":-1})") == start + "limit: a number from 0 on is expected");
    CHECK(desk.refused(R"({"tracer":1})") == start + "tracer: a string is expected");
    CHECK(desk.refused(R"({"tracer":"callTracer","tracerConfig":[]})") ==
          start + "tracerConfig: an object is expected");
    CHECK(
        desk.refused(
            R"({"tracer":"prestateTracer","tracerConfig":{"diffMode":true,"includeEmpty":true}})") ==
        start + "tracerConfig: cannot use diffMode with includeEmpty");
    for (const std::string name : {"overrides", "stateOverrides", "blockOverrides", "txIndex"}) {
      CHECK(desk.refused("{\"" + name + "\":{}}") == start + name + ": not supported");
    }
  }

  TEST_CASE("a caller may wait for less time than the limit, not for more") {
    TracedDesk desk;
    const auto time = [&](const std::string& timeout) {
      desk.options<chain::StructLogOptions>(R"({"timeout":")" + timeout + R"("})");
      return desk.asked->time_max;
    };
    CHECK(time("300ms") == std::chrono::milliseconds{300});
    CHECK(time("2s") == std::chrono::milliseconds{2'000});
    CHECK(time("10m") == std::chrono::milliseconds{5'000});
    for (const std::string bad : {"", "5", "s", "-1s", "0s", "1.5s", "1h", "99999999999s"}) {
      CHECK(desk.refused(R"({"timeout":")" + bad + R"("})") ==
            "-32602 invalid argument 1: timeout: a time such as \"5s\" or \"300ms\" is expected");
    }
  }

  TEST_CASE("the limits of the server bound a trace in time, steps and bytes") {
    Limits limits;
    limits.trace_time_max = std::chrono::milliseconds{17};
    limits.trace_steps_max = 18;
    limits.response_bytes_max = 1'900;
    TracedDesk desk(limits);
    desk.options<chain::StructLogOptions>("{}");
    CHECK(desk.asked->time_max == std::chrono::milliseconds{17});
    CHECK(desk.asked->budget.steps_max == 18);
    CHECK(desk.asked->budget.bytes_max == 1'900);
  }

  TEST_CASE("what the node refuses reaches the caller with its code") {
    TracedDesk desk;
    desk.node.on_trace = [](const TraceRequest&) -> Result<std::vector<Value>, NodeError> {
      return fail(NodeError{-32005, "trace longer than 5 instructions"});
    };
    CHECK(desk.refused("{}") == "-32005 trace longer than 5 instructions");
  }

  TEST_CASE("traces are for callers on the node's own host") {
    TracedDesk desk;
    for (const std::string method : {"debug_traceTransaction", "debug_traceBlockByNumber",
                                     "debug_traceBlockByHash", "debug_traceCall"}) {
      const std::string text =
          desk.send(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":[]})",
                    {.is_local = false});
      CHECK(text.find("-32004") != std::string::npos);
    }
  }
}

}  // namespace datapact::rpc
