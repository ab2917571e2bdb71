#pragma once
// Passports of a block: Block -> ExecutedBlock (all roots agree) -> FinalBlock (a quorum sealed
// it).
#include "ledger/chain/block.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace datapact::chain {

/// A block that was executed on its parent's state and whose header agrees with the result. Only
/// execute_block and BlockBuilder make one.
struct ExecutedBlock {
  Block block;
  BlockHash hash;
  std::vector<TxnHash> txn_hashes;
  std::vector<Address> senders;
  std::vector<Receipt> receipts;
  state::StateDiff diff;
  state::TrieUpdate trie;
};

/// An executed block whose header carries enough seals. Only chain/seal.hpp makes one (genesis has
/// its own maker).
class FinalBlock {
 public:
  [[nodiscard]] const ExecutedBlock& executed() const noexcept { return *executed_; }
  /// The header with the round and seals it was committed with.
  [[nodiscard]] const BlockHeader& sealed_header() const noexcept { return sealed_header_; }
  [[nodiscard]] const BlockHash& hash() const noexcept { return executed_->hash; }
  [[nodiscard]] Height height() const noexcept { return sealed_header_.height; }

 private:
  friend struct FinalBlockMaker;
  FinalBlock(std::shared_ptr<const ExecutedBlock> executed, BlockHeader sealed_header)
      : executed_(std::move(executed)), sealed_header_(std::move(sealed_header)) {}
  std::shared_ptr<const ExecutedBlock> executed_;
  BlockHeader sealed_header_;
};

}  // namespace datapact::chain
