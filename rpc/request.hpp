#pragma once
// The JSON-RPC 2.0 envelope: bytes of a request to calls, outcomes to bytes of a response. Pure.
#include "base/json.hpp"
#include "base/result.hpp"
#include "rpc/error.hpp"
#include "rpc/limits.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace datapact::rpc {

struct Call {
  /// As sent: string, number or null. Absent: a notification, which gets no answer.
  std::optional<json::Value> id;
  std::string method;
  json::Array params;
};

/// An item of a body that is no call: answered under its id when that could be read.
struct BadCall {
  json::Value id;
  Error error;
};

using Item = std::variant<Call, BadCall>;

struct Request {
  bool is_batch = false;
  std::vector<Item> items;  ///< exactly one when it is no batch
};

/// Fails as a whole on text that is no JSON (-32700), an empty batch (-32600), a batch that is too
/// long or JSON that is too deep (-32005).
[[nodiscard]] Result<Request, Error> decode_request(std::string_view text, const Limits& limits);

/// One response object as text.
[[nodiscard]] std::string encode_response(const json::Value& id, const Outcome& outcome);
[[nodiscard]] std::string encode_error(const json::Value& id, const Error& error);

}  // namespace datapact::rpc
