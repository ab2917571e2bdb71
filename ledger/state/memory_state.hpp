#pragma once
// A whole state in memory: for genesis, for tests and for state-test runners. Thread contract: safe
// for concurrent reads while nobody applies.
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/state_view.hpp"

#include <map>
#include <memory>
#include <optional>

namespace datapact::state {

class MemoryState final : public StateView, public NodeSource {
 public:
  /// The empty state.
  MemoryState() = default;
  /// The empty state with `diff` applied.
  explicit MemoryState(const StateDiff& diff) { apply(diff); }

  /// Applies a diff, tries included, and returns what changed in them.
  TrieUpdate apply(const StateDiff& diff);
  [[nodiscard]] const Hash256& root() const noexcept { return root_; }

  [[nodiscard]] std::optional<Account> account(const Address& address) const override;
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const override;
  [[nodiscard]] std::shared_ptr<const Bytes> code(const Hash256& code_hash) const override;
  [[nodiscard]] bool has_storage(const Address& address) const override;
  [[nodiscard]] ByteView node(const NodePath& path, Arena& arena) const override;

 private:
  struct Entry {
    Account account;
    std::map<uint256, uint256> storage;
  };
  std::map<Address, Entry> accounts_;
  std::map<Hash256, std::shared_ptr<const Bytes>> codes_;
  std::map<NodePath, Bytes> nodes_;
  Hash256 root_ = kEmptyTrieRoot;
};

}  // namespace datapact::state
