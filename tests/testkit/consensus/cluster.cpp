#include "tests/testkit/consensus/cluster.hpp"

#include "consensus/message_codec.hpp"
#include "ledger/chain/profile.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace datapact::consensus::test {

Cluster::Cluster(std::size_t count, Timing timing) : timing_(timing) {
  const auto signers = make_signers(count);
  validators_ = addresses_of(signers);
  for (const auto& signer : signers) nodes_.emplace_back(signer);
  for (std::size_t i = 0; i < count; ++i) open(i);
}

void Cluster::open(std::size_t node) {
  auto& n = nodes_[node];
  std::vector<RememberedVote> remembered;
  for (const auto& entry : n.journal) {
    auto vote = decode_entry(entry, kDomain);
    REQUIRE(vote.has_value());
    remembered.push_back(std::move(*vote));
  }
  n.engine = std::make_unique<Engine>(timing_, n.signer.address(), std::move(remembered));
  n.timers.clear();
  n.executed.clear();
  queue_.push_back({node, std::nullopt});
}

void Cluster::kill(std::size_t node) {
  nodes_[node].engine.reset();
  nodes_[node].timers.clear();
}

void Cluster::restart(std::size_t node) { open(node); }

HeadChanged Cluster::head_of(const Node& node) const {
  if (node.blocks.empty()) {
    return {Height{},  kDomain.genesis_hash, UnixMillis{1'000'000},
            Address{}, validators_,          has_work};
  }
  const auto& block = node.blocks.back();
  return {block->header.height,
          hash_of_block(block),
          chain::time_of(block->header, chain::Profile::kConsortium),
          block->header.coinbase,
          validators_,
          has_work};
}

std::size_t Cluster::index_of(const Address& address) const {
  const auto at = std::ranges::find(validators_, address);
  return static_cast<std::size_t>(at - validators_.begin());
}

void Cluster::tell(std::size_t node, const Event& event) {
  if (!nodes_[node].engine) return;
  for (const auto& effect : nodes_[node].engine->step(event, now_)) {
    trace_.push_back(std::to_string(node) + ": " + describe(effect));
    std::visit([&](const auto& e) { perform(node, e); }, effect);
    if (!nodes_[node].engine) return;  // It crashed in the middle of its effects.
  }
}

bool Cluster::run_one() {
  if (!queue_.empty()) {
    const auto envelope = std::move(queue_.front());
    queue_.pop_front();
    tell(envelope.to, envelope.event ? *envelope.event : Event{head_of(nodes_[envelope.to])});
    return true;
  }
  Node* soonest = nullptr;
  TimerKind kind{};
  for (auto& node : nodes_) {
    for (const auto& [k, timer] : node.timers) {
      if (soonest == nullptr || timer.at < soonest->timers.at(kind).at) {
        soonest = &node;
        kind = k;
      }
    }
  }
  if (soonest == nullptr) return false;
  const Timer timer = soonest->timers.at(kind);
  soonest->timers.erase(kind);
  now_ = std::max(now_, timer.at);
  tell(static_cast<std::size_t>(soonest - nodes_.data()), timer.event);
  return true;
}

bool Cluster::run_to(std::uint64_t height, std::chrono::milliseconds limit) {
  const auto end = now_ + limit;
  const auto done = [&] {
    return std::ranges::all_of(
        nodes_, [&](const Node& node) { return !node.engine || node.blocks.size() >= height; });
  };
  while (!done()) {
    const auto at = next_time();
    if (!at || *at > end) {
      now_ = end;
      return false;
    }
    run_one();
  }
  return true;
}

void Cluster::run_for(std::chrono::milliseconds time) {
  const auto end = now_ + time;
  for (auto at = next_time(); at && *at <= end; at = next_time()) run_one();
  now_ = end;
}

std::optional<UnixMillis> Cluster::next_time() const {
  if (!queue_.empty()) return now_;
  std::optional<UnixMillis> soonest;
  for (const auto& node : nodes_) {
    for (const auto& [kind, timer] : node.timers) {
      if (!soonest || timer.at < *soonest) soonest = timer.at;
    }
  }
  return soonest;
}

void Cluster::broadcast(std::size_t from, const Message& message) {
  const auto bytes = encode_message(message);
  for (std::size_t to = 0; to < nodes_.size(); ++to) {
    if (to == from || (loses && loses(from, to, message))) continue;
    auto decoded = decode_message(bytes, kDomain);
    REQUIRE(decoded.has_value());
    queue_.push_back({to, MessageReceived{std::move(*decoded), bytes.size()}});
  }
}

void Cluster::perform(std::size_t node, const CastVote& effect) {
  auto& n = nodes_[node];
  const auto point = point_of(effect.vote);
  if (crashes_before && crashes_before(node, point)) return kill(node);
  const auto key = std::tuple{node, point.height, point.round, point.code};
  const auto [at, fresh] = signed_.try_emplace(key, point.digest);
  CHECK_MESSAGE((fresh || at->second == point.digest), "a validator signed two digests");
  const auto message = sign_vote(effect.vote, kDomain, n.signer);
  REQUIRE(message.has_value());
  n.journal.push_back(make_entry({*message, effect.proposal, effect.prepares}));
  if (crashes_after && crashes_after(node, point)) return kill(node);
  broadcast(node, *message);
  queue_.push_back({node, OwnVoteStored{*message}});
}

void Cluster::perform(std::size_t node, const Resend& effect) { broadcast(node, effect.message); }

void Cluster::perform(std::size_t node, const StartTimer& effect) {
  nodes_[node].timers.insert_or_assign(
      effect.kind,
      Timer{now_ + effect.delay, TimerFired{effect.kind, effect.height, effect.round}});
}

void Cluster::perform(std::size_t node, const BuildProposal& effect) {
  auto& n = nodes_[node];
  const auto head = head_of(n);
  BlockSpec spec;
  spec.at = {effect.height, head.hash, head.coinbase, validators_};
  spec.coinbase = n.signer.address();
  spec.time = std::max(now_, head.time + timing_.block_period);
  spec.is_empty = builds_empty || !has_work;
  const auto block = make_block(spec);
  const auto hash = hash_of_block(block);
  n.executed.insert_or_assign(hash, block);
  queue_.push_back(
      {node, ProposalBuilt{effect.height, effect.round, hash, block, has_work && !builds_empty}});
}

void Cluster::perform(std::size_t node, const ExecuteBlock& effect) {
  nodes_[node].executed.insert_or_assign(effect.hash, effect.block);
  queue_.push_back({node, BlockExecuted{effect.hash, true}});
}

void Cluster::perform(std::size_t node, const CommitBlock& effect) {
  auto& n = nodes_[node];
  REQUIRE(n.executed.contains(effect.hash));
  const auto block = n.executed.at(effect.hash);
  const auto sealed = chain::with_seals(block->header, effect.round, effect.seals);
  REQUIRE(sealed.has_value());
  CHECK(chain::verify_seals(*sealed, effect.validators).has_value());
  const auto [at, fresh] = final_.try_emplace(block->header.height.raw(), effect.hash);
  CHECK_MESSAGE((fresh || at->second == effect.hash), "two blocks are final at one height");
  CHECK(block->header.height.raw() == n.blocks.size() + 1);
  n.blocks.push_back(block);
  n.rounds.push_back(effect.round);
  n.executed.clear();
  queue_.push_back({node, std::nullopt});
}

}  // namespace datapact::consensus::test
