#include "p2p/net/transport.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "crypto/constant_time.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/node_identity.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/seen_cache.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"
#include "p2p/net/transport_core.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace datapact::p2p {

class Transport::Impl {
 public:
  Impl(const Config& config, NodeIdentity identity, TransportPorts ports)
      : core(config, std::move(identity), ports) {}
  TransportCore core;
};

Result<std::unique_ptr<Transport>, std::string> Transport::start(Config config, Handler& handler,
                                                                 Admission& admission,
                                                                 const Clock& clock,
                                                                 RandomSource& random) {
  auto identity = NodeIdentity::make(config.key);
  crypto::zeroise(config.key);
  if (!identity) return fail(std::string("the node's transport key is not in [1, order)"));
  if (config.limits.peers_max > kSlotsMax) {
    return fail("p2p limit of " + std::to_string(config.limits.peers_max) +
                " peers is above the largest, " + std::to_string(kSlotsMax));
  }
  auto impl = std::make_unique<Impl>(
      config, std::move(*identity),
      TransportPorts{.handler = handler, .admission = admission, .clock = clock, .random = random});
  if (config.tls) TRY_VOID(impl->core.make_tls());
  TRY_VOID(impl->core.listen());
  impl->core.run();
  return std::unique_ptr<Transport>(new Transport(std::move(impl)));  // private constructor
}

Transport::Transport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Transport::~Transport() { stop(); }

const NodeId& Transport::id() const noexcept { return impl_->core.identity().id(); }

std::uint16_t Transport::port() const noexcept { return impl_->core.port(); }

std::size_t Transport::publish(Topic topic, ByteView bytes) {
  return impl_->core.with_router(
      [&](Router& router, Instant now) { return router.publish(topic, bytes, now); });
}

std::size_t Transport::relay(Topic topic, ByteView bytes, std::span<const NodeId> except) {
  return impl_->core.with_router(
      [&](Router& router, Instant now) { return router.relay(topic, bytes, except, now); });
}

bool Transport::send(const NodeId& peer, Topic topic, ByteView bytes) {
  return impl_->core.with_router(
      [&](Router& router, Instant now) { return router.send(peer, topic, bytes, now); });
}

std::optional<RequestId> Transport::request(const NodeId& peer, ByteView body) {
  return impl_->core.with_router(
      [&](Router& router, Instant now) { return router.request(peer, body, now); });
}

bool Transport::respond(const NodeId& peer, RequestId id, ByteView body) {
  return impl_->core.with_router(
      [&](Router& router, Instant now) { return router.respond(peer, id, body, now); });
}

void Transport::refuse(const NodeId& peer, RequestId id) {
  impl_->core.with_router([&](Router& router, Instant now) {
    router.refuse(peer, id, now);
    return true;
  });
}

void Transport::report(const NodeId& peer, Offence offence) {
  impl_->core.with_router([&](Router& router, Instant now) {
    router.report(peer, offence, now);
    return true;
  });
}

void Transport::review_admissions() { impl_->core.review_admissions(); }

void Transport::set_peers(std::vector<PeerAddress> peers) {
  impl_->core.set_peers(std::move(peers));
}

Snapshot Transport::snapshot() const { return impl_->core.snapshot(); }

void Transport::stop() { impl_->core.stop(); }

}  // namespace datapact::p2p
