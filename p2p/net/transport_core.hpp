#pragma once
// Transport's inside: the io thread, the router behind its lock, the connections. Internal to p2p:
// includes Asio. Thread contract: what is marked "any thread" may be called from any, the rest runs
// on the io thread. The lock is held for calls of the router only, never while the node is called.
#include "base/mutex.hpp"
#include "p2p/gossip/address_book.hpp"
#include "p2p/gossip/dial_book.hpp"
#include "p2p/net/hub.hpp"
#include "p2p/net/peer_networks.hpp"
#include "p2p/net/session.hpp"
#include "p2p/net/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::p2p {

/// What the transport borrows.
struct TransportPorts {
  Handler& handler;
  Admission& admission;
  const Clock& clock;
  RandomSource& random;
};

class TransportCore final : public Hub {
 public:
  TransportCore(const Config& config, NodeIdentity identity, TransportPorts ports);
  ~TransportCore() override;
  TransportCore(const TransportCore&) = delete;
  TransportCore& operator=(const TransportCore&) = delete;

  // Any thread, before run() or after it.
  [[nodiscard]] Result<void, std::string> listen();
  /// Before run(). Only with Config::tls.
  [[nodiscard]] Result<void, std::string> make_tls();
  void run();
  void stop();
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Any thread: calls the router with the time, then has its events performed.
  template <class Call>
  auto with_router(Call&& call) {
    const Instant now = ports_.clock.monotonic();
    auto result = [&] {
      const Lock lock(mutex_);
      return std::forward<Call>(call)(router_, now);
    }();
    schedule_pump();
    return result;
  }
  [[nodiscard]] Snapshot snapshot() const;
  void review_admissions();
  void set_peers(std::vector<PeerAddress> peers);

  [[nodiscard]] const NodeIdentity& identity() const override { return identity_; }

 private:
  using Tcp = boost::asio::ip::tcp;
  template <class T>
  using awaitable = boost::asio::awaitable<T>;  // NOLINT(readability-identifier-naming): Asio's
  /// A connection that is being made, until its deadline.
  struct Attempt {
    Tcp::resolver resolver;
    Tcp::socket socket;
    Instant deadline{0};
  };
  struct Waiting {
    std::shared_ptr<Session> session;
    Instant deadline{0};
  };
  struct Counters {
    std::uint64_t handshakes_failed = 0;
    std::uint64_t handshakes_foreign = 0;
    std::uint64_t connections_refused = 0;
  };

  // Hub.
  [[nodiscard]] HandshakeTerms terms(Bytes exporter) const override;
  [[nodiscard]] HandshakeNonce fresh_nonce() override;
  [[nodiscard]] Result<Grant, HandshakeError> admit(const NodeId& peer,
                                                    bool dialled_by_us) override;
  [[nodiscard]] std::optional<LinkId> open(const std::shared_ptr<Session>& session,
                                           Link link) override;
  [[nodiscard]] std::chrono::nanoseconds receive(LinkId link, ByteView frame) override;
  void report(const NodeId& peer, Offence offence) override;
  [[nodiscard]] std::optional<Bytes> next_frame(LinkId link) override;
  void frame_written(LinkId link) override;
  void closed(LinkId link) override;
  void handshake_failed(const std::string& with, const HandshakeFailure& failure) override;

  // transport_core.cpp: the router's events.
  void schedule_pump();
  void pump();
  void perform(RouterEvent event);
  void close_session(LinkId link);
  void shut_down();
  void ask_admissions();

  // connections.cpp: how sessions begin and end.
  awaitable<void> accept_loop();
  void admit_socket(Tcp::socket socket);
  awaitable<void> serve(Tcp::socket socket, std::string address, std::string remote);
  awaitable<void> dial(PeerAddress address);
  awaitable<std::optional<Tcp::socket>> connect(PeerAddress address);
  [[nodiscard]] std::shared_ptr<Session> make_session(Tcp::socket socket, std::string remote);
  void begin_handshake(const std::shared_ptr<Session>& session);
  void end_handshake(const std::shared_ptr<Session>& session);
  awaitable<void> tick_loop();
  void tick();
  void count_refused_connection();

  [[nodiscard]] Instant now() const { return ports_.clock.monotonic(); }

  std::unique_ptr<boost::asio::ssl::context> tls_;  ///< only with Config::tls
  /// Before the rest, so that it goes after it: the coroutines that still wait in it hold sockets.
  boost::asio::io_context io_;
  const Config config_;
  const NodeIdentity identity_;
  TransportPorts ports_;

  mutable Mutex mutex_;
  Router router_ GUARDED_BY(mutex_);
  Counters counters_ GUARDED_BY(mutex_);

  std::atomic<bool> is_pump_due_{false};
  std::atomic<bool> is_review_due_{false};
  std::atomic<bool> is_stopped_{false};

  // Of the io thread.
  bool is_stopping_ = false;
  DialBook dial_book_;
  AddressBook address_book_;
  PeerNetworks peer_networks_;
  TokenBucket log_budget_;
  std::uint64_t last_link_ = 0;
  std::map<LinkId, std::shared_ptr<Session>> sessions_;
  std::vector<Waiting> waiting_;
  std::vector<std::shared_ptr<Attempt>> attempts_;

  Tcp::acceptor acceptor_;
  boost::asio::steady_timer ticker_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace datapact::p2p
