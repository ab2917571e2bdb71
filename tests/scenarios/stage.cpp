#include "tests/scenarios/stage.hpp"

#include "consensus/message_codec.hpp"
#include "ledger/chain/profile.hpp"

#include <algorithm>
#include <utility>

namespace datapact::consensus::scenarios {

using test::kDomain;

Stage::Stage(std::size_t validators) {
  const auto signers = test::make_signers(validators);
  validators_ = test::addresses_of(signers);
  for (const auto& signer : signers) actors_.emplace_back(signer);
}

void Stage::start() {
  for (std::size_t actor = 0; actor < actors_.size(); ++actor) open(actor);
}

void Stage::open(std::size_t actor) {
  auto& a = actors_[actor];
  std::vector<RememberedVote> remembered;
  for (const auto& entry : a.journal) {
    auto vote = decode_entry(entry, kDomain);
    INVARIANT(vote.has_value());
    remembered.push_back(std::move(*vote));
  }
  a.engine = std::make_unique<Engine>(timing_, a.signer.address(), std::move(remembered));
  a.timers.clear();
  a.executed.clear();
  tell(actor, head_of(a));
}

void Stage::restart(std::size_t actor) {
  // What was on its way to it is lost with its connections.
  drop([actor](const Letter& letter) { return letter.to == actor; });
  open(actor);
}

HeadChanged Stage::head_of(const Actor& actor) const {
  if (actor.blocks.empty()) {
    return {Height{},  kDomain.genesis_hash, UnixMillis{1'000'000},
            Address{}, validators_,          has_work};
  }
  const auto& block = actor.blocks.back();
  return {block->header.height,
          test::hash_of_block(block),
          chain::time_of(block->header, chain::Profile::kConsortium),
          block->header.coinbase,
          validators_,
          has_work};
}

HeightContext Stage::context_of(const Actor& actor) const {
  const auto head = head_of(actor);
  return {next(head.height), head.hash, head.coinbase, validators_};
}

void Stage::tell(std::size_t actor, const Event& event) {
  pending_.emplace_back(actor, event);
  if (!std::exchange(running_, true)) run_pending();
}

void Stage::run_pending() {
  // Ends: an event's effects lead to finitely many further events without a message or timer.
  while (!pending_.empty()) {
    const auto [actor, event] = std::move(pending_.front());
    pending_.pop_front();
    if (!actors_[actor].engine) continue;
    for (const auto& effect : actors_[actor].engine->step(event, now_)) {
      std::visit([&, to = actor](const auto& e) { perform(to, e); }, effect);
    }
  }
  running_ = false;
}

void Stage::pass(std::chrono::milliseconds time) {
  now_ += time;
  for (std::size_t actor = 0; actor < actors_.size(); ++actor) {
    auto& timers = actors_[actor].timers;
    const auto due = timers.find(TimerKind::kBlock);
    if (due == timers.end() || due->second.first > now_) continue;
    const auto event = due->second.second;
    timers.erase(due);
    tell(actor, event);
  }
}

bool Stage::fire(std::size_t actor, TimerKind kind) {
  auto& timers = actors_[actor].timers;
  const auto timer = timers.find(kind);
  if (timer == timers.end() || !actors_[actor].engine) return false;
  const auto event = timer->second.second;
  timers.erase(timer);
  tell(actor, event);
  return true;
}

bool Stage::fetch(std::size_t actor, std::size_t from) {
  auto& a = actors_[actor];
  const auto& source = actors_[from];
  if (source.blocks.size() <= a.blocks.size()) return false;
  while (a.blocks.size() < source.blocks.size()) {
    append(actor, source.blocks[a.blocks.size()], source.rounds[a.blocks.size()]);
  }
  return true;
}

BlockPtr Stage::build(const Actor& actor, const Address& coinbase, std::uint64_t salt) const {
  test::BlockSpec spec;
  spec.at = context_of(actor);
  spec.coinbase = coinbase;
  spec.time = std::max(now_, head_of(actor).time + timing_.block_period);
  spec.is_empty = !has_work;
  spec.salt = salt;
  return test::make_block(spec);
}

void Stage::forge_proposal(std::size_t actor, Round round, const std::set<std::size_t>& to) {
  auto& a = actors_[actor];
  const auto block = test::restamp(build(a, a.signer.address(), 1), round);
  const ProposalDraft draft{
      {block->header.height, round, test::digest_of_block(block, round)}, block, {}, {}};
  send(actor, test::signed_as<Proposal>(a.signer, draft), to);
}

void Stage::forge_prepare(std::size_t actor, Round round, const std::set<std::size_t>& to) {
  auto& a = actors_[actor];
  const PreparePayload payload{context_of(a).height, round, Hash256{{0xba, 0xd0}}};
  send(actor, test::signed_as<Prepare>(a.signer, payload), to);
}

std::size_t Stage::deliver(const Filter& fits) {
  std::deque<Letter> chosen;
  std::deque<Letter> rest;
  for (auto& letter : letters_) (fits(letter) ? chosen : rest).push_back(std::move(letter));
  letters_ = std::move(rest);
  for (const auto& letter : chosen) {
    tell(letter.to, MessageReceived{letter.message, encode_message(letter.message).size()});
  }
  return chosen.size();
}

std::size_t Stage::drop(const Filter& fits) { return std::erase_if(letters_, fits); }

void Stage::deliver_all() {
  // Ends: without timers, votes of a round and a height are finitely many.
  while (deliver([](const Letter&) { return true; }) > 0) {
  }
}

std::size_t Stage::waiting(const Filter& fits) const {
  return static_cast<std::size_t>(std::ranges::count_if(letters_, fits));
}

std::set<std::size_t> Stage::all_but(std::size_t actor) const {
  std::set<std::size_t> out;
  for (std::size_t i = 0; i < actors_.size(); ++i) {
    if (i != actor) out.insert(i);
  }
  return out;
}

void Stage::send(std::size_t from, const Message& message, const std::set<std::size_t>& to) {
  auto decoded = decode_message(encode_message(message), kDomain);
  INVARIANT(decoded.has_value());
  for (const std::size_t receiver : to) letters_.push_back({from, receiver, *decoded});
}

void Stage::perform(std::size_t actor, const CastVote& effect) {
  auto& a = actors_[actor];
  const auto point = point_of(effect.vote);
  const auto message = sign_vote(effect.vote, kDomain, a.signer);
  INVARIANT(message.has_value());
  for (const auto& entry : a.journal) {
    const bool is_same =
        entry.height == point.height && entry.round == point.round && entry.code == point.code;
    if (is_same && entry.digest != point.digest) violations_.emplace_back("an actor voted twice");
  }
  a.journal.push_back(make_entry({*message, effect.proposal, effect.prepares}));
  send(actor, *message, all_but(actor));
  tell(actor, OwnVoteStored{*message});
}

void Stage::perform(std::size_t actor, const Resend& effect) {
  send(actor, effect.message, all_but(actor));
}

void Stage::perform(std::size_t actor, const StartTimer& effect) {
  actors_[actor].timers.insert_or_assign(
      effect.kind,
      std::pair{now_ + effect.delay, TimerFired{effect.kind, effect.height, effect.round}});
}

void Stage::perform(std::size_t actor, const BuildProposal& effect) {
  auto& a = actors_[actor];
  const auto block = build(a, a.signer.address(), 0);
  const auto hash = test::hash_of_block(block);
  a.executed.insert_or_assign(hash, block);
  tell(actor, ProposalBuilt{effect.height, effect.round, hash, block, has_work});
}

void Stage::perform(std::size_t actor, const ExecuteBlock& effect) {
  actors_[actor].executed.insert_or_assign(effect.hash, effect.block);
  tell(actor, BlockExecuted{effect.hash, !refuses_blocks});
}

void Stage::perform(std::size_t actor, const ForgetBlock& effect) {
  actors_[actor].executed.erase(effect.hash);
}

void Stage::perform(std::size_t actor, const CommitBlock& effect) {
  const auto block = actors_[actor].executed.at(effect.hash);
  const auto sealed = chain::with_seals(block->header, effect.round, effect.seals);
  if (!sealed.has_value() || !chain::verify_seals(*sealed, effect.validators).has_value()) {
    violations_.emplace_back("a block became final without a quorum of seals");
  }
  append(actor, block, effect.round);
}

std::optional<Message> Stage::proposal_of(const Actor& actor, const Hash256& digest) {
  for (const auto& entry : actor.journal) {
    if (entry.digest != digest) continue;
    auto vote = decode_entry(entry, kDomain);
    INVARIANT(vote.has_value());
    if (entry.code == MessageCode::kProposal) return std::move(vote->message);
    if (vote->proposal) return Message{std::move(*vote->proposal)};
  }
  return std::nullopt;
}

/// One of the authors answers, if any runs.
void Stage::perform(std::size_t actor, const ProposalMissing& effect) {
  for (std::size_t from = 0; from < size(); ++from) {
    if (!std::ranges::binary_search(effect.authors, address(from)) || !is_running(from)) continue;
    const auto proposal = proposal_of(actors_[from], effect.digest);
    if (proposal) return send(from, *proposal, {actor});
  }
}

void Stage::append(std::size_t actor, const BlockPtr& block, Round round) {
  auto& a = actors_[actor];
  const auto hash = test::hash_of_block(block);
  const auto [known, fresh] = final_.try_emplace(block->header.height.raw(), hash);
  if (!fresh && known->second != hash) {
    violations_.emplace_back("two blocks are final at one height");
  }
  a.blocks.push_back(block);
  a.rounds.push_back(round);
  a.executed.clear();
  tell(actor, head_of(a));
}

}  // namespace datapact::consensus::scenarios
