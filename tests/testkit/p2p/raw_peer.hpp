#pragma once
// A WebSocket client that may do what a transport never does. Blocking; one thread.
#include "p2p/gossip/handshake.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace datapact::p2p::test {

class RawPeer {
 public:
  /// Connects to 127.0.0.1, from another loopback address if it is given.
  explicit RawPeer(std::uint16_t port, const std::string& from = "127.0.0.1") : socket_(io_) {
    using boost::asio::ip::make_address;
    auto& tcp = socket_.next_layer();
    tcp.open(boost::asio::ip::tcp::v4());
    tcp.bind({make_address(from), 0});
    tcp.connect({make_address("127.0.0.1"), port});
    socket_.binary(true);
  }
  /// The HTTP upgrade.
  bool upgrade() {
    boost::system::error_code error;
    socket_.handshake("127.0.0.1", "/", error);
    return !error;
  }
  bool write(ByteView bytes) {
    boost::system::error_code error;
    socket_.write(boost::asio::buffer(bytes.data(), bytes.size()), error);
    return !error;
  }
  bool write_text(const std::string& text) {
    boost::system::error_code error;
    socket_.text(true);
    socket_.write(boost::asio::buffer(text), error);
    return !error;
  }
  /// Past the WebSocket layer.
  bool write_raw(ByteView bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_.next_layer(), boost::asio::buffer(bytes.data(), bytes.size()),
                       error);
    return !error;
  }
  /// Nothing when the other end has closed.
  std::optional<Bytes> read() {
    boost::beast::flat_buffer buffer;
    boost::system::error_code error;
    socket_.read(buffer, error);
    if (error) return std::nullopt;
    const auto data = buffer.cdata();
    return to_bytes({static_cast<const std::uint8_t*>(data.data()), data.size()});
  }
  bool is_closed_by_peer() {
    while (read()) {
    }
    return true;
  }

  /// The whole handshake as dialler; what went wrong, if anything.
  std::optional<HandshakeFailure> join(const NodeIdentity& identity, const NodeId& listener,
                                       HandshakeTerms terms) {
    if (!upgrade()) return HandshakeFailure{HandshakeError::kLost, false, "upgrade"};
    DiallerHandshake handshake(identity, std::move(terms), HandshakeNonce{}, listener);
    write(handshake.hello());
    const auto challenge = read();
    if (!challenge) return HandshakeFailure{HandshakeError::kLost, false, "challenge"};
    if (auto read = handshake.read_challenge(*challenge); !read.has_value()) return read.error();
    write(handshake.proof(Grant::kFull));
    const auto answer = read();
    if (!answer) return HandshakeFailure{HandshakeError::kLost, false, "welcome"};
    const auto welcome = DiallerHandshake::read_welcome(*answer);
    if (!welcome.has_value()) return welcome.error();
    return std::nullopt;
  }

 private:
  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_;
};

}  // namespace datapact::p2p::test
