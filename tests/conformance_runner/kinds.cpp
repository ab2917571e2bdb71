#include "tests/conformance_runner/kind.hpp"

#include <fmt/format.h>

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

}  // namespace datapact::conformance
