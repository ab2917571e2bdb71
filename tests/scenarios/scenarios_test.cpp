// Every text scenario of this folder holds.
#include "tests/scenarios/script.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace datapact::consensus::scenarios;

namespace {

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> out;
  const std::filesystem::path folder{DATAPACT_SOURCE_DIR "/tests/scenarios"};
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const bool is_scenario =
        entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt";
    if (is_scenario) out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

TEST_SUITE("scenarios") {
  TEST_CASE("each scenario in the folder holds to its last line") {
    const auto files = scenario_files();
    REQUIRE(files.size() >= 20);
    for (const auto& file : files) {
      std::ifstream in(file);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      const auto fault = Script::play(text);
      CHECK_MESSAGE(!fault.has_value(), file.filename().string() << " " << fault.value_or(""));
    }
  }
  TEST_CASE("a line that does not hold is named with what was found instead") {
    const auto fault = Script::play("validators 4\nstart\nexpect A round 3\n");
    REQUIRE(fault.has_value());
    CHECK(*fault == "line 3: expect A round 3\n  A: the round is 0");
  }
  TEST_CASE("a line that is no command is refused") {
    for (const std::string text :
         {"start\n", "validators 0\n", "validators 4\nfly A\n",
          "validators 4\nstart\nexpect A wings\n", "validators 4\nstart\ndeliver commit from A\n",
          "validators 4\npass soon\n", "validators 4\nforge commit from A round 0 to B\n",
          "validators 4\nfetch A\n"}) {
      CAPTURE(text);
      CHECK(Script::play(text).has_value());
    }
  }
}
