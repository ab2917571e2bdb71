#include "rpc/service.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/method_table.hpp"
#include "rpc/methods.hpp"
#include "rpc/params.hpp"
#include "rpc/request.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::rpc {
namespace {

constexpr std::string_view kComponent = "rpc";

/// Gathers the responses of one request; the last one sends them. Each slot is written once, by
/// one thread.
class Collector {
 public:
  Collector(bool is_batch, std::size_t items, std::size_t bytes_max, ResponseDone done)
      : is_batch_(is_batch),
        bytes_max_(bytes_max),
        done_(std::move(done)),
        parts_(items),
        missing_(items) {}

  void put(std::size_t place, const std::optional<json::Value>& id, const Outcome& outcome) {
    if (id) parts_[place] = encode(*id, outcome);
    if (missing_.fetch_sub(1) == 1) done_(join());
  }

 private:
  std::string encode(const json::Value& id, const Outcome& outcome) {
    std::string text = encode_response(id, outcome);
    if (bytes_.fetch_add(text.size()) + text.size() <= bytes_max_) return text;
    return encode_error(
        id, {ErrorCode::kLimit,
             "response larger than " + std::to_string(bytes_max_) + " bytes: ask for less at once",
             {}});
  }

  std::string join() {
    if (!is_batch_) return std::move(parts_[0]);
    std::string out;
    for (const std::string& part : parts_) {
      if (part.empty()) continue;
      out += out.empty() ? '[' : ',';
      out += part;
    }
    if (!out.empty()) out += ']';
    return out;
  }

  const bool is_batch_;
  const std::size_t bytes_max_;
  const ResponseDone done_;
  std::vector<std::string> parts_;
  std::atomic<std::size_t> missing_;
  std::atomic<std::size_t> bytes_{0};
};

Result<const Method*, Error> admit(const Call& call, Caller caller) {
  const Method* method = find_method(call.method);
  if (method == nullptr) {
    return refuse(ErrorCode::kUnknownMethod,
                  "the method " + call.method.substr(0, 100) + " does not exist/is not available");
  }
  if (method->access == Access::kLocal && !caller.is_local) {
    return refuse(ErrorCode::kNotAllowed, call.method +
                                              " is answered to callers on the node's "
                                              "own host only");
  }
  if (call.params.size() > method->params_max) {
    return refuse(ErrorCode::kInvalidParams,
                  "too many arguments, want at most " + std::to_string(method->params_max));
  }
  return method;
}

}  // namespace

void Service::run(const Call& call, Caller caller, Completion done) {
  const auto method = admit(call, caller);
  if (!method.ok()) {
    done(fail(method.error()));
    return;
  }
  const Context context{node_, limits_, filters_, clock_, node_.chain()};
  const Params params(call.params);
  if ((*method)->start != nullptr) {
    (*method)->start(context, params, std::move(done));
    return;
  }
  Outcome outcome = refuse(ErrorCode::kInternal, "internal error");
  try {
    outcome = (*method)->run(context, params);
  } catch (const std::exception& error) {
    log::error(kComponent, call.method + " failed: " + error.what());
  }
  done(std::move(outcome));
}

void Service::answer(std::string_view body, Caller caller, const ResponseDone& done) {
  auto request = decode_request(body, limits_);
  if (!request.ok()) {
    done(encode_error({}, request.error()));
    return;
  }
  const auto collector = std::make_shared<Collector>(request->is_batch, request->items.size(),
                                                     limits_.response_bytes_max, done);
  const auto deadline = clock_.monotonic() + limits_.batch_time_max;
  for (std::size_t i = 0; i < request->items.size(); ++i) {
    if (const auto* bad = std::get_if<BadCall>(&request->items[i])) {
      collector->put(i, bad->id, fail(bad->error));
      continue;
    }
    const Call& call = std::get<Call>(request->items[i]);
    if (clock_.monotonic() > deadline) {
      collector->put(i, call.id,
                     refuse(ErrorCode::kLimit, "the batch took too long: send smaller ones"));
      continue;
    }
    run(call, caller,
        [collector, i, id = call.id](const Outcome& outcome) { collector->put(i, id, outcome); });
  }
}

}  // namespace datapact::rpc
