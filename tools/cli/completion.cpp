#include "tools/cli/completion.hpp"

#include "tools/cli/command_table.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::tools {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

/// In single quotes, for bash and zsh.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// "deal offer" and its flags; the empty path is the program.
struct Place {
  std::string path;
  std::vector<FlagInfo> flags;
};

std::string path_of(const GroupInfo& group, const VerbInfo& verb) {
  return verb.name.empty() ? group.name : group.name + " " + verb.name;
}

/// Where flags differ; those of the program are known everywhere.
std::vector<Place> places_of(const CommandTable& table) {
  std::vector<Place> out{{"", {}}};
  for (const auto& group : table.groups) {
    for (const auto& verb : group.verbs) out.push_back({path_of(group, verb), verb.flags});
  }
  for (auto& place : out)
    place.flags.insert(place.flags.end(), table.flags.begin(), table.flags.end());
  return out;
}

std::vector<std::string> names_of(const std::vector<FlagInfo>& flags) {
  std::vector<std::string> out{"--help"};
  for (const auto& flag : flags) out.push_back("--" + flag.name);
  return out;
}

/// Flags whose next word is their value, and the words that may follow those that have a choice.
struct ValueFlags {
  std::set<std::string> all;
  std::map<std::string, std::vector<std::string>> choices;
};

ValueFlags value_flags_of(const std::vector<Place>& places) {
  ValueFlags out;
  for (const auto& place : places) {
    for (const auto& flag : place.flags) {
      if (flag.value.empty()) continue;
      out.all.insert("--" + flag.name);
      if (const auto choices = flag.choices(); !choices.empty())
        out.choices["--" + flag.name] = choices;
    }
  }
  return out;
}

/// What may stand in the place of a command's first argument.
std::vector<std::string> words_of(const VerbInfo& verb) {
  return verb.arguments.empty() ? std::vector<std::string>{} : verb.arguments.front().choices();
}

/// A command of the script that offers these words.
std::string offer(Shell shell, const std::vector<std::string>& words) {
  if (shell == Shell::kBash) return "_datapact_words " + quoted(joined(words, " "));
  return "compadd -- " + joined(words, " ");
}

/// The words that come after a path, as `case` branches.
std::string word_cases(const CommandTable& table, Shell shell) {
  std::vector<std::string> groups;
  groups.reserve(table.groups.size());
  for (const auto& group : table.groups) groups.push_back(group.name);
  std::string out = fmt::format("      '') {} ;;\n", offer(shell, groups));
  for (const auto& group : table.groups) {
    std::vector<std::string> words;
    if (group.is_command()) {
      words = words_of(group.verbs.front());
    } else {
      for (const auto& verb : group.verbs) words.push_back(verb.name);
    }
    if (words.empty()) continue;
    out += fmt::format("      {}) {} ;;\n", quoted(group.name), offer(shell, words));
  }
  return out;
}

std::string flag_cases(const std::vector<Place>& places, Shell shell) {
  std::string out;
  for (const auto& place : places)
    out +=
        fmt::format("      {}) {} ;;\n", quoted(place.path), offer(shell, names_of(place.flags)));
  return out;
}

/// Patterns of the words that lead from one path to the next.
std::string step_patterns(const CommandTable& table) {
  std::vector<std::string> out;
  for (const auto& group : table.groups) {
    out.push_back(quoted("+" + group.name));
    if (group.is_command()) continue;
    for (const auto& verb : group.verbs) out.push_back(quoted(group.name + "+" + verb.name));
  }
  return joined(out, " | ");
}

std::string choice_cases(const ValueFlags& flags, Shell shell) {
  std::string out;
  for (const auto& [flag, choices] : flags.choices)
    out += fmt::format("    {}) {}; return ;;\n", flag, offer(shell, choices));
  return out;
}

std::string all_patterns(const ValueFlags& flags) {
  return joined({flags.all.begin(), flags.all.end()}, " | ");
}

/// The same walk in bash and zsh: over the words before the one to complete, leaving out flags and
/// their values, to the command that they name.
constexpr std::string_view kBash =
    R"(# Completion of datapact for bash. Load it: source <(datapact completion bash)
_datapact_words() {{ mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }}
_datapact_files() {{
  compopt -o filenames 2>/dev/null || true
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}}
_datapact() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} path='' word i
  COMPREPLY=()
  # "--flag=value" arrives as three words.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=${{COMP_WORDS[COMP_CWORD - 2]}}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    case $word in
      {values}) ((i++)); [[ ${{COMP_WORDS[i]}} == = ]] && ((i++)); continue ;;
      -* | =) continue ;;
    esac
    case "$path+$word" in
      {steps}) path="${{path:+$path }}$word" ;;
    esac
  done
  case $prev in
{choices}    {values}) _datapact_files; return ;;
  esac
  if [[ $cur == -* ]]; then
    case $path in
{flags}    esac
  else
    case $path in
{words}      *) _datapact_files ;;
    esac
  fi
}}
complete -F _datapact datapact
)";

constexpr std::string_view kZsh = R"(#compdef datapact
# Completion of datapact for zsh. Keep it as _datapact in a folder of $fpath.
_datapact() {{
  local prev=${{words[CURRENT - 1]}} at='' word
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    word=${{words[i]}}
    case $word in
      {values}) ((i++)); continue ;;
      -*) continue ;;
    esac
    case "$at+$word" in
      {steps}) at="${{at:+$at }}$word" ;;
    esac
  done
  case $prev in
{choices}    {values}) _files; return ;;
  esac
  if [[ ${{words[CURRENT]}} == -* ]]; then
    case $at in
{flags}    esac
  else
    case $at in
{words}      *) _files ;;
    esac
  fi
}}
_datapact "$@"
)";

std::string posix_like(const CommandTable& table, Shell shell) {
  const auto places = places_of(table);
  const auto values = value_flags_of(places);
  return fmt::format(
      fmt::runtime(shell == Shell::kBash ? kBash : kZsh), fmt::arg("values", all_patterns(values)),
      fmt::arg("steps", step_patterns(table)), fmt::arg("choices", choice_cases(values, shell)),
      fmt::arg("flags", flag_cases(places, shell)), fmt::arg("words", word_cases(table, shell)));
}

/// In single quotes, for fish.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The condition under which a line of fish holds, and what it offers.
std::string fish_flags(const std::vector<FlagInfo>& flags, const std::string& condition) {
  std::string out;
  for (const auto& flag : flags) {
    out += "complete -c datapact" + condition + " -l " + flag.name;
    if (!flag.letter.empty()) out += " -s " + flag.letter;
    const auto choices = flag.choices();
    if (!choices.empty()) {
      out += " -x -a " + fish_quoted(joined(choices, " "));
    } else if (!flag.value.empty()) {
      out += " -r";
    }
    out += " -d " + fish_quoted(flag.purpose) + "\n";
  }
  return out;
}

std::string fish_script(const CommandTable& table) {
  std::string out =
      "# Completion of datapact for fish. Keep it as ~/.config/fish/completions/datapact.fish\n";
  out += fish_flags(table.flags, "");
  for (const auto& group : table.groups) {
    out += fmt::format("complete -c datapact -f -n __fish_use_subcommand -a {} -d {}\n", group.name,
                       fish_quoted(group.purpose));
    const std::string in_group = "__fish_seen_subcommand_from " + group.name;
    if (group.is_command()) {
      const auto& only = group.verbs.front();
      if (const auto words = words_of(only); !words.empty()) {
        out += fmt::format("complete -c datapact -f -n {} -a {}\n", fish_quoted(in_group),
                           fish_quoted(joined(words, " ")));
      }
      out += fish_flags(only.flags, " -n " + fish_quoted(in_group));
      continue;
    }
    std::vector<std::string> verbs;
    verbs.reserve(group.verbs.size());
    for (const auto& verb : group.verbs) verbs.push_back(verb.name);
    for (const auto& verb : group.verbs) {
      const std::string before =
          in_group + "; and not __fish_seen_subcommand_from " + joined(verbs, " ");
      out += fmt::format("complete -c datapact -f -n {} -a {} -d {}\n", fish_quoted(before),
                         verb.name, fish_quoted(verb.purpose));
      out += fish_flags(verb.flags, " -n " + fish_quoted(in_group +
                                                         "; and "
                                                         "__fish_seen_subcommand_from " +
                                                         verb.name));
    }
  }
  return out;
}

}  // namespace

std::string completion_script(const CommandTable& table, Shell shell) {
  return shell == Shell::kFish ? fish_script(table) : posix_like(table, shell);
}

}  // namespace datapact::tools
