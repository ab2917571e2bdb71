#include "rpc/error.hpp"

#include "base/json.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::rpc {

auto refuse_argument(std::size_t index, std::string_view why) -> decltype(fail(Error{})) {
  std::string message = "invalid argument " + std::to_string(index) + ": ";
  message += why;
  return refuse(ErrorCode::kInvalidParams, std::move(message));
}

json::Value to_json(const Error& error) {
  json::Value out =
      json::Value::object({{"code", static_cast<int>(error.code)}, {"message", error.message}});
  if (!error.data.is_null()) out.set("data", error.data);
  return out;
}

}  // namespace datapact::rpc
