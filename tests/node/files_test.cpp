#include "node/files.hpp"

#include "tests/testkit/node/network.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;

TEST_SUITE("node/files") {
  TEST_CASE("a data directory has one holder at a time, and the error names it") {
    const TempFolder folder;
    {
      const auto first = DataDirLock::take(folder.path() / "data");
      REQUIRE(first.has_value());
      const auto second = DataDirLock::take(folder.path() / "data");
      REQUIRE_FALSE(second.has_value());
      CHECK(second.error().code == ExitCode::kConfigOrFile);
      CHECK(second.error().message.find("in use by process " + std::to_string(::getpid())) !=
            std::string::npos);
    }
    CHECK(DataDirLock::take(folder.path() / "data").has_value());
  }
  TEST_CASE("a folder that cannot be made and a file that cannot be read are named") {
    const auto lock = DataDirLock::take("/proc/nothing/data");
    REQUIRE_FALSE(lock.has_value());
    CHECK(lock.error().message.starts_with("/proc/nothing/data: "));
    const auto text = read_text_file("/nonexistent");
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().message == "/nonexistent: No such file or directory");
  }
}
