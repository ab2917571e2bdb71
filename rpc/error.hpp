#pragma once
// The refusals of a JSON-RPC answer. Codes: JSON-RPC 2.0 section 5.1, EIP-1474, and 3 for a revert
// as geth answers it. Clients match some of the words: change none without tests/clients. Pure.
#include "base/json.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace datapact::rpc {

enum class ErrorCode : int {
  kReverted = 3,         ///< `data` holds the bytes of the REVERT
  kServer = -32000,      ///< valid input that cannot be done: missing header, nonce too low, ...
  kNotAllowed = -32004,  ///< this caller may not use the method
  kLimit = -32005,       ///< a limit of RPC.md section 3
  kInvalidRequest = -32600,
  kUnknownMethod = -32601,
  kInvalidParams = -32602,
  kInternal = -32603,
  kParse = -32700,
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  /// Absent when null.
  json::Value data{};
};

using Outcome = Result<json::Value, Error>;

[[nodiscard]] inline auto refuse(ErrorCode code, std::string message, json::Value data = {}) {
  return fail(Error{code, std::move(message), std::move(data)});
}
/// "invalid argument N: why".
[[nodiscard]] auto refuse_argument(std::size_t index, std::string_view why)
    -> decltype(fail(Error{}));

[[nodiscard]] json::Value to_json(const Error& error);

}  // namespace datapact::rpc
