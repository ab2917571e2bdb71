#pragma once
// Which revision and which precompiles a block has. On an Ethereum chain genesis says so, by time;
// on a consortium chain genesis fixes the first, and Governance's schedule the later ones, by
// height (docs/formats/governance-storage.md). Pure.
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/state/state_view.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::chain {

/// What the transactions of a block are judged and run by.
struct BlockRules {
  vm::Revision revision = vm::Revision::kCancun;
  vm::PrecompileSet precompiles;
  friend bool operator==(const BlockRules&, const BlockRules&) = default;
};

/// "Osaka, precompiles 0x01-0x11,0x100".
[[nodiscard]] std::string describe(const BlockRules& rules);

/// Why this build cannot follow a step of the schedule.
enum class StepFault : std::uint8_t {
  kUnknownRevision,    ///< a number it has no rules for
  kOlderRevision,      ///< below the revision that the step replaces
  kUnknownPrecompile,  ///< a precompile it has not
};
[[nodiscard]] std::string_view to_string(StepFault fault) noexcept;

struct StepError {
  StepFault fault = StepFault::kUnknownRevision;
  ProtocolStep step;
  std::string reason;  ///< the rule and the value that broke it
};
/// "the protocol step of height 1000: revision 7 is not known, only 1 (Cancun) to 3 (Osaka)".
[[nodiscard]] std::string to_string(const StepError& error);

/// The revision's number in the schedule: 1 Cancun, 2 Prague, 3 Osaka.
[[nodiscard]] std::uint32_t revision_number(vm::Revision revision) noexcept;
/// Nothing for a number this build has no rules for.
[[nodiscard]] std::optional<vm::Revision> revision_of_number(std::uint32_t number) noexcept;
/// Bit a-1 stands for the precompile at address a, 1 <= a <= 256.
[[nodiscard]] uint256 precompile_bits(const vm::PrecompileSet& precompiles);
[[nodiscard]] vm::PrecompileSet precompiles_of_bits(const uint256& bits);

/// What a step asks for; `number_before` is the revision that it replaces.
[[nodiscard]] Result<BlockRules, StepError> read_step(const ProtocolStep& step,
                                                      std::uint32_t number_before);
/// The same for one of the schedule, index < governance.schedule_length().
[[nodiscard]] Result<BlockRules, StepError> rules_of_step(const GovernanceView& governance,
                                                          std::uint64_t index,
                                                          const GenesisConfig& config);

struct BlockPlace {
  Height height;
  std::uint64_t seconds = 0;  ///< header time; it counts on an Ethereum chain only
};

/// The rules of the block there: the last step whose height is not above it, else what genesis
/// fixes. `state` is the one after its parent; a later one answers the same, because Governance
/// only appends steps, and for heights above the block that appends them. Fails on a consortium
/// chain alone: then this build must not execute, propose or vote for the block.
[[nodiscard]] Result<BlockRules, StepError> rules_at(const BlockPlace& place,
                                                     const state::StateView& state,
                                                     const GenesisConfig& config);

}  // namespace datapact::chain
