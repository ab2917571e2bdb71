#pragma once
// A WebSocket over TCP, with or without TLS: whole binary messages in and out. Internal to p2p:
// includes Asio. Thread contract: the io thread; at most one read and one write at a time.
#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace datapact::p2p {

struct ChannelLimits {
  std::chrono::milliseconds handshake_max{0};
  std::chrono::milliseconds idle_max{0};
};

/// How a read ended.
enum class ReadEnd : std::uint8_t {
  kMessage,   ///< message() has it
  kClosed,    ///< by the peer, by abort(), by a time-out
  kTooLarge,  ///< a message above the limit
  kText,      ///< a text message: this protocol has none
  kGarbage,   ///< no WebSocket
};

class Channel {
 public:
  virtual ~Channel() = default;
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// TLS, if any, then the WebSocket upgrade, as server or as client.
  virtual boost::asio::awaitable<boost::system::error_code> accept() = 0;
  virtual boost::asio::awaitable<boost::system::error_code> connect(std::string host) = 0;
  /// Of the TLS session, for the handshake to sign; empty without TLS.
  [[nodiscard]] virtual Bytes exporter() const = 0;
  virtual boost::asio::awaitable<ReadEnd> read(std::size_t bytes_max) = 0;
  /// What the last read ended with; until the next.
  [[nodiscard]] virtual ByteView message() const = 0;
  virtual boost::asio::awaitable<boost::system::error_code> write(Bytes message) = 0;
  /// Sends nothing more, so that what was written still arrives.
  virtual void end_of_writing() = 0;
  /// Closes the socket; pending operations end.
  virtual void abort() = 0;
  /// The peer sends bytes without end that are no messages.
  [[nodiscard]] virtual bool is_flooded() const = 0;
};

[[nodiscard]] std::unique_ptr<Channel> make_channel(boost::asio::ip::tcp::socket socket,
                                                    const ChannelLimits& limits,
                                                    const Clock& clock);
/// `context` must outlive it.
[[nodiscard]] std::unique_ptr<Channel> make_tls_channel(boost::asio::ip::tcp::socket socket,
                                                        const ChannelLimits& limits,
                                                        const Clock& clock,
                                                        boost::asio::ssl::context& context);

}  // namespace datapact::p2p
