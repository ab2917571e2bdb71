// How connections begin: accepted within the limits of the address book, or dialled when the dial
// book says so.
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/types.hpp"
#include "p2p/net/channel.hpp"
#include "p2p/net/peer_networks.hpp"
#include "p2p/net/session.hpp"
#include "p2p/net/transport_core.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::p2p {
namespace {

namespace asio = boost::asio;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
/// After an error of accept (no descriptors left) the loop rests, or it would spin.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kTick{100};

std::string text_of(const asio::ip::tcp::endpoint& endpoint) {
  const std::string host = plain(endpoint.address()).to_string();
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

}  // namespace

/// Runs until the acceptor is closed.
asio::awaitable<void> TransportCore::accept_loop() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kToken);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      log::warning("p2p", "accept failed: " + error.message());
      asio::steady_timer rest(io_, kAcceptPause);
      co_await rest.async_wait(kToken);
      continue;
    }
    admit_socket(Tcp::socket(std::move(socket)));
  }
}

void TransportCore::admit_socket(Tcp::socket socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;
  std::string address = network_of(endpoint.address());
  if (!address_book_.enter(address, peer_networks_.contains(address), now())) {
    count_refused_connection();
    return;  // closes it
  }
  asio::co_spawn(io_, serve(std::move(socket), std::move(address), text_of(endpoint)),
                 asio::detached);
}

void TransportCore::count_refused_connection() {
  const Lock lock(mutex_);
  ++counters_.connections_refused;
}

std::shared_ptr<Session> TransportCore::make_session(Tcp::socket socket, std::string remote) {
  const ChannelLimits limits{.handshake_max = config_.connections.handshake_max,
                             .idle_max = config_.connections.idle_max};
  auto channel = tls_ != nullptr ? make_tls_channel(std::move(socket), limits, ports_.clock, *tls_)
                                 : make_channel(std::move(socket), limits, ports_.clock);
  return std::make_shared<Session>(*this, std::move(channel), std::move(remote),
                                   io_.get_executor());
}

void TransportCore::begin_handshake(const std::shared_ptr<Session>& session) {
  waiting_.push_back({session, now() + config_.connections.handshake_max});
}

void TransportCore::end_handshake(const std::shared_ptr<Session>& session) {
  std::erase_if(waiting_, [&](const Waiting& entry) { return entry.session == session; });
}

asio::awaitable<void> TransportCore::serve(Tcp::socket socket, std::string address,
                                           std::string remote) {
  const auto session = make_session(std::move(socket), std::move(remote));
  begin_handshake(session);
  const bool is_open = co_await session->shake_hands_as_listener();
  end_handshake(session);
  address_book_.handshake_done(address, is_open, now());
  if (is_open) co_await session->run();
  address_book_.leave(address);
}

asio::awaitable<void> TransportCore::dial(PeerAddress address) {
  const NodeId id = address.id;
  const std::string remote = address.host + ":" + std::to_string(address.port);
  auto socket = co_await connect(address);
  if (!socket) {
    dial_book_.dial_failed(id, now());
    co_return;
  }
  const auto session = make_session(std::move(*socket), remote);
  begin_handshake(session);
  const bool is_open = co_await session->shake_hands_as_dialler(std::move(address));
  end_handshake(session);
  if (!is_open) {
    dial_book_.dial_failed(id, now());
    co_return;
  }
  co_await session->run();
}

asio::awaitable<std::optional<asio::ip::tcp::socket>> TransportCore::connect(PeerAddress address) {
  const Instant deadline = now() + config_.connections.handshake_max;
  const auto attempt = std::make_shared<Attempt>(
      Attempt{.resolver = Tcp::resolver(io_), .socket = Tcp::socket(io_), .deadline = deadline});
  attempts_.push_back(attempt);
  const std::string port = std::to_string(address.port);
  const auto [resolve_error, found] =
      co_await attempt->resolver.async_resolve(address.host, port, kToken);
  boost::system::error_code error = resolve_error;
  if (!error) {
    std::vector<asio::ip::address> addresses;
    for (const auto& entry : found) addresses.push_back(entry.endpoint().address());
    peer_networks_.resolved(address.id, addresses);
    const auto [connect_error, endpoint] =
        co_await asio::async_connect(attempt->socket, found, kToken);
    error = connect_error;
  }
  std::erase(attempts_, attempt);
  if (error && log_budget_.take(1, now())) {
    log::info("p2p", "cannot reach " + to_string(address) + ": " + error.message());
  }
  if (error || is_stopping_) co_return std::nullopt;
  co_return std::move(attempt->socket);
}

/// Runs until the transport stops.
asio::awaitable<void> TransportCore::tick_loop() {
  while (!is_stopping_) {
    tick();
    ticker_.expires_after(kTick);
    co_await ticker_.async_wait(kToken);
  }
}

void TransportCore::tick() {
  const Instant at = now();
  {
    const Lock lock(mutex_);
    router_.tick(at);
  }
  pump();
  // Copies: closing a session takes it out of the map.
  const auto sessions = sessions_;
  for (const auto& [link, session] : sessions) session->check_flood();
  for (const auto& entry : waiting_) {
    entry.session->check_flood();
    if (at >= entry.deadline) entry.session->abort();
  }
  for (const auto& attempt : attempts_) {
    if (at < attempt->deadline) continue;
    boost::system::error_code ignored;
    attempt->resolver.cancel();
    attempt->socket.close(ignored);
  }
  for (auto& address : dial_book_.take_due(at)) {
    asio::co_spawn(io_, dial(std::move(address)), asio::detached);
  }
  address_book_.forget_idle(at);
}

}  // namespace datapact::p2p
