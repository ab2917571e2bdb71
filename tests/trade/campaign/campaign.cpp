#include "tests/trade/campaign/campaign.hpp"

#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/contract_abi.hpp"
#include "crypto/bn254.hpp"
#include "ledger/chain/execution.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"
#include "tests/testkit/trade/sale.hpp"
#include "tests/trade/campaign/spoil.hpp"
#include "trade/complaint.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"
#include "vm/status.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::testkit {
namespace {

using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;

constexpr Moment kLock{10, kGenesisSeconds + 10};
constexpr Moment kReveal{20, kGenesisSeconds + 20};
constexpr Moment kComplain{30, kGenesisSeconds + 30};
/// Every window is over.
constexpr Moment kLate{1'000, kGenesisSeconds + 10'000};

/// Bytes of the largest ciphertext: keeps 10,000 cases to a minute of one core. 2^10 + 1 chunks
/// fit.
constexpr std::uint64_t kCiphertextMax = 17 << 16;
constexpr unsigned kDepthMax = 10;
constexpr std::size_t kParts = 5;

constexpr std::string_view kRefuses = "refuses before lock";
constexpr std::string_view kDecrypts = "decrypts right";
constexpr std::string_view kComplainKey = "complainKey";
constexpr std::string_view kComplainChunk = "complainChunk";
constexpr std::string_view kWaits = "waits for the refund";
constexpr std::string_view kNotAsked = "not asked";
constexpr std::string_view kUpheld = "upheld";
constexpr std::string_view kRefunded = "refunded";

struct Kind {
  Part part;
  Stage stage;
};
Kind pick_kind(Prng& prng) {
  static const std::array<std::vector<Stage>, kParts> stages_of{{
      {Stage::kDelivered, Stage::kCommitted, Stage::kComplained},
      {Stage::kDelivered, Stage::kCommitted, Stage::kComplained},
      {Stage::kCommitted, Stage::kRevealed, Stage::kComplained},
      {Stage::kRevealed, Stage::kComplained},
      {Stage::kRevealed, Stage::kComplained},
  }};
  const auto part = prng.below(stages_of.size());
  const auto& stages = stages_of[part];
  return {static_cast<Part>(part), stages[prng.below(stages.size())]};
}

/// 1, 2^k - 1, 2^k and 2^k + 1, each once.
const std::vector<std::uint64_t>& chunk_counts() {
  static const auto counts = [] {
    std::set<std::uint64_t> out{1};
    for (unsigned k = 1; k <= kDepthMax; ++k) {
      const std::uint64_t power = std::uint64_t{1} << k;
      out.insert({power - 1, power, power + 1});
    }
    return std::vector(out.begin(), out.end());
  }();
  return counts;
}

/// A chunk size from 1 KiB to 64 KiB, or to what n chunks leave: a power of two, or any multiple of
/// 32.
std::uint32_t pick_chunk_size(std::uint64_t n, Prng& prng) {
  constexpr std::uint64_t kMin = trade::kChunkBytesMin;
  const std::uint64_t most = std::min<std::uint64_t>(trade::kChunkBytesMax, kCiphertextMax / n);
  const bool is_power = prng.below(2) == 0;
  const std::uint64_t choices = is_power ? std::bit_width(most / kMin) : (most - kMin) / 32 + 1;
  const std::uint64_t choice = prng.below(choices);
  return static_cast<std::uint32_t>(is_power ? kMin << choice : kMin + 32 * choice);
}

/// Every count of chunks as often; the last is full, holds one byte, or anything between.
trade::LotShape pick_shape(Prng& prng) {
  trade::LotShape shape;
  const auto& counts = chunk_counts();
  shape.n = counts[prng.below(counts.size())];
  shape.s = pick_chunk_size(shape.n, prng);
  const std::uint64_t full = shape.data_per_chunk();
  const std::uint64_t last[] = {full, 1, 1 + prng.below(full)};
  shape.length = (shape.n - 1) * full + last[prng.below(3)];
  return shape;
}

struct Money {
  uint256 buyer;
  uint256 payee;
  uint256 seller_deposit;
  friend bool operator==(const Money&, const Money&) = default;
};

class Case {
 public:
  Case(const ExchangeChain& chain, ExchangePlayer& player, Prng& prng)
      : chain_(chain), player_(player), prng_(prng), state_(chain.state()) {}

  CaseResult run(std::uint64_t nonce) {
    const auto kind = pick_kind(prng_);
    out_.part = kind.part;
    out_.stage = kind.stage;
    const auto shape = pick_shape(prng_);
    out_.n = shape.n;
    out_.s = shape.s;
    sale_ = make_sale(chain_.domain(), shape, nonce, prng_);
    switch (kind.stage) {
      case Stage::kDelivered:
        run_delivered();
        break;
      case Stage::kCommitted:
        run_committed();
        break;
      case Stage::kRevealed:
        run_revealed();
        break;
      case Stage::kComplained:
        run_complained();
        break;
    }
    return std::move(out_);
  }

 private:
  void expect(bool holds, std::string_view what) {
    if (!holds && out_.fault.empty()) out_.fault = what;
  }

  chain::CallOutcome play(const Moment& moment, const ExchangeCall& call) {
    return player_.play(state_, moment, call);
  }
  void must_succeed(const Moment& moment, const ExchangeCall& call) {
    const auto error = revert_name(play(moment, call));
    expect(error.empty(), call.function + " of an honest party failed: " + error);
  }
  void must_fail(const ExchangeCall& call, std::initializer_list<std::string_view> errors) {
    out_.contract = revert_name(play(kComplain, call));
    expect(std::ranges::find(errors, out_.contract) != errors.end(),
           call.function + " ended with \"" + out_.contract + "\"");
  }

  uint256 read(ContractId contract, const std::string& function, AbiList arguments) {
    return *player_
                .read(state_, kLate, {Party::kWatchtower, contract, function, std::move(arguments)})
                .front()
                .word();
  }
  Money money() {
    const Address settlement = contracts::predeploy_address(ContractId::kSettlement);
    return {
        read(ContractId::kSettlement, "balanceOf", {address_of(Party::kBuyer)}),
        read(ContractId::kSettlement, "balanceOf", {address_of(Party::kPayee)}),
        read(ContractId::kFairExchange, "freeDeposit", {settlement, address_of(Party::kSeller)})};
  }
  static Money money_at_start() {
    return {uint256{kBuyerMoney}, uint256{}, uint256{kSellerDeposit}};
  }

  // The buyer's client.
  [[nodiscard]] bool accepts_before_lock(const Bytes& ciphertext, const Bytes& manifest) const {
    const auto& judged = sale_.terms.judged;
    SequentialRunner runner;
    return trade::terms_digest(sale_.terms) == sale_.header.terms_digest &&
           trade::check_manifest(ViewSource(manifest), {judged.root_x, judged.shape}).has_value() &&
           trade::check_ciphertext(ViewSource(ciphertext), judged.shape, judged.root_z,
                                   {runner, {}})
               .has_value();
  }

  void lock() {
    expect(accepts_before_lock(sale_.ciphertext, sale_.manifest),
           "the client refused files that match their roots");
    must_succeed(kLock, lock_call(sale_));
    if (prng_.below(4) == 0) must_succeed(kReveal, announce_call(sale_));
  }

  /// What the chain says was revealed; nothing when the reveal reverted.
  std::optional<trade::Seal> reveal(const trade::Seal& seal) {
    const auto outcome = play(kReveal, reveal_call(sale_, seal));
    if (outcome.status != vm::Status::kSuccess) {
      expect(revert_name(outcome) == "BadPoint", "a reveal reverted inside its window");
      return std::nullopt;
    }
    const auto& abi = contracts::contract(ContractId::kFairExchange).abi;
    const auto values = contracts::decode_event_values(
        *abi.event("Revealed"), outcome.logs.front().topics, outcome.logs.front().data);
    if (!values) return std::nullopt;
    return trade::Seal{{*(*values)[1].word(), *(*values)[2].word()},
                       to_hash256(*(*values)[3].word())};
  }

  struct Inspection {
    trade::DealKey key;
    std::uint64_t wrong_chunk = 0;
  };
  /// Opens the reveal and decrypts; the verdict is in the result.
  Inspection inspect(const trade::Seal& seal) {
    const auto opened = trade::open_reveal(sale_.deal(), sale_.secret, seal);
    if (!opened.opens_commitment) {
      out_.client = kComplainKey;
      return {opened.key, 0};
    }
    SequentialRunner runner;
    BytesSink file;
    const auto& judged = sale_.terms.judged;
    const auto digest =
        trade::decrypt_lot(ViewSource(sale_.ciphertext), ViewSource(sale_.manifest), judged.shape,
                           {judged.key_commit, opened.key}, file, {runner, {}});
    if (digest.has_value()) {
      out_.client = kDecrypts;
      expect(file.bytes() == sale_.file, "the client took a wrong file for the right one");
      return {opened.key, 0};
    }
    out_.client = kComplainChunk;
    const auto* wrong = std::get_if<trade::WrongChunk>(&digest.error());
    expect(wrong != nullptr, "decryption failed without naming a chunk");
    return {opened.key, wrong == nullptr ? 0 : wrong->index};
  }

  /// A seller cheated and the buyer has proof: price and bond come back.
  void uphold(const ExchangeCall& complaint) {
    const auto error = revert_name(play(kComplain, complaint));
    out_.contract = error.empty() ? std::string(kUpheld) : error;
    expect(error.empty(), complaint.function + " with a true proof reverted: " + error);
    Money expected = money_at_start();
    expected.buyer = uint256{kBuyerMoney + kSaleBond};
    expected.seller_deposit = uint256{kSellerDeposit - kSaleBond};
    expect(money() == expected, "an honest buyer was not paid price and bond");
    expect(!revert_name(play(kLate, settle_call(sale_, Party::kWatchtower))).empty(),
           "a deal settled after an upheld complaint");
  }

  // The stages.
  void run_delivered() {
    Bytes ciphertext = sale_.ciphertext;
    Bytes manifest = sale_.manifest;
    if (out_.part == Part::kCiphertext) {
      spoil_or_resize(ciphertext, sale_.terms.judged.shape.s, prng_);
    } else {
      spoil_or_resize(manifest, 32, prng_);
    }
    const bool accepted = accepts_before_lock(ciphertext, manifest);
    out_.client = accepted ? "accepts" : kRefuses;
    out_.contract = kNotAsked;
    expect(!accepted, "the client accepted a spoiled delivery");
  }

  void run_committed() {
    const Sale honest = sale_;
    const std::uint32_t s = sale_.terms.judged.shape.s;
    if (out_.part == Part::kCiphertext) spoil(sale_.ciphertext, s, prng_);
    if (out_.part == Part::kManifest) spoil(sale_.manifest, 32, prng_);
    if (out_.part == Part::kKey) encrypt(sale_, spoiled(sale_.key, prng_));
    commit_to_files(sale_);
    finish(sale_);
    lock();
    const auto seal = reveal(sale_.seal);
    expect(seal == sale_.seal, "the chain revealed something else");
    const auto inspection = inspect(sale_.seal);
    expect(out_.client == kComplainChunk, "the client did not find the spoiled chunk");
    expect(inspection.wrong_chunk == first_difference(honest), "the client blamed another chunk");
    uphold(chunk_complaint_call(sale_, inspection.key, inspection.wrong_chunk));
  }

  std::uint64_t first_difference(const Sale& honest) const {
    const auto in = [](const Bytes& a, const Bytes& b, std::uint64_t unit) {
      const auto at = std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin();
      return static_cast<std::uint64_t>(at) / unit;
    };
    return out_.part == Part::kManifest
               ? in(sale_.manifest, honest.manifest, 32)
               : in(sale_.ciphertext, honest.ciphertext, sale_.terms.judged.shape.s);
  }

  void run_revealed() {
    lock();
    const auto seal = reveal(spoiled_seal());
    if (!seal) {
      out_.client = kWaits;
      expect(out_.part == Part::kPoint, "only a bad point makes a reveal revert");
      const auto error = revert_name(play(kLate, refund_call(sale_)));
      out_.contract = error.empty() ? std::string(kRefunded) : error;
      Money expected = money_at_start();
      expected.buyer = uint256{kBuyerMoney + kSalePenalty};
      expected.seller_deposit = uint256{kSellerDeposit - kSalePenalty};
      expect(money() == expected, "a withheld key was not refunded with the penalty");
      return;
    }
    inspect(*seal);
    expect(out_.client == kComplainKey, "the client did not notice the spoiled key");
    uphold(key_complaint_call(sale_, *seal));
  }

  trade::Seal spoiled_seal() {
    trade::Seal seal = sale_.seal;
    if (out_.part == Part::kKey) {
      return trade::seal_key(sale_.deal().id(), {sale_.header.bx, sale_.header.by},
                             spoiled(sale_.key, prng_), sale_.seal_randomness);
    }
    if (out_.part == Part::kSealedKey) {
      seal.ek = spoiled(seal.ek, prng_);
      return seal;
    }
    switch (prng_.below(6)) {
      case 0:
        seal.r = {};
        break;
      case 1:  // another name of the same coordinate
        seal.r.x = seal.r.x + crypto::bn254::kFieldPrime;
        break;
      case 2:
        seal.r = crypto::bn254::negate(seal.r);
        break;
      case 3:
        seal.r = crypto::bn254::mul(seal.r, uint256{2 + prng_.next() / 2});
        break;
      case 4:
        seal.r.y = spoiled(seal.r.y, prng_);
        break;
      default:
        seal.r.x = spoiled(seal.r.x, prng_);
    }
    return seal;
  }

  void run_complained() {
    lock();
    const auto seal = reveal(sale_.seal);
    expect(seal == sale_.seal, "the chain revealed something else");
    inspect(sale_.seal);
    expect(out_.client == kDecrypts, "the client found fault with an honest sale");
    const std::uint64_t index = prng_.below(sale_.terms.judged.shape.n);
    must_fail(chunk_complaint_call(sale_, sale_.key, index), {"ComplaintRefuted"});
    must_fail(key_complaint_call(sale_, sale_.seal), {"ComplaintRefuted"});
    lie(index);
    must_succeed(kLate, settle_call(sale_, Party::kWatchtower));
    Money expected = money_at_start();
    expected.buyer = uint256{kBuyerMoney - kSaleAmount};
    expected.payee = uint256{kSaleAmount};
    expect(money() == expected, "an honest seller was not paid, or lost of the bond");
  }

  void lie(std::uint64_t index) {
    switch (out_.part) {
      case Part::kCiphertext:
      case Part::kManifest:
        return lie_about_chunk(index);
      case Part::kKey:
        return must_fail(chunk_complaint_call(sale_, spoiled(sale_.key, prng_), index),
                         {"WrongKey"});
      case Part::kSealedKey: {
        auto call = key_complaint_call(sale_, sale_.seal);
        call.arguments[3] = AbiList{sale_.seal.r.x, sale_.seal.r.y, spoiled(sale_.seal.ek, prng_)};
        return must_fail(call, {"WrongSeal"});
      }
      case Part::kPoint:
        return lie_about_point();
    }
  }

  void lie_about_point() {
    auto call = key_complaint_call(sale_, sale_.seal);
    if (prng_.below(2) == 0) {
      call.arguments[3] = AbiList{spoiled(sale_.seal.r.x, prng_), sale_.seal.r.y, sale_.seal.ek};
      return must_fail(call, {"WrongSeal"});
    }
    AbiList proof = *call.arguments[4].list();
    if (prng_.below(3) == 0) {  // a point of the curve that is not bR
      const auto other =
          crypto::bn254::mul({*proof[0].word(), *proof[1].word()}, uint256{2 + prng_.next() / 2});
      proof[0] = other.x;
      proof[1] = other.y;
    } else {
      AbiValue& word = proof[prng_.below(proof.size())];
      word = spoiled(*word.word(), prng_);
    }
    call.arguments[4] = std::move(proof);
    must_fail(call, {"WrongProof", "BadPoint"});
  }

  /// Index, leaf, chunk, path of the leaf, path of the chunk.
  void lie_about_chunk(std::uint64_t index) {
    auto call = chunk_complaint_call(sale_, sale_.key, index);
    AbiList proof = *call.arguments[4].list();
    const bool about_chunk = out_.part == Part::kCiphertext;
    const std::size_t path_at = about_chunk ? 4 : 3;
    AbiList path = *proof[path_at].list();
    const std::uint64_t n = sale_.terms.judged.shape.n;
    std::string_view expected = "WrongPath";
    const std::uint64_t way = prng_.below(5);
    if (way == 0 && !path.empty()) {
      AbiValue& node = path[prng_.below(path.size())];
      node = spoiled(*node.word(), prng_);
      proof[path_at] = std::move(path);
    } else if (way == 1) {
      if (prng_.below(2) == 0 && !path.empty()) {
        path.pop_back();
      } else {
        path.emplace_back(Hash256{});
      }
      proof[path_at] = std::move(path);
      expected = "WrongShape";
    } else if (way == 2 && n > 1) {
      proof[0] = (index + 1 + prng_.below(n - 1)) % n;
    } else if (way == 3) {
      proof[0] = n + prng_.below(1ULL << 40);
      expected = "WrongShape";
    } else if (about_chunk) {
      Bytes chunk = *proof[2].bytes();
      spoil(chunk, 32, prng_);
      proof[2] = std::move(chunk);
    } else {
      proof[1] = spoiled(*proof[1].word(), prng_);
    }
    call.arguments[4] = std::move(proof);
    must_fail(call, {expected});
  }

  const ExchangeChain& chain_;
  ExchangePlayer& player_;
  Prng& prng_;
  state::State state_;
  Sale sale_;
  CaseResult out_;
};

}  // namespace

std::string_view to_string(Part part) noexcept {
  switch (part) {
    case Part::kCiphertext:
      return "Z";
    case Part::kManifest:
      return "manifest";
    case Part::kKey:
      return "k";
    case Part::kSealedKey:
      return "ek";
    case Part::kPoint:
      return "R";
  }
  return {};
}

std::string_view to_string(Stage stage) noexcept {
  switch (stage) {
    case Stage::kDelivered:
      return "delivered";
    case Stage::kCommitted:
      return "committed";
    case Stage::kRevealed:
      return "revealed";
    case Stage::kComplained:
      return "complained of";
  }
  return {};
}

CaseResult run_case(const ExchangeChain& chain, ExchangePlayer& player, std::uint64_t seed,
                    std::uint64_t number) {
  Prng prng(seed ^ (number * 0x9e3779b97f4a7c15));  // spreads neighbours over the seeds
  return Case(chain, player, prng).run(number);
}

std::vector<CaseResult> run_campaign(const CampaignRequest& request) {
  const ExchangeChain chain;
  std::vector<CaseResult> results(static_cast<std::size_t>(request.cases));
  std::atomic<std::uint64_t> next_case{0};
  const auto work = [&] {
    ExchangePlayer player(chain.genesis());
    for (auto i = next_case++; i < request.cases; i = next_case++) {
      results[static_cast<std::size_t>(i)] = run_case(chain, player, request.seed, i);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < request.threads; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  return results;
}

std::map<std::string, std::size_t> count_verdicts(const std::vector<CaseResult>& results) {
  std::map<std::string, std::size_t> out;
  for (const auto& result : results) {
    ++out[std::string(to_string(result.part)) + " " + std::string(to_string(result.stage)) + ": " +
          result.client + "; " + result.contract];
  }
  return out;
}

Counts count_choices(const std::vector<CaseResult>& results) {
  Counts out;
  for (const auto n : chunk_counts()) out.of_chunks[n] = 0;
  for (std::size_t part = 0; part < kParts; ++part) out.of_parts[static_cast<Part>(part)] = 0;
  for (const auto& result : results) {
    ++out.of_chunks[result.n];
    ++out.of_parts[result.part];
  }
  return out;
}

std::vector<std::string> find_uneven(const Counts& counts) {
  std::vector<std::string> out;
  const auto judge = [&](const auto& times_of, const auto& name) {
    std::size_t cases = 0;
    for (const auto& [choice, times] : times_of) cases += times;
    for (const auto& [choice, times] : times_of) {
      const auto share = times * times_of.size();
      if (2 * share < cases || share > 2 * cases) {
        out.push_back(name(choice) + ": " + std::to_string(times) + " of " + std::to_string(cases));
      }
    }
  };
  judge(counts.of_chunks, [](std::uint64_t n) { return "n " + std::to_string(n); });
  judge(counts.of_parts, [](Part part) { return std::string(to_string(part)); });
  return out;
}

}  // namespace datapact::testkit
