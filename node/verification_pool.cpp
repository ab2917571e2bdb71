#include "node/verification_pool.hpp"

#include "base/assert.hpp"
#include "base/mutex.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

namespace datapact::node {
namespace {

constexpr std::size_t index_of(Lane lane) noexcept { return static_cast<std::size_t>(lane); }

}  // namespace

std::string_view to_string(Lane lane) noexcept {
  switch (lane) {
    case Lane::kConsensus:
      return "consensus";
    case Lane::kBlocks:
      return "blocks";
    case Lane::kGossip:
      return "gossip";
  }
  return "";
}

VerificationPool::VerificationPool(std::size_t threads, const VerificationLimits& limits)
    : limits_(limits) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

VerificationPool::~VerificationPool() { stop(); }

bool VerificationPool::try_post(VerificationJob job) {
  {
    const Lock lock(mutex_);
    auto& lane = lanes_.at(index_of(job.lane));
    if (stopping_) return false;
    if (!has_room(job)) {
      ++lane.dropped;
      return false;
    }
    count_in(job);
    lane.waiting.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

VerificationCounts VerificationPool::counts() const {
  VerificationCounts out;
  const Lock lock(mutex_);
  for (std::size_t i = 0; i < kLanes; ++i) {
    out.at(i) = {lanes_.at(i).load.jobs, lanes_.at(i).load.bytes, lanes_.at(i).dropped};
  }
  return out;
}

void VerificationPool::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  threads_.clear();
}

bool VerificationPool::has_room(const VerificationJob& job) const {
  const auto& lane = lanes_.at(index_of(job.lane));
  const auto& limits = limits_.lanes.at(index_of(job.lane));
  const auto fits = [&](const Load& load, std::size_t jobs_max, std::size_t bytes_max) {
    return load.jobs < jobs_max && load.bytes <= bytes_max && job.bytes <= bytes_max - load.bytes;
  };
  if (!fits(lane.load, limits.jobs_max, limits.bytes_max)) return false;
  if (!job.peer) return true;
  const auto peer = lane.peers.find(*job.peer);
  return fits(peer == lane.peers.end() ? Load{} : peer->second, limits.peer_jobs_max,
              limits.peer_bytes_max);
}

void VerificationPool::count_in(const VerificationJob& job) {
  auto& lane = lanes_.at(index_of(job.lane));
  const auto add = [&](Load& load) {
    ++load.jobs;
    load.bytes += job.bytes;
  };
  add(lane.load);
  if (job.peer) add(lane.peers[*job.peer]);
}

void VerificationPool::count_out(const VerificationJob& job) {
  auto& lane = lanes_.at(index_of(job.lane));
  const auto subtract = [&](Load& load) {
    --load.jobs;
    load.bytes -= job.bytes;
  };
  subtract(lane.load);
  if (!job.peer) return;
  const auto peer = lane.peers.find(*job.peer);
  INVARIANT(peer != lane.peers.end());
  subtract(peer->second);
  if (peer->second.jobs == 0) lane.peers.erase(peer);
}

VerificationPool::LaneState* VerificationPool::next_lane() {
  for (auto& lane : lanes_) {
    if (!lane.waiting.empty()) return &lane;
  }
  return nullptr;
}

void VerificationPool::run() {
  while (true) {  // The event loop of this thread: ends with stop() and empty lanes.
    VerificationJob job;
    {
      const Lock lock(mutex_);
      while (next_lane() == nullptr && !stopping_) changed_.wait(mutex_);
      auto* const lane = next_lane();
      if (lane == nullptr) return;
      job = std::move(lane->waiting.front());
      lane->waiting.pop_front();
    }
    job.run();
    const Lock lock(mutex_);
    count_out(job);
  }
}

}  // namespace datapact::node
