#pragma once
// The product's vote journal with an ear at it: `on_durable` hears of each record that is on disk.
#include "ledger/store/vote_journal.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace datapact::sim {

class WatchedJournal final : public store::VoteJournal {
 public:
  using Listener = std::function<void(const store::VoteRecord&)>;
  WatchedJournal(std::unique_ptr<store::VoteJournal> inner, Listener on_durable)
      : inner_(std::move(inner)), on_durable_(std::move(on_durable)) {}

  const std::vector<store::VoteRecord>& records() const override { return inner_->records(); }
  Result<void, store::StoreError> append(const store::VoteRecord& record) override {
    auto stored = inner_->append(record);
    if (stored.has_value()) on_durable_(record);
    return stored;
  }
  void forget_below(Height height) override { inner_->forget_below(height); }

 private:
  std::unique_ptr<store::VoteJournal> inner_;
  Listener on_durable_;
};

}  // namespace datapact::sim
