#include "p2p/net/channel.hpp"

#include "base/clock.hpp"
#include "p2p/net/flood_watch.hpp"
#include "p2p/net/layered_channel.hpp"

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <netinet/tcp.h>
#include <utility>

namespace datapact::p2p {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;

/// Bytes that the kernel may hold unsent. More would stand before a vote in every socket.
constexpr int kUnsentBytesMax = 128 * 1024;
using NotSentLowWater = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

}  // namespace

ReadEnd read_end_of(const boost::system::error_code& error) {
  if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
    return ReadEnd::kTooLarge;
  }
  if (error == websocket::error::closed) return ReadEnd::kClosed;
  const auto& websocket_category = make_error_code(websocket::error::bad_opcode).category();
  return error.category() == websocket_category ? ReadEnd::kGarbage : ReadEnd::kClosed;
}

void prepare_socket(asio::ip::tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(NotSentLowWater(kUnsentBytesMax), ignored);
}

std::unique_ptr<Channel> make_channel(asio::ip::tcp::socket socket, const ChannelLimits& limits,
                                      const Clock& clock) {
  return std::make_unique<LayeredChannel<TcpLayer>>(limits, FloodWatch(clock), std::move(socket));
}

}  // namespace datapact::p2p
