#include "node/peer_gateway.hpp"

#include "base/rlp.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/params.hpp"
#include "consensus/proposal_body.hpp"
#include "consensus/signed_part.hpp"
#include "consensus/unsigned_vote.hpp"
#include "node/block_server.hpp"
#include "node/peer_admission.hpp"
#include "node/validator_key.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace datapact;
using namespace datapact::node;

namespace {

const p2p::NodeId kPeer{{7}};

/// Remembers what it was told to send.
class Links final : public PeerLinks {
 public:
  void publish(p2p::Topic topic, ByteView bytes) override {
    published.emplace_back(topic, to_bytes(bytes));
  }
  void relay(p2p::Topic topic, ByteView bytes, std::span<const p2p::NodeId>) override {
    relayed.emplace_back(topic, to_bytes(bytes));
  }
  void send(const p2p::NodeId&, p2p::Topic, ByteView bytes) override {
    sent.push_back(to_bytes(bytes));
  }
  std::optional<p2p::RequestId> request(const p2p::NodeId&, ByteView body) override {
    if (is_deaf) return std::nullopt;
    requested.push_back(to_bytes(body));
    return p2p::RequestId{++requests};
  }
  void respond(const p2p::NodeId&, p2p::RequestId, ByteView body) override {
    responses.push_back(to_bytes(body));
  }
  void refuse(const p2p::NodeId&, p2p::RequestId) override { ++refused; }
  void report(const p2p::NodeId&, p2p::Offence offence) override { reported.push_back(offence); }

  std::vector<std::pair<p2p::Topic, Bytes>> published;
  std::vector<std::pair<p2p::Topic, Bytes>> relayed;
  std::vector<Bytes> sent;
  std::vector<Bytes> responses;
  std::vector<Bytes> requested;
  std::vector<p2p::Offence> reported;
  std::uint64_t requests = 0;
  std::size_t refused = 0;
  bool is_deaf = false;
};

testkit::GovernedChain& chain_of_three() {
  static testkit::GovernedChain chain;
  while (chain.ledger().head()->height < Height{3}) INVARIANT(chain.extend({}).has_value());
  return chain;
}

class StillClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return wall; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return time; }
  void pass(std::chrono::milliseconds by) {
    wall += by;
    time += by;
  }

  UnixMillis wall{1'700'000'000'000};
  std::chrono::nanoseconds time{1'000'000'000};
};

struct Bench {
  testkit::GovernedChain& chain = chain_of_three();
  CoreInbox inbox{8};
  Links links;
  bool is_busy = false;
  StillClock clock;
  PeerGateway gateway{{chain.genesis(), chain.ledger(), inbox, links,
                       [this](const VerificationJob& job) {
                         if (!is_busy) job.run();
                         return !is_busy;
                       },
                       clock}};

  Bench() { head_is(3); }
  void head_is(std::uint64_t height) {
    auto snapshot = std::make_shared<HeadSnapshot>();
    auto head = std::make_shared<store::Head>(*chain.ledger().head());
    head->height = Height{height};
    snapshot->head = head;
    snapshot->view = chain.ledger().view_at(Height{3});
    snapshot->next_validators = {testkit::address_of(1)};
    gateway.head_moved(snapshot);
  }
  Bytes prepare(std::uint64_t height, std::uint32_t round = 0, std::uint8_t key = 1) {
    KeySigner signer(testkit::key_of(key));
    const consensus::Domain domain{chain.genesis().config.chain_id, chain.genesis().hash};
    const auto message = consensus::sign_vote(
        consensus::PreparePayload{Height{height}, Round{round}, Hash256{{1}}}, domain, signer);
    REQUIRE(message.has_value());
    return consensus::encode_message(*message);
  }
  consensus::Message proposal(std::uint64_t height, std::uint8_t key = 1,
                              const std::vector<chain::TxnPtr>& txns = {}) {
    KeySigner signer(testkit::key_of(key));
    auto block = chain.ledger().block(Height{1})->block;
    block.header.height = Height{height};
    for (const auto& txn : txns) block.transactions.push_back(txn->txn());
    block.header.transactions_root = chain::transactions_root(block.transactions);
    block.header = chain::with_seals(block.header, Round{}, {}).value();
    const auto digest = chain::seal_hash(block.header, Round{}).value();
    const consensus::Domain domain{chain.genesis().config.chain_id, chain.genesis().hash};
    auto message = consensus::sign_vote(
        consensus::ProposalDraft{{Height{height}, Round{}, digest},
                                 std::make_shared<const chain::Block>(std::move(block)),
                                 {},
                                 {}},
        domain, signer);
    REQUIRE(message.has_value());
    return std::move(*message);
  }
  /// What leaves a node that proposes `proposal`: list and header.
  void offer_parts(const consensus::Message& proposal) {
    const auto& whole = std::get<consensus::Proposal>(proposal);
    CHECK(offer(p2p::Topic::kConsensus,
                consensus::encode_body(consensus::body_of(*whole.block, round_of(proposal)))));
    offer_header(proposal);
  }
  void offer_header(const consensus::Message& proposal, const p2p::NodeId& peer = kPeer) {
    const auto& whole = std::get<consensus::Proposal>(proposal);
    CHECK(gateway.on_message({peer,
                              p2p::Topic::kConsensus,
                              {},
                              consensus::encode_message(consensus::without_transactions(whole))}));
  }
  /// The proposal of that digest is the core's next event, in this form.
  template <class Form>
  bool next_brings(const consensus::Message& proposal) {
    const auto event = next_event();
    if (!event || !std::holds_alternative<PeerMessage>(*event)) return false;
    const auto& message = std::get<PeerMessage>(*event).message;
    return std::holds_alternative<Form>(message) && digest_of(message) == digest_of(proposal);
  }
  /// The core misses the proposal that key 1 votes for; its node is kPeer, who is asked.
  void miss(const Hash256& digest, bool is_overdue = false) {
    gateway.request_proposal({Height{4}, Round{}, digest, {testkit::address_of(1)}, is_overdue});
  }
  bool offer(p2p::Topic topic, Bytes bytes) {
    return gateway.on_message({kPeer, topic, {}, std::move(bytes)});
  }
  std::optional<CoreEvent> next_event() { return inbox.pop_until({}); }
  template <class Event>
  bool next_is() {
    const auto event = next_event();
    return event && std::holds_alternative<Event>(*event);
  }
};

}  // namespace

TEST_SUITE("node/peer_gateway") {
  TEST_CASE("a vote for the height being decided reaches the core loop") {
    Bench bench;
    CHECK(bench.offer(p2p::Topic::kConsensus, bench.prepare(4)));
    CHECK(bench.next_is<PeerMessage>());
    CHECK(bench.links.reported.empty());
  }

  TEST_CASE("votes for decided heights and for the far future are dropped without a signature") {
    Bench bench;
    bench.is_busy = true;
    CHECK(bench.offer(p2p::Topic::kConsensus, bench.prepare(3)));
    CHECK(bench.offer(p2p::Topic::kConsensus, bench.prepare(14)));
    // One that matters needs a thread, and there is none.
    CHECK_FALSE(bench.offer(p2p::Topic::kConsensus, bench.prepare(4)));
    CHECK(bench.links.reported.empty());
  }

  TEST_CASE("bad votes are scored by what is wrong with them and go no further") {
    Bench bench;
    CHECK(bench.offer(p2p::Topic::kConsensus, Bytes{1, 2, 3}));
    CHECK(bench.offer(p2p::Topic::kConsensus, bench.prepare(4, 2'000)));
    CHECK(bench.offer(p2p::Topic::kConsensus, bench.prepare(4, 0, 2)));
    auto forged = bench.prepare(4);
    forged.back() ^= 0xff;
    CHECK(bench.offer(p2p::Topic::kConsensus, forged));
    CHECK(bench.links.reported ==
          std::vector{p2p::Offence::kInvalidMessage, p2p::Offence::kInvalidMessage,
                      p2p::Offence::kForgedSignature, p2p::Offence::kInvalidMessage});
    CHECK_FALSE(bench.next_event().has_value());
  }

  TEST_CASE("a vote of another chain is by nobody here") {
    Bench bench;
    KeySigner signer(testkit::key_of(1));
    const auto message = consensus::sign_vote(
        consensus::PreparePayload{Height{4}, Round{0}, Hash256{{1}}},
        consensus::Domain{ChainId{1}, chain_of_three().genesis().hash}, signer);
    CHECK(bench.offer(p2p::Topic::kConsensus, consensus::encode_message(*message)));
    CHECK(bench.links.reported == std::vector{p2p::Offence::kForgedSignature});
  }

  TEST_CASE("others' votes are passed on only when the round does not move") {
    Bench bench;
    const auto vote = bench.prepare(4);
    CHECK(bench.offer(p2p::Topic::kConsensus, vote));
    CHECK(bench.links.relayed.empty());
    bench.gateway.repeat_votes();
    CHECK(bench.links.relayed == std::vector{std::pair{p2p::Topic::kConsensus, vote}});
  }

  TEST_CASE("a stranger's vote for a later height is never passed on: relays would be banned") {
    Bench bench;
    CHECK(bench.offer(p2p::Topic::kConsensus, bench.prepare(5, 0, 2)));
    CHECK(bench.next_is<PeerMessage>());
    bench.head_is(4);
    bench.gateway.repeat_votes();
    CHECK(bench.links.relayed.empty());
    CHECK(bench.links.reported.empty());
  }

  /// Signed by `key`: a round change that claims a certificate of `parts` prepares, all of them by
  /// nobody.
  static Bytes heavy_round_change(Bench & bench, std::uint64_t height, std::uint8_t key,
                                  std::size_t parts) {
    KeySigner signer(testkit::key_of(key));
    const consensus::Domain domain{bench.chain.genesis().config.chain_id,
                                   bench.chain.genesis().hash};
    const auto vote = consensus::sign_vote(
        consensus::RoundChangeDraft{{Height{height}, Round{1}, std::nullopt}, nullptr, {}}, domain,
        signer);
    REQUIRE(vote.has_value());
    const auto& signed_part = std::get<consensus::RoundChange>(*vote).vote;
    rlp::Encoder forged;
    forged.raw(encode(consensus::PreparePayload{Height{height}, Round{}, {}})).string(Bytes(65));
    rlp::Encoder prepares;
    for (std::size_t i = 0; i < parts; ++i) prepares.list(forged);
    rlp::Encoder content;
    content.raw(consensus::encode_signed(signed_part)).list(ByteView{}).list(prepares);
    rlp::Encoder out;
    out.integer(std::uint64_t{consensus::kProtocolVersion})
        .integer(static_cast<std::uint64_t>(consensus::MessageCode::kRoundChange))
        .list(content);
    return out.as_list();
  }

  TEST_CASE("a stranger's message does not cost the recovery of hundreds of signatures") {
    Bench bench;
    // Key 1 is the one validator; the offences tell how far each message was looked at.
    CHECK(bench.offer(p2p::Topic::kConsensus, heavy_round_change(bench, 4, 2, 256)));
    CHECK(bench.links.reported == std::vector{p2p::Offence::kForgedSignature});
    // Of a later height nobody knows the validators: no offence, and no work.
    CHECK(bench.offer(p2p::Topic::kConsensus, heavy_round_change(bench, 5, 2, 256)));
    CHECK(bench.links.reported.size() == 1);
    // A validator has no more parts than there are validators.
    CHECK(bench.offer(p2p::Topic::kConsensus, heavy_round_change(bench, 4, 1, 2)));
    CHECK(bench.links.reported.back() == p2p::Offence::kInvalidMessage);
    CHECK(bench.links.reported.size() == 2);
    CHECK_FALSE(bench.next_event().has_value());
  }

  TEST_CASE("a full core inbox drops votes without forgetting to say so") {
    Bench bench;
    for (std::uint32_t round = 0; round < 12; ++round) {
      CHECK(bench.offer(p2p::Topic::kConsensus, bench.prepare(4, round)));
    }
    bench.gateway.repeat_votes();
    CHECK(bench.links.relayed.size() == 8);
  }

  TEST_CASE("a peer's transaction is offered to the pool, a bad one is scored") {
    Bench bench;
    const auto txn = testkit::signed_txn({});
    CHECK(bench.offer(p2p::Topic::kTransactions, chain::encode(txn->txn())));
    CHECK(bench.next_is<TxnSubmitted>());
    CHECK(bench.offer(p2p::Topic::kTransactions, Bytes{0xff}));
    auto forged = txn->txn();
    forged.signature.r = uint256{};
    CHECK(bench.offer(p2p::Topic::kTransactions, chain::encode(forged)));
    CHECK(bench.links.reported ==
          std::vector{p2p::Offence::kInvalidMessage, p2p::Offence::kForgedSignature});
  }

  TEST_CASE("a peer's head reaches the core loop, a malformed one is scored") {
    Bench bench;
    CHECK(bench.offer(p2p::Topic::kBlocks, encode(HeadStatus{Height{9}, {}})));
    CHECK(bench.next_is<PeerHead>());
    CHECK(bench.offer(p2p::Topic::kBlocks, Bytes{0xc0}));
    CHECK(bench.links.reported == std::vector{p2p::Offence::kInvalidMessage});
  }

  TEST_CASE("blocks are served, missing ones refused, and a bad question is scored") {
    Bench bench;
    CHECK(
        bench.gateway.on_request({kPeer, p2p::RequestId{1}, encode(BlocksRequest{Height{1}, 2})}));
    REQUIRE(bench.links.responses.size() == 1);
    CHECK(decode_blocks(bench.links.responses[0])->size() == 2);
    CHECK(
        bench.gateway.on_request({kPeer, p2p::RequestId{2}, encode(BlocksRequest{Height{9}, 2})}));
    CHECK(bench.gateway.on_request({kPeer, p2p::RequestId{3}, Bytes{1}}));
    CHECK(bench.links.refused == 2);
    CHECK(bench.links.reported == std::vector{p2p::Offence::kInvalidMessage});
  }

  TEST_CASE("a question ends with exactly one answer, whatever becomes of it") {
    Bench bench;
    const auto ask = [&](std::uint64_t id) {
      bench.gateway.request_blocks(kPeer, FetchId{id}, {Height{1}, 2});
    };
    ask(1);
    const auto good = *serve_blocks(bench.chain.ledger(), {Height{1}, 2});
    bench.gateway.on_response({kPeer, p2p::RequestId{1}, good});
    const auto arrived = bench.next_event();
    REQUIRE(arrived.has_value());
    REQUIRE(std::holds_alternative<BlocksArrived>(*arrived));
    CHECK(std::get<BlocksArrived>(*arrived).id == FetchId{1});
    CHECK(std::get<BlocksArrived>(*arrived).blocks.size() == 2);
    // Once more: nobody asked.
    bench.gateway.on_response({kPeer, p2p::RequestId{1}, good});
    CHECK_FALSE(bench.next_event().has_value());

    ask(2);
    bench.gateway.on_response({kPeer, p2p::RequestId{2}, Bytes{1}});
    CHECK(bench.next_is<RequestFailed>());
    ask(3);
    auto unsealed = bench.chain.ledger().block(Height{1})->block;
    unsealed.header = *chain::with_seals(unsealed.header, Round{0}, {});
    bench.gateway.on_response({kPeer, p2p::RequestId{3}, encode_blocks({chain::encode(unsealed)})});
    CHECK(bench.next_is<RequestFailed>());
    CHECK(bench.links.reported ==
          std::vector{p2p::Offence::kInvalidMessage, p2p::Offence::kInvalidBlock});
    ask(4);
    bench.gateway.on_request_failed(p2p::RequestId{4}, p2p::RequestFailure::kTimedOut);
    CHECK(bench.next_is<RequestFailed>());
    bench.is_busy = true;
    ask(5);
    bench.gateway.on_response({kPeer, p2p::RequestId{5}, good});
    CHECK(bench.next_is<RequestFailed>());
    bench.links.is_deaf = true;
    ask(6);
    CHECK(bench.next_is<RequestFailed>());
  }

  TEST_CASE("a proposal that is missing is asked for, and comes like any other message") {
    Bench bench;
    REQUIRE(bench.offer(p2p::Topic::kConsensus, bench.prepare(4)));
    REQUIRE(bench.next_is<PeerMessage>());
    const auto proposal = bench.proposal(4);
    bench.miss(digest_of(proposal));
    REQUIRE(bench.links.requested.size() == 1);
    CHECK(decode_proposal_request(bench.links.requested[0]) == digest_of(proposal));
    // Asked for once.
    bench.miss(digest_of(proposal));
    CHECK(bench.links.requested.size() == 1);
    bench.gateway.on_response({kPeer, p2p::RequestId{1}, consensus::encode_message(proposal)});
    const auto event = bench.next_event();
    REQUIRE(event.has_value());
    REQUIRE(std::holds_alternative<PeerMessage>(*event));
    CHECK(digest_of(std::get<PeerMessage>(*event).message) == digest_of(proposal));
    CHECK(bench.links.reported.empty());
  }

  TEST_CASE("nobody is asked for a proposal while nobody is known to have its author's votes") {
    Bench bench;
    bench.miss(Hash256{{1}});
    CHECK(bench.links.requested.empty());
  }

  TEST_CASE("a refused question for a proposal is put again when the votes are sent again") {
    Bench bench;
    REQUIRE(bench.offer(p2p::Topic::kConsensus, bench.prepare(4)));
    bench.miss(Hash256{{1}});
    bench.gateway.on_request_failed(p2p::RequestId{1}, p2p::RequestFailure::kRefused);
    bench.miss(Hash256{{1}});
    CHECK(bench.links.requested.size() == 1);
    bench.miss(Hash256{{1}}, true);
    CHECK(bench.links.requested.size() == 2);
  }

  TEST_CASE("an answer with anything but the proposal asked for is scored and goes no further") {
    Bench bench;
    REQUIRE(bench.offer(p2p::Topic::kConsensus, bench.prepare(4)));
    REQUIRE(bench.next_is<PeerMessage>());
    const auto answer = [&](Bytes bytes) {
      bench.miss(Hash256{{9}}, true);
      bench.gateway.on_response({kPeer, p2p::RequestId{bench.links.requests}, std::move(bytes)});
      CHECK_FALSE(bench.next_event().has_value());
    };
    answer(bench.prepare(4));
    answer(consensus::encode_message(bench.proposal(4)));
    answer(Bytes{1, 2});
    answer(consensus::encode_message(bench.proposal(4, 2)));
    CHECK(bench.links.reported ==
          std::vector{p2p::Offence::kInvalidMessage, p2p::Offence::kInvalidMessage,
                      p2p::Offence::kInvalidMessage, p2p::Offence::kForgedSignature});
    // Of a height that was decided meanwhile it is merely late.
    answer(consensus::encode_message(bench.proposal(3)));
    CHECK(bench.links.reported.size() == 4);
  }

  TEST_CASE("the own proposals and those passed on are shown to who asks, and no others") {
    Bench bench;
    const auto own = bench.proposal(4);
    const auto ask = [&](const Hash256& digest) {
      CHECK(bench.gateway.on_request({kPeer, p2p::RequestId{1}, encode_proposal_request(digest)}));
    };
    ask(digest_of(own));
    CHECK(bench.links.refused == 1);
    bench.gateway.broadcast(own);
    ask(digest_of(own));
    REQUIRE(bench.links.responses.size() == 1);
    CHECK(bench.links.responses[0] == consensus::encode_message(own));
    Bench relay;
    REQUIRE(relay.offer(p2p::Topic::kConsensus, consensus::encode_message(own)));
    CHECK(relay.gateway.on_request(
        {kPeer, p2p::RequestId{1}, encode_proposal_request(digest_of(own))}));
    CHECK(relay.links.responses == bench.links.responses);
    // A decided height is fetched as a block.
    bench.head_is(4);
    ask(digest_of(own));
    CHECK(bench.links.refused == 2);
  }

  TEST_CASE("a prepare is not shown as the proposal that it is for") {
    Bench bench;
    REQUIRE(bench.offer(p2p::Topic::kConsensus, bench.prepare(4)));
    CHECK(bench.gateway.on_request(
        {kPeer, p2p::RequestId{1}, encode_proposal_request(Hash256{{1}})}));
    CHECK(bench.links.refused == 1);
  }

  TEST_CASE("an own proposal leaves as a list and a header, and whole when it is sent again") {
    Bench bench;
    const auto own = bench.proposal(4, 1, {testkit::signed_txn({})});
    const auto& whole = std::get<consensus::Proposal>(own);
    bench.gateway.send_body(consensus::body_of(*whole.block, Round{}));
    bench.gateway.broadcast(own);
    bench.gateway.resend(own);
    REQUIRE(bench.links.published.size() == 3);
    for (const auto& [topic, bytes] : bench.links.published) {
      CHECK(topic == p2p::Topic::kConsensus);
    }
    CHECK(consensus::decode_body(bench.links.published[0].second, 1)->txns.size() == 1);
    CHECK(bench.links.published[1].second ==
          consensus::encode_message(consensus::without_transactions(whole)));
    CHECK(bench.links.published[2].second == consensus::encode_message(own));
  }

  TEST_CASE("a proposal is put together from transactions that came, and passed on whole") {
    Bench bench;
    const std::vector txns{testkit::signed_txn({}), testkit::signed_txn({.nonce = 1})};
    // One that a peer has just sent, and one that the pool has admitted.
    CHECK(bench.offer(p2p::Topic::kTransactions, chain::encode(txns[0]->txn())));
    REQUIRE(bench.next_is<TxnSubmitted>());
    bench.gateway.gossip(txns[1]);
    bench.links.relayed.clear();
    const auto proposal = bench.proposal(4, 1, txns);
    bench.offer_parts(proposal);
    CHECK(bench.next_brings<consensus::Proposal>(proposal));
    CHECK(bench.links.requested.empty());
    CHECK(bench.gateway.proposal_counts().assembled == 1);
    bench.gateway.repeat_votes();
    CHECK(bench.links.relayed ==
          std::vector{std::pair{p2p::Topic::kConsensus, consensus::encode_message(proposal)}});
    CHECK(bench.links.reported.empty());
  }

  TEST_CASE("an empty proposal needs no list") {
    Bench bench;
    const auto proposal = bench.proposal(4);
    bench.offer_header(proposal);
    CHECK(bench.next_brings<consensus::Proposal>(proposal));
  }

  TEST_CASE("a proposal with a transaction that is not here is asked for at once") {
    Bench bench;
    const auto proposal = bench.proposal(4, 1, {testkit::signed_txn({})});
    bench.offer_parts(proposal);
    // Its signature counts already.
    CHECK(bench.next_brings<consensus::BareProposal>(proposal));
    REQUIRE(bench.links.requested.size() == 1);
    CHECK(decode_proposal_request(bench.links.requested[0]) == digest_of(proposal));
    // Nor on the others' word, while the answer is under way.
    bench.miss(digest_of(proposal));
    CHECK(bench.links.requested.size() == 1);
    bench.gateway.on_response({kPeer, p2p::RequestId{1}, consensus::encode_message(proposal)});
    CHECK(bench.next_brings<consensus::Proposal>(proposal));
    CHECK(bench.gateway.proposal_counts().fetched == 1);
    CHECK(bench.gateway.proposal_counts().assembled == 0);
    CHECK(bench.links.reported.empty());
  }

  TEST_CASE("a list that is lost, or not the header's, costs a question and no blame") {
    Bench bench;
    const auto txn = testkit::signed_txn({});
    bench.gateway.gossip(txn);
    const auto proposal = bench.proposal(4, 1, {txn});
    SUBCASE("lost") {}
    SUBCASE("of another order, or of other transactions") {
      CHECK(bench.offer(p2p::Topic::kConsensus,
                        consensus::encode_body({Height{4}, Round{}, {txn->hash(), txn->hash()}})));
    }
    SUBCASE("empty") {
      CHECK(bench.offer(p2p::Topic::kConsensus, consensus::encode_body({Height{4}, Round{}, {}})));
    }
    SUBCASE("of another round") {
      CHECK(bench.offer(p2p::Topic::kConsensus,
                        consensus::encode_body({Height{4}, Round{1}, {txn->hash()}})));
    }
    bench.offer_header(proposal);
    CHECK(bench.next_brings<consensus::BareProposal>(proposal));
    CHECK(bench.links.requested.size() == 1);
    CHECK(bench.links.reported.empty());
  }

  TEST_CASE("nobody puts a list of his own under another's header") {
    Bench bench;
    const auto txn = testkit::signed_txn({});
    bench.gateway.gossip(txn);
    const auto proposal = bench.proposal(4, 1, {txn});
    const auto list = [&](const p2p::NodeId& peer, std::vector<TxnHash> hashes) {
      CHECK(bench.gateway.on_message({peer,
                                      p2p::Topic::kConsensus,
                                      {},
                                      consensus::encode_body({Height{4}, Round{}, hashes})}));
    };
    list(kPeer, {txn->hash()});
    list(p2p::NodeId{{8}}, {});
    bench.offer_header(proposal);
    CHECK(bench.next_brings<consensus::Proposal>(proposal));
  }

  TEST_CASE("a list that does not decode is scored when its header has come") {
    Bench bench;
    auto body = consensus::encode_body({Height{4}, Round{}, {TxnHash{{1}}}});
    // The hash's length.
    body[body.size() - 33] = 0x9f;
    CHECK(bench.offer(p2p::Topic::kConsensus, body));
    CHECK(bench.links.reported.empty());
    bench.offer_header(bench.proposal(4, 1, {testkit::signed_txn({})}));
    CHECK(bench.links.reported == std::vector{p2p::Offence::kInvalidMessage});
    CHECK(bench.links.requested.size() == 1);
  }

  TEST_CASE("a list longer than a block's gas allows is not kept") {
    Bench bench;
    const auto limit = bench.chain.ledger().head()->header.gas_limit;
    const std::vector<TxnHash> hashes(consensus::body_txns_max(limit) + 10);
    CHECK(
        bench.offer(p2p::Topic::kConsensus, consensus::encode_body({Height{4}, Round{}, hashes})));
    bench.offer_header(bench.proposal(4, 1, {testkit::signed_txn({})}));
    CHECK(bench.links.reported.empty());
    CHECK(bench.links.requested.size() == 1);
  }

  TEST_CASE("nobody is asked for a proposal by whom it is not the turn of") {
    Bench bench;
    // Of a later height the proposers are not known: its author must be a validator at least.
    const auto stranger = bench.proposal(5, 2, {testkit::signed_txn({})});
    bench.offer_header(stranger);
    CHECK(bench.next_brings<consensus::BareProposal>(stranger));
    CHECK(bench.links.requested.empty());
    bench.offer_header(bench.proposal(5, 1, {testkit::signed_txn({})}));
    CHECK(bench.links.requested.size() == 1);
  }

  TEST_CASE("a header alone is no answer to the question for a proposal") {
    Bench bench;
    const auto proposal = bench.proposal(4, 1, {testkit::signed_txn({})});
    bench.offer_parts(proposal);
    REQUIRE(bench.next_brings<consensus::BareProposal>(proposal));
    bench.gateway.on_response({kPeer, p2p::RequestId{1},
                               consensus::encode_message(consensus::without_transactions(
                                   std::get<consensus::Proposal>(proposal)))});
    CHECK(bench.links.reported == std::vector{p2p::Offence::kInvalidMessage});
    CHECK_FALSE(bench.next_event().has_value());
  }

  TEST_CASE("what the core says goes out under its topic") {
    Bench bench;
    bench.gateway.announce({Height{3}, {}});
    REQUIRE(bench.links.published.size() == 1);
    CHECK(bench.links.published[0].first == p2p::Topic::kBlocks);
    CHECK(decode_head(bench.links.published[0].second)->height == Height{3});
    bench.gateway.gossip(testkit::signed_txn({}));
    CHECK(bench.links.relayed.back().first == p2p::Topic::kTransactions);
  }

  /// The sample that reaches the core when the validator's node says `theirs` after `round_trip`.
  static std::optional<consensus::ClockSample> compare(Bench & bench, UnixMillis theirs,
                                                       std::chrono::milliseconds round_trip) {
    // Whose node it is: it brings his votes first.
    for (std::uint32_t round = 0; round < 6; ++round) {
      REQUIRE(bench.offer(p2p::Topic::kConsensus, bench.prepare(4, round)));
      REQUIRE(bench.next_is<PeerMessage>());
    }
    REQUIRE(bench.offer(p2p::Topic::kBlocks, encode(HeadStatus{Height{3}, {}})));
    REQUIRE(bench.next_is<PeerHead>());
    bench.clock.pass(round_trip);
    bench.gateway.on_response({kPeer, p2p::RequestId{bench.links.requests}, encode_time(theirs)});
    const auto event = bench.next_event();
    if (!event || !std::holds_alternative<ClockCompared>(*event)) return std::nullopt;
    return std::get<ClockCompared>(*event).sample;
  }

  TEST_CASE("a validator's clock is read with the head of his node, known to half the round trip") {
    Bench bench;
    const auto theirs = bench.clock.wall - std::chrono::milliseconds{1'450};
    const auto sample = compare(bench, theirs, std::chrono::milliseconds{100});
    REQUIRE(sample.has_value());
    CHECK(sample->validator == testkit::address_of(1));
    CHECK(sample->ahead == std::chrono::milliseconds{1'500});
    CHECK(sample->uncertainty == std::chrono::milliseconds{51});
  }

  TEST_CASE("a peer is asked for its time once in a while, not with every head") {
    Bench bench;
    for (int i = 0; i < 10; ++i) {
      CHECK(bench.offer(p2p::Topic::kBlocks, encode(HeadStatus{Height{9}, {}})));
      bench.clock.pass(std::chrono::milliseconds{100});
      REQUIRE(bench.next_is<PeerHead>());
    }
    CHECK(bench.links.requests == 1);
    bench.clock.pass(ClockProbe::kPeriod);
    CHECK(bench.offer(p2p::Topic::kBlocks, encode(HeadStatus{Height{9}, {}})));
    CHECK(bench.links.requests == 2);
  }

  TEST_CASE("the time is told at once however busy the node is, and a wrong answer is scored") {
    Bench bench;
    bench.is_busy = true;
    CHECK(bench.gateway.on_request({kPeer, p2p::RequestId{1}, encode_time_request()}));
    REQUIRE(bench.links.responses.size() == 1);
    CHECK(*decode_time(bench.links.responses[0]) == bench.clock.wall);
    CHECK(bench.offer(p2p::Topic::kBlocks, encode(HeadStatus{Height{9}, {}})));
    REQUIRE(bench.next_is<PeerHead>());
    bench.gateway.on_response({kPeer, p2p::RequestId{1}, Bytes{0xc0}});
    CHECK(bench.links.reported == std::vector{p2p::Offence::kInvalidMessage});
    // A question that failed is over, and nothing reaches the core.
    bench.clock.pass(ClockProbe::kPeriod);
    CHECK(bench.offer(p2p::Topic::kBlocks, encode(HeadStatus{Height{9}, {}})));
    REQUIRE(bench.next_is<PeerHead>());
    bench.gateway.on_request_failed(p2p::RequestId{2}, p2p::RequestFailure::kTimedOut);
    CHECK_FALSE(bench.next_event().has_value());
  }

  TEST_CASE("a peer whose grant grows is counted once") {
    Bench bench;
    bench.gateway.on_peer_up(kPeer, p2p::Grant::kSyncOnly);
    bench.gateway.on_peer_up(kPeer, p2p::Grant::kFull);
    CHECK(bench.gateway.peers() == 1);
    bench.gateway.on_peer_down(kPeer, p2p::LinkEnd::kRemoteClosed);
    CHECK(bench.gateway.peers() == 0);
  }

  TEST_CASE("peers are counted as they come and go") {
    Bench bench;
    bench.gateway.on_peer_up(kPeer, p2p::Grant::kFull);
    CHECK(bench.gateway.peers() == 1);
    CHECK(bench.next_is<PeerUp>());
    bench.gateway.on_peer_down(kPeer, p2p::LinkEnd::kRemoteClosed);
    CHECK(bench.gateway.peers() == 0);
    CHECK(bench.next_is<PeerDown>());
  }
}

TEST_SUITE("node/recent_votes") {
  static RecentVote recent(std::uint8_t author, std::uint64_t height, std::uint32_t round,
                           std::size_t size) {
    return {Address{{author}}, Height{height}, Round{round}, consensus::MessageCode::kPrepare, {},
            Bytes(size)};
  }

  TEST_CASE("an author's oldest votes go when there are too many of them") {
    RecentVotes votes(2, 100);
    for (std::uint32_t round = 0; round < 3; ++round) votes.add(recent(1, 1, round, 10 + round));
    CHECK(votes.at(Height{1}) == std::vector{Bytes(11), Bytes(12)});
    votes.forget_below(Height{2});
    CHECK(votes.at(Height{1}).empty());
  }

  TEST_CASE("a validator that repeats itself or sends large votes pushes out nobody else's") {
    RecentVotes votes(8, 100);
    votes.add(recent(1, 1, 0, 10));
    for (std::uint32_t round = 0; round < 20; ++round) votes.add(recent(2, 1, round, 60));
    CHECK(votes.at(Height{1}) == std::vector{Bytes(10), Bytes(60)});
    votes.add(recent(1, 1, 0, 11));
    CHECK(votes.at(Height{1}) == std::vector{Bytes(10), Bytes(60)});
  }

  TEST_CASE("what is old goes wherever it came between newer votes") {
    RecentVotes votes(8, 100);
    for (const std::uint64_t height : {2U, 1U, 2U}) {
      votes.add(recent(1, height, static_cast<std::uint32_t>(height), 10));
    }
    votes.add(recent(1, 2, 7, 20));
    votes.forget_below(Height{2});
    CHECK(votes.at(Height{1}).empty());
    CHECK(votes.at(Height{2}) == std::vector{Bytes(10), Bytes(20)});
  }
}

TEST_SUITE("node/voter_table") {
  TEST_CASE("one author too many does not make the others' nodes forgotten") {
    const Address validator{{0, 1}};
    const p2p::NodeId own{{1}};
    VoterTable voters;
    for (int i = 0; i < 5; ++i) voters.heard(validator, own);
    for (int i = 0; i < 256; ++i) {
      voters.heard(Address{{1, static_cast<std::uint8_t>(i)}}, p2p::NodeId{{2}});
    }
    CHECK(voters.validator_of(own) == validator);
  }

  TEST_CASE("a validator's node is who brings his votes first, again and again") {
    const Address validator{{1}};
    const p2p::NodeId own{{1}};
    const p2p::NodeId relay{{2}};
    VoterTable voters;
    voters.heard(validator, own);
    CHECK(voters.validator_of(own) == Address{});
    for (int i = 0; i < 5; ++i) voters.heard(validator, own);
    CHECK(voters.validator_of(own) == validator);
    voters.heard(validator, relay);
    CHECK(voters.validator_of(own) == validator);
    CHECK(voters.validator_of(relay) == Address{});
    for (int i = 0; i < 12; ++i) voters.heard(validator, relay);
    CHECK(voters.validator_of(relay) == validator);
    CHECK(voters.validator_of(own) == Address{});
  }
}
