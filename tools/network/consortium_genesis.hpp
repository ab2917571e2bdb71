#pragma once
// The genesis of a consortium from a list of its members: who they are, which accounts they use,
// which nodes they run and which of those validate. Everything goes into Governance
// (docs/formats/governance-storage.md), the other contracts are predeployed beside it.
#include "base/json.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace datapact::tools {

/// Bits of Governance.
inline constexpr std::uint64_t kOrganisationAdmin = 2;
inline constexpr std::uint64_t kMayTransactAndDeploy = 3;
inline constexpr std::uint64_t kRoleAdmin = 1;
inline constexpr std::uint64_t kRoleRegistrar = 2;
inline constexpr std::uint64_t kRoleBank = 4;
inline constexpr std::uint64_t kRoleOperator = 32;

struct ConsortiumOrganisation {
  /// Salted hash of the binding statement: no name is on the ledger.
  Hash256 document_hash;
  std::uint64_t gas_quota = 60'000'000;
  std::uint64_t flags = 0;
};
/// Organisations are numbered from 1 in the order of the list.
struct ConsortiumAccount {
  Address address;
  std::uint64_t organisation = 0;
  std::uint64_t permissions = kMayTransactAndDeploy;
  std::uint64_t roles = 0;
};
struct ConsortiumValidator {
  Address address;
  std::uint64_t organisation = 0;
};
/// May connect.
struct ConsortiumNode {
  Hash256 node_id;
  std::uint64_t organisation = 0;
};

struct ConsortiumPlan {
  ChainId chain_id;
  UnixMillis time{0};  ///< rounded down to whole seconds
  chain::QbftConfig qbft;
  std::vector<ConsortiumOrganisation> organisations;
  std::vector<ConsortiumAccount> accounts;
  std::vector<ConsortiumValidator> validators;
  std::vector<ConsortiumNode> nodes;
  /// Organisations with a vote that a governed call needs.
  std::uint64_t quorum = 1;
  std::vector<std::pair<Address, Wei>> balances;
};

/// A CliError when a constructor refuses the plan, or a node's organisation has no administrator
/// who could list it.
[[nodiscard]] json::Value consortium_genesis(const ConsortiumPlan& plan);

}  // namespace datapact::tools
