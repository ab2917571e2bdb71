#include "tools/cli/command_table.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

/// "a|b|c"; a text without '|' is no choice.
std::vector<std::string> split_choices(const std::string& text) {
  std::vector<std::string> out;
  if (text.find('|') == std::string::npos) return out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

FlagInfo flag_of(const CLI::Option& option) {
  FlagInfo out;
  out.name = option.get_lnames().front();
  if (!option.get_snames().empty()) out.letter = option.get_snames().front();
  out.value = option.get_type_name();
  out.purpose = option.get_description();
  out.is_required = option.get_required();
  return out;
}

std::vector<FlagInfo> flags_of(const CLI::App& app) {
  std::vector<FlagInfo> out;
  for (const auto* option : app.get_options()) {
    if (!option->get_positional() && !option->check_lname("help")) out.push_back(flag_of(*option));
  }
  return out;
}

VerbInfo verb_of(const CLI::App& app, std::string name) {
  const std::string example = app.get_footer();
  VerbInfo out{std::move(name), app.get_description(), example, {}, flags_of(app)};
  for (const auto* option : app.get_options()) {
    if (!option->get_positional()) continue;
    out.arguments.push_back({option->get_name(true, false), option->get_description(),
                             option->get_type_name(), option->get_required(),
                             option->get_expected_max() > 1});
  }
  return out;
}

}  // namespace

std::vector<std::string> FlagInfo::choices() const { return split_choices(value); }
std::vector<std::string> ArgumentInfo::choices() const { return split_choices(value); }

CommandTable table_of(const CLI::App& root) {
  CommandTable out{root.get_description(), flags_of(root), {}};
  for (const auto* app : root.get_subcommands({})) {
    GroupInfo group{app->get_name(), app->get_description(), {}};
    for (const auto* verb : app->get_subcommands({}))
      group.verbs.push_back(verb_of(*verb, verb->get_name()));
    if (group.verbs.empty()) group.verbs.push_back(verb_of(*app, ""));
    out.groups.push_back(std::move(group));
  }
  return out;
}

}  // namespace datapact::tools
