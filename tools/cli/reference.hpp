#pragma once
// The command table as a page: docs/cli.md holds it, and a test compares.
#include <string>

namespace CLI {
class App;
}

namespace datapact::tools {

/// Every group, verb and flag in Markdown, in the order of the help.
[[nodiscard]] std::string reference_of(const CLI::App& root);

}  // namespace datapact::tools
