#include "tests/sim/forger.hpp"

#include "consensus/message_codec.hpp"
#include "consensus/proposal_body.hpp"
#include "consensus/unsigned_vote.hpp"
#include "tests/sim/process.hpp"

#include <optional>

namespace datapact::sim {

using consensus::Message;
using consensus::Proposal;
using consensus::ProposalDraft;

namespace {

/// Copies that come later are delivered again (p2p::Limits, consensus).
constexpr std::chrono::milliseconds kRepeatAfter{450};
/// Of a forger's messages: enough to be shut out now and then, rarely enough to do other harm.
constexpr std::uint64_t kGarbageOneIn = 60;

Message signed_by(Surroundings& around, Process& process, const consensus::UnsignedVote& vote) {
  auto message = consensus::sign_vote(vote, {around.genesis.config.chain_id, around.genesis.hash},
                                      process.signer());
  INVARIANT(message.has_value());
  return std::move(*message);
}

/// A proposal of `block` for `round` with the parts of `like`.
Message propose(Surroundings& around, Process& process, chain::Block block, Round round,
                const Proposal* like) {
  const auto stamped = chain::with_seals(block.header, round, {});
  INVARIANT(stamped.has_value());
  block.header = *stamped;
  const auto digest = chain::seal_hash(block.header);
  ProposalDraft draft{{block.header.height, round, *digest},
                      std::make_shared<const chain::Block>(std::move(block)),
                      {},
                      {}};
  if (like != nullptr) {
    draft.round_changes = like->round_changes;
    draft.prepares = like->prepares;
  }
  return signed_by(around, process, draft);
}

/// Another block of the same height: with a later time, or with a root that execution refutes.
chain::Block variant_of(Surroundings& around, const Proposal& proposal) {
  chain::Block block = *proposal.block;
  if (around.prng.below(2) == 0) {
    block.header.state_root.raw()[0] ^= 1;
    return block;
  }
  auto extra = chain::decode_extra(block.header.extra_data);
  INVARIANT(extra.has_value());
  const auto time = chain::time_from_vanity(extra->vanity);
  INVARIANT(time.has_value());
  const auto later = *time + std::chrono::milliseconds{1};
  // Seconds stay the floor of the milliseconds.
  if (later.count() / 1000 != time->count() / 1000) return block;
  extra->vanity = chain::vanity_of(later);
  block.header.extra_data = chain::encode(*extra);
  return block;
}

/// One transaction missing, one twice, or another one.
void falsify(Surroundings& around, consensus::ProposalBody& body) {
  const auto choice = around.prng.below(3);
  if (body.txns.empty() || choice == 0) {
    body.txns.emplace_back().raw()[0] = 1;
  } else if (choice == 1) {
    body.txns.push_back(body.txns.front());
  } else {
    body.txns.pop_back();
  }
}

void send_raw(Machine& from, std::size_t to, const Bytes& bytes) {
  from.process->network_half().send_raw(to, p2p::Topic::kConsensus, bytes);
}

/// Whole or as a header, the latter with the list that belongs to it, with another one, or alone.
void send(Surroundings& around, Machine& from, std::size_t to, const Message& message) {
  const auto* proposal = std::get_if<Proposal>(&message);
  const auto choice = proposal == nullptr ? 0 : around.prng.below(4);
  if (choice == 0) return send_raw(from, to, consensus::encode_message(message));
  auto body = consensus::body_of(*proposal->block, proposal->vote.payload().round);
  if (choice > 1) around.counts.add(Fault::kLie);
  if (choice == 2) falsify(around, body);
  if (choice != 3) send_raw(from, to, consensus::encode_body(body));
  send_raw(from, to, consensus::encode_message(consensus::without_transactions(*proposal)));
}

void send_to_all(Surroundings& around, Machine& from, const Message& message) {
  for (std::size_t to = 0; to < around.machines.size(); ++to) {
    if (to != from.index) send(around, from, to, message);
  }
}

/// The next round above `round` in which `self` proposes.
std::optional<Round> own_round_after(const chain::ValidatorSet& validators, const Address& self,
                                     const Address& parent_coinbase, Round round) {
  for (std::uint32_t ahead = 1; ahead <= validators.size(); ++ahead) {
    const Round next{round.raw() + ahead};
    if (chain::proposer(validators, parent_coinbase, next) == self) return next;
  }
  return std::nullopt;
}

}  // namespace

namespace {

/// Once at once, which de-duplication swallows, and once or twice when it does no more.
void repeat(Surroundings& around, Machine& forger, const Message& message) {
  send_to_all(around, forger, message);
  for (std::uint64_t i = 1; i <= 1 + around.prng.below(2); ++i) {
    forger.process->later(i * kRepeatAfter, [&around, &forger, message](Process&) {
      send_to_all(around, forger, message);
    });
  }
}

/// Cut short, with a flipped bit, or by nobody's key.
void send_garbage(Surroundings& around, Machine& forger, const Message& message) {
  around.counts.add(Fault::kGarbage);
  auto bytes = consensus::encode_message(message);
  if (around.prng.below(2) == 0) {
    bytes.resize(1 + around.prng.below(bytes.size()));
  } else {
    bytes[around.prng.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << around.prng.below(8));
  }
  const auto topic = p2p::kAllTopics[around.prng.below(p2p::kTopics)];
  forger.process->network_half().send_raw(around.prng.below(around.machines.size()), topic, bytes);
}

}  // namespace

void forge(Surroundings& around, Machine& forger, const Message& message) {
  around.counts.add(Fault::kForger);
  if (around.prng.below(kGarbageOneIn) == 0) send_garbage(around, forger, message);
  const auto* proposal = std::get_if<Proposal>(&message);
  if (proposal == nullptr || !proposal->prepares.empty()) {
    send_to_all(around, forger, message);
    return repeat(around, forger, message);
  }
  const auto other = propose(around, *forger.process, variant_of(around, *proposal),
                             proposal->vote.payload().round, proposal);
  for (std::size_t to = 0; to < around.machines.size(); ++to) {
    if (to == forger.index) continue;
    const auto choice = around.prng.below(3);
    if (choice != 1) send(around, forger, to, message);
    if (choice != 0) send(around, forger, to, other);
  }
}

void hear(Surroundings& around, Machine& machine, const Message& message) {
  const auto* proposal = std::get_if<Proposal>(&message);
  if (machine.conduct != Conduct::kForger || proposal == nullptr || !machine.process ||
      around.prng.below(4) != 0) {
    return;
  }
  const auto self = machine.address;
  if (proposal->vote.author() == self) return;
  const auto head = machine.process->loop().head();
  if (proposal->block->header.parent_hash != head->head->hash) return;
  const auto round = own_round_after(head->next_validators, self, head->head->header.coinbase,
                                     proposal->vote.payload().round);
  if (!round) return;
  around.counts.add(Fault::kForger);
  chain::Block block = *proposal->block;
  block.header.coinbase = self;
  send_to_all(around, machine,
              propose(around, *machine.process, std::move(block), *round, nullptr));
}

}  // namespace datapact::sim
