#pragma once
// The accounts of a fixture: read, and compared with a state.
#include "base/json.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state_diff.hpp"
#include "tests/conformance_runner/case_sink.hpp"
#include "tests/conformance_runner/read.hpp"

namespace datapact::conformance {

[[nodiscard]] Parsed<state::StateDiff> read_accounts(const json::Value& value);

/// Which accounts and slots of `got` differ from `expected`, and which of `before` should be gone.
void compare_accounts(const state::StateDiff& expected, const state::MemoryState& got,
                      const state::StateDiff& before, Mismatches& mismatches);

}  // namespace datapact::conformance
