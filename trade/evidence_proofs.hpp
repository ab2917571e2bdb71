#pragma once
// What one member of a bundle proves under a root: an account, a word of storage, an item of a
// block's trie, Governance's validator set. Pure.
#include "ledger/chain/block.hpp"
#include "ledger/state/trie.hpp"
#include "trade/evidence_reader.hpp"

#include <string_view>

namespace datapact::trade {

/// The account at `address`; its absence is a failure. `key` names the member that holds the nodes.
[[nodiscard]] EvidenceResult<state::AccountLeaf> proven_account(const BundleMember& where,
                                                                std::string_view key,
                                                                const Hash256& state_root,
                                                                const Address& address);
/// The word of storage at `slot`, zero when its absence is proved.
[[nodiscard]] EvidenceResult<uint256> proven_word(const BundleMember& where, std::string_view key,
                                                  const Hash256& storage_root, const uint256& slot);

/// An item of a transactions or receipts trie.
struct TrieItem {
  Hash256 root;
  std::uint64_t index = 0;
  ByteView item;
};
[[nodiscard]] EvidenceResult<void> proven_item(const BundleMember& where, std::string_view key,
                                               const TrieItem& item);

/// The validator set as Governance commits to it.
struct GovernanceState {
  uint256 epoch;
  Hash256 validators_hash;
  friend bool operator==(const GovernanceState&, const GovernanceState&) = default;
};
/// From {"accountProof", "epochProof", "validatorsHashProof"}.
[[nodiscard]] EvidenceResult<GovernanceState> proven_governance(const BundleMember& where,
                                                                const Hash256& state_root);

/// A header in its one encoding; its seals are not checked.
[[nodiscard]] EvidenceResult<chain::BlockHeader> read_header(const BundleMember& where,
                                                             std::string_view key);

}  // namespace datapact::trade
