#include "tests/conformance_runner/forks.hpp"

namespace datapact::conformance {

std::optional<vm::Revision> revision_named(std::string_view name) {
  for (unsigned i = 0; i < vm::kRevisionCount; ++i) {
    const auto revision = static_cast<vm::Revision>(i);
    if (to_string(revision) == name) return revision;
  }
  return std::nullopt;
}

}  // namespace datapact::conformance
