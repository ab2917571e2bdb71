#pragma once
#include "tests/conformance_runner/case_sink.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/report.hpp"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace datapact::conformance {

/// The files the paths name, and those of the kind in the folders they name, sorted within each.
[[nodiscard]] std::vector<std::filesystem::path> files_of(
    const Kind& kind, const std::vector<std::filesystem::path>& paths);

/// Runs every file on `threads` threads; the report comes in the order of the files whatever their
/// number.
void run_files(Kind& kind, const std::vector<std::filesystem::path>& files,
               const Selection& selection, std::size_t threads, Report& report);

}  // namespace datapact::conformance
