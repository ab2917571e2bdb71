#pragma once
// The real contracts at their places, a bank, sellers' and buyers' money, and calls to them in our
// VM: each as a transaction of a block at a given time, without building blocks.
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state.hpp"
#include "trade/terms.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace datapact::testkit {

/// Everybody of these tests, each with the key that is its number.
enum class Party : std::uint8_t {
  kValidator = 1,
  kAdmin,
  kBank,
  kSeller,
  kBuyer,
  kPayee,
  kWatchtower,
  kRegistrar,
};
[[nodiscard]] crypto::PrivateKey key_of(Party party);
[[nodiscard]] Address address_of(Party party);

inline constexpr std::uint64_t kSellerDeposit = 5'000'000;
inline constexpr std::uint64_t kBuyerMoney = 50'000'000;
/// Genesis is at this second, height 0.
inline constexpr std::uint64_t kGenesisSeconds = 1'700'000'000;

/// Where in the chain a call is executed.
struct Moment {
  std::uint64_t height = 0;
  std::uint64_t seconds = 0;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

struct ExchangeCall {
  Party from = Party::kBuyer;
  contracts::ContractId contract = contracts::ContractId::kFairExchange;
  std::string function;
  contracts::AbiList arguments;

  [[nodiscard]] Bytes data() const;
};

/// Name of the error a revert carries, such as "WrongPath"; empty when the call succeeded.
[[nodiscard]] std::string revert_name(const chain::CallOutcome& outcome);

[[nodiscard]] chain::ConsortiumParams exchange_params(ChainId chain_id);
/// The bank credits seller and buyer; the seller deposits.
[[nodiscard]] std::vector<ExchangeCall> funding_calls();

/// Of its first block.
[[nodiscard]] chain::BlockRules rules_of(const chain::Genesis& genesis);

/// The chain after funding. Thread contract: immutable, safe for concurrent reads.
class ExchangeChain {
 public:
  explicit ExchangeChain(ChainId chain_id = ChainId{20260});
  [[nodiscard]] const chain::Genesis& genesis() const noexcept { return genesis_; }
  [[nodiscard]] const state::MemoryState& state() const noexcept { return state_; }
  [[nodiscard]] trade::ExchangeDomain domain() const;

 private:
  chain::Genesis genesis_;
  state::MemoryState state_;
};

/// Runs calls. Keeps the analysed code of each moment. Thread contract: one thread at a time.
class ExchangePlayer {
 public:
  explicit ExchangePlayer(const chain::Genesis& genesis);
  /// As a transaction with 30 M gas that pays nothing; its effects stay in `state`.
  chain::CallOutcome play(state::State& state, const Moment& moment, const ExchangeCall& call);
  /// Values of a view, which must not fail.
  [[nodiscard]] contracts::AbiList read(state::State& state, const Moment& moment,
                                        const ExchangeCall& call);

 private:
  [[nodiscard]] chain::Executor& executor_at(const Moment& moment);

  const chain::Genesis& genesis_;
  const chain::BlockRules rules_;
  std::map<Moment, std::unique_ptr<chain::Executor>> executors_;
};

}  // namespace datapact::testkit
