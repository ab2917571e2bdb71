#include "node/core_loop.hpp"

#include "ledger/chain/seal.hpp"
#include "ledger/store/vote_journal.hpp"
#include "node/event_log.hpp"
#include "node/files.hpp"
#include "node/validator_key.hpp"
#include "tests/testkit/node/network.hpp"
#include "tests/testkit/node/still_ports.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;
using namespace std::chrono_literals;

namespace {

/// Called after each fdatasync of this program that has succeeded.
std::function<void()> on_sync;

}  // namespace

/// In the place of libc's fdatasync: that a vote was synced before it left shows nowhere else.
extern "C" int heard_fdatasync(int descriptor) __asm__("fdatasync");
extern "C" int heard_fdatasync(int descriptor) {
  const auto failed = ::syscall(SYS_fdatasync, descriptor) != 0;
  if (!failed && on_sync) on_sync();
  return failed ? -1 : 0;
}

namespace {

/// Sets on_sync for as long as it lives.
class SyncListener {
 public:
  explicit SyncListener(std::function<void()> listener) { on_sync = std::move(listener); }
  ~SyncListener() { on_sync = nullptr; }
  SyncListener(const SyncListener&) = delete;
  SyncListener& operator=(const SyncListener&) = delete;
};

/// Nobody, but what is said to them is heard.
class Listeners final : public NoPeers {
 public:
  std::function<void(const consensus::Message&)> on_broadcast;
  void broadcast(const consensus::Message& message) override {
    if (on_broadcast) on_broadcast(message);
  }
};

/// One validator under a clock of the test's own, on a store in memory and a journal in a file.
struct Bench {
  const Consortium network = make_network(250ms);
  TempFolder folder;
  std::shared_ptr<store::FaultyStore> store =
      std::make_shared<store::FaultyStore>(store::make_memory_store());
  std::unique_ptr<store::Ledger> ledger = open_ledger();
  std::unique_ptr<store::VoteJournal> journal = open_journal();
  KeySigner signer{network.validator};
  Listeners peers;
  InlineTasks tasks{network.genesis.config, *ledger};
  UnixMillis now{1'700'000'100'000};
  SimTimers timers{now};
  std::unique_ptr<CoreLoop> loop = open_loop();
  EventRecorder* recorder = nullptr;

  std::unique_ptr<store::Ledger> open_ledger() {
    auto out = store::Ledger::open(store, network.genesis);
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  std::unique_ptr<store::VoteJournal> open_journal() {
    auto out = store::VoteJournal::open(folder.path() / "votes", {});
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  std::unique_ptr<CoreLoop> open_loop() {
    auto out =
        CoreLoop::open({network.genesis, *ledger, *journal, signer, peers, tasks, timers}, {});
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  void begin() {
    if (recorder != nullptr) recorder->begin(now);
    loop->begin(now);
  }
  void handle(CoreEvent event) {
    if (recorder != nullptr) recorder->record(event, now);
    loop->handle(std::move(event), now);
  }
  Result<TxnHash, txpool::PoolError> send(std::uint64_t nonce) {
    auto recovered = chain::RecoveredTxn::recover(transfer(network, nonce));
    REQUIRE(recovered.has_value());
    Result<TxnHash, txpool::PoolError> answer = fail(txpool::PoolError::kPoolFull);
    handle(TxnSubmitted{std::make_shared<const chain::RecoveredTxn>(std::move(*recovered)),
                        [&](auto result) { answer = std::move(result); }});
    return answer;
  }
  /// Handles answers and the timers of the next `time`.
  void run_for(std::chrono::milliseconds time) {
    const auto end = now + time;
    while (true) {
      if (!tasks.answers.empty()) {
        auto answer = std::move(tasks.answers.front());
        tasks.answers.pop_front();
        handle(std::move(answer));
        continue;
      }
      auto soonest = timers.timers.end();
      for (auto at = timers.timers.begin(); at != timers.timers.end(); ++at) {
        if (soonest == timers.timers.end() || at->second.first < soonest->second.first)
          soonest = at;
      }
      if (soonest == timers.timers.end() || soonest->second.first > end) break;
      now = std::max(now, soonest->second.first);
      const auto timer = soonest->second.second;
      timers.timers.erase(soonest);
      handle(TimerExpired{timer});
    }
    now = end;
  }
  [[nodiscard]] std::uint64_t height() const { return loop->head()->head->height.raw(); }
};

/// The records in the file as docs/formats/vote-journal.md describes it, forgotten ones too.
std::vector<store::VoteRecord> votes_in_file(const std::filesystem::path& file) {
  constexpr std::size_t kHeader = 32;
  const auto text = read_text_file(file);
  REQUIRE(text.has_value());
  std::vector<store::VoteRecord> out;
  ByteView rest = as_bytes(*text).subspan(kHeader);
  while (auto decoded = store::decode_vote_record(rest)) {
    out.push_back(std::move(decoded->record));
    rest = rest.subspan(decoded->size);
  }
  return out;
}

std::vector<BlockHash> hashes(const store::Ledger& ledger) {
  std::vector<BlockHash> out;
  for (std::uint64_t height = 0; height <= ledger.head()->height.raw(); ++height) {
    out.push_back(*ledger.hash_at(Height{height}));
  }
  return out;
}

}  // namespace

TEST_SUITE("node/core_loop") {
  TEST_CASE("a transaction becomes final") {
    Bench bench;
    bench.begin();
    const auto hash = bench.send(0);
    REQUIRE(hash.has_value());
    bench.run_for(1ms);
    REQUIRE(bench.height() == 1);
    const auto receipts = bench.ledger->receipts(Height{1});
    REQUIRE(receipts.has_value());
    CHECK(receipts->size() == 1);
    CHECK(receipts->front().success);
    CHECK(bench.ledger->find_txn(*hash).has_value());
    CHECK(bench.loop->head()->view->account(Address{{0xbe, 0xef}})->balance == Wei{uint256{1}});
  }

  TEST_CASE("alone, a validator syncs proposal, prepare and commit, each before it leaves") {
    Bench bench;
    const auto file = bench.folder.path() / "votes";
    const auto name = [](consensus::MessageCode code, Height height) {
      return std::string(to_string(code)) + " " + std::to_string(height.raw());
    };
    std::string told;
    const SyncListener at_sync([&] {
      const auto votes = votes_in_file(file);
      REQUIRE_FALSE(votes.empty());
      const auto code = static_cast<consensus::MessageCode>(votes.back().kind);
      told += "on disk: " + name(code, votes.back().height) + "\n";
    });
    bench.peers.on_broadcast = [&](const consensus::Message& message) {
      told += "sent: " + name(code_of(message), height_of(message)) + "\n";
    };
    bench.loop->on_final = [&](const chain::FinalBlock& block, const HeadPtr&) {
      told += "final: " + std::to_string(block.height().raw()) + "\n";
    };
    bench.begin();
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) {
      REQUIRE(bench.send(nonce).has_value());
      bench.run_for(250ms);
    }
    REQUIRE(bench.height() == 3);

    std::string expected;
    for (const std::string height : {"1\n", "2\n", "3\n"}) {
      for (const std::string vote : {"proposal ", "prepare ", "commit "}) {
        expected += "on disk: " + vote + height + "sent: " + vote + height;
      }
      expected += "final: " + height;
    }
    CHECK(told == expected);
    for (const auto& vote : votes_in_file(file)) {
      const auto header = bench.ledger->header(vote.height);
      REQUIRE(header.has_value());
      CHECK(vote.round == Round{});
      CHECK(vote.digest == *chain::seal_hash(*header));
    }
  }

  TEST_CASE("blocks follow at the period while there is work, and the chain is quiet without") {
    Bench bench;
    bench.begin();
    for (std::uint64_t i = 0; i < 4; ++i) {
      REQUIRE(bench.send(i).has_value());
      bench.run_for(250ms);
    }
    const auto busy = bench.height();
    CHECK(busy == 4);
    bench.run_for(59s);
    CHECK(bench.height() == busy);
    bench.run_for(2s);
    CHECK(bench.height() == busy + 1);
  }

  TEST_CASE("what the pool refuses is answered and changes nothing") {
    Bench bench;
    bench.begin();
    REQUIRE(bench.send(0).has_value());
    const auto again = bench.send(0);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error() == txpool::PoolError::kAlreadyKnown);
    CHECK(bench.tasks.remembered.size() == 1);
  }

  TEST_CASE("the sender of a transaction in the pool is remembered for the block that has it") {
    Bench bench;
    bench.begin();
    const auto hash = bench.send(0);
    REQUIRE(hash.has_value());
    CHECK(bench.tasks.remembered == std::vector{*hash});
  }

  TEST_CASE("a failed durable write stops the loop before anything else is signed") {
    Bench bench;
    bench.begin();
    bench.store->fail_after(0);
    REQUIRE(bench.send(0).has_value());
    bench.run_for(1ms);
    REQUIRE(bench.loop->failure().has_value());
    const auto records = bench.journal->records().size();
    bench.run_for(100s);
    CHECK(bench.journal->records().size() == records);
    CHECK(bench.height() == 0);
  }

  TEST_CASE("after a crash between the votes and the block, the same block becomes final") {
    Bench bench;
    bench.begin();
    bench.store->fail_after(0);
    REQUIRE(bench.send(0).has_value());
    bench.run_for(1ms);
    REQUIRE(bench.loop->failure().has_value());
    Hash256 voted;
    for (const auto& record : bench.journal->records()) voted = record.digest;
    // The process is gone: a new one has the journal, an older ledger and an empty pool.
    bench.loop.reset();
    bench.journal.reset();
    bench.tasks.answers.clear();
    bench.timers.timers.clear();
    bench.journal = bench.open_journal();
    CHECK(bench.journal->records().size() == 3);
    bench.store = std::make_shared<store::FaultyStore>(store::make_memory_store());
    auto fresh = bench.open_ledger();
    InlineTasks tasks(bench.network.genesis.config, *fresh);
    auto loop = CoreLoop::open({bench.network.genesis, *fresh, *bench.journal, bench.signer,
                                bench.peers, tasks, bench.timers},
                               {});
    REQUIRE(loop.has_value());
    (*loop)->begin(bench.now);
    REQUIRE(tasks.answers.size() == 1);
    (*loop)->handle(std::move(tasks.answers.front()), bench.now);
    REQUIRE(fresh->head()->height == Height{1});
    CHECK(*chain::seal_hash(fresh->head()->header) == voted);
  }

  TEST_CASE("who saw its key in use elsewhere stays silent after a restart, too") {
    Bench bench;
    bench.begin();
    const consensus::Domain domain{kChainId, bench.network.genesis.hash};
    auto foreign = consensus::sign_vote(consensus::PreparePayload{Height{1}, Round{}, Hash256{{9}}},
                                        domain, bench.signer);
    REQUIRE(foreign.has_value());
    bench.handle(PeerMessage{std::move(*foreign), 100});
    CHECK_FALSE(bench.loop->engine().may_sign());
    REQUIRE(bench.send(0).has_value());
    bench.run_for(10s);
    CHECK(bench.height() == 0);
    bench.loop.reset();
    bench.journal.reset();
    bench.journal = bench.open_journal();
    CHECK(bench.journal->records().size() == 1);
    bench.loop = bench.open_loop();
    CHECK_FALSE(bench.loop->engine().may_sign());
    bench.begin();
    REQUIRE(bench.send(0).has_value());
    bench.run_for(10s);
    CHECK(bench.height() == 0);
  }

  TEST_CASE("a journal by another key is refused with both addresses") {
    Bench bench;
    bench.begin();
    bench.store->fail_after(0);
    REQUIRE(bench.send(0).has_value());
    bench.run_for(1ms);
    KeySigner other(bench.network.sender);
    const auto loop = CoreLoop::open({bench.network.genesis, *bench.ledger, *bench.journal, other,
                                      bench.peers, bench.tasks, bench.timers},
                                     {});
    REQUIRE_FALSE(loop.has_value());
    CHECK(loop.error().find("the configured key is") != std::string::npos);
  }

  TEST_CASE("a recorded event log replays to the same block hashes") {
    Bench bench;
    const auto file = bench.folder.path() / "events";
    auto recorder = EventRecorder::open(file);
    REQUIRE(recorder.has_value());
    bench.recorder = recorder->get();
    bench.begin();
    std::uint64_t nonce = 0;
    for (int i = 0; i < 12; ++i) {
      for (int j = 0; j <= i % 3; ++j) REQUIRE(bench.send(nonce++).has_value());
      bench.run_for(100ms + i * 17ms);
    }
    for (const auto ahead : {-1'200ms, 0ms, 300ms}) {
      bench.handle(ClockCompared{{crypto::address_of(bench.network.validator), ahead, 7ms}});
    }
    bench.run_for(61s);
    REQUIRE(bench.height() > 5);

    const auto text = read_text_file(file);
    REQUIRE(text.has_value());
    const ByteView log = as_bytes(*text);
    Bench other;
    ReplayTasks tasks(other.network.genesis.config, *other.ledger);
    ReplayTimers timers;
    auto loop = CoreLoop::open({other.network.genesis, *other.ledger, *other.journal, other.signer,
                                other.peers, tasks, timers},
                               {});
    REQUIRE(loop.has_value());
    const consensus::Domain domain{kChainId, other.network.genesis.hash};
    const auto replayed = replay(log, domain, **loop, tasks);
    REQUIRE_MESSAGE(replayed.has_value(), replayed.error());
    CHECK(hashes(*other.ledger) == hashes(*bench.ledger));
    CHECK_FALSE(replay(log.first(log.size() - 1), domain, **loop, tasks).has_value());
  }

  TEST_CASE("the status tells the head, what blocks were like, and what consensus waits for") {
    Bench bench;
    bench.begin();
    const auto ask = [&] {
      CoreStatus out;
      bench.handle(StatusQuery{[&](CoreStatus status) { out = std::move(status); }});
      return out;
    };
    CHECK(ask().meter.blocks == 0);
    REQUIRE(bench.send(0).has_value());
    CHECK(ask().pool_txns == 1);
    bench.run_for(1ms);
    const auto status = ask();
    CHECK(status.head->head->height == Height{1});
    CHECK(status.engine.height == Height{2});
    CHECK(status.engine.is_quiet);
    CHECK(status.self == crypto::address_of(bench.network.validator));
    CHECK(status.pool_txns == 0);
    CHECK(status.meter.blocks == 1);
    CHECK(status.meter.txns == 1);
    CHECK(status.meter.last_txns == 1);
    CHECK(status.meter.last_gas == Gas{21'000});
    CHECK(status.meter.last_bytes > 500);
    CHECK_MESSAGE(status.meter.block_interval.count() == 0, "genesis is no block before");
    CHECK(status.double_voters.empty());
    REQUIRE(bench.send(1).has_value());
    bench.run_for(250ms);
    CHECK(ask().meter.block_interval.count() == 1);
    CHECK(ask().meter.block_interval.sum >= 250ms);
  }
}
