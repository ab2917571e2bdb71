#include "tools/cli/files.hpp"

#include "tools/cli/cli_error.hpp"
#include "tools/trading/trade_home.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

/// Why the file cannot be written; empty when it can.
std::string refusal(const fs::path& path) {
  try {
    require_file_target("--out", path);
  } catch (const CliError& error) {
    CHECK(error.code() == ExitCode::kUsage);
    CHECK(error.message().ends_with("got \"" + path.string() + "\""));
    return error.message().substr(0, error.message().rfind(", got"));
  }
  return {};
}

}  // namespace

TEST_SUITE("tools/files") {
  TEST_CASE("a target that is a folder is refused before the work, by the rule it breaks") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "file_target_test";
    fs::remove_all(root);
    make_folder(root);
    write_file_durably(root / "file", "content");
    CHECK(refusal(root / "new").empty());
    CHECK(refusal(root / "file").empty());
    CHECK(refusal(root / "new-folder" / "deeper" / "new").empty());
    CHECK(refusal("new").empty());
    CHECK(refusal(root) == "--out must name a file, not a folder");
    CHECK(refusal(root / "new-folder" / "") == "--out must end in a file's name");
    CHECK(refusal("") == "--out must end in a file's name");
    CHECK(refusal(root / "file" / "below") ==
          "--out must lie in a folder (" + (root / "file").string() + " is none)");
    CHECK(refusal("/dev/null") == "--out must name a regular file or one that is not there yet");
    CHECK(read_text_file(root / "file") == "content");
    CHECK_FALSE(fs::exists(root / "new-folder"));
    fs::remove_all(root);
  }

  TEST_CASE("a home asks a seller under a nonce once") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "nonce_test";
    fs::remove_all(root);
    const TradeHome home(root);
    CHECK(home.take_nonce(Address{{1}}, Nonce{7}));
    CHECK_FALSE(home.take_nonce(Address{{1}}, Nonce{7}));
    CHECK(home.take_nonce(Address{{2}}, Nonce{7}));
    CHECK(home.take_nonce(Address{{1}}, Nonce{8}));
    CHECK_FALSE(TradeHome(root).take_nonce(Address{{1}}, Nonce{8}));
    fs::remove_all(root);
  }
}
