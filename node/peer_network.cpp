#include "node/peer_network.hpp"

#include "base/bytes.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/governance_view.hpp"
#include "node/config.hpp"
#include "node/core_loop.hpp"
#include "node/start_error.hpp"
#include "node/transport_key.hpp"
#include "node/verification_pool.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"
#include "p2p/net/transport.hpp"

#include <optional>
#include <set>
#include <span>
#include <utility>

namespace datapact::node {

void TransportLinks::publish(p2p::Topic topic, ByteView bytes) {
  if (auto* transport = transport_.load()) transport->publish(topic, bytes);
}
void TransportLinks::relay(p2p::Topic topic, ByteView bytes, std::span<const p2p::NodeId> except) {
  if (auto* transport = transport_.load()) transport->relay(topic, bytes, except);
}
void TransportLinks::send(const p2p::NodeId& peer, p2p::Topic topic, ByteView bytes) {
  if (auto* transport = transport_.load()) transport->send(peer, topic, bytes);
}
std::optional<p2p::RequestId> TransportLinks::request(const p2p::NodeId& peer, ByteView body) {
  auto* const transport = transport_.load();
  return transport == nullptr ? std::nullopt : transport->request(peer, body);
}
void TransportLinks::respond(const p2p::NodeId& peer, p2p::RequestId id, ByteView body) {
  if (auto* transport = transport_.load()) transport->respond(peer, id, body);
}
void TransportLinks::refuse(const p2p::NodeId& peer, p2p::RequestId id) {
  if (auto* transport = transport_.load()) transport->refuse(peer, id);
}
void TransportLinks::report(const p2p::NodeId& peer, p2p::Offence offence) {
  if (auto* transport = transport_.load()) transport->report(peer, offence);
}

PeerNetwork::PeerNetwork(P2pConfig config, const PeerNetworkPorts& ports)
    : config_(std::move(config)),
      ports_(ports),
      gateway_({ports.genesis, ports.ledger, ports.inbox, links_,
                [&pool = ports.verification](VerificationJob job) {
                  return pool.try_post(std::move(job));
                },
                ports.clock}) {}

Result<void, StartError> PeerNetwork::start(const CoreLoop& loop, RandomSource& random) {
  std::set<p2p::NodeId> pinned;
  for (const auto& peer : config_.peers) pinned.insert(peer.id);
  admission_.emplace(loop, std::move(pinned));
  p2p::Config config;
  config.listen_address = config_.address;
  config.port = config_.port;
  config.peers = config_.peers;
  config.tls = config_.tls;
  config.chain_id = ports_.genesis.config.chain_id;
  config.genesis_hash = ports_.genesis.hash;
  TRY(config.key, load_transport_key(config_.key_file));
  auto transport =
      p2p::Transport::start(std::move(config), gateway_, *admission_, ports_.clock, random);
  if (!transport.has_value()) return fail(StartError{ExitCode::kConnection, transport.error()});
  transport_ = std::move(*transport);
  links_.attach(*transport_);
  return {};
}

void PeerNetwork::block_final(const chain::FinalBlock& block, bool may_be_behind) {
  const bool governance_changed =
      block.executed().diff.accounts.contains(chain::kGovernanceAddress);
  if (!governance_changed && may_be_behind == reviewed_behind_) return;
  reviewed_behind_ = may_be_behind;
  transport_->review_admissions();
}

void PeerNetwork::stop() {
  if (transport_) transport_->stop();
}

}  // namespace datapact::node
