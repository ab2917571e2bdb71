#pragma once
// The network half of a simulated node: the product's router, gateway, admission and inbox, whose
// frames travel over the simulated network. What a socket, a verification pool and the core thread
// do in a daemon happens here at once and in order.
#include "node/core_inbox.hpp"
#include "node/peer_admission.hpp"
#include "node/peer_gateway.hpp"
#include "node/peer_links.hpp"
#include "p2p/gossip/router.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/surroundings.hpp"

#include <optional>

namespace datapact::sim {

/// A machine's wall clock is off by its skew.
class MachineClock final : public Clock {
 public:
  MachineClock(const Surroundings& around, const Machine& machine)
      : around_(around), machine_(machine) {}
  [[nodiscard]] UnixMillis now() const override;
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override;

 private:
  const Surroundings& around_;
  const Machine& machine_;
};

class Peers final : public node::PeerLinks, public p2p::Handler {
 public:
  Peers(Surroundings& around, Machine& machine, const store::Ledger& ledger);
  ~Peers() override;
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;

  [[nodiscard]] node::PeerGateway& gateway() noexcept { return gateway_; }
  [[nodiscard]] node::CoreInbox& inbox() noexcept { return inbox_; }
  /// Whom this node lets in is asked of `loop` from now on.
  void admit_by(const node::CoreLoop& loop);
  /// Governance has changed: who may stay may have, too.
  void review_admissions();

  // Connections and time.
  [[nodiscard]] p2p::Grant grant_for(std::size_t other);
  [[nodiscard]] bool would_open(std::size_t other, bool dialled_by_us) const;
  void open(p2p::LinkId link, std::size_t other, bool dialled_by_us, p2p::Grant remote_grant);
  void close(p2p::LinkId link);
  void receive(p2p::LinkId link, ByteView frame);
  void tick();
  /// Hands the router's events to the gateway until there are none.
  void settle();

  /// What a correct node would not send.
  void send_raw(std::size_t to, p2p::Topic topic, ByteView bytes);

  // node::PeerLinks
  void publish(p2p::Topic topic, ByteView bytes) override;
  void relay(p2p::Topic topic, ByteView bytes, std::span<const p2p::NodeId> except) override;
  void send(const p2p::NodeId& peer, p2p::Topic topic, ByteView bytes) override;
  [[nodiscard]] std::optional<p2p::RequestId> request(const p2p::NodeId& peer,
                                                      ByteView body) override;
  void respond(const p2p::NodeId& peer, p2p::RequestId id, ByteView body) override;
  void refuse(const p2p::NodeId& peer, p2p::RequestId id) override;
  void report(const p2p::NodeId& peer, p2p::Offence offence) override;

  // p2p::Handler: the gateway's, but a twin is deaf to its own key.
  [[nodiscard]] bool on_message(p2p::Message message) override;
  [[nodiscard]] bool on_request(p2p::Request request) override;
  void on_response(p2p::Response response) override;
  void on_request_failed(p2p::RequestId id, p2p::RequestFailure failure) override;
  void on_peer_up(const p2p::NodeId& peer, p2p::Grant grant) override;
  void on_peer_down(const p2p::NodeId& peer, p2p::LinkEnd end) override;

 private:
  [[nodiscard]] p2p::Instant now() const;
  [[nodiscard]] bool is_filtered(p2p::Topic topic) const;
  /// A twin is deaf to its own key; in a narrow scenario few proposals come by themselves.
  [[nodiscard]] bool is_lost_on(ByteView bytes);
  /// By chance: a list or a transaction.
  [[nodiscard]] bool is_lost(Fault fault);
  /// Sends frames until every link has one under way or has none.
  void write();
  void write(p2p::LinkId link);
  void judge(const p2p::PeerOffended& event);

  Surroundings& around_;
  Machine& machine_;
  std::uint64_t incarnation_;
  node::CoreInbox inbox_;
  p2p::Router router_;
  MachineClock clock_;
  node::PeerGateway gateway_;
  std::optional<node::PeerAdmission> admission_;
  std::map<p2p::LinkId, std::size_t> ends_;
};

}  // namespace datapact::sim
