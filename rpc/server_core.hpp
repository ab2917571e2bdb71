#pragma once
// What the sessions of one server share. Internal to rpc: includes Asio.
#include "rpc/connection_book.hpp"
#include "rpc/http_server.hpp"
#include "rpc/service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <string>
#include <utility>

namespace datapact::rpc {

class ServerCore {
 public:
  ServerCore(const ServerConfig& config, NodeApi& node, const Clock& clock)
      : config_(config),
        service_(node, clock, config.limits),
        book_(config.limits.connections_max, config.limits.connections_per_address_max),
        workers_(config.worker_threads) {}

  [[nodiscard]] const ServerConfig& config() const noexcept { return config_; }
  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] ConnectionBook& book() noexcept { return book_; }

  /// Answers on a worker. False when too many requests wait: then `done` is not called.
  [[nodiscard]] bool answer(std::string body, Caller caller, ResponseDone done) {
    if (queued_.fetch_add(1) >= config_.limits.queued_requests_max) {
      queued_.fetch_sub(1);
      return false;
    }
    boost::asio::post(workers_, [this, body = std::move(body), caller, done = std::move(done)] {
      queued_.fetch_sub(1);
      service_.answer(body, caller, done);
    });
    return true;
  }

  /// Returns when the running and the waiting calls are done.
  void join_workers() { workers_.join(); }

 private:
  const ServerConfig config_;
  boost::asio::io_context io_;
  Service service_;
  ConnectionBook book_;
  std::atomic<std::size_t> queued_{0};
  boost::asio::thread_pool workers_;
};

}  // namespace datapact::rpc
