// A node and the steps of Governance's protocol schedule: it follows those it knows, and stops
// before one it does not.
#include "node/core_loop.hpp"
#include "node/node_api_adapter.hpp"
#include "node/pool_gateway.hpp"
#include "node/system_clock.hpp"
#include "node/validator_key.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"
#include "tests/testkit/node/network.hpp"
#include "tests/testkit/node/still_ports.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;
using namespace datapact::testkit;
using namespace std::chrono_literals;

namespace {

/// The only validator of a governed chain, under a clock of the test's own.
struct Validator {
  GovernedChain chain;
  TempFolder folder;
  std::unique_ptr<store::VoteJournal> journal = open_journal();
  KeySigner signer{key_of(1)};
  NoPeers peers;
  InlineTasks tasks{chain.config(), chain.ledger()};
  UnixMillis now{1'800'000'000'000};
  SimTimers timers{now};
  std::unique_ptr<CoreLoop> loop = *open_loop();

  Validator() { loop->begin(now); }
  std::unique_ptr<store::VoteJournal> open_journal() {
    auto out = store::VoteJournal::open(folder.path() / "votes", {});
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  Result<std::unique_ptr<CoreLoop>, std::string> open_loop() {
    return CoreLoop::open({chain.genesis(), chain.ledger(), *journal, signer, peers, tasks, timers},
                          {});
  }
  Result<TxnHash, txpool::PoolError> send(const chain::TxnPtr& txn) {
    Result<TxnHash, txpool::PoolError> answer = fail(txpool::PoolError::kPoolFull);
    loop->handle(TxnSubmitted{txn, [&](auto result) { answer = std::move(result); }}, now);
    return answer;
  }
  /// Answers and timers until the pool's work is done, or nothing moves any more.
  void make_blocks() {
    for (int steps = 0; steps < 100; ++steps) {
      if (!tasks.answers.empty()) {
        auto answer = std::move(tasks.answers.front());
        tasks.answers.pop_front();
        loop->handle(std::move(answer), now);
        continue;
      }
      const auto next = std::ranges::min_element(
          timers.timers, {}, [](const auto& entry) { return entry.second.first; });
      if (next == timers.timers.end() || next->second.first > now + 1s) return;
      now = std::max(now, next->second.first);
      const auto timer = next->second.second;
      timers.timers.erase(next);
      loop->handle(TimerExpired{timer}, now);
    }
  }
  /// A block of its own.
  void mine(const chain::TxnPtr& txn) {
    const auto before = height();
    REQUIRE(send(txn).has_value());
    make_blocks();
    REQUIRE(height() == before + 1);
  }
  bool succeeded() {
    const auto receipts = chain.ledger().receipts(loop->head()->head->height);
    return receipts->size() == 1 && receipts->front().success;
  }
  CoreStatus status() {
    std::optional<CoreStatus> out;
    loop->handle(StatusQuery{[&](CoreStatus status) { out = std::move(status); }}, now);
    return *out;
  }
  [[nodiscard]] std::uint64_t height() const { return loop->head()->head->height.raw(); }
};

/// What a client of that validator reaches.
struct Calls {
  Validator& node;
  SystemClock clock{};
  PoolGateway gateway{node.chain.config(), *node.loop, clock};
  NodeApiAdapter api{
      {node.chain.genesis(), node.chain.ledger(), *node.loop, gateway, node.peers, clock}};
};

constexpr StepSpec kOsakaAtFour{.height = 4, .precompiles = uint256{0x1ffff}};
const StepSpec kUnknownAtFour{.height = 4, .revision = 7};

}  // namespace

TEST_SUITE("node/protocol_schedule") {
  TEST_CASE("a validator goes through a scheduled revision at its height") {
    Validator node;
    node.mine(schedule_txn(0, kOsakaAtFour));
    REQUIRE(node.succeeded());
    node.mine(clz_txn(1));
    CHECK_FALSE(node.succeeded());
    CHECK(node.loop->head()->next_rules->revision == vm::Revision::kPrague);
    node.mine(clz_txn(2));
    CHECK_FALSE(node.succeeded());
    CHECK(node.loop->head()->next_rules->revision == vm::Revision::kOsaka);
    node.mine(clz_txn(3));
    CHECK(node.succeeded());
    CHECK_FALSE(node.status().unknown_step.has_value());
    CHECK_FALSE(node.loop->failure().has_value());
  }

  TEST_CASE("the pool judges by the rules of the next height") {
    Validator node;
    node.mine(schedule_txn(0, kOsakaAtFour));
    const auto large = [](std::uint64_t nonce) {
      return signed_txn({.nonce = nonce, .gas = (1U << 24U) + 1});
    };
    node.mine(large(1));
    // Waits behind a gap until its rules are gone.
    REQUIRE(node.send(large(4)).has_value());
    node.mine(signed_txn({.nonce = 2}));
    REQUIRE(node.height() == 3);
    CHECK(node.send(large(3)).error() == txpool::PoolError::kGasLimit);
    CHECK(node.status().pool_txns == 1);
    node.mine(signed_txn({.nonce = 3}));
    CHECK(node.succeeded());
    CHECK(node.status().pool_txns == 0);
    node.mine(signed_txn({.nonce = 4}));
  }

  TEST_CASE("a node stops before a step it does not know, and its chain and votes are whole") {
    Validator node;
    node.mine(schedule_txn(0, kUnknownAtFour));
    REQUIRE(node.succeeded());
    const auto warned = node.status().unknown_step;
    REQUIRE(warned.has_value());
    CHECK(warned->step.height == Height{4});
    CHECK(warned->fault == chain::StepFault::kUnknownRevision);
    node.mine(signed_txn({.nonce = 1}));
    CHECK_FALSE(node.loop->failure().has_value());
    node.mine(signed_txn({.nonce = 2}));
    REQUIRE(node.loop->failure().has_value());
    const auto& why = *node.loop->failure();
    CAPTURE(why);
    CHECK(why.find("height 4 has rules that this node lacks") == 0);
    CHECK(why.find("revision 7 is not known") != std::string::npos);
    // Nothing more is built, executed or voted for.
    static_cast<void>(node.send(signed_txn({.nonce = 3})));
    node.make_blocks();
    CHECK(node.tasks.answers.empty());
    CHECK(node.height() == 3);
    CHECK(node.chain.ledger().head()->height == Height{3});
    for (const auto& record : node.journal->records()) CHECK(record.height < Height{4});
    // A restart does not get past it either, and says the same.
    const auto again = node.open_loop();
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error() == why);
  }

  TEST_CASE("a call at an old height has the rules of that height") {
    Validator node;
    node.mine(schedule_txn(0, kOsakaAtFour));
    for (std::uint64_t nonce = 1; nonce <= 4; ++nonce) node.mine(signed_txn({.nonce = nonce}));
    REQUIRE(node.height() == 5);
    Calls calls{node};
    rpc::CallRequest call;
    call.sender = address_of(2);
    call.txn = clz_txn(0)->txn();
    const auto status = [&](std::uint64_t height, bool pending) {
      call.height = Height{height};
      call.pending = pending;
      return calls.api.simulate(call)->status;
    };
    CHECK(status(2, false) == rpc::CallStatus::kFailed);
    CHECK(status(2, true) == rpc::CallStatus::kFailed);
    CHECK(status(3, false) == rpc::CallStatus::kFailed);
    CHECK(status(3, true) == rpc::CallStatus::kReturned);
    CHECK(status(4, false) == rpc::CallStatus::kReturned);
    CHECK(status(5, true) == rpc::CallStatus::kReturned);
  }

  TEST_CASE("a call and a transaction for a height of unknown rules are refused by name") {
    Validator node;
    node.mine(schedule_txn(0, kUnknownAtFour));
    for (std::uint64_t nonce = 1; nonce <= 2; ++nonce) node.mine(signed_txn({.nonce = nonce}));
    Calls calls{node};
    rpc::CallRequest call;
    call.sender = address_of(2);
    call.txn = signed_txn({})->txn();
    call.height = Height{3};
    CHECK(calls.api.simulate(call).has_value());
    call.pending = true;
    const auto refused = calls.api.simulate(call);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("revision 7 is not known") != std::string::npos);
    std::optional<Result<TxnHash, rpc::NodeError>> sent;
    calls.gateway.submit(chain::encode(signed_txn({.nonce = 3})->txn()),
                         [&](auto answer) { sent = std::move(answer); });
    REQUIRE(sent.has_value());
    REQUIRE_FALSE(sent->has_value());
    CHECK(sent->error().message.find("revision 7 is not known") != std::string::npos);
  }

  TEST_CASE("a block is not built ahead for a height whose rules are not known") {
    Validator node;
    node.mine(schedule_txn(0, kUnknownAtFour));
    node.mine(signed_txn({.nonce = 1}));
    BuildTask below;
    below.parent = node.loop->head();
    below.height = Height{3};
    below.coinbase = address_of(1);
    below.time = node.now;
    const TaskPorts ports{node.chain.config(), node.chain.ledger()};
    const auto third = run(below, ports, [] { return false; });
    REQUIRE(third.result.has_value());
    BuildTask ahead = below;
    ahead.prepared = third.result->block;
    ahead.height = Height{4};
    ahead.time = node.now + 1s;
    const auto fourth = run(ahead, ports, [] { return false; });
    REQUIRE_FALSE(fourth.result.has_value());
    CHECK(fourth.result.error().code == chain::BlockErrorCode::kUnknownRules);
  }
}
