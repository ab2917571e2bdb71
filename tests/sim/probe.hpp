#pragma once
// A contract that says in a log under which rules it runs: which of some precompiles answer,
// whether there is an instruction of Osaka, and whether Prague's history of block hashes is kept.
// So the rules of a block can be judged from outside, also when all nodes agree on the wrong ones.
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/genesis_builder.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace datapact::sim {

/// As Governance's schedule writes them (docs/formats/governance-storage.md).
struct Rules {
  std::uint32_t revision = 2;
  /// Bit a-1: the precompile at address a. Prague's, from 0x01 to 0x11.
  uint256 precompiles{(1U << 17U) - 1};
};

/// SHA-256, a precompile of Prague, and one of Osaka.
inline constexpr std::array<unsigned, 3> kProbedPrecompiles{0x02, 0x0b, 0x100};

[[nodiscard]] uint256 bit_of_precompile(unsigned id);

inline constexpr Address kProbeAddress{{0x9b, 0x0b, 0xe0}};

/// The probe, and a contract that it calls.
[[nodiscard]] std::vector<chain::Predeploy> probe_contracts();

/// The data of the probe's log in a block with these rules.
[[nodiscard]] Bytes seen_under(const Rules& rules);

}  // namespace datapact::sim
