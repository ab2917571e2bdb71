#pragma once
#include "base/types.hpp"
#include "ledger/chain/transaction.hpp"
#include "vm/message.hpp"
#include "vm/tracer.hpp"

#include <map>
#include <set>
#include <vector>

namespace datapact::chain {

/// Notes the accounts and slots a run touches, also in frames that fail: what an access list
/// (EIP-2930) for it must name.
class AccessListTracer final : public vm::Tracer {
 public:
  /// Accounts that are warm anyway, such as sender, recipient and precompiles: they are listed only
  /// where slots of theirs are touched.
  explicit AccessListTracer(std::set<Address> warm) : warm_(std::move(warm)) {}

  void on_enter(const vm::Message& message) override;
  void on_step(const vm::TraceStep& step) override;
  void on_exit(const vm::Message& message, const vm::CallResult& result) override;

  /// Ascending by address and slot.
  [[nodiscard]] AccessList list() const;

 private:
  std::set<Address> warm_;
  std::map<Address, std::set<uint256>> touched_;
  /// Whose storage each frame works on, outermost first.
  std::vector<Address> frames_;
};

}  // namespace datapact::chain
