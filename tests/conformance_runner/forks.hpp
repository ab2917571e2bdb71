#pragma once
// The forks fixtures name, and the rules of a chain that follow from a name.
#include "base/json.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "tests/conformance_runner/read.hpp"
#include "vm/revision.hpp"

#include <optional>
#include <string_view>

namespace datapact::conformance {

/// Why results are left out: no ledger of this house has those rules.
inline constexpr const char* kForkBeforeCancun = "of forks before Cancun";

/// The revision with that name in fixtures; nothing for one before Cancun or unknown.
[[nodiscard]] std::optional<vm::Revision> revision_named(std::string_view name);

/// The blob parameters of a fork: those the test's `config` gives (which may be null), else the
/// revision's. BPO forks must be given.
[[nodiscard]] Parsed<chain::BlobParams> blobs_of(std::string_view fork, const json::Value* config);

/// The rules of "Prague" or "PragueToOsakaAtTime15k", BPO forks included; nothing when they begin
/// before Cancun.
[[nodiscard]] Parsed<std::optional<chain::GenesisConfig>> config_of_network(
    std::string_view network, const json::Value* config);

}  // namespace datapact::conformance
