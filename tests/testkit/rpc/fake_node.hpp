#pragma once
// A node for tests of the RPC server: a chain in memory, one account, a scripted simulation. Not
// thread-safe while it is being changed.
#include "base/assert.hpp"
#include "base/clock.hpp"
#include "ledger/chain/profile.hpp"
#include "rpc/node_api.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

namespace datapact::testkit {

class FakeClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return UnixMillis{1'000'000}; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override {
    return std::chrono::nanoseconds(now_.fetch_add(step_));
  }
  void advance(std::chrono::nanoseconds by) { now_ += by.count(); }
  /// Every reading takes this long.
  void set_step(std::chrono::nanoseconds step) { step_ = step.count(); }

 private:
  mutable std::atomic<std::int64_t> now_{0};
  std::atomic<std::int64_t> step_{0};
};

/// What the fake answers with.
struct FakeChain final : rpc::ChainReader {
  std::vector<rpc::StoredBlock> blocks;
  std::vector<std::vector<chain::Receipt>> all_receipts;

  [[nodiscard]] bool has(Height height) const { return height.raw() < blocks.size(); }
  [[nodiscard]] Height head() const override { return Height{blocks.size() - 1}; }
  [[nodiscard]] std::optional<chain::BlockHeader> header(Height height) const override {
    if (!has(height)) return std::nullopt;
    return blocks[height.raw()].block.header;
  }
  [[nodiscard]] std::optional<Height> height_of(const BlockHash& hash) const override {
    for (const auto& block : blocks) {
      if (block.hash == hash) return block.block.header.height;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<rpc::StoredBlock> block(Height height) const override {
    if (!has(height)) return std::nullopt;
    return blocks[height.raw()];
  }
  [[nodiscard]] std::optional<std::vector<chain::Receipt>> receipts(Height height) const override {
    if (!has(height)) return std::nullopt;
    return all_receipts[height.raw()];
  }
  [[nodiscard]] std::optional<rpc::TxnLocation> find_txn(const TxnHash& hash) const override {
    for (const auto& block : blocks) {
      const auto found = std::ranges::find(block.txn_hashes, hash);
      if (found == block.txn_hashes.end()) continue;
      return rpc::TxnLocation{block.block.header.height,
                              static_cast<std::uint32_t>(found - block.txn_hashes.begin())};
    }
    return std::nullopt;
  }
  [[nodiscard]] rpc::FoundLogs logs(const rpc::LogFilter& filter,
                                    std::size_t logs_max) const override {
    rpc::FoundLogs out;
    for (Height height = filter.from; height <= filter.to && has(height); height = next(height)) {
      std::uint32_t log_index = 0;
      out.last_height = height;
      for (const auto& receipt : all_receipts[height.raw()]) {
        for (const auto& log : receipt.logs) {
          if (!filter.addresses.empty() &&
              std::ranges::find(filter.addresses, log.address) == filter.addresses.end()) {
            continue;
          }
          rpc::FoundLog found;
          found.log = log;
          found.height = height;
          found.block_hash = blocks[height.raw()].hash;
          found.log_index = log_index++;
          out.logs.push_back(std::move(found));
        }
      }
      if (out.logs.size() > logs_max) {
        out.truncated = true;
        return out;
      }
    }
    return out;
  }
};

struct FakeState final : rpc::StateReader {
  std::map<Address, rpc::AccountInfo> accounts;
  [[nodiscard]] std::optional<rpc::AccountInfo> account(const Address& address) const override {
    const auto found = accounts.find(address);
    if (found == accounts.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] uint256 storage(const Address&, const uint256& slot) const override { return slot; }
  [[nodiscard]] Bytes code(const Address&) const override { return {0x60, 0x00}; }
  [[nodiscard]] rpc::AccountProof prove(const Address& address,
                                        const std::vector<uint256>& slots) const override {
    rpc::AccountProof out;
    out.account = account(address).value_or(rpc::AccountInfo{});
    out.nodes = {{0xc0}};
    for (const uint256& slot : slots) out.storage.push_back({slot, slot, {{0xc0}}});
    return out;
  }
};

struct FakeGateway final : rpc::TxnGateway {
  Result<TxnHash, rpc::NodeError> result = TxnHash{};
  Result<Nonce, rpc::NodeError> nonce = Nonce{7};
  std::optional<chain::RecoveredTxn> pending;
  void submit(Bytes, rpc::SubmitDone done) override { done(result); }
  [[nodiscard]] Result<Nonce, rpc::NodeError> pending_nonce(const Address&) override {
    return nonce;
  }
  [[nodiscard]] std::optional<chain::RecoveredTxn> find_pending(const TxnHash&) override {
    return pending;
  }
  [[nodiscard]] rpc::PoolCounts counts() override { return {3, 1}; }
};

class FakeNode final : public rpc::NodeApi {
 public:
  FakeNode() {
    genesis_config.chain_id = ChainId{1337};
    genesis_config.profile = chain::Profile::kConsortium;
    genesis_config.zero_base_fee = true;
    add_block({});
  }

  /// Appends a block with one transaction a receipt.
  void add_block(std::vector<chain::Receipt> receipts, const Address& coinbase = {},
                 Gas blob_gas_used = {}, Gas excess_blob_gas = {}) {
    rpc::StoredBlock stored;
    stored.block.header.coinbase = coinbase;
    stored.block.header.blob_gas_used = blob_gas_used;
    stored.block.header.excess_blob_gas = excess_blob_gas;
    stored.block.header.height = Height{chain_->blocks.size()};
    stored.block.header.gas_limit = Gas{60'000'000};
    stored.block.header.gas_used = Gas{21'000 * receipts.size()};
    stored.hash.raw()[0] = 0xb0;
    stored.hash.raw()[31] = static_cast<std::uint8_t>(chain_->blocks.size());
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      TxnHash hash;
      hash.raw()[0] = 0xa0;
      hash.raw()[30] = static_cast<std::uint8_t>(chain_->blocks.size());
      hash.raw()[31] = static_cast<std::uint8_t>(i);
      stored.txn_hashes.push_back(hash);
      stored.senders.emplace_back();
      chain::Transaction txn;
      txn.type = receipts[i].type;
      txn.chain_id = genesis_config.chain_id;
      stored.block.transactions.push_back(txn);
    }
    chain_->blocks.push_back(std::move(stored));
    chain_->all_receipts.push_back(std::move(receipts));
  }

  [[nodiscard]] const chain::GenesisConfig& config() const override { return genesis_config; }
  [[nodiscard]] std::shared_ptr<const rpc::ChainReader> chain() const override { return chain_; }
  [[nodiscard]] std::shared_ptr<const rpc::StateReader> state(Height height) const override {
    return height < oldest_state ? nullptr : fake_state;
  }
  [[nodiscard]] Result<rpc::CallOutcome, rpc::NodeError> simulate(
      const rpc::CallRequest& request) const override {
    return on_call(request);
  }
  [[nodiscard]] Result<std::vector<json::Value>, rpc::NodeError> trace(
      const rpc::TraceRequest& request) const override {
    return on_trace(request);
  }
  [[nodiscard]] rpc::TxnGateway& txns() override { return gateway; }
  [[nodiscard]] std::vector<Address> validators(Height) const override { return {Address{}}; }
  [[nodiscard]] rpc::NodeStatus status() const override { return node_status; }
  [[nodiscard]] Result<json::Value, rpc::NodeError> consensus_state() const override {
    return consensus;
  }

  chain::GenesisConfig genesis_config;
  FakeGateway gateway;
  std::shared_ptr<FakeState> fake_state = std::make_shared<FakeState>();
  Height oldest_state{0};
  rpc::NodeStatus node_status{"datapact/test", 2, std::nullopt};
  Result<json::Value, rpc::NodeError> consensus =
      json::Value::object({{"mood", std::string("quiet")}});
  std::function<Result<rpc::CallOutcome, rpc::NodeError>(const rpc::CallRequest&)> on_call =
      [](const rpc::CallRequest&) { return rpc::CallOutcome{}; };
  std::function<Result<std::vector<json::Value>, rpc::NodeError>(const rpc::TraceRequest&)>
      on_trace = [](const rpc::TraceRequest&) { return std::vector<json::Value>{"traced"}; };

 private:
  std::shared_ptr<FakeChain> chain_ = std::make_shared<FakeChain>();
};

}  // namespace datapact::testkit
