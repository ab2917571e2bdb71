#pragma once
// One connection from its first byte to its last: upgrade, handshake, then frames in both
// directions until either end is done. Internal to p2p: includes Asio. Thread contract: the io
// thread; kept alive by its own coroutines.
#include "p2p/gossip/peer_address.hpp"
#include "p2p/net/channel.hpp"
#include "p2p/net/hub.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace datapact::p2p {

class Session : public std::enable_shared_from_this<Session> {
 public:
  /// `remote` is address:port.
  Session(Hub& hub, std::unique_ptr<Channel> channel, std::string remote,
          const boost::asio::any_io_executor& executor);

  /// Each runs until the handshake is over; false when it failed. Then run() runs until the
  /// connection is.
  boost::asio::awaitable<bool> shake_hands_as_listener();
  boost::asio::awaitable<bool> shake_hands_as_dialler(PeerAddress address);
  boost::asio::awaitable<void> run();

  /// There is something to write.
  void wake_writer();
  /// Ends everything.
  void abort();
  /// Called about every 100 ms.
  void check_flood();

 private:
  boost::asio::awaitable<std::optional<Bytes>> read_handshake();
  boost::asio::awaitable<bool> write(Bytes message);
  boost::asio::awaitable<bool> refuse(HandshakeFailure failure);
  boost::asio::awaitable<bool> fail_with(HandshakeFailure failure);
  boost::asio::awaitable<bool> welcome(ProvenPeer peer);
  boost::asio::awaitable<void> write_loop(LinkId link);
  boost::asio::awaitable<void> read_loop(LinkId link);
  boost::asio::awaitable<void> pause(std::chrono::nanoseconds duration);
  [[nodiscard]] bool open(const NodeId& peer, bool dialled_by_us, Grant local, Grant remote);

  Hub& hub_;
  std::unique_ptr<Channel> channel_;
  const std::string remote_;
  NodeId peer_;                 ///< once its key is proved
  std::optional<LinkId> link_;  ///< once it is open
  bool is_over_ = false;
  /// Ends the writer's wait.
  boost::asio::steady_timer writer_wait_;
  boost::asio::steady_timer read_pause_;
};

}  // namespace datapact::p2p
