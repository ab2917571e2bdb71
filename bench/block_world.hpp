#pragma once
// A consortium chain on disk with as many accounts and token holders as a bench asks for, and the
// transactions of its blocks.
#include "base/prng.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/store/key_value_store.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"
#include "tests/testkit/trade/sale.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

namespace datapact::bench {

/// Compacts the store of a world, as weeks without writes would leave it. Nobody has it open.
void settle_world(const std::filesystem::path& folder);

inline constexpr std::size_t kTxnsPerBlock = 1'000;

/// Writes a genesis whose state has `accounts` accounts that hold tokens, besides the contracts and
/// the parties of the exchange, into an empty store. Portion by portion: memory does not grow with
/// the number.
[[nodiscard]] chain::Genesis write_world(store::KeyValueStore& store, std::uint64_t accounts);
/// The genesis of such a world; nothing when the store has no whole one with so many accounts, or
/// one that another program wrote.
[[nodiscard]] std::optional<chain::Genesis> read_world(const store::KeyValueStore& store,
                                                       std::uint64_t accounts);

/// Signed, in an order in which they can be executed.
using TxnBatch = std::vector<chain::Transaction>;

/// A thousand senders, each with a transfer to any of the holders.
class TransferSource {
 public:
  explicit TransferSource(std::uint64_t accounts);
  [[nodiscard]] TxnBatch next_block();

 private:
  std::uint64_t accounts_;
  std::vector<crypto::PrivateKey> senders_;
  std::uint64_t nonce_ = 0;
  Prng prng_{1};
};

/// Sales of one seller to one buyer.
class ExchangeSource {
 public:
  /// Money for all the sales.
  [[nodiscard]] TxnBatch funding_block();
  /// Locks of half a block of sales, for the first whole block to go on with.
  [[nodiscard]] TxnBatch opening_block();
  /// Half a block of new locks, and the keys of the sales locked by the block before.
  [[nodiscard]] TxnBatch next_block();

 private:
  [[nodiscard]] chain::Transaction sign(const testkit::ExchangeCall& call);
  void lock_sales(TxnBatch& out);

  std::map<testkit::Party, std::uint64_t> nonces_;
  std::vector<testkit::Sale> locked_;
  std::uint64_t sales_ = 0;
  Prng prng_{2};
};

}  // namespace datapact::bench
