#pragma once
// The command table as plain values, for what is generated from it: completion scripts and manual
// pages.
#include <string>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace datapact::tools {

struct FlagInfo {
  /// Without dashes; the short one may be empty.
  std::string name;
  std::string letter;
  /// "TEXT", "en|zh_CN"; empty when it takes none.
  std::string value;
  std::string purpose;
  bool is_required = false;

  /// Of a value that is one of several: "auto", "always", "never"; else none.
  [[nodiscard]] std::vector<std::string> choices() const;
};

struct ArgumentInfo {
  std::string name;
  std::string purpose;
  /// As a flag's.
  std::string value;
  bool is_required = false;
  bool is_many = false;

  [[nodiscard]] std::vector<std::string> choices() const;
};

struct VerbInfo {
  /// Empty for a group that is a command itself.
  std::string name;
  std::string purpose;
  std::string example;
  std::vector<ArgumentInfo> arguments;
  std::vector<FlagInfo> flags;
};

struct GroupInfo {
  std::string name;
  std::string purpose;
  std::vector<VerbInfo> verbs;

  [[nodiscard]] bool is_command() const { return verbs.size() == 1 && verbs.front().name.empty(); }
};

struct CommandTable {
  std::string purpose;
  std::vector<FlagInfo> flags;
  std::vector<GroupInfo> groups;
};

/// In the order of the help; --help itself is in every command and in no list.
[[nodiscard]] CommandTable table_of(const CLI::App& root);

}  // namespace datapact::tools
