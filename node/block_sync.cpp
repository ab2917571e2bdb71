#include "node/block_sync.hpp"

#include "base/quantity.hpp"
#include "base/types.hpp"
#include "ledger/chain/seal.hpp"
#include "node/fetched_block.hpp"
#include "node/peer_messages.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

/// The caller keeps `distance` within bounds that cannot wrap.
Height above(Height height, std::size_t distance) { return Height{height.raw() + distance}; }

constexpr std::uint64_t kMillisPerSecond = 1'000;
/// An answer may take twice as long as the speed of its peer lets expect.
constexpr std::uint64_t kSpeedMargin = 2;

/// Moves a quarter of the way to the newest value.
std::uint64_t smoothed(std::uint64_t average, std::uint64_t value) {
  return average == 0 ? value : (3 * average + value) / 4;
}

}  // namespace

void BlockSync::head_is(Height height, const BlockHash& hash, UnixMillis now) {
  head_ = height;
  head_hash_ = hash;
  behind_since_.reset();
  while (!waiting_.empty() && waiting_.begin()->first <= height) drop(waiting_.begin());
  ask(now);
}

void BlockSync::peer_at(const p2p::NodeId& peer, Height height, UnixMillis now) {
  auto at = peers_.find(peer);
  if (at == peers_.end()) {
    if (peers_.size() == limits_.peers_max) return;
    at = peers_.emplace(peer, Peer{}).first;
  }
  at->second.height = height;
  ask(now);
}

void BlockSync::peer_gone(const p2p::NodeId& peer, UnixMillis now) {
  std::erase_if(requests_, [&](const auto& entry) { return entry.second.peer == peer; });
  peers_.erase(peer);
  ask(now);
}

void BlockSync::blocks_arrived(const p2p::NodeId& peer, FetchId id,
                               std::vector<FetchedBlock> blocks, UnixMillis now) {
  const auto request = requests_.find(id);
  // Far too late, or never asked for: nothing is owed.
  if (request == requests_.end() || request->second.peer != peer) return;
  const Request asked = request->second;
  close(request);
  const bool fits =
      !blocks.empty() && blocks.size() <= asked.count && blocks.front().height() == asked.from;
  if (fits) {
    if (const auto from = peers_.find(peer); from != peers_.end()) {
      measure(from->second, asked, blocks, now);
      from->second.failures = 0;
      // It was left alone for being late, not for what it sent.
      if (asked.is_late) from->second.paused_until = now;
    }
    for (auto& block : blocks) keep(peer, std::move(block));
  } else {
    if (!blocks.empty())
      network_.blame(peer, p2p::Offence::kInvalidMessage, "sent other blocks than those asked for");
    punish(peer, now);
  }
  ask(now);
}

void BlockSync::request_failed(FetchId id, UnixMillis now) {
  const auto request = requests_.find(id);
  if (request == requests_.end()) return;
  const p2p::NodeId peer = request->second.peer;
  close(request);
  punish(peer, now);
  ask(now);
}

std::vector<FetchedBlock> BlockSync::take_run(UnixMillis now) {
  std::vector<FetchedBlock> run;
  if (running_) return run;
  const auto first = waiting_.find(next(head_));
  if (first == waiting_.end()) return run;
  if (first->second.block.block()->header.parent_hash != head_hash_) {
    refused(first->first, "sent a block that does not stand on the chain", now);
    return run;
  }
  BlockHash parent = head_hash_;
  Height height = first->first;
  for (auto at = first; at != waiting_.end() && run.size() < limits_.run_blocks_max; ++at) {
    const auto& block = at->second.block;
    if (at->first != height || block.block()->header.parent_hash != parent) break;
    parent = block.hash();
    height = next(height);
    run.push_back(block);
  }
  running_ = true;
  return run;
}

void BlockSync::refused(Height height, std::string_view reason, UnixMillis now) {
  running_ = false;
  const auto at = waiting_.find(height);
  if (at == waiting_.end()) return;
  const p2p::NodeId peer = at->second.peer;
  network_.blame(peer, p2p::Offence::kInvalidBlock, reason);
  punish(peer, now);
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    it = it->second.peer == peer ? drop(it) : std::next(it);
  }
  ask(now);
}

std::optional<std::chrono::milliseconds> BlockSync::wakes_in(UnixMillis now) const {
  std::optional<UnixMillis> at;
  const auto consider = [&](UnixMillis time) {
    if (!at || time < *at) at = time;
  };
  for (const auto& [id, request] : requests_) {
    if (!request.is_late) consider(request.deadline);
  }
  for (const auto& [peer, state] : peers_) {
    if (state.height > head_ && state.paused_until > now) consider(state.paused_until);
  }
  if (behind_since_) consider(*behind_since_ + limits_.patience);
  if (!at) return std::nullopt;
  // At least 1 ms: a clock of whole milliseconds must move before the next look.
  return std::max(*at - now, std::chrono::milliseconds{1});
}

std::optional<Height> BlockSync::height_of(const p2p::NodeId& peer) const {
  const auto at = peers_.find(peer);
  if (at == peers_.end()) return std::nullopt;
  return at->second.height;
}

Height BlockSync::claimed_by_more_than(std::size_t faulty) const {
  std::vector<Height> claims;
  claims.reserve(peers_.size());
  for (const auto& [peer, state] : peers_) claims.push_back(state.height);
  if (claims.size() <= faulty) return head_;
  std::ranges::sort(claims, std::greater<>{});
  return std::max(head_, claims[faulty]);
}

Height BlockSync::highest_proven(const chain::ValidatorSet& validators) const {
  for (const auto& [height, waiting] : std::views::reverse(waiting_)) {
    if (waiting.block.validators() == validators) return height;
  }
  return head_;
}

void BlockSync::ask(UnixMillis now) {
  expire(now);
  if (is_patient(now)) return;
  while (has_room()) {  // Ends: each turn makes a request, and their number is bounded.
    const Height from = next_missing();
    auto* const peer = peer_for(from, now);
    if (peer == nullptr) return;
    const std::size_t count = missing_from(from, peer->second);
    if (count == 0) return;
    next_id_ = next(next_id_);
    const auto deadline = now + timeout_for(peer->second, from, count);
    requests_.emplace(next_id_, Request{peer->first, from, count, now, deadline});
    ++peer->second.requests;
    network_.request_blocks(peer->first, next_id_, {from, count});
  }
}

void BlockSync::expire(UnixMillis now) {
  for (auto at = requests_.begin(); at != requests_.end();) {
    const auto current = at++;
    if (current->second.is_late || current->second.deadline > now) continue;
    const p2p::NodeId peer = current->second.peer;
    call_late(current);
    punish(peer, now);
  }
}

bool BlockSync::is_patient(UnixMillis now) {
  const Height highest = claimed_by_more_than(0);
  if (highest != next(head_) || !waiting_.empty()) {
    behind_since_.reset();
    return highest == head_;
  }
  if (!behind_since_) behind_since_ = now;
  if (now < *behind_since_ + limits_.patience) return true;
  behind_since_.reset();
  return false;
}

Height BlockSync::next_missing() const {
  Height height = next(head_);
  while (true) {  // Ends: every turn passes a kept block or a request.
    if (waiting_.contains(height)) {
      height = next(height);
    } else if (const auto* request = request_for(height)) {
      height = above(request->from, request->count);
    } else {
      return height;
    }
  }
}

std::size_t BlockSync::missing_from(Height from, const Peer& peer) const {
  const Height limit = above(head_, limits_.blocks_ahead_max);
  const std::size_t count_max = count_for(peer);
  std::size_t count = 0;
  Height height = from;
  while (count < count_max && height <= peer.height && height <= limit &&
         !waiting_.contains(height) && request_for(height) == nullptr) {
    ++count;
    height = next(height);
  }
  return count;
}

const BlockSync::Request* BlockSync::request_for(Height height) const {
  for (const auto& [id, request] : requests_) {
    if (!request.is_late && request.covers(height)) return &request;
  }
  return nullptr;
}

std::pair<const p2p::NodeId, BlockSync::Peer>* BlockSync::peer_for(Height height, UnixMillis now) {
  std::pair<const p2p::NodeId, Peer>* best = nullptr;
  for (auto& entry : peers_) {
    const Peer& peer = entry.second;
    if (peer.height < height || !may_be_asked(peer, now)) continue;
    if (best == nullptr || peer.requests < best->second.requests) best = &entry;
  }
  return best;
}

void BlockSync::punish(const p2p::NodeId& peer, UnixMillis now) {
  const auto at = peers_.find(peer);
  if (at == peers_.end()) return;
  auto pause = limits_.pause_min;
  // At most log2(pause_max / pause_min) doublings.
  for (std::uint32_t i = 0; i < at->second.failures && pause < limits_.pause_max; ++i) pause *= 2;
  ++at->second.failures;
  at->second.paused_until = now + std::min(pause, limits_.pause_max);
}

void BlockSync::close(Requests::iterator request) {
  if (const auto peer = peers_.find(request->second.peer); peer != peers_.end()) {
    --(request->second.is_late ? peer->second.late : peer->second.requests);
  }
  requests_.erase(request);
}

void BlockSync::call_late(Requests::iterator request) {
  request->second.is_late = true;
  const p2p::NodeId& id = request->second.peer;
  Peer& peer = peers_.at(id);
  --peer.requests;
  ++peer.late;
  if (peer.late <= limits_.late_per_peer_max) return;
  const auto oldest = std::ranges::find_if(requests_, [&](const auto& entry) {
    return entry.second.is_late && entry.second.peer == id;
  });
  close(oldest);
}

bool BlockSync::may_be_asked(const Peer& peer, UnixMillis now) const {
  if (peer.paused_until > now) return false;
  // What it owes already is in its way.
  return peer.requests < (peer.late == 0 ? limits_.requests_per_peer_max : 1);
}

std::size_t BlockSync::count_for(const Peer& peer) const {
  if (peer.bytes_per_second == 0 || block_bytes_ == 0) return limits_.blocks_per_request;
  const auto seconds = static_cast<std::uint64_t>(limits_.request_timeout.count());
  const auto bytes = peer.bytes_per_second * seconds / kMillisPerSecond;
  return std::clamp<std::size_t>(bytes / block_bytes_, 1, limits_.blocks_per_request);
}

std::chrono::milliseconds BlockSync::timeout_for(const Peer& peer, Height from,
                                                 std::size_t count) const {
  auto timeout = limits_.request_timeout;
  if (peer.bytes_per_second != 0) {
    const auto bytes = std::min<std::uint64_t>(count * block_bytes_, kAnswerBytesTarget);
    const auto wanted = kSpeedMargin * bytes * kMillisPerSecond / peer.bytes_per_second;
    timeout += std::chrono::milliseconds{static_cast<std::int64_t>(wanted)};
  }
  // Where others were late it may be the own link that is slow: each copy of the range that is on
  // its way makes the next one wait longer.
  for (const auto& [id, request] : requests_) {
    if (request.is_late && request.covers(from) && timeout < limits_.request_timeout_max) {
      timeout *= 2;
    }
  }
  return std::min(timeout, limits_.request_timeout_max);
}

void BlockSync::measure(Peer& peer, const Request& request, const std::vector<FetchedBlock>& blocks,
                        UnixMillis now) {
  std::uint64_t bytes = 0;
  for (const auto& block : blocks) bytes += block.bytes();
  const auto took = std::max<std::int64_t>((now - request.asked_at).count(), 1);
  const auto speed = bytes * kMillisPerSecond / static_cast<std::uint64_t>(took);
  peer.bytes_per_second = smoothed(peer.bytes_per_second, std::max<std::uint64_t>(speed, 1));
  block_bytes_ = smoothed(block_bytes_, std::max<std::uint64_t>(bytes / blocks.size(), 1));
}

void BlockSync::keep(const p2p::NodeId& peer, FetchedBlock block) {
  const Height height = block.height();
  if (height <= head_) return;
  const std::size_t bytes = block.bytes();
  if (waiting_.emplace(height, Waiting{std::move(block), peer}).second) waiting_bytes_ += bytes;
}

std::map<Height, BlockSync::Waiting>::iterator BlockSync::drop(
    std::map<Height, Waiting>::iterator at) {
  waiting_bytes_ -= at->second.block.bytes();
  return waiting_.erase(at);
}

bool BlockSync::has_room() const {
  return waiting_bytes_ + requests_.size() * kAnswerBytesTarget < limits_.waiting_bytes_max;
}

}  // namespace datapact::node
