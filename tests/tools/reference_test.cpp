// docs/cli.md and the command table say the same.
#include "tools/cli/app.hpp"
#include "tools/cli/files.hpp"

#include <doctest/doctest.h>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

TEST_SUITE("tools/reference") {
  TEST_CASE("docs/cli.md ends with the reference that the command table gives") {
    INFO("write it anew: tools/write-reference BUILD_DIR");
    const std::string page = read_text_file(fs::path(DATAPACT_SOURCE_DIR) / "docs/cli.md");
    const std::string table = command_reference();
    REQUIRE(page.size() > table.size());
    CHECK(page.substr(page.size() - table.size()) == table);
  }

  TEST_CASE("the reference has every group, its verbs, and positional arguments before flags") {
    const std::string table = command_reference();
    for (const char* row : {"### devnet",
                            ("| `devnet up [--dir TEXT] [--port UINT] [--validators UINT] "
                             "[--block-period-ms UINT] [--production-like]` |"),
                            "### deal", "| `deal fetch DEAL --url TEXT [--limit-rate UINT]` |",
                            "| `rpc METHOD [PARAMS…]` |", "| `--json` |"}) {
      CAPTURE(row);
      CHECK(table.find(row) != std::string::npos);
    }
  }
}
