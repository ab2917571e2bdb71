// trade_deals FOLDER: plays sales in our VM and writes what another EVM must agree on: genesis.json
// with the contracts in `alloc`, and calls.json with every call, its place in the chain, and the
// status, gas, logs and revert data our VM gave it. tests/trade/anvil/run plays them in anvil.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/prng.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/state/state.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"
#include "tests/testkit/trade/sale.hpp"
#include "trade/data_layout.hpp"
#include "trade/terms.hpp"
#include "vm/status.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::testkit {
namespace {

using contracts::AbiList;

constexpr ChainId kAnvilChainId{31337};

constexpr Moment at(std::uint64_t offset) { return {offset, kGenesisSeconds + offset}; }
constexpr Moment kLock = at(10);
constexpr Moment kAnnounce = at(15);
constexpr Moment kReveal = at(20);
constexpr Moment kComplain = at(30);
constexpr Moment kAfter = at(40);
/// Every window is over.
constexpr Moment kLate{1'000, kGenesisSeconds + 10'000};

json::Value json_of(const chain::CallOutcome& outcome) {
  json::Value logs = json::Value::array();
  for (const auto& log : outcome.logs) {
    json::Value topics = json::Value::array();
    for (const auto& topic : log.topics) topics.push(to_hex0x(topic));
    logs.push(json::Value::array(
        {to_hex0x(log.address), std::move(topics), to_hex0x(ByteView{log.data})}));
  }
  const bool success = outcome.status == vm::Status::kSuccess;
  return json::Value::object({{"status", success ? "0x1" : "0x0"},
                              {"gasUsed", to_quantity(outcome.gas_used.raw())},
                              {"logs", std::move(logs)},
                              {"revert", success ? "0x" : to_hex0x(ByteView{outcome.output})}});
}

/// Plays deals one after the other, each on the funded chain, and keeps what came.
class Recorder {
 public:
  Recorder() : chain_(kAnvilChainId), player_(chain_.genesis()) {
    const state::MemoryState genesis(chain_.genesis().alloc);
    state_.emplace(genesis);
    begin("funding");
    std::uint64_t height = 0;
    for (const auto& call : funding_calls()) play(at(++height), call);
  }

  [[nodiscard]] trade::ExchangeDomain domain() const { return chain_.domain(); }
  [[nodiscard]] const json::Value& calls() const { return calls_; }
  /// Of a call that did not end as it was meant to.
  [[nodiscard]] const std::string& fault() const { return fault_; }

  void begin(const std::string& deal) {
    if (!deal_.empty()) state_.emplace(chain_.state());
    deal_ = deal;
  }
  /// `error` is the name of the revert that must come; empty when it must succeed.
  void play(const Moment& moment, const ExchangeCall& call, std::string_view error = {}) {
    const auto outcome = player_.play(*state_, moment, call);
    const std::string found = revert_name(outcome);
    if (found != error) fault_ = deal_ + ": " + call.function + " ended with \"" + found + "\"";
    calls_.push(json::Value::object(
        {{"deal", deal_},
         {"call", call.function + (error.empty() ? "" : " reverts " + std::string(error))},
         {"from", to_hex0x(address_of(call.from))},
         {"to", to_hex0x(contracts::predeploy_address(call.contract))},
         {"data", to_hex0x(ByteView{call.data()})},
         {"height", moment.height},
         {"seconds", moment.seconds},
         {"expected", json_of(outcome)}}));
  }

 private:
  ExchangeChain chain_;
  ExchangePlayer player_;
  std::optional<state::State> state_;
  std::string deal_;
  json::Value calls_ = json::Value::array();
  std::string fault_;
};

class Deals {
 public:
  explicit Deals(Recorder& recorder) : recorder_(recorder) {}

  void play_all() {
    honest_sales();
    withheld_keys();
    wrong_keys();
    for (const std::uint32_t s : {1024U, 2048U, 65'536U}) {
      for (const std::uint64_t n : {1U, 2U, 3U, 9U}) wrong_chunk(n, s);
    }
    false_complaints();
    refused_locks();
  }

 private:
  Sale begin(const std::string& name, std::uint64_t n = 3, std::uint32_t s = 2048) {
    recorder_.begin(name);
    const auto shape = trade::make_shape((n - 1) * (s - trade::kSaltBytes) + 7, s);
    return make_sale(recorder_.domain(), *shape, ++nonce_, prng_);
  }
  void play(const Moment& moment, const ExchangeCall& call, std::string_view error = {}) {
    recorder_.play(moment, call, error);
  }

  void honest_sales() {
    const Sale quick = begin("a sale settled by the buyer");
    play(kLock, lock_call(quick));
    play(kReveal, reveal_call(quick, quick.seal));
    play(kComplain, settle_call(quick, Party::kWatchtower), "WindowOpen");
    play(kAfter, settle_call(quick, Party::kBuyer));
    const Sale slow = begin("an announced sale settled by a watchtower");
    play(kLock, lock_call(slow));
    play(kAnnounce, announce_call(slow));
    play(kReveal, reveal_call(slow, slow.seal));
    play(kLate, settle_call(slow, Party::kWatchtower));
  }

  void withheld_keys() {
    const Sale silent = begin("a key that is not revealed in time");
    play(kLock, lock_call(silent));
    play(kReveal, refund_call(silent), "WindowOpen");
    ExchangeCall foreign = reveal_call(silent, silent.seal);
    foreign.from = Party::kBuyer;
    play(kComplain, foreign, "NotSeller");
    play(kLate, refund_call(silent));
    const Sale bad = begin("a point off the curve");
    play(kLock, lock_call(bad));
    trade::Seal seal = bad.seal;
    seal.r.y = seal.r.y + uint256{1};
    play(kReveal, reveal_call(bad, seal), "BadPoint");
    play(kComplain, reveal_call(bad, bad.seal));
  }

  void wrong_keys() {
    const Sale sale = begin("a sealed key that does not open the commitment");
    trade::Seal seal = sale.seal;
    seal.ek.raw()[0] ^= 1;
    play(kLock, lock_call(sale));
    play(kReveal, reveal_call(sale, seal));
    play(kComplain, key_complaint_call(sale, seal));
    play(kAfter, key_complaint_call(sale, seal), "WrongStatus");
  }

  void wrong_chunk(std::uint64_t n, std::uint32_t s) {
    Sale sale = begin("a wrong chunk, n " + std::to_string(n) + ", s " + std::to_string(s), n, s);
    sale.ciphertext.back() ^= 1;
    commit_to_files(sale);
    finish(sale);
    play(kLock, lock_call(sale));
    play(kReveal, reveal_call(sale, sale.seal));
    play(kComplain, chunk_complaint_call(sale, sale.key, n - 1));
    play(kLate, settle_call(sale, Party::kPayee), "WrongStatus");
  }

  void false_complaints() {
    const Sale sale = begin("complaints against an honest sale", 5);
    play(kLock, lock_call(sale));
    play(kReveal, reveal_call(sale, sale.seal));
    play(kComplain, chunk_complaint_call(sale, sale.key, 4), "ComplaintRefuted");
    play(at(31), key_complaint_call(sale, sale.seal), "ComplaintRefuted");
    trade::DealKey key = sale.key;
    key.raw()[5] ^= 1;
    play(at(32), chunk_complaint_call(sale, key, 0), "WrongKey");
    auto bent = chunk_complaint_call(sale, sale.key, 0);
    AbiList proof = *bent.arguments[4].list();
    proof[0] = std::uint64_t{1};
    bent.arguments[4] = proof;
    play(at(33), bent, "WrongPath");
    proof[0] = std::uint64_t{5};
    bent.arguments[4] = proof;
    play(at(34), bent, "WrongShape");
    auto seal = key_complaint_call(sale, sale.seal);
    seal.arguments[3] = AbiList{sale.seal.r.x, sale.seal.r.y, Hash256{}};
    play(at(35), seal, "WrongSeal");
    auto shared = key_complaint_call(sale, sale.seal);
    AbiList point = *shared.arguments[4].list();
    point[2] = uint256{7};
    shared.arguments[4] = point;
    play(at(36), shared, "WrongProof");
    play(kLate, chunk_complaint_call(sale, sale.key, 0), "WindowClosed");
    play({kLate.height + 1, kLate.seconds + 1}, settle_call(sale, Party::kWatchtower));
  }

  void refused_locks() {
    const Sale sale = begin("locks that are refused");
    ExchangeCall foreign = lock_call(sale);
    foreign.from = Party::kWatchtower;
    play(kLock, foreign, "NotBuyer");
    Sale forged = sale;
    forged.header.amount = uint256{1};
    play(at(11), lock_call(forged), "BadSignature");
    Sale poor = sale;
    poor.header.bond = uint256{kSellerDeposit + 1};
    finish(poor);
    play(at(12), lock_call(poor), "InsufficientDeposit");
    Sale dear = sale;
    dear.header.amount = uint256{kBuyerMoney + 1};
    finish(dear);
    play(at(13), lock_call(dear), "InsufficientBalance");
    play(at(14), lock_call(sale));
    play(at(15), lock_call(sale), "NonceUsed");
  }

  Recorder& recorder_;
  Prng prng_{1};
  std::uint64_t nonce_ = 0;
};

/// The same accounts for a chain without consensus of ours.
json::Value plain_genesis() {
  const auto ours = chain::build_consortium_genesis(exchange_params(kAnvilChainId));
  json::Value out =
      json::Value::object({{"config", json::Value::object({{"chainId", kAnvilChainId.raw()}})},
                           {"nonce", "0x0"},
                           {"timestamp", to_quantity(kGenesisSeconds)},
                           {"extraData", "0x"},
                           {"gasLimit", to_quantity(std::uint64_t{60'000'000})},
                           {"difficulty", "0x0"},
                           {"mixHash", to_hex0x(Hash256{})},
                           {"coinbase", to_hex0x(Address{})},
                           {"baseFeePerGas", "0x0"}});
  out.set("alloc", *ours->find("alloc"));
  return out;
}

bool write(const std::filesystem::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  return out.good();
}

int run(const std::filesystem::path& folder) {
  Recorder recorder;
  Deals(recorder).play_all();
  if (!recorder.fault().empty()) {
    std::fprintf(stderr, "%s\n", recorder.fault().c_str());
    return 1;
  }
  const bool written = write(folder / "genesis.json", json::to_pretty_text(plain_genesis())) &&
                       write(folder / "calls.json", json::to_text(recorder.calls()));
  return written ? 0 : 1;
}

}  // namespace
}  // namespace datapact::testkit

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: trade_deals FOLDER\n");
    return 2;
  }
  return datapact::testkit::run(argv[1]);
}
