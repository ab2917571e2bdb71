#include "ledger/chain/block_rules.hpp"

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/state/state_view.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::chain {
namespace {

// On the ledger: never renumber.
constexpr std::uint32_t kFirstRevisionNumber = 1;
static_assert(static_cast<std::uint32_t>(vm::Revision::kCancun) == 0);
static_assert(static_cast<std::uint32_t>(vm::Revision::kPrague) == 1);
static_assert(static_cast<std::uint32_t>(vm::Revision::kOsaka) == 2);
static_assert(vm::kPrecompileIdMax == 256, "one bit of a word for each address");

/// "3 (Osaka)".
std::string describe(std::uint32_t number) {
  const auto revision = revision_of_number(number);
  if (!revision) return std::to_string(number);
  return std::to_string(number) + " (" + std::string(vm::to_string(*revision)) + ")";
}

/// "0x0a".
std::string precompile_text(unsigned id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "0x";
  if (id >= 0x100) out += kDigits[id >> 8U];
  out += kDigits[(id >> 4U) & 0xfU];
  out += kDigits[id & 0xfU];
  return out;
}

BlockRules genesis_rules(const GenesisConfig& config, std::uint64_t seconds) {
  const vm::Revision revision = revision_at(config, seconds);
  return {revision, precompiles_at(config, revision)};
}

/// Genesis's times are all 0 on a consortium chain.
std::uint32_t first_revision_number(const GenesisConfig& config) {
  return revision_number(revision_at(config, 0));
}

}  // namespace

std::string describe(const BlockRules& rules) {
  std::string out = std::string(vm::to_string(rules.revision)) + ", precompiles ";
  if (rules.precompiles.empty()) return out + "none";
  std::string_view separator;
  for (unsigned id = 1; id <= vm::kPrecompileIdMax; ++id) {
    if (!rules.precompiles.contains(id) || rules.precompiles.contains(id - 1)) continue;
    unsigned last = id;
    while (rules.precompiles.contains(last + 1)) ++last;
    out.append(separator).append(precompile_text(id));
    separator = ",";
    if (last != id) out += "-" + precompile_text(last);
  }
  return out;
}

std::string_view to_string(StepFault fault) noexcept {
  switch (fault) {
    case StepFault::kUnknownRevision:
      return "unknown revision";
    case StepFault::kOlderRevision:
      return "revision older than the one before";
    case StepFault::kUnknownPrecompile:
      return "unknown precompile";
  }
  return {};
}

std::string to_string(const StepError& error) {
  return "the protocol step of height " + std::to_string(error.step.height.raw()) + ": " +
         error.reason;
}

std::uint32_t revision_number(vm::Revision revision) noexcept {
  return static_cast<std::uint32_t>(revision) + kFirstRevisionNumber;
}

std::optional<vm::Revision> revision_of_number(std::uint32_t number) noexcept {
  if (number < kFirstRevisionNumber || number >= kFirstRevisionNumber + vm::kRevisionCount) {
    return std::nullopt;
  }
  return static_cast<vm::Revision>(number - kFirstRevisionNumber);
}

uint256 precompile_bits(const vm::PrecompileSet& precompiles) {
  uint256 out;
  for (unsigned id = 1; id <= vm::kPrecompileIdMax; ++id) {
    if (precompiles.contains(id)) out = out | (uint256{1} << (id - 1));
  }
  return out;
}

vm::PrecompileSet precompiles_of_bits(const uint256& bits) {
  vm::PrecompileSet out;
  for (unsigned id = 1; id <= vm::kPrecompileIdMax; ++id) {
    if (!((bits >> (id - 1)) & uint256{1}).is_zero()) out.insert(id);
  }
  return out;
}

Result<BlockRules, StepError> read_step(const ProtocolStep& step, std::uint32_t number_before) {
  const auto revision = revision_of_number(step.revision);
  if (!revision) {
    return fail(StepError{StepFault::kUnknownRevision, step,
                          "revision " + std::to_string(step.revision) + " is not known, only " +
                              describe(kFirstRevisionNumber) + " to " +
                              describe(kFirstRevisionNumber + vm::kRevisionCount - 1)});
  }
  if (step.revision < number_before) {
    return fail(StepError{StepFault::kOlderRevision, step,
                          "revision " + describe(step.revision) + " is older than " +
                              describe(number_before) + ", which it would replace"});
  }
  const auto precompiles = precompiles_of_bits(step.precompiles);
  const auto missing = precompiles.without(vm::implemented_precompiles());
  if (!missing.empty()) {
    const unsigned id = vm::PrecompileSet::id_of(missing.addresses().front());
    return fail(StepError{StepFault::kUnknownPrecompile, step,
                          "precompile " + precompile_text(id) + " is not known"});
  }
  return BlockRules{*revision, precompiles};
}

Result<BlockRules, StepError> rules_of_step(const GovernanceView& governance, std::uint64_t index,
                                            const GenesisConfig& config) {
  const std::uint32_t before =
      index == 0 ? first_revision_number(config) : governance.schedule_step(index - 1).revision;
  return read_step(governance.schedule_step(index), before);
}

Result<BlockRules, StepError> rules_at(const BlockPlace& place, const state::StateView& state,
                                       const GenesisConfig& config) {
  if (config.profile != Profile::kConsortium) return genesis_rules(config, place.seconds);
  const GovernanceView governance{state};
  // From the newest on: only those that lie ahead are passed over.
  for (std::uint64_t i = governance.schedule_length(); i > 0; --i) {
    if (governance.schedule_step(i - 1).height <= place.height) {
      return rules_of_step(governance, i - 1, config);
    }
  }
  return genesis_rules(config, place.seconds);
}

}  // namespace datapact::chain
