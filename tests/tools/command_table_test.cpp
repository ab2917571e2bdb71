// What is generated from the command table: examples, completion, manual pages.
#include "tools/cli/command_table.hpp"

#include "tools/cli/app.hpp"
#include "tools/cli/chinese.hpp"
#include "tools/cli/completion.hpp"
#include "tools/cli/manual.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

/// Of the one page of that name.
std::string manual_page(const std::string& file) {
  for (const auto& page : manual_pages(command_table())) {
    if (page.file == file) return page.text;
  }
  return {};
}

std::string in_roff(std::string text) {
  for (auto at = text.find('-'); at != std::string::npos; at = text.find('-', at + 2))
    text.replace(at, 1, "\\-");
  return text;
}

}  // namespace

TEST_SUITE("tools/command_table") {
  TEST_CASE("every command has an example, and each is a line that it understands") {
    for (const auto& group : command_table().groups) {
      for (const auto& verb : group.verbs) {
        CAPTURE(group.name + " " + verb.name);
        INFO("tools/cli/examples.cpp has them");
        REQUIRE(verb.example.starts_with("Example: datapact " + group.name));
        CHECK(usage_mistake(verb.example.substr(std::string("Example: datapact ").size()))
                  .value_or("") == "");
      }
    }
  }

  TEST_CASE("every purpose of a group, a command and a flag of all commands has a Chinese text") {
    const auto table = command_table();
    INFO("tools/cli/chinese_help.cpp has them");
    CHECK(chinese_of(table.purpose));
    for (const auto& flag : table.flags) {
      CAPTURE(flag.purpose);
      CHECK(chinese_of(flag.purpose));
    }
    for (const auto& group : table.groups) {
      CAPTURE(group.purpose);
      CHECK(chinese_of(group.purpose));
      for (const auto& verb : group.verbs) {
        CAPTURE(verb.purpose);
        CHECK(chinese_of(verb.purpose));
        for (const auto& flag : verb.flags) {
          CAPTURE(flag.purpose);
          CHECK(chinese_of(flag.purpose));
        }
        for (const auto& argument : verb.arguments) {
          CAPTURE(argument.purpose);
          CHECK(chinese_of(argument.purpose));
        }
      }
    }
  }

  TEST_CASE("a flag takes a value in every command or in none, as completion supposes") {
    std::map<std::string, bool> takes_value;
    for (const auto& group : command_table().groups) {
      for (const auto& verb : group.verbs) {
        for (const auto& flag : verb.flags) {
          CAPTURE(flag.name);
          const auto [known, is_new] = takes_value.emplace(flag.name, !flag.value.empty());
          CHECK((is_new || known->second == !flag.value.empty()));
        }
      }
    }
  }

  TEST_CASE("every command and flag is in every completion script and in a manual page") {
    const auto table = command_table();
    for (const auto shell : {Shell::kBash, Shell::kZsh, Shell::kFish}) {
      const auto script = completion_script(table, shell);
      for (const auto& group : table.groups) {
        CAPTURE(group.name);
        CHECK(script.find(group.name) != std::string::npos);
        for (const auto& verb : group.verbs) {
          CHECK(script.find(verb.name) != std::string::npos);
          for (const auto& flag : verb.flags) {
            CAPTURE(flag.name);
            CHECK(script.find((shell == Shell::kFish ? "-l " : "--") + flag.name) !=
                  std::string::npos);
          }
        }
      }
    }
    for (const auto& group : table.groups) {
      const auto page = manual_page("datapact-" + group.name + ".1");
      for (const auto& verb : group.verbs) {
        CAPTURE(group.name + " " + verb.name);
        CHECK(page.find(in_roff(verb.name)) != std::string::npos);
        for (const auto& flag : verb.flags)
          CHECK(page.find("\\-\\-" + in_roff(flag.name)) != std::string::npos);
      }
    }
    const auto first = manual_page("datapact.1");
    for (const auto& flag : table.flags)
      CHECK(first.find("\\-\\-" + in_roff(flag.name)) != std::string::npos);
  }
}
