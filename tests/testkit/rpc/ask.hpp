#pragma once
// Asks a Service over a FakeNode, as text or call by call.
#include "rpc/service.hpp"
#include "tests/testkit/rpc/fake_node.hpp"

#include <string>
#include <string_view>

namespace datapact::testkit {

class Desk {
 public:
  explicit Desk(rpc::Limits limits = {}) : service(node, clock, limits) {}

  /// The response text.
  std::string send(std::string_view body, rpc::Caller caller = {}) {
    std::string out = "never answered";
    service.answer(body, caller, [&](std::string text) { out = std::move(text); });
    return out;
  }
  /// The response to one call.
  json::Value ask(std::string_view method, std::string_view params = "[]") {
    std::string body = R"({"jsonrpc":"2.0","id":1,"method":")";
    body += method;
    body += R"(","params":)";
    body += params;
    body += '}';
    return json::parse(send(body)).value_or(json::Value{});
  }
  /// Its result, or null.
  json::Value result(std::string_view method, std::string_view params = "[]") {
    const json::Value response = ask(method, params);
    const json::Value* found = response.find("result");
    return found == nullptr ? json::Value{} : *found;
  }
  /// "code message" of its refusal, or nothing.
  std::string refusal(std::string_view method, std::string_view params = "[]") {
    const json::Value response = ask(method, params);
    const json::Value* error = response.find("error");
    if (error == nullptr) return {};
    return std::to_string(*error->find("code")->as_i64()) + " " +
           *error->find("message")->as_string();
  }

  FakeNode node;
  FakeClock clock;
  rpc::Service service;
};

}  // namespace datapact::testkit
