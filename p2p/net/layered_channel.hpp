#pragma once
// The one implementation of Channel, over TCP or over TLS. A header, so that each of the two is
// compiled in a source of its own: together they take the compiler twice the memory. Internal to
// p2p: includes Beast.
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "p2p/net/channel.hpp"
#include "p2p/net/flood_watch.hpp"
#include "p2p/net/tls_context.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
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

/// Options of a connected socket.
void prepare_socket(boost::asio::ip::tcp::socket& socket);
/// What an error of a read means.
[[nodiscard]] ReadEnd read_end_of(const boost::system::error_code& error);

/// Over TcpLayer or TlsLayer.
template <class Layer>
class LayeredChannel final : public Channel {
 public:
  template <class... Arguments>
  explicit LayeredChannel(const ChannelLimits& limits, Arguments&&... arguments)
      : stream_(std::forward<Arguments>(arguments)...) {
    prepare_socket(tcp().socket());
    boost::beast::websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = limits.handshake_max;
    timeout.idle_timeout = limits.idle_max;
    timeout.keep_alive_pings = true;
    stream_.set_option(timeout);
    stream_.binary(true);
    stream_.auto_fragment(false);
    // The buffer has the limit: it ends a read at once, where this one would first talk about it.
    stream_.read_message_max(0);
  }

  boost::asio::awaitable<boost::system::error_code> accept() override {
    if constexpr (kHasTls) {
      const auto [error] = co_await tls().async_handshake(TlsLayer::server, kToken);
      if (error) co_return error;
      exporter_ = tls_exporter(tls().native_handle());
    }
    const auto [error] = co_await stream_.async_accept(kToken);
    co_return error;
  }
  boost::asio::awaitable<boost::system::error_code> connect(std::string host) override {
    if constexpr (kHasTls) {
      const auto [error] = co_await tls().async_handshake(TlsLayer::client, kToken);
      if (error) co_return error;
      exporter_ = tls_exporter(tls().native_handle());
    }
    const auto [error] = co_await stream_.async_handshake(host, kTarget, kToken);
    co_return error;
  }
  [[nodiscard]] Bytes exporter() const override { return exporter_; }

  boost::asio::awaitable<ReadEnd> read(std::size_t bytes_max) override {
    buffer_.clear();
    buffer_.max_size(bytes_max);
    const auto [error, size] = co_await stream_.async_read(buffer_, kToken);
    if (error) co_return read_end_of(error);
    tcp().rate_policy().message_read(size);
    co_return stream_.got_text() ? ReadEnd::kText : ReadEnd::kMessage;
  }
  [[nodiscard]] ByteView message() const override {
    const auto data = buffer_.cdata();
    return {static_cast<const std::uint8_t*>(data.data()), data.size()};
  }
  boost::asio::awaitable<boost::system::error_code> write(Bytes message) override {
    const auto buffer = boost::asio::buffer(message);
    const auto [error, size] = co_await stream_.async_write(buffer, kToken);
    co_return error;
  }
  void end_of_writing() override {
    boost::system::error_code ignored;
    tcp().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  }
  void abort() override { tcp().close(); }
  [[nodiscard]] bool is_flooded() const override {
    return boost::beast::get_lowest_layer(stream_).rate_policy().is_flooded();
  }

 private:
  static constexpr auto kToken = boost::asio::as_tuple(boost::asio::use_awaitable);
  static constexpr const char* kTarget = "/datapact/p2p/1";
  static constexpr bool kHasDeflate = false;  // nobody offers it; its code would only be compiled
  static constexpr bool kHasTls = std::is_same_v<Layer, TlsLayer>;
  [[nodiscard]] TcpLayer& tcp() { return boost::beast::get_lowest_layer(stream_); }
  [[nodiscard]] Layer& tls() { return stream_.next_layer(); }

  boost::beast::websocket::stream<Layer, kHasDeflate> stream_;
  boost::beast::flat_buffer buffer_;
  Bytes exporter_;
};

}  // namespace datapact::p2p
