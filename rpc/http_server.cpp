#include "rpc/http_server.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "rpc/error.hpp"
#include "rpc/http_session.hpp"
#include "rpc/node_api.hpp"
#include "rpc/request.hpp"
#include "rpc/server_core.hpp"
#include "rpc/service.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::rpc {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
/// After an error of accept (no descriptors left) the loop rests, or it would spin.
constexpr std::chrono::milliseconds kAcceptPause{100};

/// The peer as the book counts it: an IPv4 address in IPv6 clothes is that IPv4 address.
asio::ip::address plain(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

/// The socket is new, so that these few bytes always fit its buffer.
void refuse_connection(Tcp::socket socket) {
  const std::string body =
      encode_error({}, {ErrorCode::kLimit, "too many connections: reuse one, or try again", {}});
  const std::string text =
      "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 1\r\n"
      "Connection: close\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(Tcp::socket::shutdown_send, ignored);
  socket.close(ignored);
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const ServerConfig& config, NodeApi& node, const Clock& clock)
      : core_(std::make_shared<ServerCore>(config, node, clock)),
        acceptor_(asio::make_strand(core_->io())),
        work_(asio::make_work_guard(core_->io())) {}

  Result<void, std::string> listen() {
    const ServerConfig& config = core_->config();
    boost::system::error_code error;
    const auto address = asio::ip::make_address(config.address, error);
    if (error) return fail("rpc address \"" + config.address + "\" is no IP address");
    const Tcp::endpoint endpoint(address, config.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail("cannot listen on " + config.address + ":" + std::to_string(config.port) + ": " +
                  error.message());
    }
    port_ = acceptor_.local_endpoint().port();
    return {};
  }

  void run() {
    asio::co_spawn(acceptor_.get_executor(), accept_loop(), asio::detached);
    for (std::size_t i = 0; i < core_->config().io_threads; ++i) {
      threads_.emplace_back([this] { core_->io().run(); });
    }
  }

  void stop() {
    if (std::exchange(is_stopped_, true)) return;
    asio::post(acceptor_.get_executor(), [this] {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
    });
    core_->join_workers();
    {
      const Lock lock(mutex_);
      is_closing_ = true;
      for (const auto& weak : sessions_) {
        if (const auto session = weak.lock()) session->stop();
      }
    }
    work_.reset();
    threads_.clear();  // joins
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  /// Runs until the acceptor is closed.
  asio::awaitable<void> accept_loop() {
    while (acceptor_.is_open()) {
      auto strand = asio::make_strand(core_->io());
      auto [error, socket] = co_await acceptor_.async_accept(strand, kToken);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        log::warning("rpc", "accept failed: " + error.message());
        asio::steady_timer pause(acceptor_.get_executor(), kAcceptPause);
        co_await pause.async_wait(kToken);
        continue;
      }
      admit(Tcp::socket(std::move(socket)));
    }
  }

  void admit(Tcp::socket socket) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;
    const auto address = plain(peer.address());
    std::string name = address.to_string();
    if (!core_->book().enter(name)) {
      refuse_connection(std::move(socket));
      return;
    }
    Caller caller;
    caller.is_local = address.is_loopback();
    const auto session =
        std::make_shared<HttpSession>(core_, std::move(socket), std::move(name), caller);
    const Lock lock(mutex_);
    if (is_closing_) return;
    std::erase_if(sessions_, [](const auto& weak) { return weak.expired(); });
    sessions_.push_back(session);
    session->start();
  }

  std::shared_ptr<ServerCore> core_;
  Tcp::acceptor acceptor_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::jthread> threads_;
  std::uint16_t port_ = 0;
  bool is_stopped_ = false;
  Mutex mutex_;
  bool is_closing_ GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<HttpSession>> sessions_ GUARDED_BY(mutex_);
};

Result<std::unique_ptr<HttpServer>, std::string> HttpServer::start(const ServerConfig& config,
                                                                   NodeApi& node,
                                                                   const Clock& clock) {
  auto impl = std::make_unique<Impl>(config, node, clock);
  TRY_VOID(impl->listen());
  impl->run();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));  // private constructor
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::port() const noexcept { return impl_->port(); }

void HttpServer::stop() { impl_->stop(); }

}  // namespace datapact::rpc
