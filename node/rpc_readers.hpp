#pragma once
// The ledger as RPC reads it: a chain pinned at a head, and the state after one block.
#include "ledger/store/ledger.hpp"
#include "node/head_snapshot.hpp"
#include "rpc/node_api.hpp"

#include <memory>
#include <utility>

namespace datapact::node {

class PinnedChain final : public rpc::ChainReader {
 public:
  PinnedChain(const store::Ledger& ledger, HeadPtr head)
      : ledger_(ledger), head_(std::move(head)) {}
  [[nodiscard]] Height head() const override { return head_->head->height; }
  [[nodiscard]] std::optional<chain::BlockHeader> header(Height height) const override;
  [[nodiscard]] std::optional<Height> height_of(const BlockHash& hash) const override;
  [[nodiscard]] std::optional<rpc::StoredBlock> block(Height height) const override;
  [[nodiscard]] std::optional<std::vector<chain::Receipt>> receipts(Height height) const override;
  [[nodiscard]] std::optional<rpc::TxnLocation> find_txn(const TxnHash& hash) const override;
  [[nodiscard]] rpc::FoundLogs logs(const rpc::LogFilter& filter,
                                    std::size_t logs_max) const override;

 private:
  [[nodiscard]] bool has(Height height) const { return height <= head(); }
  const store::Ledger& ledger_;
  HeadPtr head_;
};

class PinnedState final : public rpc::StateReader {
 public:
  PinnedState(std::shared_ptr<const store::LedgerView> view, const Hash256& state_root)
      : view_(std::move(view)), state_root_(state_root) {}
  [[nodiscard]] std::optional<rpc::AccountInfo> account(const Address& address) const override;
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const override;
  [[nodiscard]] Bytes code(const Address& address) const override;
  [[nodiscard]] rpc::AccountProof prove(const Address& address,
                                        const std::vector<uint256>& slots) const override;

 private:
  std::shared_ptr<const store::LedgerView> view_;
  Hash256 state_root_;
};

}  // namespace datapact::node
