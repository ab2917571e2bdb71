// The proposer of the next height builds on the block that is in its commit phase.
#include "ledger/chain/profile.hpp"
#include "node/block_tasks.hpp"
#include "node/core_loop.hpp"
#include "node/validator_key.hpp"
#include "tests/testkit/node/network.hpp"
#include "tests/testkit/node/still_ports.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <functional>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;
using namespace std::chrono_literals;

namespace {

const p2p::NodeId kPeer{{1}};

/// Keeps what is said.
class Listeners final : public Network {
 public:
  void send_body(const consensus::ProposalBody& body) override { on_body(body); }
  void broadcast(const consensus::Message& message) override { votes.push_back(message); }
  void resend(const consensus::Message& message) override { votes.push_back(message); }
  void send_vote(const p2p::NodeId&, const consensus::Message&) override {}
  void repeat_votes() override {}
  void gossip(const chain::TxnPtr&) override {}
  void announce(const HeadStatus&) override {}
  void send_head(const p2p::NodeId&, const HeadStatus&) override {}
  void request_blocks(const p2p::NodeId&, FetchId id, const BlocksRequest&) override { asked = id; }
  void request_proposal(const consensus::ProposalMissing&) override {}
  void blame(const p2p::NodeId&, p2p::Offence, std::string_view) override {}
  [[nodiscard]] std::size_t peers() const override { return 3; }
  std::vector<consensus::Message> votes;
  std::function<void(const consensus::ProposalBody&)> on_body = [](const auto&) {};
  FetchId asked;
};

std::deque<KeySigner> signers_of(const Consortium& network) {
  std::deque<KeySigner> out;
  for (const auto& key : network.validators) out.emplace_back(key);
  return out;
}

/// One of four validators. Height 1 is another's, height 2 its own.
struct Bench {
  const Consortium network = make_network(250ms, 4);
  const consensus::Domain domain{kChainId, network.genesis.hash};
  std::deque<KeySigner> signers = signers_of(network);
  TempFolder folder;
  std::unique_ptr<store::Ledger> ledger = open_ledger();
  std::unique_ptr<store::VoteJournal> journal = open_journal();
  Listeners peers;
  InlineTasks tasks{network.genesis.config, *ledger};
  /// When the proposer of height 1 began to build.
  const UnixMillis start{1'700'000'100'000};
  UnixMillis now = start;
  SimTimers timers{now};
  chain::ValidatorSet validators;
  KeySigner* first = nullptr;
  KeySigner* self = nullptr;
  std::unique_ptr<CoreLoop> loop;

  /// `turn` 1: height 2 is this node's.
  explicit Bench(std::uint32_t turn = 1) {
    const auto head = make_head(*ledger, network.genesis.config);
    validators = head->next_validators;
    const Address nobody = head->head->header.coinbase;
    first = &signer_of(chain::proposer(validators, nobody, Round{0}));
    self = &signer_of(chain::proposer(validators, nobody, Round{turn}));
    auto out =
        CoreLoop::open({network.genesis, *ledger, *journal, *self, peers, tasks, timers}, {});
    REQUIRE(out.has_value());
    loop = std::move(*out);
    loop->begin(now);
  }
  std::unique_ptr<store::Ledger> open_ledger() {
    auto out = store::Ledger::open(store::make_memory_store(), network.genesis);
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  std::unique_ptr<store::VoteJournal> open_journal() {
    auto out = store::VoteJournal::open(folder.path() / "votes", {});
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  KeySigner& signer_of(const Address& address) {
    for (auto& signer : signers) {
      if (signer.address() == address) return signer;
    }
    FAIL("no such validator");
    return signers.front();
  }
  void handle(CoreEvent event) { loop->handle(std::move(event), now); }
  void pool(const chain::Transaction& txn) {
    auto recovered = chain::RecoveredTxn::recover(txn);
    REQUIRE(recovered.has_value());
    handle(TxnSubmitted{std::make_shared<const chain::RecoveredTxn>(std::move(*recovered)), {}});
  }
  /// A block of height 1 by its proposer.
  std::shared_ptr<const chain::ExecutedBlock> block_with(const chain::Transaction& txn) {
    BuildTask task;
    task.parent = loop->head();
    task.height = Height{1};
    task.coinbase = first->address();
    task.time = start;
    auto recovered = chain::RecoveredTxn::recover(txn);
    REQUIRE(recovered.has_value());
    task.candidates = {std::make_shared<const chain::RecoveredTxn>(std::move(*recovered))};
    auto built = run(task, {network.genesis.config, *ledger}, [] { return false; });
    REQUIRE(built.result.has_value());
    REQUIRE(built.result->block->block.transactions.size() == 1);
    return built.result->block;
  }
  void hear(KeySigner& by, const consensus::UnsignedVote& vote) {
    auto message = consensus::sign_vote(vote, domain, by);
    REQUIRE(message.has_value());
    handle(PeerMessage{std::move(*message), 100});
  }
  void answer_tasks() {
    while (!tasks.answers.empty()) {
      auto answer = std::move(tasks.answers.front());
      tasks.answers.pop_front();
      handle(std::move(answer));
    }
  }
  template <class Vote>
  void hear_from_two_others(Height height, const Hash256& digest) {
    std::size_t heard = 0;
    for (auto& signer : signers) {
      if (&signer == self || heard == 2) continue;
      hear(signer, Vote{height, Round{}, digest});
      ++heard;
    }
  }
  /// The first proposer's block arrives, is executed, and a quorum prepares it.
  void prepare(const std::shared_ptr<const chain::ExecutedBlock>& executed) {
    const consensus::BlockPtr block(executed, &executed->block);
    const auto digest = *chain::seal_hash(block->header, Round{});
    hear(*first, consensus::ProposalDraft{{Height{1}, Round{}, digest}, block, {}, {}});
    answer_tasks();
    hear_from_two_others<consensus::PreparePayload>(Height{1}, digest);
  }
  void commit(const std::shared_ptr<const chain::ExecutedBlock>& executed) {
    hear_from_two_others<consensus::CommitDraft>(
        executed->block.header.height, *chain::seal_hash(executed->block.header, Round{}));
  }
  /// A peer sends the block with the seals of all others.
  void fetch(const chain::ExecutedBlock& executed) {
    handle(PeerHead{kPeer, {Height{1}, executed.hash}});
    now += 500ms;
    handle(SyncTimer{});
    std::vector<crypto::Signature> seals;
    const auto digest = *chain::seal_hash(executed.block.header, Round{});
    for (auto& signer : signers) {
      if (&signer != self) seals.push_back(*signer.sign(digest));
    }
    chain::Block block = executed.block;
    block.header = *chain::with_seals(block.header, Round{}, seals);
    auto fetched = FetchedBlock::check(std::move(block), 1000);
    REQUIRE(fetched.has_value());
    handle(BlocksArrived{kPeer, peers.asked, {std::move(*fetched)}});
    answer_tasks();
  }
  void proposal_is_due(Height height) {
    handle(TimerExpired{{consensus::TimerKind::kBlock, height, Round{}}});
  }
  [[nodiscard]] const consensus::Proposal* own_proposal() const {
    for (const auto& vote : peers.votes) {
      if (const auto* proposal = std::get_if<consensus::Proposal>(&vote)) return proposal;
    }
    return nullptr;
  }
  [[nodiscard]] std::uint64_t height() const { return loop->head()->head->height.raw(); }
};

}  // namespace

TEST_SUITE("node/build_ahead") {
  TEST_CASE("the next proposer builds on the prepared block and proposes when that is final") {
    Bench bench;
    for (std::uint64_t nonce : {0U, 1U}) bench.pool(transfer(bench.network, nonce));
    const auto first = bench.block_with(transfer(bench.network, 0));
    bench.now = bench.start + 240ms;
    bench.prepare(first);
    REQUIRE_MESSAGE(bench.tasks.answers.size() == 1, "built before the block is final");
    CHECK(bench.height() == 0);
    SUBCASE("it is built before the block is final") {
      bench.answer_tasks();
      bench.commit(first);
      bench.now = bench.start + 260ms;
      bench.proposal_is_due(Height{2});
      CHECK(bench.tasks.answers.empty());
    }
    SUBCASE("it is built after the proposal is due") {
      bench.commit(first);
      bench.now = bench.start + 260ms;
      bench.proposal_is_due(Height{2});
      CHECK(bench.own_proposal() == nullptr);
      REQUIRE_MESSAGE(bench.tasks.answers.size() == 1, "the one that was begun");
      bench.answer_tasks();
    }
    REQUIRE(bench.height() == 1);
    const auto* proposal = bench.own_proposal();
    REQUIRE(proposal != nullptr);
    const auto& block = *proposal->block;
    CHECK(block.header.parent_hash == first->hash);
    CHECK(block.header.height == Height{2});
    REQUIRE(block.transactions.size() == 1);
    CHECK(block.transactions[0].nonce == Nonce{1});
    CHECK(chain::time_of(block.header, chain::Profile::kConsortium) == bench.start + 250ms);

    // The result that was kept is what is stored.
    const auto digest = proposal->vote.payload().digest;
    bench.hear_from_two_others<consensus::PreparePayload>(Height{2}, digest);
    bench.hear_from_two_others<consensus::CommitDraft>(Height{2}, digest);
    REQUIRE(bench.height() == 2);
    CHECK(bench.loop->head()->view->account(Address{{0xbe, 0xef}})->balance == Wei{uint256{2}});
  }

  TEST_CASE("the list of a proposal's transactions leaves before the proposal is written or sent") {
    Bench bench;
    for (std::uint64_t nonce : {0U, 1U}) bench.pool(transfer(bench.network, nonce));
    const auto proposals = [&] {
      return std::ranges::count_if(bench.journal->records(), [](const auto& record) {
        return record.kind == static_cast<std::uint8_t>(consensus::MessageCode::kProposal);
      });
    };
    std::vector<consensus::ProposalBody> bodies;
    bench.peers.on_body = [&](const consensus::ProposalBody& body) {
      CHECK(proposals() == 0);
      CHECK(bench.own_proposal() == nullptr);
      bodies.push_back(body);
    };
    const auto first = bench.block_with(transfer(bench.network, 0));
    bench.now = bench.start + 240ms;
    bench.prepare(first);
    bench.commit(first);
    bench.now = bench.start + 260ms;
    bench.proposal_is_due(Height{2});
    bench.answer_tasks();
    CHECK(proposals() == 1);
    REQUIRE(bench.own_proposal() != nullptr);
    REQUIRE(bodies.size() == 1);
    CHECK(bodies[0] == consensus::body_of(*bench.own_proposal()->block, Round{}));
    CHECK(bodies[0].txns.size() == 1);
  }

  TEST_CASE("what was built on a block that did not become final is dropped with what it refused") {
    Bench bench;
    bench.pool(transfer(bench.network, 1));
    // After this one the sender cannot pay for the second.
    const auto rich = bench.block_with(transfer(bench.network, 0, Wei{uint256{1'000'000'000'000}}));
    const auto poor = bench.block_with(transfer(bench.network, 0));
    bench.now = bench.start + 240ms;
    bench.prepare(rich);
    REQUIRE(bench.tasks.answers.size() == 1);
    const auto& refused = std::get<BlockBuilt>(bench.tasks.answers.front());
    REQUIRE(refused.result.has_value());
    REQUIRE(refused.result->skipped.size() == 1);
    SUBCASE("it was built before the other block came") { bench.answer_tasks(); }
    SUBCASE("it is built after the other block came") {}
    bench.fetch(*poor);
    REQUIRE(bench.height() == 1);
    bench.proposal_is_due(Height{2});
    bench.answer_tasks();
    const auto* proposal = bench.own_proposal();
    REQUIRE(proposal != nullptr);
    CHECK(proposal->block->header.parent_hash == poor->hash);
    CHECK(proposal->block->transactions.size() == 1);
  }

  TEST_CASE("what is built for a later round is not taken for what is built ahead") {
    Bench bench;
    for (std::uint64_t nonce : {0U, 1U}) bench.pool(transfer(bench.network, nonce));
    const auto first = bench.block_with(transfer(bench.network, 0));
    bench.now = bench.start + 240ms;
    bench.prepare(first);
    bench.commit(first);
    REQUIRE(bench.tasks.answers.size() == 1);
    bench.handle(BlockBuilt{first->hash, Height{2}, Round{4}, fail(chain::BlockError{}), 0});
    bench.now = bench.start + 260ms;
    bench.proposal_is_due(Height{2});
    bench.answer_tasks();
    const auto* proposal = bench.own_proposal();
    REQUIRE(proposal != nullptr);
    CHECK_MESSAGE(
        chain::time_of(proposal->block->header, chain::Profile::kConsortium) == bench.start + 250ms,
        "the one that was built ahead");
  }

  TEST_CASE("a block that was built ahead and grew old is built anew") {
    Bench bench;
    for (std::uint64_t nonce : {0U, 1U}) bench.pool(transfer(bench.network, nonce));
    const auto first = bench.block_with(transfer(bench.network, 0));
    bench.now = bench.start + 240ms;
    bench.prepare(first);
    bench.answer_tasks();
    bench.now = bench.start + 1'600ms;
    bench.pool(transfer(bench.network, 2));
    bench.commit(first);
    bench.proposal_is_due(Height{2});
    REQUIRE(bench.tasks.answers.size() == 1);
    bench.answer_tasks();
    REQUIRE(bench.own_proposal() != nullptr);
    CHECK(bench.own_proposal()->block->transactions.size() == 2);
  }

  TEST_CASE("nothing is built ahead by others, without transactions, or long before it is due") {
    const auto builds = [](std::uint32_t turn, std::chrono::milliseconds after, bool has_work) {
      Bench bench(turn);
      bench.pool(transfer(bench.network, 0));
      if (has_work) bench.pool(transfer(bench.network, 1));
      const auto first = bench.block_with(transfer(bench.network, 0));
      bench.now = bench.start + after;
      bench.prepare(first);
      return bench.tasks.answers.size();
    };
    CHECK(builds(1, 240ms, true) == 1);
    CHECK(builds(2, 240ms, true) == 0);
    CHECK(builds(1, 240ms, false) == 0);
    CHECK(builds(1, 100ms, true) == 0);
  }
}
