#include "tests/conformance_runner/kind.hpp"

#include <fmt/format.h>

#include <utility>

namespace datapact::conformance {

bool JsonKind::is_test_file(const std::filesystem::path& path) const {
  return path.extension() == ".json";
}

Result<void, std::string> JsonKind::run_file(const std::filesystem::path& path,
                                             std::string_view text, CaseSink& sink) {
  const auto document = json::parse(text, {.depth_max = 128});
  if (!document) {
    return fail(
        fmt::format("no JSON: {} at byte {}", document.error().message, document.error().offset));
  }
  return run_document(path, *document, sink);
}

Result<void, std::string> NamedCasesKind::run_document(const std::filesystem::path& /*path*/,
                                                       const json::Value& document,
                                                       CaseSink& sink) {
  if (!document.is_object()) return fail(std::string{"the file is no JSON object"});
  for (const auto& [name, test] : *document.as_object()) {
    if (!sink.wants(name)) continue;
    TRY(auto mismatches, run_case(test));
    sink.add(name, std::move(mismatches));
  }
  return {};
}

}  // namespace datapact::conformance
