#include "bench/sale_gas.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/prng.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/chain/transaction.hpp"
#include "node/config.hpp"
#include "node/node.hpp"
#include "node/system_clock.hpp"
#include "tests/testkit/node/network.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"
#include "tests/testkit/trade/sale.hpp"
#include "trade/data_layout.hpp"
#include "trade/merkle.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::bench {
namespace {

using namespace std::chrono_literals;
using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;
using testkit::ExchangeCall;
using testkit::Party;
using testkit::Sale;

constexpr ChainId kChainId{20'260};
constexpr std::uint64_t kCallGas = 5'000'000;
constexpr std::chrono::milliseconds kPeriod{50};

/// One validator on the chain of the exchange tests, and transactions to it.
class RunningChain {
 public:
  RunningChain() {
    network_.validator = testkit::key_of(Party::kValidator);
    auto params = testkit::exchange_params(kChainId);
    params.qbft.block_period = kPeriod;
    const auto document = chain::build_consortium_genesis(params);
    INVARIANT(document.has_value());
    network_.genesis_document = *document;
    const auto config =
        node::load_config(node::test::write_node_files(folder_.path(), network_, 0));
    INVARIANT(config.has_value());
    auto node = node::Node::start(*config, clock_, [](const std::string&) {});
    INVARIANT(node.has_value());
    node_ = std::move(*node);
    for (const auto& call : testkit::funding_calls()) static_cast<void>(send(call));
  }

  [[nodiscard]] std::uint64_t now_seconds() const {
    return static_cast<std::uint64_t>(clock_.now().count() / 1000);
  }

  /// Gas used by the call, which must succeed.
  std::uint64_t send(const ExchangeCall& call) {
    chain::Transaction txn;
    txn.type = chain::TxnType::kDynamicFee;
    txn.chain_id = kChainId;
    txn.nonce = Nonce{nonces_[call.from]++};
    txn.gas_limit = Gas{kCallGas};
    txn.to = contracts::predeploy_address(call.contract);
    txn.data = call.data();
    chain::sign(txn, testkit::key_of(call.from));
    const TxnHash hash = chain::hash_of(txn);
    node_->api().txns().submit(chain::encode(txn),
                               [](const auto& result) { INVARIANT(result.has_value()); });
    for (;;) {
      const auto chain = node_->api().chain();
      if (const auto location = chain->find_txn(hash)) {
        const auto receipts = chain->receipts(location->height);
        INVARIANT((*receipts)[location->index].success);
        return (*receipts)[location->index].gas_used.raw();
      }
      std::this_thread::sleep_for(5ms);
    }
  }

 private:
  node::test::TempFolder folder_;
  node::test::Consortium network_;
  node::SystemClock clock_;
  std::unique_ptr<node::Node> node_;
  std::map<Party, std::uint64_t> nonces_;
};

class Measurement {
 public:
  std::vector<StepGas> run() {
    trade_before();
    sell(false);
    sell(true);
    withheld();
    wrong_key();
    bad_chunk("1 GiB", std::uint64_t{1} << 30, 190'000);
    bad_chunk("1 TiB", std::uint64_t{1} << 40, 215'000);
    registration();
    return std::move(out_);
  }

 private:
  Sale next_sale(std::uint32_t reveal_window = testkit::kRevealWindowSeconds) {
    Sale sale = testkit::make_sale({kChainId, exchange()}, *trade::make_shape(5'000, 2048),
                                   ++nonce_, prng_);
    sale.header.lock_by_seconds = chain_.now_seconds() + 3600;
    sale.header.reveal_window_seconds = reveal_window;
    testkit::finish(sale);
    return sale;
  }
  static Address exchange() { return contracts::predeploy_address(ContractId::kFairExchange); }
  void note(std::string step, std::uint64_t gas, std::uint64_t gas_max = 0) {
    out_.push_back({std::move(step), gas, gas_max});
  }

  void trade_before() {
    const Sale sale = next_sale();
    chain_.send(testkit::lock_call(sale));
    chain_.send(testkit::reveal_call(sale, sale.seal));
    chain_.send(testkit::settle_call(sale, Party::kBuyer));
  }

  void sell(bool announced) {
    const Sale sale = next_sale();
    std::uint64_t total = chain_.send(testkit::lock_call(sale));
    if (!announced) note("lock", total);
    if (announced) {
      const auto gas = chain_.send(testkit::announce_call(sale));
      note("announce", gas);
      total += gas;
    }
    const auto reveal = chain_.send(testkit::reveal_call(sale, sale.seal));
    const auto settle = chain_.send(testkit::settle_call(sale, Party::kBuyer));
    if (!announced) {
      note("reveal", reveal);
      note("settle", settle);
    }
    total += reveal + settle;
    announced ? note("sale with announcement", total, 240'000) : note("sale", total, 195'000);
  }

  void withheld() {
    const Sale sale = next_sale(1);
    chain_.send(testkit::lock_call(sale));
    std::this_thread::sleep_for(2s);
    note("refund of a withheld key", chain_.send(testkit::refund_call(sale)), 50'000);
  }

  void wrong_key() {
    const Sale sale = next_sale();
    trade::Seal seal = sale.seal;
    seal.ek.raw()[0] ^= 1;
    chain_.send(testkit::lock_call(sale));
    chain_.send(testkit::reveal_call(sale, seal));
    note("complainKey", chain_.send(testkit::key_complaint_call(sale, seal)), 90'000);
  }

  /// The tree of a large lot from one leaf: siblings are random, the root follows.
  Hash256 root_over(const Hash256& leaf, std::uint64_t index, std::uint64_t n, AbiValue& path_out) {
    std::vector<Hash256> path(trade::merkle_depth(n));
    AbiList values;
    for (auto& node : path) {
      node = random_fixed<Hash256>(prng_);
      values.emplace_back(node);
    }
    path_out = std::move(values);
    return *trade::merkle_root_of(leaf, index, n, path);
  }

  void bad_chunk(const std::string& size, std::uint64_t length, std::uint64_t gas_max) {
    Sale sale = next_sale();
    auto& judged = sale.terms.judged;
    judged.shape = *trade::make_shape(length, 2048);
    const std::uint64_t index = judged.shape.n - 1;
    Bytes chunk(judged.shape.s);
    prng_.fill(chunk);
    const auto leaf = random_fixed<Hash256>(prng_);
    AbiValue path_x;
    AbiValue path_z;
    judged.root_x = root_over(leaf, index, judged.shape.n, path_x);
    judged.root_z = root_over(trade::leaf_z(index, chunk), index, judged.shape.n, path_z);
    testkit::finish(sale);
    chain_.send(testkit::lock_call(sale));
    chain_.send(testkit::reveal_call(sale, sale.seal));
    const AbiList arguments{trade::to_abi(sale.header), trade::to_abi(judged),
                            trade::rest_hash(sale.terms.rest), Hash256{sale.key.raw()},
                            AbiList{index, leaf, std::move(chunk), path_x, path_z}};
    note("complainChunk at " + size,
         chain_.send({Party::kWatchtower, ContractId::kFairExchange, "complainChunk", arguments}),
         gas_max);
  }

  void registration() {
    note("register a data set", chain_.send({Party::kSeller,
                                             ContractId::kDatasetRegistry,
                                             "register",
                                             {random_fixed<Hash256>(prng_)}}));
    const AbiList lot{random_fixed<Hash256>(prng_), std::uint64_t{3}, std::uint64_t{2048},
                      std::uint64_t{5'000}};
    note("publish a version of one lot",
         chain_.send({Party::kSeller,
                      ContractId::kDatasetRegistry,
                      "publish",
                      {std::uint64_t{1}, AbiList{AbiValue{lot}}, random_fixed<Hash256>(prng_)}}));
  }

  RunningChain chain_;
  Prng prng_{5};
  std::uint64_t nonce_ = 0;
  std::vector<StepGas> out_;
};

}  // namespace

std::vector<StepGas> measure_sale_gas() { return Measurement().run(); }

}  // namespace datapact::bench
