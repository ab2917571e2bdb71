#include "p2p/net/transport_core.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "p2p/gossip/address_book.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/handshake.hpp"
#include "p2p/gossip/handshake_messages.hpp"
#include "p2p/gossip/node_identity.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/token_bucket.hpp"
#include "p2p/gossip/types.hpp"
#include "p2p/net/session.hpp"
#include "p2p/net/tls_context.hpp"
#include "p2p/net/transport.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::p2p {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kComponent = "p2p";
/// Peers decide how often something is worth a line.
constexpr Rate kLogLines{.per_second = 5, .burst = 50};
constexpr Rate kHandshakeFailures{.per_second = 1, .burst = 20};

AddressBook::Policy address_policy(const ConnectionLimits& limits) {
  return {.handshakes_max = limits.handshakes_max,
          .handshakes_kept = limits.handshakes_kept,
          .handshakes_per_address_max = limits.handshakes_per_address_max,
          .connections_per_address_max = limits.connections_per_address_max,
          .failures = kHandshakeFailures};
}

HandshakeError error_for(LinkEnd refused) {
  switch (refused) {
    case LinkEnd::kBanned:
      return HandshakeError::kBanned;
    case LinkEnd::kReplaced:
      return HandshakeError::kDuplicate;
    case LinkEnd::kNotAdmitted:
      return HandshakeError::kNotAdmitted;
    case LinkEnd::kNoRoom:
    case LinkEnd::kTooOften:
    case LinkEnd::kRemoteClosed:
    case LinkEnd::kOffence:
    case LinkEnd::kStopping:
      return HandshakeError::kNoRoom;
  }
  return HandshakeError::kNoRoom;
}

bool is_foreign(HandshakeError error) {
  return error == HandshakeError::kVersion || error == HandshakeError::kForeignChain ||
         error == HandshakeError::kForeignGenesis;
}

std::string text_of(const PeerUp& up) {
  return "peer " + to_hex0x(up.peer) + " is connected, grant " + std::string(to_string(up.grant));
}
std::string text_of(const PeerDown& down) {
  return "peer " + to_hex0x(down.peer) + " is gone: " + std::string(to_string(down.end));
}
std::string text_of(const PeerOffended& offended) {
  return "peer " + to_hex0x(offended.peer) + ": " + std::string(to_string(offended.offence)) +
         (offended.is_banned ? ", banned" : "");
}

}  // namespace

TransportCore::TransportCore(const Config& config, NodeIdentity identity, TransportPorts ports)
    : io_(1),
      config_(config),
      identity_(std::move(identity)),
      ports_(ports),
      router_(identity_.id(), config.limits, ports.random),
      dial_book_({.redial = config.limits.redial, .redial_max = config.limits.redial_max},
                 ports.random),
      address_book_(address_policy(config.connections)),
      log_budget_(kLogLines, ports.clock.monotonic()),
      acceptor_(io_),
      ticker_(io_),
      work_(asio::make_work_guard(io_)) {
  std::vector<PeerAddress> peers = config.peers;
  std::erase_if(peers, [this](const PeerAddress& peer) { return peer.id == identity_.id(); });
  dial_book_.set_peers(peers, now());
  peer_networks_.set_peers(peers);
}

TransportCore::~TransportCore() { stop(); }

Result<void, std::string> TransportCore::listen() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config_.listen_address, error);
  if (error) return fail("p2p address \"" + config_.listen_address + "\" is no IP address");
  const Tcp::endpoint endpoint(address, config_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail("cannot listen for peers on " + config_.listen_address + ":" +
                std::to_string(config_.port) + ": " + error.message());
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

Result<void, std::string> TransportCore::make_tls() {
  TRY(tls_, make_tls_context());
  return {};
}

void TransportCore::run() {
  asio::co_spawn(io_, accept_loop(), asio::detached);
  asio::co_spawn(io_, tick_loop(), asio::detached);
  thread_ = std::jthread([this] { io_.run(); });
}

void TransportCore::stop() {
  if (is_stopped_.exchange(true)) return;
  if (!thread_.joinable()) return;
  asio::post(io_, [this] { shut_down(); });
  thread_.join();
}

void TransportCore::shut_down() {
  is_stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  ticker_.cancel();
  for (const auto& [link, session] : sessions_) {
    session->abort();
    const Lock lock(mutex_);
    router_.close(link, LinkEnd::kStopping);
  }
  for (const auto& waiting : waiting_) waiting.session->abort();
  for (const auto& attempt : attempts_) {
    attempt->resolver.cancel();
    attempt->socket.close(ignored);
  }
  pump();
  work_.reset();
  // What still waits is destroyed with io_.
  io_.stop();
}

void TransportCore::schedule_pump() {
  if (is_pump_due_.exchange(true)) return;
  asio::post(io_, [this] { pump(); });
}

/// Ends when the node, told of everything, has caused nothing new.
void TransportCore::pump() {
  is_pump_due_ = false;
  for (;;) {
    std::vector<RouterEvent> events;
    std::vector<LinkId> writable;
    {
      const Lock lock(mutex_);
      events = router_.take_events();
      writable = router_.take_writable();
    }
    if (events.empty() && writable.empty()) return;
    for (auto& event : events) perform(std::move(event));
    for (const LinkId link : writable) {
      const auto found = sessions_.find(link);
      if (found != sessions_.end()) found->second->wake_writer();
    }
  }
}

void TransportCore::perform(RouterEvent event) {
  if (const auto* up = std::get_if<PeerUp>(&event)) {
    dial_book_.connected(up->peer, now());
    log::info(kComponent, text_of(*up));
  } else if (const auto* down = std::get_if<PeerDown>(&event)) {
    dial_book_.disconnected(down->peer, now());
    log::info(kComponent, text_of(*down));
  } else if (const auto* close = std::get_if<CloseLink>(&event)) {
    close_session(close->link);
  } else if (const auto* offended = std::get_if<PeerOffended>(&event)) {
    if (log_budget_.take(1, now())) log::warning(kComponent, text_of(*offended));
  }
  const auto not_taken = dispatch(std::move(event), ports_.handler);
  if (!not_taken) return;
  const Lock lock(mutex_);
  router_.not_taken(*not_taken, now());
}

void TransportCore::close_session(LinkId link) {
  const auto found = sessions_.find(link);
  if (found == sessions_.end()) return;
  found->second->abort();
  sessions_.erase(found);
}

Snapshot TransportCore::snapshot() const {
  const Instant at = now();
  const Lock lock(mutex_);
  Snapshot out = router_.snapshot(at);
  out.handshakes_failed = counters_.handshakes_failed;
  out.handshakes_foreign = counters_.handshakes_foreign;
  out.connections_refused = counters_.connections_refused;
  return out;
}

void TransportCore::review_admissions() {
  if (is_review_due_.exchange(true)) return;
  asio::post(io_, [this] { ask_admissions(); });
}

void TransportCore::ask_admissions() {
  is_review_due_ = false;
  std::vector<NodeId> peers;
  {
    const Lock lock(mutex_);
    peers = router_.peers();
  }
  for (const auto& peer : peers) {
    const Grant grant = ports_.admission.grant_for(peer);
    const Lock lock(mutex_);
    router_.set_local_grant(peer, grant, now());
  }
  pump();
}

void TransportCore::set_peers(std::vector<PeerAddress> peers) {
  std::erase_if(peers, [this](const PeerAddress& peer) { return peer.id == identity_.id(); });
  asio::post(io_, [this, peers = std::move(peers)] {
    dial_book_.set_peers(peers, now());
    peer_networks_.set_peers(peers);
    const Lock lock(mutex_);
    for (const auto& peer : router_.peers()) dial_book_.connected(peer, now());
  });
}

HandshakeTerms TransportCore::terms(Bytes exporter) const {
  return {.chain_id = config_.chain_id,
          .genesis_hash = config_.genesis_hash,
          .exporter = std::move(exporter)};
}

HandshakeNonce TransportCore::fresh_nonce() { return random_fixed<HandshakeNonce>(ports_.random); }

Result<Grant, HandshakeError> TransportCore::admit(const NodeId& peer, bool dialled_by_us) {
  const Grant grant = ports_.admission.grant_for(peer);
  if (grant == Grant::kNone) return fail(HandshakeError::kNotAdmitted);
  const Lock lock(mutex_);
  const auto refused = router_.refusal_for(peer, dialled_by_us, now());
  if (refused) return fail(error_for(*refused));
  return grant;
}

std::optional<LinkId> TransportCore::open(const std::shared_ptr<Session>& session, Link link) {
  if (is_stopping_) return std::nullopt;
  link.id = LinkId{++last_link_};
  {
    const Lock lock(mutex_);
    if (router_.open(link, now())) return std::nullopt;
  }
  sessions_[link.id] = session;
  pump();
  return link.id;
}

std::chrono::nanoseconds TransportCore::receive(LinkId link, ByteView frame) {
  std::chrono::nanoseconds pause{0};
  {
    const Lock lock(mutex_);
    pause = router_.receive(link, frame, now());
  }
  pump();
  return pause;
}

void TransportCore::report(const NodeId& peer, Offence offence) {
  {
    const Lock lock(mutex_);
    router_.report(peer, offence, now());
  }
  pump();
}

std::optional<Bytes> TransportCore::next_frame(LinkId link) {
  const Lock lock(mutex_);
  return router_.next_frame(link, now());
}

void TransportCore::frame_written(LinkId link) {
  const Lock lock(mutex_);
  router_.frame_written(link);
}

void TransportCore::closed(LinkId link) {
  {
    const Lock lock(mutex_);
    router_.close(link, LinkEnd::kRemoteClosed);
  }
  sessions_.erase(link);
  pump();
}

void TransportCore::handshake_failed(const std::string& with, const HandshakeFailure& failure) {
  {
    const Lock lock(mutex_);
    ++counters_.handshakes_failed;
    if (is_foreign(failure.error)) ++counters_.handshakes_foreign;
  }
  // Both ends dial: that one of the two connections goes is as it should be.
  if (failure.error == HandshakeError::kDuplicate) return;
  if (!log_budget_.take(1, now())) return;
  log::warning(kComponent, "no connection with " + with + ": " + to_string(failure));
}

}  // namespace datapact::p2p
