#include "tests/conformance_runner/tracing.hpp"

#include "ledger/chain/eip3155_tracer.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace datapact::conformance {

std::unique_ptr<vm::Tracer> tracer_for(std::string_view id, const CaseSink& sink) {
  if (!sink.wants_trace()) return nullptr;
  fmt::print(stderr, "{}\n", id);
  return std::make_unique<chain::Eip3155Tracer>(
      [](std::string_view line) { fmt::print(stderr, "{}\n", line); });
}

}  // namespace datapact::conformance
