#include "node/ops_listener.hpp"

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "node/config.hpp"
#include "node/ops_desk.hpp"
#include "rpc/host_check.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
/// After an error of accept (no descriptors left) the loop rests, or it would spin.
constexpr std::chrono::milliseconds kAcceptPause{100};
/// Two probes at once, each of which may wait for the core thread.
constexpr std::size_t kThreads = 2;
constexpr std::size_t kReadBytes = 4U << 10U;

std::string_view text_of(beast::string_view text) { return {text.data(), text.size()}; }

Response respond(const OpsAnswer& answer) {
  Response out(static_cast<http::status>(answer.status), 11);
  out.set(http::field::content_type,
          beast::string_view(answer.content_type.data(), answer.content_type.size()));
  out.set(http::field::cache_control, "no-store");
  out.body() = answer.body;
  return out;
}

/// Set when the request is not answered by the desk.
std::optional<OpsAnswer> refusal_for(const Request& request) {
  const rpc::RequestOrigin origin{text_of(request[http::field::host]),
                                  text_of(request[http::field::origin])};
  if (auto refused = rpc::check_origin({}, origin)) {
    return OpsAnswer{403, "text/plain; charset=utf-8", *refused + "\n"};
  }
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    return OpsAnswer{405, "text/plain; charset=utf-8", "GET or HEAD\n"};
  }
  return std::nullopt;
}

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, const OpsDesk& desk, const OpsLimits& limits)
      : stream_(std::move(socket)), desk_(desk), limits_(limits) {}

  void start() { asio::co_spawn(stream_.get_executor(), run(), asio::detached); }
  /// From any thread.
  void stop() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->stream_.close(); });
  }

 private:
  asio::awaitable<void> run() {
    const auto self = shared_from_this();
    bool go_on = true;
    while (go_on) go_on = co_await serve();
    beast::error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  /// Until the first byte of a request is there.
  asio::awaitable<bool> wait() {
    const auto self = shared_from_this();
    if (buffer_.size() != 0) co_return true;
    stream_.expires_after(limits_.idle_max);
    const auto space = buffer_.prepare(kReadBytes);
    const auto [error, size] = co_await stream_.async_read_some(space, kToken);
    buffer_.commit(size);
    co_return !error;
  }

  asio::awaitable<bool> serve() {
    const auto self = shared_from_this();
    const bool arrived = co_await wait();
    if (!arrived) co_return false;
    http::request_parser<http::empty_body> parser;
    parser.header_limit(limits_.header_bytes_max);
    stream_.expires_after(limits_.header_max);
    const auto [error, size] = co_await http::async_read(stream_, buffer_, parser, kToken);
    if (error) co_return false;
    const Request request = parser.release();
    const auto refused = refusal_for(request);
    Response response = respond(refused ? *refused : desk_.answer(text_of(request.target())));
    const bool keep_alive = request.keep_alive() && !refused;
    response.keep_alive(keep_alive);
    response.prepare_payload();
    if (request.method() == http::verb::head) response.body().clear();
    stream_.expires_after(limits_.write_max);
    const auto [failed, written] = co_await http::async_write(stream_, response, kToken);
    co_return !failed && keep_alive;
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  const OpsDesk& desk_;
  const OpsLimits& limits_;
};

}  // namespace

class OpsListener::Impl {
 public:
  Impl(OpsDesk desk, const OpsLimits& limits)
      : desk_(std::move(desk)),
        limits_(limits),
        acceptor_(asio::make_strand(io_)),
        work_(asio::make_work_guard(io_)) {}

  Result<void, std::string> listen(const OpsConfig& config) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(config.address, error);
    if (error) return fail("ops.listen \"" + config.address + "\" is no IP address");
    const Tcp::endpoint endpoint(address, config.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail("ops.listen: cannot listen on " + config.address + ":" +
                  std::to_string(config.port) + ": " + error.message());
    }
    port_ = acceptor_.local_endpoint().port();
    return {};
  }

  void run() {
    asio::co_spawn(acceptor_.get_executor(), accept_loop(), asio::detached);
    for (std::size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { io_.run(); });
  }

  void stop() {
    if (std::exchange(is_stopped_, true)) return;
    asio::post(acceptor_.get_executor(), [this] {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
    });
    {
      const Lock lock(mutex_);
      is_closing_ = true;
      for (const auto& weak : connections_) {
        if (const auto connection = weak.lock()) connection->stop();
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
      auto strand = asio::make_strand(io_);
      auto [error, socket] = co_await acceptor_.async_accept(strand, kToken);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        log::warning("ops", "accept failed: " + error.message());
        asio::steady_timer pause(acceptor_.get_executor(), kAcceptPause);
        co_await pause.async_wait(kToken);
        continue;
      }
      admit(Tcp::socket(std::move(socket)));
    }
  }

  void admit(Tcp::socket socket) {
    const Lock lock(mutex_);
    std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
    if (is_closing_ || connections_.size() >= limits_.connections_max) return;
    const auto connection = std::make_shared<Connection>(std::move(socket), desk_, limits_);
    connections_.push_back(connection);
    connection->start();
  }

  const OpsDesk desk_;
  const OpsLimits limits_;
  asio::io_context io_;
  Tcp::acceptor acceptor_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::jthread> threads_;
  std::uint16_t port_ = 0;
  bool is_stopped_ = false;
  Mutex mutex_;
  bool is_closing_ GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<Connection>> connections_ GUARDED_BY(mutex_);
};

Result<std::unique_ptr<OpsListener>, std::string> OpsListener::start(const OpsConfig& config,
                                                                     OpsDesk desk,
                                                                     const OpsLimits& limits) {
  auto impl = std::make_unique<Impl>(std::move(desk), limits);
  TRY_VOID(impl->listen(config));
  impl->run();
  return std::unique_ptr<OpsListener>(new OpsListener(std::move(impl)));  // private constructor
}

OpsListener::OpsListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OpsListener::~OpsListener() { stop(); }
std::uint16_t OpsListener::port() const noexcept { return impl_->port(); }
void OpsListener::stop() { impl_->stop(); }

}  // namespace datapact::node
