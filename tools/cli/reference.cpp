#include "tools/cli/reference.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <string>

namespace datapact::tools {
namespace {

/// "FILE", "[--port]": how an option appears in a command line.
std::string usage_of(const CLI::Option& option) {
  const bool positional = option.get_positional();
  std::string name = positional ? option.get_name(true, false) : "--" + option.get_lnames().front();
  if (positional && option.get_expected_max() > 1) name += "…";
  if (!positional && !option.get_type_name().empty()) name += " " + option.get_type_name();
  return option.get_required() ? name : "[" + name + "]";
}

bool is_help(const CLI::Option& option) { return option.check_lname("help"); }

/// One row: the command line, what it does, and what its flags mean.
std::string row_of(const CLI::App& verb, const std::string& command) {
  std::string usage = command;
  std::string flags;
  for (const auto* option : verb.get_options()) {
    if (is_help(*option)) continue;
    usage += " " + usage_of(*option);
    flags += fmt::format("{}`{}`: {}", flags.empty() ? "" : "; ",
                         option->get_positional() ? option->get_name(true, false)
                                                  : "--" + option->get_lnames().front(),
                         option->get_description());
  }
  return fmt::format("| `{}` | {}{} |\n", usage, verb.get_description(),
                     flags.empty() ? "" : ". " + flags);
}

std::string global_flags_of(const CLI::App& root) {
  std::string out = "### Flags of every command\n\n| flag | meaning |\n|---|---|\n";
  for (const auto* option : root.get_options()) {
    if (is_help(*option)) continue;
    std::string usage = usage_of(*option);
    if (usage.starts_with('[')) usage = usage.substr(1, usage.size() - 2);
    out += fmt::format("| `{}` | {} |\n", usage, option->get_description());
  }
  return out;
}

}  // namespace

std::string reference_of(const CLI::App& root) {
  std::string out = global_flags_of(root);
  for (const auto* group : root.get_subcommands({})) {
    out += fmt::format("\n### {}\n\n{}\n\n| command | what |\n|---|---|\n", group->get_name(),
                       group->get_description());
    const auto verbs = group->get_subcommands({});
    if (verbs.empty()) out += row_of(*group, group->get_name());
    for (const auto* verb : verbs) out += row_of(*verb, group->get_name() + " " + verb->get_name());
  }
  return out;
}

}  // namespace datapact::tools
