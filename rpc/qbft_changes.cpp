// qbft_getPendingChanges: what Governance has been asked for and has not done, and what each waits
// for. Candidates and proposals are found by their events of the last seven days (older ones count
// no longer) and read from pinned storage (docs/formats/governance-storage.md).
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/governance_view.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::rpc::qbft {
namespace {

constexpr std::uint64_t kCountersSlot = 7;
constexpr std::uint64_t kCandidatesSlot = 10;
constexpr std::uint64_t kProposalsSlot = 11;
/// Governance.PROPOSAL_LIFETIME.
constexpr std::uint64_t kLifetimeSeconds = 7 * 24 * 3600;
constexpr std::size_t kEventsMax = 1'000;

uint256 entry_slot(const Hash256& key, std::uint64_t slot) {
  return to_uint256(crypto::keccak256(concat({key.view(), to_hash256(uint256{slot}).view()})));
}

std::uint64_t bits(const uint256& word, unsigned from, unsigned count) {
  return (word >> from).low_u64() & ((std::uint64_t{1} << count) - 1);
}

/// The first height whose block may hold something that still counts.
Height first_relevant(const ChainReader& chain, std::uint64_t now_seconds) {
  std::uint64_t low = 0;
  std::uint64_t high = chain.head().raw();
  while (low < high) {  // A binary search: halves each turn.
    const std::uint64_t middle = low + (high - low) / 2;
    const auto header = chain.header(Height{middle});
    if (header && header->timestamp_seconds + kLifetimeSeconds < now_seconds) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Height{low};
}

/// Governance at the head of one call.
class Pending {
 public:
  Pending(const Context& context, const StateReader& state)
      : context_(context),
        state_(state),
        now_(static_cast<std::uint64_t>(context.clock.now().count()) / 1000),
        from_(first_relevant(*context.chain, now_)) {}

  json::Value candidates() {
    json::Value out = json::Value::array();
    for (const auto& log : events("ValidatorAccepted")) {
      const Hash256 validator = log.log.topics.at(1);
      if (!seen_.insert(validator).second) continue;
      const uint256 word = read(entry_slot(validator, kCandidatesSlot));
      const std::uint64_t accepted_at = bits(word, 32, 63);
      if (accepted_at == 0) continue;
      out.push(candidate(to_address(to_uint256(validator)), bits(word, 0, 32), accepted_at));
    }
    return out;
  }

  json::Value proposals() {
    json::Value out = json::Value::array();
    const std::uint64_t quorum = bits(read(uint256{kCountersSlot}), 64, 32);
    for (const auto& log : events("Approved")) {
      const Hash256 action = log.log.topics.at(1);
      if (!seen_.insert(action).second) continue;
      const uint256 slot = entry_slot(action, kProposalsSlot);
      const std::uint64_t approvals = read(slot + uint256{1}).low_u64();
      const std::uint64_t opened_at = bits(read(slot), 0, 63);
      if (approvals == 0 || opened_at + kLifetimeSeconds <= now_) continue;
      out.push(json::Value::object(
          {{"action", to_hex0x(action)},
           {"call", describe_call(log)},
           {"approvals", approvals},
           {"quorum", quorum},
           {"expires", opened_at + kLifetimeSeconds},
           {"waitsFor", "the same call from " + std::to_string(quorum - approvals) +
                            " more administrating organisations"}}));
    }
    return out;
  }

 private:
  [[nodiscard]] uint256 read(const uint256& slot) const {
    return state_.storage(chain::kGovernanceAddress, slot);
  }

  [[nodiscard]] std::vector<FoundLog> events(std::string_view name) const {
    const auto& abi = contracts::contract(contracts::ContractId::kGovernance).abi;
    LogFilter filter{from_, context_.chain->head(), {chain::kGovernanceAddress}, {}};
    filter.topics.push_back({abi.event(name)->topic()});
    return context_.chain->logs(filter, kEventsMax).logs;
  }

  [[nodiscard]] json::Value candidate(const Address& validator, std::uint64_t organisation,
                                      std::uint64_t accepted_at) const {
    const bool is_expired = accepted_at + kLifetimeSeconds <= now_;
    return json::Value::object(
        {{"validator", to_hex0x(validator)},
         {"organisation", organisation},
         {"acceptedAt", accepted_at},
         {"expires", accepted_at + kLifetimeSeconds},
         {"waitsFor",
          is_expired ? "it has expired: propose it again"
                     : "an operator of organisation " + std::to_string(organisation) +
                           " acknowledges one of the last 64 blocks from the synchronised node "
                           "(datapact gov acknowledge)"}});
  }

  /// "removeValidator(0x…)" from the transaction that approved; its input's hash when unknown.
  [[nodiscard]] std::string describe_call(const FoundLog& log) const {
    const auto block = context_.chain->block(log.height);
    if (!block || log.txn_index >= block->block.transactions.size()) return "";
    const ByteView data = block->block.transactions[log.txn_index].data;
    const auto& abi = contracts::contract(contracts::ContractId::kGovernance).abi;
    for (const auto& function : abi.functions) {
      if (data.size() < 4 || load_be<std::uint32_t>(data.data()) != function.selector()) continue;
      const auto values = contracts::decode_abi(function.inputs, data.subspan(4));
      if (!values.has_value()) return function.name;
      std::string text = function.name + "(";
      for (std::size_t i = 0; i < values->size(); ++i) {
        if (i > 0) text += ", ";
        const auto value = contracts::to_json(function.inputs[i], (*values)[i]);
        text += value.as_string() != nullptr ? *value.as_string() : json::to_text(value);
      }
      return text + ")";
    }
    return "an unknown call";
  }

  const Context& context_;
  const StateReader& state_;
  const std::uint64_t now_;
  const Height from_;
  std::set<Hash256> seen_;
};

}  // namespace

Outcome get_pending_changes(const Context& context, const Params&) {
  if (context.node.config().profile != chain::Profile::kConsortium) {
    return refuse(ErrorCode::kUnknownMethod, "this chain does not use QBFT");
  }
  const auto state = context.node.state(context.chain->head());
  if (state == nullptr) return refuse(ErrorCode::kServer, "state not available");
  Pending pending(context, *state);
  auto candidates = pending.candidates();
  return json::Value::object(
      {{"candidates", std::move(candidates)}, {"proposals", pending.proposals()}});
}

}  // namespace datapact::rpc::qbft
