#pragma once
// JSON-RPC over HTTP/1.1 on one kept-alive connection. Not thread-safe: one client a thread.
#include "base/json.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace datapact::tools {

class RpcClient {
 public:
  /// `url` is http://host[:port][/path]; anything else is a usage error.
  RpcClient(const std::string& url, std::chrono::seconds timeout);
  ~RpcClient();
  RpcClient(const RpcClient&) = delete;
  RpcClient& operator=(const RpcClient&) = delete;
  RpcClient(RpcClient&&) noexcept;
  RpcClient& operator=(RpcClient&&) noexcept;

  /// The result; an error answer is a CliError: code 5 for a revert (data: the revert bytes), 4 for
  /// no connection or a time-out, 1 otherwise, `data` holding the JSON-RPC error.
  [[nodiscard]] json::Value call(const std::string& method, json::Value params);
  [[nodiscard]] const std::string& url() const noexcept;
  /// Called after every call, also one that failed.
  using Observer = std::function<void(const std::string& method, std::chrono::nanoseconds spent)>;
  void observe(Observer observer);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace datapact::tools
