#pragma once
// The other nodes as a running part of this one: transport, gateway and admission together.
#include "base/clock.hpp"
#include "base/random_source.hpp"
#include "node/config.hpp"
#include "node/core_loop.hpp"
#include "node/peer_admission.hpp"
#include "node/peer_gateway.hpp"
#include "node/start_error.hpp"
#include "p2p/net/transport.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace datapact::node {

/// Does nothing until there is a transport. Thread contract: any thread.
class TransportLinks final : public PeerLinks {
 public:
  /// Borrows `transport`, which must outlive every later call.
  void attach(p2p::Transport& transport) { transport_ = &transport; }

  void publish(p2p::Topic topic, ByteView bytes) override;
  void relay(p2p::Topic topic, ByteView bytes, std::span<const p2p::NodeId> except) override;
  void send(const p2p::NodeId& peer, p2p::Topic topic, ByteView bytes) override;
  [[nodiscard]] std::optional<p2p::RequestId> request(const p2p::NodeId& peer,
                                                      ByteView body) override;
  void respond(const p2p::NodeId& peer, p2p::RequestId id, ByteView body) override;
  void refuse(const p2p::NodeId& peer, p2p::RequestId id) override;
  void report(const p2p::NodeId& peer, p2p::Offence offence) override;

 private:
  std::atomic<p2p::Transport*> transport_ = nullptr;
};

/// What the network of one node stands on. Borrowed.
struct PeerNetworkPorts {
  const chain::Genesis& genesis;
  const store::Ledger& ledger;
  CoreInbox& inbox;
  VerificationPool& verification;
  const Clock& clock;
};

/// Thread contract: start and stop from one thread; the rest from any.
class PeerNetwork {
 public:
  PeerNetwork(P2pConfig config, const PeerNetworkPorts& ports);

  [[nodiscard]] PeerGateway& gateway() noexcept { return gateway_; }
  /// Listens and dials on return. Borrows the others.
  [[nodiscard]] Result<void, StartError> start(const CoreLoop& loop, RandomSource& random);
  /// A block is final: who may join may have changed with it. Core thread.
  void block_final(const chain::FinalBlock& block, bool may_be_behind);
  void stop();

  /// After start().
  [[nodiscard]] const p2p::NodeId& id() const { return transport_->id(); }
  [[nodiscard]] std::uint16_t port() const { return transport_->port(); }
  [[nodiscard]] p2p::Snapshot snapshot() const { return transport_->snapshot(); }

 private:
  const P2pConfig config_;
  const PeerNetworkPorts ports_;
  TransportLinks links_;
  PeerGateway gateway_;
  std::optional<PeerAdmission> admission_;
  std::unique_ptr<p2p::Transport> transport_;
  /// As it was when admissions were last reviewed.
  bool reviewed_behind_ = true;
};

}  // namespace datapact::node
