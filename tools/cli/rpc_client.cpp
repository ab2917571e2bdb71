#include "tools/cli/rpc_client.hpp"

#include "base/json.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/http_client.hpp"
#include "tools/cli/http_url.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace datapact::tools {
namespace {

constexpr std::int64_t kRevertCode = 3;
/// The tree of a trace nests 1,024 calls, each a list and an object.
constexpr std::size_t kAnswerDepthMax = 2'200;

[[noreturn]] void fail_with(const json::Value& error) {
  const auto* code = error.find("code");
  const auto* message = error.find("message");
  const bool reverted = code != nullptr && code->as_i64() == kRevertCode;
  throw CliError(reverted ? ExitCode::kReverted : ExitCode::kFailed,
                 reverted ? "reverted" : "rpc-error",
                 message != nullptr && message->as_string() != nullptr ? *message->as_string()
                                                                       : "the node refused",
                 {}, error);
}

}  // namespace

class RpcClient::Impl {
 public:
  Impl(const std::string& url, std::chrono::seconds timeout)
      : url_(url), path_(parse_http_url(url).path), http_(parse_http_url(url), timeout) {}

  json::Value call(const std::string& method, json::Value params) {
    const auto request = json::Value::object(
        {{"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", std::move(params)}});
    const auto response = send(method, json::to_text(request));
    auto answer = json::parse(response.body, {.depth_max = kAnswerDepthMax});
    if (!answer || !answer->is_object()) {
      throw CliError(
          ExitCode::kConnection, "not-json-rpc",
          url_ + " answered HTTP " + std::to_string(response.status) + " and no JSON-RPC document");
    }
    if (const auto* error = answer->find("error")) fail_with(*error);
    const auto* result = answer->find("result");
    return result != nullptr ? *result : json::Value{};
  }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  void observe(Observer observer) { observer_ = std::move(observer); }

 private:
  HttpResponse send(const std::string& method, const std::string& body) {
    const auto start = std::chrono::steady_clock::now();
    const auto tell = [&] {
      if (observer_) observer_(method, std::chrono::steady_clock::now() - start);
    };
    try {
      auto response = http_.send({"POST", path_, {{"Content-Type", "application/json"}}, body});
      tell();
      return response;
    } catch (const CliError&) {
      tell();
      throw;
    }
  }

  std::string url_;
  std::string path_;
  HttpClient http_;
  std::uint64_t id_ = 0;
  Observer observer_;
};

RpcClient::RpcClient(const std::string& url, std::chrono::seconds timeout)
    : impl_(std::make_unique<Impl>(url, timeout)) {}
RpcClient::~RpcClient() = default;
RpcClient::RpcClient(RpcClient&&) noexcept = default;
RpcClient& RpcClient::operator=(RpcClient&&) noexcept = default;
json::Value RpcClient::call(const std::string& method, json::Value params) {
  return impl_->call(method, std::move(params));
}
void RpcClient::observe(Observer observer) { impl_->observe(std::move(observer)); }
const std::string& RpcClient::url() const noexcept { return impl_->url(); }

}  // namespace datapact::tools
