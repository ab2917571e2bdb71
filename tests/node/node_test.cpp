#include "node/node.hpp"

#include "base/hex.hpp"
#include "node/system_clock.hpp"
#include "rpc/error.hpp"
#include "tests/testkit/node/network.hpp"

#include <doctest/doctest.h>

#include <future>
#include <mutex>
#include <thread>
#include <vector>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;
using namespace std::chrono_literals;

namespace {

struct Host {
  Consortium network = make_network(50ms);
  TempFolder folder;
  SystemClock clock;

  NodeConfig config() {
    auto out = load_config(write_node_files(folder.path(), network, 0));
    REQUIRE(out.has_value());
    return *out;
  }
  std::unique_ptr<Node> start(const NodeConfig& config) {
    auto out = Node::start(config, clock, [](const std::string&) {});
    REQUIRE_MESSAGE(out.has_value(), out.error().message);
    return std::move(*out);
  }
  StartError refused(const NodeConfig& config) {
    auto out = Node::start(config, clock, [](const std::string&) {});
    REQUIRE_FALSE(out.has_value());
    return out.error();
  }
};

Result<TxnHash, rpc::NodeError> submit(Node& node, Bytes raw) {
  std::promise<Result<TxnHash, rpc::NodeError>> promise;
  auto answer = promise.get_future();
  node.api().txns().submit(std::move(raw), [&](auto result) { promise.set_value(result); });
  return answer.get();
}

bool wait_for(Node& node, const TxnHash& hash) {
  for (int i = 0; i < 2000; ++i) {
    if (node.api().chain()->find_txn(hash)) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

}  // namespace

TEST_SUITE("node/node") {
  TEST_CASE("a started node takes transactions, answers reads and keeps them over a restart") {
    Host host;
    const auto config = host.config();
    BlockHash block_hash;
    TxnHash last;
    {
      const auto node = host.start(config);
      for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
        const auto hash = submit(*node, chain::encode(transfer(host.network, nonce)));
        REQUIRE(hash.has_value());
        last = *hash;
      }
      REQUIRE(wait_for(*node, last));
      auto& api = node->api();
      const auto chain = api.chain();
      const auto location = chain->find_txn(last);
      const auto receipts = chain->receipts(location->height);
      REQUIRE(receipts.has_value());
      CHECK((*receipts)[location->index].success);
      block_hash = chain->block(location->height)->hash;
      CHECK(chain->height_of(block_hash) == location->height);
      const auto state = api.state(chain->head());
      REQUIRE(state != nullptr);
      const auto sender = crypto::address_of(host.network.sender);
      CHECK(state->account(sender)->nonce == Nonce{5});
      CHECK(state->prove(sender, {}).account.nonce == Nonce{5});
      CHECK(*api.txns().pending_nonce(sender) == Nonce{5});
      CHECK(api.validators(chain->head()) ==
            std::vector{crypto::address_of(host.network.validator)});
      CHECK(api.state(Height{1'000'000}) == nullptr);
      const auto again = submit(*node, chain::encode(transfer(host.network, 4)));
      REQUIRE_FALSE(again.has_value());
      CHECK(again.error().message == "nonce too low");
      CHECK_FALSE(submit(*node, Bytes{0x01}).has_value());
    }
    const auto node = host.start(config);
    CHECK(node->api().chain()->find_txn(last).has_value());
    CHECK(node->api().chain()->height_of(block_hash).has_value());
  }

  TEST_CASE("a call runs on a block's state without a trace") {
    Host host;
    const auto node = host.start(host.config());
    rpc::CallRequest call;
    call.sender = crypto::address_of(host.network.sender);
    call.txn.to = Address{{1}};
    call.txn.gas_limit = Gas{100'000};
    call.txn.value = Wei{uint256{7}};
    for (const bool pending : {false, true}) {
      call.pending = pending;
      const auto outcome = node->api().simulate(call);
      REQUIRE(outcome.has_value());
      CHECK(outcome->status == rpc::CallStatus::kReturned);
      CHECK(outcome->gas_used == Gas{21'000});
    }
    call.height = Height{99};
    CHECK_FALSE(node->api().simulate(call).has_value());
  }

  TEST_CASE("a call with blobs is refused for their version, fee cap, funds and for a creation") {
    Host host;
    const auto node = host.start(host.config());
    rpc::CallRequest good;
    good.sender = crypto::address_of(host.network.sender);
    good.txn.type = chain::TxnType::kBlob;
    good.txn.to = Address{{1}};
    good.txn.gas_limit = Gas{100'000};
    good.txn.blob_hashes.emplace_back().raw()[0] = 1;
    good.txn.max_fee_per_blob_gas = uint256{1};
    const auto refusal = [&](auto change) {
      rpc::CallRequest bad = good;
      change(bad.txn);
      const auto outcome = node->api().simulate(bad);
      return outcome.has_value() ? std::string("none") : outcome.error().message;
    };
    CHECK(refusal([](auto&) {}) == "none");
    CHECK(refusal([](auto& txn) { txn.max_fee_per_blob_gas = {}; }) == "none");
    CHECK(refusal([](auto& txn) { txn.blob_hashes[0].raw()[0] = 2; }) ==
          "blob hash has invalid hash version");
    CHECK(refusal([](auto& txn) { txn.to.reset(); }) ==
          "transaction of this type cannot create a contract");
    CHECK(refusal([](auto& txn) { txn.max_fee_per_blob_gas = ~uint256{} / uint256{1U << 18U}; }) ==
          "insufficient funds for gas * price + value");
  }

  TEST_CASE("a call that runs longer than its time is ended with -32005") {
    Host host;
    const auto node = host.start(host.config());
    rpc::CallRequest call;
    call.sender = crypto::address_of(host.network.sender);
    call.txn.data = {0x5b, 0x5f, 0x56};  // JUMPDEST PUSH0 JUMP, for ever
    call.txn.gas_limit = Gas{~0ULL};
    call.time_max = std::chrono::milliseconds{1};
    const auto outcome = node->api().simulate(call);
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code == static_cast<int>(rpc::ErrorCode::kLimit));
    CHECK(outcome.error().message == "execution aborted (timeout = 1 ms)");
  }

  TEST_CASE("a final transaction is traced as its block ran it, alone or with the whole block") {
    Host host;
    const auto node = host.start(host.config());
    const auto hash = submit(*node, chain::encode(transfer(host.network, 0)));
    REQUIRE(hash.has_value());
    REQUIRE(wait_for(*node, *hash));
    const auto location = node->api().chain()->find_txn(*hash);
    rpc::TraceRequest request;
    request.budget = {1'000, 100'000};
    request.tracer = chain::CallTracerOptions{};
    request.subject = rpc::TracedBlock{location->height, location->index};
    const auto one = node->api().trace(request);
    REQUIRE(one.has_value());
    REQUIRE(one->size() == 1);
    CHECK(*one->front().find("from") ==
          json::Value(to_hex0x(crypto::address_of(host.network.sender))));
    CHECK(*one->front().find("gasUsed") == json::Value("0x5208"));
    request.subject = rpc::TracedBlock{location->height, std::nullopt};
    const auto whole = node->api().trace(request);
    REQUIRE(whole.has_value());
    CHECK(*whole == *one);
    request.subject = rpc::TracedBlock{Height{1'000'000}, std::nullopt};
    CHECK(node->api().trace(request).error().message == "block not found");
  }

  TEST_CASE("a trace beyond its time, its instructions or its bytes ends with -32005") {
    Host host;
    const auto node = host.start(host.config());
    rpc::CallRequest call;
    call.sender = crypto::address_of(host.network.sender);
    call.txn.data = {0x5b, 0x5f, 0x56};  // JUMPDEST PUSH0 JUMP, for ever
    call.txn.gas_limit = Gas{1ULL << 40U};
    rpc::TraceRequest request;
    request.subject = call;
    const auto refusal = [&](const chain::TraceBudget& budget, std::chrono::milliseconds time) {
      request.budget = budget;
      request.time_max = time;
      const auto traces = node->api().trace(request);
      REQUIRE_FALSE(traces.has_value());
      CHECK(traces.error().code == static_cast<int>(rpc::ErrorCode::kLimit));
      return traces.error().message;
    };
    CHECK(refusal({1'000, 1'000'000}, 1h) == "trace longer than 1000 instructions");
    CHECK(refusal({1'000'000, 50'000}, 1h) ==
          "trace larger than 50000 bytes: ask for less, with limit, disableStack or onlyTopCall");
    request.tracer = chain::NoopOptions{};
    CHECK(refusal({~0ULL, ~0ULL}, 1ms) == "trace aborted (timeout = 1 ms)");
  }

  TEST_CASE("a call that cannot begin is refused by a trace as by a simulation") {
    Host host;
    const auto node = host.start(host.config());
    rpc::CallRequest call;
    call.sender = Address{{9}};
    call.txn.to = Address{{1}};
    call.txn.gas_limit = Gas{100'000};
    call.txn.value = Wei{uint256{7}};
    rpc::TraceRequest request;
    request.subject = call;
    const auto traces = node->api().trace(request);
    REQUIRE_FALSE(traces.has_value());
    CHECK(traces.error().message == "tracing failed: insufficient funds for gas * price + value");
  }

  TEST_CASE("a second node on one data directory, a taken port and another genesis are named") {
    Host host;
    auto config = host.config();
    const auto node = host.start(config);
    const auto locked = host.refused(config);
    CHECK(locked.code == ExitCode::kConfigOrFile);
    CHECK(locked.message.find("the data directory is in use by") != std::string::npos);

    auto elsewhere = config;
    elsewhere.data_dir = host.folder.path() / "other";
    elsewhere.rpc.port = node->rpc_port();
    const auto taken = host.refused(elsewhere);
    CHECK(taken.code == ExitCode::kConnection);
    CHECK(taken.message.find(std::to_string(node->rpc_port())) != std::string::npos);

    node->stop();
  }

  TEST_CASE("a data directory of another chain is refused") {
    Host host;
    const auto config = host.config();
    {
      const auto node = host.start(config);
    }
    host.network = make_network(60ms);
    const auto error = host.refused(host.config());
    CHECK(error.code == ExitCode::kConfigOrFile);
    CHECK(error.message.find("genesis") != std::string::npos);
  }

  TEST_CASE("init writes the data directory once, makes the transport key and names both") {
    Host host;
    auto config = host.config();
    const auto first = init_node(config);
    REQUIRE(first.has_value());
    CHECK(first->genesis_hash == host.network.genesis.hash);
    CHECK_FALSE(first->node_id.has_value());
    CHECK(init_node(config)->genesis_hash == first->genesis_hash);
    config.p2p.emplace().key_file = host.folder.path() / "transport.key";
    const auto with_peers = init_node(config);
    REQUIRE(with_peers.has_value());
    CHECK(with_peers->node_id.has_value());
    CHECK(init_node(config)->node_id == with_peers->node_id);
  }

  TEST_CASE("parts stop in the reverse order of their start") {
    static std::mutex mutex;
    static std::vector<std::string> stopped;
    log::install(
        [](log::Level, std::string_view, std::string_view message) {
          if (!message.starts_with("stopped ")) return;
          const std::lock_guard lock(mutex);
          stopped.emplace_back(message.substr(8));
        },
        log::Level::kDebug);
    {
      Host host;
      const auto node = host.start(host.config());
      node->stop();
      node->stop();
    }
    log::install({}, log::Level::kError);
    CHECK(stopped == std::vector<std::string>{"rpc", "verification", "core", "executor"});
  }
}
