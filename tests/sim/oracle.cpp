#include "tests/sim/oracle.hpp"

#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/governance_view.hpp"

#include <algorithm>
#include <utility>

namespace datapact::sim {

using consensus::Commit;
using consensus::MessageCode;
using consensus::Prepare;
using consensus::Proposal;
using consensus::RememberedVote;
using consensus::RoundChange;

namespace {

Hash256 event_topic(std::string_view signature) {
  return crypto::keccak256(Bytes(signature.begin(), signature.end()));
}

std::string at(Height height, Round round) {
  return " at " + std::to_string(height.raw()) + "/" + std::to_string(round.raw());
}

}  // namespace

Oracle::Oracle(consensus::Domain domain, const consensus::Timing& timing,
               chain::ValidatorSet validators, const Rules& rules)
    : domain_(domain),
      timing_(timing),
      added_topic_(event_topic("ValidatorAdded(address,uint32,uint256)")),
      removed_topic_(event_topic("ValidatorRemoved(address,uint32,uint256)")),
      scheduled_topic_(event_topic("ProtocolScheduled(uint64,uint32,uint256)")) {
  sets_.emplace(Height{1}, std::move(validators));
  rules_.emplace(Height{1}, rules);
}

const chain::ValidatorSet& Oracle::set_at(Height height) const {
  return std::prev(sets_.upper_bound(height))->second;
}

/// n - f, where f is the largest number of liars below a third.
std::size_t Oracle::quorum_at(Height height) const { return (2 * set_at(height).size() + 2) / 3; }

bool Oracle::is_member(const Address& who, Height height) const {
  const auto& set = set_at(height);
  return std::ranges::binary_search(set, who);
}

/// From what Governance said while it ran, not from what the node reads in its storage.
void Oracle::learn_set(Height height, const std::vector<chain::Log>& logs) {
  auto set = set_at(height);
  for (const auto& log : logs) {
    if (log.address != chain::kGovernanceAddress || log.topics.size() < 2) continue;
    const Address who = to_address(to_uint256(log.topics[1]));
    const auto at = std::ranges::lower_bound(set, who);
    if (log.topics[0] == added_topic_) set.insert(at, who);
    if (log.topics[0] == removed_topic_ && at != set.end() && *at == who) set.erase(at);
  }
  if (set != set_at(height)) sets_.emplace(next(height), std::move(set));
}

/// What the probe saw in the block is what Governance has said in earlier ones.
void Oracle::check_rules(Height height, const std::vector<chain::Log>& logs) {
  const auto expected = seen_under(std::prev(rules_.upper_bound(height))->second);
  for (const auto& log : logs) {
    if (log.address != kProbeAddress || log.data == expected) continue;
    violation("the block of height " + std::to_string(height.raw()) +
              " has other rules than Governance says: the probe saw " + to_hex0x(log.data) +
              ", not " + to_hex0x(expected));
  }
}

void Oracle::learn_rules(const std::vector<chain::Log>& logs) {
  constexpr std::size_t kWord = 32;
  for (const auto& log : logs) {
    if (log.address != chain::kGovernanceAddress || log.topics.size() != 2) continue;
    if (log.topics[0] != scheduled_topic_ || log.data.size() != 2 * kWord) continue;
    const ByteView data{log.data};
    const auto revision = uint256::from_be(data.first(kWord)).low_u64();
    rules_.emplace(
        Height{to_uint256(log.topics[1]).low_u64()},
        Rules{static_cast<std::uint32_t>(revision), uint256::from_be(data.subspan(kWord))});
  }
}

void Oracle::violation(std::string text) { violations_.push_back(std::move(text)); }

void Oracle::begin_height(Votes& votes, Height height) {
  votes.height = height;
  votes.round = Round{};
  votes.locked.reset();
  std::erase_if(votes.durable,
                [&](const auto& entry) { return std::get<0>(entry.first) < height; });
}

void Oracle::voted(std::size_t machine, const store::VoteRecord& record,
                   const std::set<BlockHash>& executed) {
  const consensus::JournalEntry entry{record.height, record.round,
                                      static_cast<MessageCode>(record.kind), record.digest,
                                      record.payload};
  const auto who = "node " + std::to_string(machine) + ": ";
  auto& votes = votes_[machine];
  const auto told = votes.durable.find({record.height, record.round, entry.code});
  if (told != votes.durable.end() && told->second == record.digest) return;
  const auto vote = consensus::decode_entry(entry, domain_);
  if (!vote.has_value()) {
    return violation(who + "a journal record does not decode" + at(record.height, record.round));
  }
  if (record.height > votes.height) begin_height(votes, record.height);
  const auto fault = fault_in(votes, *vote, executed);
  if (!fault.empty()) violation(who + fault + at(record.height, record.round));
  const auto [known, fresh] =
      votes.durable.try_emplace({record.height, record.round, entry.code}, record.digest);
  if (!fresh && known->second != record.digest) {
    violation(who + "voted twice" + at(record.height, record.round));
  }
  votes.round = std::max(votes.round, record.round);
  if (entry.code == MessageCode::kCommit) {
    votes.locked = consensus::PreparedPoint{record.round, record.digest};
  }
}

void Oracle::spoke(std::size_t machine, const consensus::Message& message) {
  auto& votes = votes_[machine];
  const auto height = height_of(message);
  if (height < votes.height) return;
  const auto known = votes.durable.find({height, round_of(message), code_of(message)});
  if (known != votes.durable.end() && known->second == digest_of(message)) return;
  violation("node " + std::to_string(machine) + ": a " + std::string(to_string(code_of(message))) +
            " left before it was durable" + at(height, round_of(message)));
}

void Oracle::finalised(std::size_t machine, const chain::BlockHeader& header, const BlockHash& hash,
                       const std::vector<chain::Log>& logs) {
  const Height height = header.height;
  const auto [known, fresh] = final_.try_emplace(height, hash);
  if (!fresh && known->second != hash) {
    violation("two blocks are final at height " + std::to_string(height.raw()) + ": " +
              to_hex0x(known->second) + " and, at node " + std::to_string(machine) + ", " +
              to_hex0x(hash));
  }
  votes_[machine].final_height = std::max(votes_[machine].final_height, height);
  if (!fresh) return;
  const auto extra = chain::decode_extra(header.extra_data);
  if (!extra.has_value() || extra->validators != set_at(height)) {
    violation("the block of height " + std::to_string(height.raw()) +
              " names other validators than Governance");
  }
  learn_set(height, logs);
  check_rules(height, logs);
  learn_rules(logs);
}

void Oracle::came_back(std::size_t machine, Height height) {
  const auto before = votes_[machine].final_height;
  if (height < before) {
    violation("node " + std::to_string(machine) + " lost final blocks: it had height " +
              std::to_string(before.raw()) + " and came back with " + std::to_string(height.raw()));
  }
}

void Oracle::timer_started(std::size_t machine, const consensus::TimerFired& timer,
                           std::chrono::milliseconds delay) {
  // The parent's proposer may have had a clock that is ahead.
  const auto quiet_max = timing_.empty_block_period + 2 * consensus::kClockDriftMax;
  const auto most = timer.kind == consensus::TimerKind::kBlock   ? quiet_max
                    : timer.kind == consensus::TimerKind::kRound ? timing_.request_timeout_max
                                                                 : consensus::kResendPeriodMax;
  if (delay <= most) return;
  violation("node " + std::to_string(machine) + " waits " + std::to_string(delay.count()) +
            " ms, more than " + std::to_string(most.count()) + at(timer.height, timer.round));
}

void Oracle::must_have_proposed(std::size_t machine, Height height, Round round) {
  const auto& durable = votes_[machine].durable;
  if (durable.contains({height, round, MessageCode::kProposal})) return;
  violation("node " + std::to_string(machine) + " withheld its proposal" + at(height, round));
}

std::string Oracle::fault_in(const Votes& votes, const RememberedVote& vote,
                             const std::set<BlockHash>& executed) const {
  const Round round = round_of(vote.message);
  if (height_of(vote.message) < votes.height) return "voted at a height it had left";
  if (round < votes.round) return "voted in a round it had given up";
  if (!is_member(author_of(vote.message), height_of(vote.message))) {
    return "voted without being a validator";
  }
  if (const auto* prepare = std::get_if<Prepare>(&vote.message)) {
    return fault_in(votes, *prepare, vote, executed);
  }
  if (const auto* commit = std::get_if<Commit>(&vote.message)) {
    return fault_in(votes, *commit, vote);
  }
  if (const auto* change = std::get_if<RoundChange>(&vote.message)) {
    return fault_in(votes, *change);
  }
  return fault_in(std::get<Proposal>(vote.message));
}

std::string Oracle::fault_in(const Votes& votes, const Prepare& vote, const RememberedVote& context,
                             const std::set<BlockHash>& executed) const {
  const auto& payload = vote.payload();
  if (!context.proposal) {
    const auto own = votes.durable.find({payload.height, payload.round, MessageCode::kProposal});
    const bool is_own = own != votes.durable.end() && own->second == payload.digest;
    return is_own ? "" : "prepared without a proposal";
  }
  const auto& proposal = *context.proposal;
  if (proposal.vote.payload().digest != payload.digest) return "prepared another proposal";
  const auto hash = chain::chain_hash(proposal.block->header);
  if (!hash.has_value() || !executed.contains(*hash)) return "prepared what it had not executed";
  return fault_in(proposal);
}

std::string Oracle::fault_in(const Votes& votes, const Commit& vote,
                             const RememberedVote& context) const {
  const auto& payload = vote.payload();
  const auto own = votes.durable.find({payload.height, payload.round, MessageCode::kPrepare});
  if (own == votes.durable.end() || own->second != payload.digest) {
    return "committed what it had not prepared";
  }
  const consensus::PreparedPoint point{payload.round, payload.digest};
  if (!is_certificate(context.prepares, payload.height, point)) {
    return "committed without a quorum of prepares";
  }
  return "";
}

std::string Oracle::fault_in(const Votes& votes, const RoundChange& vote) const {
  const auto& payload = vote.vote.payload();
  if (votes.locked) {
    if (!payload.prepared || payload.prepared->round < votes.locked->round) {
      return "asked for a round without the block it had committed to";
    }
    if (payload.prepared->round == votes.locked->round &&
        payload.prepared->digest != votes.locked->digest) {
      return "asked for a round with another block than it had committed to";
    }
  }
  if (payload.prepared && !is_certificate(vote.prepares, payload.height, *payload.prepared)) {
    return "claimed a prepared block without a quorum of prepares";
  }
  return "";
}

/// Why this round, and why this block: QBFT.md section 7.
std::string Oracle::fault_in(const Proposal& proposal) const {
  const auto& payload = proposal.vote.payload();
  if (payload.round == Round{}) {
    return proposal.round_changes.empty() && proposal.prepares.empty() ? "" : "parts in round 0";
  }
  std::set<Address> authors;
  std::optional<consensus::PreparedPoint> highest;
  for (const auto& change : proposal.round_changes) {
    const auto& wish = change.payload();
    const bool counts = wish.height == payload.height && wish.round == payload.round &&
                        is_member(change.author(), payload.height);
    if (!counts) continue;
    authors.insert(change.author());
    if (wish.prepared && (!highest || highest->round < wish.prepared->round)) {
      highest = wish.prepared;
    }
  }
  if (authors.size() < quorum_at(payload.height))
    return "a proposal of a later round without round changes";
  if (!highest) return "";
  const auto digest = chain::seal_hash(proposal.block->header, highest->round);
  if (!digest.has_value() || *digest != highest->digest) {
    return "a proposal of another block than the one prepared last";
  }
  return is_certificate(proposal.prepares, payload.height, *highest)
             ? ""
             : "a proposal without the certificate of the block prepared last";
}

bool Oracle::is_certificate(const std::vector<Prepare>& prepares, Height height,
                            const consensus::PreparedPoint& point) const {
  std::set<Address> authors;
  for (const auto& prepare : prepares) {
    const auto& payload = prepare.payload();
    const bool counts = payload.height == height && payload.round == point.round &&
                        payload.digest == point.digest && is_member(prepare.author(), height);
    if (counts) authors.insert(prepare.author());
  }
  return authors.size() >= quorum_at(height);
}

}  // namespace datapact::sim
