#include "p2p/net/channel.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "p2p/net/flood_watch.hpp"
#include "p2p/net/tls_context.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <netinet/tcp.h>
#include <string>
#include <type_traits>
#include <utility>

namespace datapact::p2p {

/// Below everything else: tells the flood watch of every byte.
class TcpLayer : public boost::beast::basic_stream<boost::asio::ip::tcp,
                                                   boost::asio::any_io_executor, FloodWatch> {
 public:
  using basic_stream::basic_stream;
};
using TlsLayer = boost::asio::ssl::stream<TcpLayer>;

// Found by Beast when a WebSocket has failed or is closed. Its own would wait for the peer to close
// too, and forget the failure when the peer does not.
template <class Handler>
void async_teardown(boost::beast::role_type /*role*/, TcpLayer& layer, Handler&& handler) {
  layer.close();
  auto done =
      boost::beast::bind_front_handler(std::forward<Handler>(handler), boost::system::error_code{});
  boost::asio::post(layer.get_executor(), std::move(done));
}
template <class Handler>
void async_teardown(boost::beast::role_type role, TlsLayer& layer, Handler&& handler) {
  async_teardown(role, layer.next_layer(), std::forward<Handler>(handler));
}

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using ErrorCode = boost::system::error_code;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr const char* kTarget = "/datapact/p2p/1";
/// Bytes that the kernel may hold unsent. More would stand before a vote in every socket.
constexpr int kUnsentBytesMax = 128 * 1024;
using NotSentLowWater = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

ReadEnd end_of(const ErrorCode& error) {
  if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
    return ReadEnd::kTooLarge;
  }
  if (error == websocket::error::closed) return ReadEnd::kClosed;
  const auto& websocket_category = make_error_code(websocket::error::bad_opcode).category();
  return error.category() == websocket_category ? ReadEnd::kGarbage : ReadEnd::kClosed;
}

void prepare(asio::ip::tcp::socket& socket) {
  ErrorCode ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(NotSentLowWater(kUnsentBytesMax), ignored);
}

/// Over TcpLayer or TlsLayer.
template <class Layer>
class LayeredChannel final : public Channel {
 public:
  template <class... Arguments>
  LayeredChannel(const ChannelLimits& limits, Arguments&&... arguments)
      : stream_(std::forward<Arguments>(arguments)...) {
    prepare(tcp().socket());
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = limits.handshake_max;
    timeout.idle_timeout = limits.idle_max;
    timeout.keep_alive_pings = true;
    stream_.set_option(timeout);
    stream_.binary(true);
    stream_.auto_fragment(false);
    // The buffer has the limit: it ends a read at once, where this one would first talk about it.
    stream_.read_message_max(0);
  }

  asio::awaitable<ErrorCode> accept() override {
    if constexpr (kHasTls) {
      const auto [error] = co_await tls().async_handshake(TlsLayer::server, kToken);
      if (error) co_return error;
      exporter_ = tls_exporter(tls().native_handle());
    }
    const auto [error] = co_await stream_.async_accept(kToken);
    co_return error;
  }
  asio::awaitable<ErrorCode> connect(std::string host) override {
    if constexpr (kHasTls) {
      const auto [error] = co_await tls().async_handshake(TlsLayer::client, kToken);
      if (error) co_return error;
      exporter_ = tls_exporter(tls().native_handle());
    }
    const auto [error] = co_await stream_.async_handshake(host, kTarget, kToken);
    co_return error;
  }
  [[nodiscard]] Bytes exporter() const override { return exporter_; }

  asio::awaitable<ReadEnd> read(std::size_t bytes_max) override {
    buffer_.clear();
    buffer_.max_size(bytes_max);
    const auto [error, size] = co_await stream_.async_read(buffer_, kToken);
    if (error) co_return end_of(error);
    tcp().rate_policy().message_read(size);
    co_return stream_.got_text() ? ReadEnd::kText : ReadEnd::kMessage;
  }
  [[nodiscard]] ByteView message() const override {
    const auto data = buffer_.cdata();
    return {static_cast<const std::uint8_t*>(data.data()), data.size()};
  }
  asio::awaitable<ErrorCode> write(Bytes message) override {
    const auto buffer = asio::buffer(message);
    const auto [error, size] = co_await stream_.async_write(buffer, kToken);
    co_return error;
  }
  void end_of_writing() override {
    ErrorCode ignored;
    tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }
  void abort() override { tcp().close(); }
  [[nodiscard]] bool is_flooded() const override {
    return beast::get_lowest_layer(stream_).rate_policy().is_flooded();
  }

 private:
  static constexpr bool kHasTls = std::is_same_v<Layer, TlsLayer>;
  [[nodiscard]] TcpLayer& tcp() { return beast::get_lowest_layer(stream_); }
  [[nodiscard]] Layer& tls() { return stream_.next_layer(); }

  websocket::stream<Layer> stream_;
  beast::flat_buffer buffer_;
  Bytes exporter_;
};

}  // namespace

std::unique_ptr<Channel> make_channel(asio::ip::tcp::socket socket, const ChannelLimits& limits,
                                      const Clock& clock) {
  return std::make_unique<LayeredChannel<TcpLayer>>(limits, FloodWatch(clock), std::move(socket));
}

std::unique_ptr<Channel> make_tls_channel(asio::ip::tcp::socket socket, const ChannelLimits& limits,
                                          const Clock& clock, asio::ssl::context& context) {
  return std::make_unique<LayeredChannel<TlsLayer>>(
      limits, TcpLayer(FloodWatch(clock), std::move(socket)), context);
}

}  // namespace datapact::p2p
