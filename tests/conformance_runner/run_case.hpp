#pragma once
#include "tests/conformance_runner/state_case.hpp"
#include "vm/tracer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace datapact::conformance {

/// What one case came to. It passed when there is no mismatch.
struct CaseResult {
  /// Lines of "what: expected X, got Y".
  std::vector<std::string> mismatches;
  /// The case called a precompile this build lacks, so that no mismatch means anything.
  std::optional<Address> missing_precompile;
};

/// Decodes, recovers and executes the case's transaction and compares. `tracer` may be null.
[[nodiscard]] CaseResult run_case(const StateCase& test, vm::Tracer* tracer);

}  // namespace datapact::conformance
