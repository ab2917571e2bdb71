#pragma once
// geth's prestateTracer: the accounts and slots a transaction looks at as they were before it, or
// in diff mode what it changes, before and after.
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "vm/tracer.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace datapact::chain {

struct PrestateOptions {
  bool diff_mode = false;
  bool disable_code = false;
  bool disable_storage = false;
  /// Also accounts that were empty. Not with diff_mode.
  bool include_empty = false;
};

class PrestateTracer final : public TxnTracer {
 public:
  PrestateTracer(const PrestateOptions& options, const TraceBudget& budget)
      : TxnTracer(budget), options_(options) {}
  [[nodiscard]] json::Value result() override;

 private:
  struct Seen {
    Wei balance;
    Nonce nonce;
    Hash256 code_hash;
    /// Null without code.
    std::shared_ptr<const Bytes> code;
    bool is_empty = false;
    std::map<uint256, uint256> storage;
  };
  /// What a step has made the tracer look at: forgotten when the step did not run.
  struct Lookups {
    std::vector<Address> accounts;
    std::vector<std::pair<Address, uint256>> slots;
    std::optional<Address> destroyed;
  };

  void txn_begins(const TxnStart& start) override;
  void step_begins(const vm::TraceStep& step, const Address& self) override;
  void step_ends(const TraceStepEnd& end) override;
  void txn_ends(Gas gas_used) override;

  void look_at(const Address& address, Lookups* lookups = nullptr);
  void look_at_slot(const Address& address, const uint256& slot, Lookups& lookups);
  /// The account and whom it delegates to (EIP-7702).
  void look_at_callee(const Address& address, Lookups* lookups = nullptr);
  [[nodiscard]] Seen account_now(const Address& address) const;
  /// The members that differ from `before`; nothing when none does.
  [[nodiscard]] std::optional<json::Value> changes_of(const Address& address, Seen& before);
  [[nodiscard]] json::Value to_json(const Seen& seen) const;

  PrestateOptions options_;
  std::map<Address, Seen> before_;
  json::Object after_;
  std::set<Address> created_;
  std::set<Address> destroyed_;
  /// Of the steps that have not ended.
  std::vector<Lookups> open_steps_;
};

}  // namespace datapact::chain
