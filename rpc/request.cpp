#include "rpc/request.hpp"

#include "base/json.hpp"
#include "base/result.hpp"
#include "rpc/error.hpp"
#include "rpc/limits.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace datapact::rpc {
namespace {

constexpr std::string_view kVersion = "2.0";

bool is_id(const json::Value& value) {
  return value.is_null() || value.is_string() || value.is_number();
}

Item bad(json::Value id, ErrorCode code, std::string message) {
  return BadCall{std::move(id), Error{code, std::move(message), {}}};
}

Item decode_item(json::Value value) {
  if (!value.is_object()) return bad({}, ErrorCode::kInvalidRequest, "a request is an object");
  const json::Value* id = value.find("id");
  if (id != nullptr && !is_id(*id)) {
    return bad({}, ErrorCode::kInvalidRequest, "id must be a string, a number or null");
  }
  json::Value answer_id = id != nullptr ? *id : json::Value{};
  const json::Value* version = value.find("jsonrpc");
  if (version == nullptr || version->as_string() == nullptr || *version->as_string() != kVersion) {
    return bad(std::move(answer_id), ErrorCode::kInvalidRequest, "jsonrpc must be \"2.0\"");
  }
  const json::Value* method = value.find("method");
  if (method == nullptr || method->as_string() == nullptr) {
    return bad(std::move(answer_id), ErrorCode::kInvalidRequest, "method must be a string");
  }
  Call call;
  if (id != nullptr) call.id = *id;
  call.method = *method->as_string();
  for (auto& [name, member] : *value.as_object()) {
    if (name != "params" || member.is_null()) continue;
    if (!member.is_array()) {
      return bad(std::move(answer_id), ErrorCode::kInvalidParams, "params must be an array");
    }
    call.params = std::move(*member.as_array());
  }
  return call;
}

std::string envelope(const json::Value& id, std::string_view member, const json::Value& value) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  out += json::to_text(id);
  out += ",\"";
  out += member;
  out += "\":";
  out += json::to_text(value);
  out += '}';
  return out;
}

}  // namespace

Result<Request, Error> decode_request(std::string_view text, const Limits& limits) {
  json::ParseLimits parse_limits;
  parse_limits.depth_max = limits.json_depth_max;
  auto parsed = json::parse(text, parse_limits);
  if (!parsed.ok()) {
    const json::Error& error = parsed.error();
    const bool too_deep = error.message.starts_with("nested deeper");
    return refuse(too_deep ? ErrorCode::kLimit : ErrorCode::kParse,
                  "parse error at byte " + std::to_string(error.offset) + ": " + error.message);
  }
  Request request;
  json::Array* batch = parsed->as_array();
  if (batch == nullptr) {
    request.items.push_back(decode_item(std::move(*parsed)));
    return request;
  }
  request.is_batch = true;
  if (batch->empty()) return refuse(ErrorCode::kInvalidRequest, "empty batch");
  if (batch->size() > limits.batch_items_max) {
    return refuse(ErrorCode::kLimit, "batch of " + std::to_string(batch->size()) +
                                         " requests: at most " +
                                         std::to_string(limits.batch_items_max) + " are answered");
  }
  for (json::Value& item : *batch) request.items.push_back(decode_item(std::move(item)));
  return request;
}

std::string encode_response(const json::Value& id, const Outcome& outcome) {
  if (!outcome.ok()) return encode_error(id, outcome.error());
  return envelope(id, "result", *outcome);
}

std::string encode_error(const json::Value& id, const Error& error) {
  return envelope(id, "error", to_json(error));
}

}  // namespace datapact::rpc
