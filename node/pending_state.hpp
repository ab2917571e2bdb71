#pragma once
// The state after blocks that are executed but not stored, on top of a stored one: what the next
// block is executed or built on meanwhile.
#include "ledger/chain/executed_block.hpp"
#include "ledger/state/overlay_view.hpp"
#include "ledger/store/ledger.hpp"

#include <map>
#include <memory>
#include <utility>

namespace datapact::node {

/// Thread contract: apply() alone; reads may be concurrent between two of them.
class PendingState final : public state::StateView, public state::NodeSource {
 public:
  explicit PendingState(std::shared_ptr<const store::LedgerView> base)
      : base_(std::move(base)), overlay_(*base_, diff_) {}
  ~PendingState() override = default;
  PendingState(const PendingState&) = delete;
  PendingState& operator=(const PendingState&) = delete;

  /// `block` was executed on this very state.
  void apply(const chain::ExecutedBlock& block);

  [[nodiscard]] std::optional<state::Account> account(const Address& address) const override {
    return overlay_.account(address);
  }
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const override {
    return overlay_.storage(address, slot);
  }
  [[nodiscard]] std::shared_ptr<const Bytes> code(const Hash256& code_hash) const override {
    return overlay_.code(code_hash);
  }
  [[nodiscard]] bool has_storage(const Address& address) const override;
  [[nodiscard]] ByteView node(const state::NodePath& path, state::Arena& arena) const override;

 private:
  std::shared_ptr<const store::LedgerView> base_;
  state::StateDiff diff_;
  state::OverlayView overlay_;
  /// Empty: removed.
  std::map<state::NodePath, Bytes> nodes_;
};

}  // namespace datapact::node
