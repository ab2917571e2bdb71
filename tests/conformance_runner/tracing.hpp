#pragma once
#include "tests/conformance_runner/case_sink.hpp"
#include "vm/tracer.hpp"

#include <memory>
#include <string_view>

namespace datapact::conformance {

/// An EIP-3155 tracer to stderr when the command line asks for one, else null. Names the case
/// first.
[[nodiscard]] std::unique_ptr<vm::Tracer> tracer_for(std::string_view id, const CaseSink& sink);

}  // namespace datapact::conformance
