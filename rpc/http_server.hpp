#pragma once
// The server's socket: HTTP/1.1 with keep-alive on one port, every refusal a JSON-RPC body. Owns
// its io threads and its workers; requests are answered on the workers, so that a slow call never
// holds up the sockets.
#include "base/clock.hpp"
#include "base/result.hpp"
#include "rpc/host_check.hpp"
#include "rpc/limits.hpp"
#include "rpc/node_api.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace datapact::rpc {

struct ServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8545;  ///< 0: any free one
  HostRules host_rules;
  Limits limits;
  std::size_t io_threads = 2;
  std::size_t worker_threads = 4;
};

class HttpServer {
 public:
  /// Listens on return. The error names the address and the reason (a bad address, a port in use).
  /// Borrows node and clock: both must outlive the server, and the node must have completed every
  /// submitted transaction, or forgotten it, before it goes.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>, std::string> start(
      const ServerConfig& config, NodeApi& node, const Clock& clock);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Accepts nothing more, finishes the calls that run, closes every connection and joins its
  /// threads. Idempotent.
  void stop();

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace datapact::rpc
