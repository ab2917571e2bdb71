#pragma once
// The public Ethereum test data: a folder outside the repository, named by DATAPACT_FIXTURES (the
// unpacked archive, or the folder that holds it).
#include "base/json.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace datapact::testkit {

/// Nothing when it is not set.
[[nodiscard]] inline const char* environment(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing in our programs sets one
}

/// In CI a test whose data is missing fails.
[[nodiscard]] inline bool may_lack_fixtures() { return environment("CI") == nullptr; }

/// The folder with precompiles/, rlp_tests/, ...; nothing when the data is not on this machine.
[[nodiscard]] inline std::optional<std::filesystem::path> fixtures_root() {
  const char* named = environment("DATAPACT_FIXTURES");
  const std::filesystem::path root =
      named != nullptr ? std::filesystem::path{named} : std::filesystem::path{"../shared/fixtures"};
  for (const auto& candidate : {root, root / "fixtures", root / "ethereum"}) {
    if (std::filesystem::is_directory(candidate / "precompiles")) return candidate;
  }
  return std::nullopt;
}

[[nodiscard]] inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// One file of the test data as JSON; nothing when the data is not on this machine.
[[nodiscard]] inline std::optional<json::Value> load_fixture(const std::string& relative_path) {
  const auto root = fixtures_root();
  if (!root) return std::nullopt;
  auto parsed = json::parse(read_text(*root / relative_path), {.depth_max = 64});
  if (!parsed.ok()) return std::nullopt;
  return std::move(*parsed);
}

}  // namespace datapact::testkit
