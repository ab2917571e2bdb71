#include "tests/sim/sim_network.hpp"

#include "p2p/gossip/frame.hpp"

#include <algorithm>
#include <memory>

namespace datapact::sim {

using std::chrono::milliseconds;

namespace {

bool has_part(ByteView frame) {
  const auto entries = p2p::decode_frame(frame);
  return entries.has_value() && std::ranges::any_of(*entries, [](const p2p::Entry& entry) {
           return entry.kind == p2p::EntryKind::kFirstPart ||
                  entry.kind == p2p::EntryKind::kNextPart;
         });
}

}  // namespace

void SimNetwork::split() {
  for (auto& side : side_) side = static_cast<std::uint32_t>(prng_.below(2));
}

void SimNetwork::heal() {
  std::ranges::fill(side_, 0);
  is_down_ = false;
}

p2p::LinkId SimNetwork::connect(std::size_t one, std::size_t other) {
  const p2p::LinkId link{next_link_++};
  connections_[ends_of(one, other)] = link;
  return link;
}

std::optional<p2p::LinkId> SimNetwork::connection(std::size_t one, std::size_t other) const {
  const auto found = connections_.find(ends_of(one, other));
  return found == connections_.end() ? std::nullopt : std::optional{found->second};
}

void SimNetwork::disconnect(std::size_t one, std::size_t other, p2p::LinkId link) {
  const auto found = connections_.find(ends_of(one, other));
  if (found != connections_.end() && found->second == link) connections_.erase(found);
}

std::vector<std::size_t> SimNetwork::peers_of(std::size_t machine) const {
  std::vector<std::size_t> out;
  for (const auto& [ends, link] : connections_) {
    if (ends.first == machine) out.push_back(ends.second);
    if (ends.second == machine) out.push_back(ends.first);
  }
  return out;
}

void SimNetwork::send(const Lane& lane, Bytes frame) {
  if (!is_reachable(lane.from, lane.to) || connection(lane.from, lane.to) != lane.link) return;
  const auto shared = std::make_shared<const Bytes>(std::move(frame));
  if (has_part(*shared)) return send_in_order(lane, shared);
  if (chance(quality.lost_permille)) {
    counts_.add(Fault::kLost);
    return;
  }
  std::uint32_t copies = 1;
  if (chance(quality.duplicated_permille)) {
    counts_.add(Fault::kDuplicated);
    ++copies;
  }
  for (; copies > 0; --copies) {
    auto delay = quality.delay + up_to(quality.jitter);
    if (chance(quality.overdue_permille)) {
      counts_.add(Fault::kDelayed);
      delay += up_to(quality.overdue_max);
    }
    deliver_after(delay, lane, shared);
  }
}

void SimNetwork::send_in_order(const Lane& lane, std::shared_ptr<const Bytes> frame) {
  auto& until = parts_until_[{lane.from, lane.to}];
  until = std::max(until, scheduler_.now() + quality.delay + up_to(quality.jitter));
  deliver_after(until - scheduler_.now(), lane, std::move(frame));
}

void SimNetwork::deliver_after(milliseconds delay, const Lane& lane,
                               std::shared_ptr<const Bytes> frame) {
  scheduler_.after(delay, [this, lane, frame = std::move(frame)] {
    // Cut off while it was under way.
    if (is_reachable(lane.from, lane.to)) on_frame(lane, *frame);
  });
}

}  // namespace datapact::sim
