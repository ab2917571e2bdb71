#include "tests/sim/peers.hpp"

#include "consensus/message_codec.hpp"
#include "tests/sim/process.hpp"

#include <algorithm>
#include <utility>

namespace datapact::sim {

namespace {

bool has_code(ByteView bytes, consensus::MessageCode code) {
  const auto point = consensus::peek_message(bytes);
  return point.has_value() && point->code == code;
}
bool is_proposal(ByteView bytes) { return has_code(bytes, consensus::MessageCode::kProposal); }
bool is_list(ByteView bytes) { return has_code(bytes, consensus::MessageCode::kProposalBody); }

std::set<p2p::NodeId> everybody(std::size_t machines) {
  std::set<p2p::NodeId> out;
  for (std::size_t i = 0; i < machines; ++i) out.insert(Machine::node_id_of(i));
  return out;
}

}  // namespace

Peers::Peers(Surroundings& around, Machine& machine, const store::Ledger& ledger)
    : around_(around),
      machine_(machine),
      incarnation_(machine.incarnation),
      inbox_(around.inbox_events_max),
      router_(machine.node_id(), p2p::Limits{}, around.prng),
      clock_(around, machine),
      gateway_({around.genesis, ledger, inbox_, *this,
                [](const node::VerificationJob& job) {
                  job.run();
                  return true;
                },
                clock_}) {}

Peers::~Peers() = default;

UnixMillis MachineClock::now() const { return around_.scheduler.now() + machine_.skew; }

std::chrono::nanoseconds MachineClock::monotonic() const { return around_.scheduler.now(); }

p2p::Instant Peers::now() const { return around_.scheduler.now(); }

void Peers::admit_by(const node::CoreLoop& loop) {
  admission_.emplace(loop, everybody(around_.machines.size()));
}

void Peers::review_admissions() {
  for (const auto& peer : router_.peers()) {
    router_.set_local_grant(peer, admission_->grant_for(peer), now());
  }
}

p2p::Grant Peers::grant_for(std::size_t other) {
  return admission_->grant_for(Machine::node_id_of(other));
}

bool Peers::would_open(std::size_t other, bool dialled_by_us) const {
  return !router_.refusal_for(Machine::node_id_of(other), dialled_by_us, now());
}

void Peers::open(p2p::LinkId link, std::size_t other, bool dialled_by_us, p2p::Grant remote_grant) {
  ends_[link] = other;
  const auto refused = router_.open({.id = link,
                                     .peer = Machine::node_id_of(other),
                                     .dialled_by_us = dialled_by_us,
                                     .local_grant = grant_for(other),
                                     .remote_grant = remote_grant,
                                     .remote = {}},
                                    now());
  INVARIANT(!refused);
}

void Peers::close(p2p::LinkId link) {
  ends_.erase(link);
  router_.close(link, p2p::LinkEnd::kRemoteClosed);
}

void Peers::receive(p2p::LinkId link, ByteView frame) {
  static_cast<void>(router_.receive(link, frame, now()));
}

void Peers::tick() { router_.tick(now()); }

void Peers::settle() {
  // Ends: an event of the router comes from a frame or from time, and neither passes here.
  for (auto events = router_.take_events(); !events.empty(); events = router_.take_events()) {
    for (auto& event : events) {
      if (const auto* over = std::get_if<p2p::CloseLink>(&event)) {
        const auto end = ends_.extract(over->link);
        if (!end.empty()) around_.network.disconnect(machine_.index, end.mapped(), over->link);
      } else if (const auto* offended = std::get_if<p2p::PeerOffended>(&event)) {
        judge(*offended);
      }
      if (const auto left = p2p::dispatch(std::move(event), *this)) router_.not_taken(*left, now());
    }
  }
  write();
}

/// An honest node is never called a liar, and never banned.
void Peers::judge(const p2p::PeerOffended& event) {
  const auto& other = around_.machines[Machine::index_of(event.peer)];
  around_.trace.note(around_.scheduler.now(), machine_.index, "reports", other.index,
                     p2p::to_string(event.offence));
  if (!other.is_correct() || !machine_.is_correct()) {
    if (event.is_banned) around_.counts.add(Fault::kBan);
    return;
  }
  // Frames that are lost or late can do that.
  const bool may_be_chance = event.offence == p2p::Offence::kRequestTimeout && !event.is_banned;
  if (may_be_chance) return;
  around_.oracle.violation("node " + std::to_string(machine_.index) +
                           (event.is_banned ? " bans" : " blames") + " correct node " +
                           std::to_string(other.index) + ": " +
                           std::string(p2p::to_string(event.offence)));
}

void Peers::write() {
  for (auto links = router_.take_writable(); !links.empty(); links = router_.take_writable()) {
    for (const auto link : links) write(link);
  }
}

void Peers::write(p2p::LinkId link) {
  const auto end = ends_.find(link);
  if (end == ends_.end()) return;
  const auto bytes_per_ms = around_.network.quality.bytes_per_ms;
  while (auto frame = router_.next_frame(link, now())) {
    const std::size_t size = frame->size();
    around_.network.send({link, machine_.index, end->second}, std::move(*frame));
    if (bytes_per_ms != 0) {
      const std::chrono::milliseconds time{1 + size / bytes_per_ms};
      around_.scheduler.after(
          time, [&around = around_, &machine = machine_, link, incarnation = incarnation_] {
            if (!machine.process || machine.incarnation != incarnation) return;
            auto& self = machine.process->network_half();
            self.router_.frame_written(link);
            self.write();
          });
      return;
    }
    router_.frame_written(link);
  }
}

void Peers::send_raw(std::size_t to, p2p::Topic topic, ByteView bytes) {
  send(Machine::node_id_of(to), topic, bytes);
}

/// Whether each receiver of such a message is to be looked at.
bool Peers::is_filtered(p2p::Topic topic) const {
  return topic == p2p::Topic::kConsensus && (around_.is_mute || machine_.conduct == Conduct::kTwin);
}

void Peers::publish(p2p::Topic topic, ByteView bytes) {
  if (is_filtered(topic)) {
    // Own votes.
    for (const auto& peer : router_.peers()) send(peer, topic, bytes);
    return;
  }
  router_.publish(topic, bytes, now());
  write();
}

void Peers::relay(p2p::Topic topic, ByteView bytes, std::span<const p2p::NodeId> except) {
  if (topic == p2p::Topic::kConsensus && around_.is_mute && is_proposal(bytes)) return;
  router_.relay(topic, bytes, except, now());
  write();
}

void Peers::send(const p2p::NodeId& peer, p2p::Topic topic, ByteView bytes) {
  if (is_filtered(topic)) {
    if (around_.is_mute && is_proposal(bytes)) return;
    const bool is_twin = machine_.conduct == Conduct::kTwin;
    if (is_twin && !around_.hears_twin(machine_.index, Machine::index_of(peer))) return;
  }
  router_.send(peer, topic, bytes, now());
  write();
}

std::optional<p2p::RequestId> Peers::request(const p2p::NodeId& peer, ByteView body) {
  const auto id = router_.request(peer, body, now());
  write();
  return id;
}

void Peers::respond(const p2p::NodeId& peer, p2p::RequestId id, ByteView body) {
  if (around_.is_mute && is_proposal(body)) return router_.refuse(peer, id, now());
  router_.respond(peer, id, body, now());
}

void Peers::refuse(const p2p::NodeId& peer, p2p::RequestId id) { router_.refuse(peer, id, now()); }

void Peers::report(const p2p::NodeId& peer, p2p::Offence offence) {
  router_.report(peer, offence, now());
}

bool Peers::on_message(p2p::Message message) {
  if (message.topic == p2p::Topic::kConsensus && is_lost_on(message.bytes)) return true;
  if (message.topic == p2p::Topic::kTransactions && is_lost(Fault::kSecret)) return true;
  return gateway_.on_message(std::move(message));
}

bool Peers::is_lost(Fault fault) {
  const auto permille =
      fault == Fault::kSecret ? around_.secret_permille : around_.lists_lost_permille;
  if (permille == 0 || around_.prng.below(1'000) >= permille) return false;
  around_.counts.add(fault);
  return true;
}

bool Peers::is_lost_on(ByteView bytes) {
  if (is_list(bytes)) return is_lost(Fault::kLostList);
  const bool is_twin = machine_.conduct == Conduct::kTwin;
  const bool is_narrow = around_.reaches && is_proposal(bytes);
  if (!is_twin && !is_narrow) return false;
  const auto vote =
      consensus::decode_message(bytes, {around_.genesis.config.chain_id, around_.genesis.hash});
  if (!vote.has_value()) return false;
  if (is_twin && author_of(*vote) == machine_.address) return true;
  if (!is_narrow || around_.reaches(author_of(*vote), machine_.index)) return false;
  around_.counts.add(Fault::kNarrow);
  return true;
}
bool Peers::on_request(p2p::Request request) { return gateway_.on_request(std::move(request)); }
void Peers::on_response(p2p::Response response) { gateway_.on_response(std::move(response)); }
void Peers::on_request_failed(p2p::RequestId id, p2p::RequestFailure failure) {
  gateway_.on_request_failed(id, failure);
}
void Peers::on_peer_up(const p2p::NodeId& peer, p2p::Grant grant) {
  gateway_.on_peer_up(peer, grant);
}
void Peers::on_peer_down(const p2p::NodeId& peer, p2p::LinkEnd end) {
  gateway_.on_peer_down(peer, end);
}

}  // namespace datapact::sim
