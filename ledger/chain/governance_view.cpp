#include "ledger/chain/governance_view.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state_view.hpp"

#include <algorithm>
#include <cstdint>

namespace datapact::chain {
namespace {

// docs/formats/governance-storage.md. On disk: never renumber.
constexpr std::uint64_t kEpochSlot = 0;
constexpr std::uint64_t kValidatorsHashSlot = 1;
constexpr std::uint64_t kValidatorsSlot = 2;
constexpr std::uint64_t kAccountsSlot = 3;
constexpr std::uint64_t kOrganisationsSlot = 4;
constexpr std::uint64_t kContractMarksSlot = 5;
constexpr std::uint64_t kScheduleSlot = 6;
constexpr std::uint64_t kNodeKeysSlot = 8;

/// Words of a protocol step.
constexpr std::uint64_t kStepWords = 2;

constexpr std::uint32_t kPermissionTransact = 1;
constexpr std::uint32_t kPermissionDeploy = 2;
constexpr std::uint32_t kPermissionSuspended = 4;
constexpr std::uint32_t kOrganisationSuspended = 1;
constexpr std::uint32_t kNodeMayConnect = 1;
constexpr std::uint64_t kMarkDispute = 1;

uint256 read(const state::StateView& state, const uint256& slot) {
  return state.storage(kGovernanceAddress, slot);
}

/// Solidity: entry of a mapping.
uint256 mapping_slot(const uint256& key, std::uint64_t slot) {
  const Bytes input = concat({to_hash256(key).view(), to_hash256(uint256{slot}).view()});
  return to_uint256(crypto::keccak256(input));
}

/// Solidity: first element of a dynamic array.
uint256 array_slot(std::uint64_t slot) {
  return to_uint256(crypto::keccak256(to_hash256(uint256{slot}).view()));
}

std::uint32_t bits32(const uint256& word, unsigned from) {
  return static_cast<std::uint32_t>((word >> from).low_u64());
}

uint256 organisation_word(const state::StateView& state, OrganisationId organisation) {
  return read(state, mapping_slot(uint256{organisation.raw()}, kOrganisationsSlot));
}

bool is_organisation_suspended(const state::StateView& state, OrganisationId organisation) {
  return (bits32(organisation_word(state, organisation), 64) & kOrganisationSuspended) != 0;
}

}  // namespace

bool GovernanceView::exists() const {
  const auto account = state_.account(kGovernanceAddress);
  return account && account->code_hash != state::kEmptyCodeHash;
}

uint256 GovernanceView::epoch() const { return read(state_, kEpochSlot); }

Hash256 GovernanceView::validators_hash() const {
  return to_hash256(read(state_, kValidatorsHashSlot));
}

ValidatorSet GovernanceView::validators() const {
  const uint256 length = read(state_, kValidatorsSlot);
  const auto count = length > uint256{kValidatorsMax} ? kValidatorsMax : length.low_u64();
  const uint256 first = array_slot(kValidatorsSlot);
  ValidatorSet out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(to_address(read(state_, first + i)));
  return out;
}

AccountPermission GovernanceView::permission(const Address& account) const {
  const uint256 word = read(state_, mapping_slot(to_uint256(account), kAccountsSlot));
  const std::uint32_t permissions = bits32(word, 32);
  AccountPermission out;
  out.organisation = OrganisationId{bits32(word, 0)};
  out.has_transact = (permissions & kPermissionTransact) != 0;
  out.has_deploy = (permissions & kPermissionDeploy) != 0;
  out.is_suspended = (permissions & kPermissionSuspended) != 0;
  if (out.is_known() && is_organisation_suspended(state_, out.organisation)) {
    out.is_suspended = true;
  }
  return out;
}

Gas GovernanceView::gas_quota(OrganisationId organisation) const {
  return Gas{organisation_word(state_, organisation).low_u64()};
}

bool GovernanceView::may_connect(const Hash256& node_id) const {
  const uint256 word = read(state_, mapping_slot(to_uint256(node_id), kNodeKeysSlot));
  const OrganisationId organisation{bits32(word, 0)};
  if (organisation == OrganisationId{}) return false;
  return (bits32(word, 32) & kNodeMayConnect) != 0 &&
         !is_organisation_suspended(state_, organisation);
}

bool GovernanceView::is_dispute_contract(const Address& contract) const {
  const uint256 marks = read(state_, mapping_slot(to_uint256(contract), kContractMarksSlot));
  return (marks & uint256{kMarkDispute}) != uint256{};
}

std::uint64_t GovernanceView::schedule_length() const {
  const uint256 length = read(state_, kScheduleSlot);
  return length > uint256{kScheduleStepsMax} ? kScheduleStepsMax : length.low_u64();
}

ProtocolStep GovernanceView::schedule_step(std::uint64_t index) const {
  // Not above kScheduleStepsMax, so the product cannot wrap.
  const uint256 slot = array_slot(kScheduleSlot) + kStepWords * index;
  const uint256 word = read(state_, slot);
  return {Height{word.low_u64()}, bits32(word, 64), read(state_, slot + 1)};
}

}  // namespace datapact::chain
