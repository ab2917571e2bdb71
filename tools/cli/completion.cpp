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

/// The words that lead from one path to the next, in quotes: '+deal', 'deal+offer'.
std::vector<std::string> steps_of(const CommandTable& table) {
  std::vector<std::string> out;
  for (const auto& group : table.groups) {
    out.push_back(quoted("+" + group.name));
    if (group.is_command()) continue;
    for (const auto& verb : group.verbs) out.push_back(quoted(group.name + "+" + verb.name));
  }
  return out;
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
  # What follows "--flag=" is its value.
  if [[ ${{words[CURRENT]}} == --*=* ]]; then
    prev=${{words[CURRENT]%%=*}}
    compset -P '*='
  fi
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
      fmt::arg("steps", joined(steps_of(table), " | ")),
      fmt::arg("choices", choice_cases(values, shell)),
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

/// What fish offers, and under which condition.
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

std::string fish_words(const std::string& path, std::string_view words, std::string_view purpose) {
  std::string out = fmt::format("complete -c datapact -f -n {} -a {}",
                                fish_quoted("__datapact_at " + path), fish_quoted(words));
  if (!purpose.empty()) out += " -d " + fish_quoted(purpose);
  return out + "\n";
}

/// The same walk as in bash and zsh.
constexpr std::string_view kFish =
    R"(# Completion of datapact for fish. Keep it as ~/.config/fish/completions/datapact.fish
function __datapact_path
  set -l path ''
  set -l is_value no
  for word in (commandline -opc)[2..-1]
    if test $is_value = yes
      set is_value no
      continue
    end
    switch "$word"
      case {values}
        set is_value yes
        continue
      case '-*'
        continue
    end
    switch "$path+$word"
      case {steps}
        set path (string trim "$path $word")
    end
  end
  echo $path
end
function __datapact_at
  set -l path (__datapact_path)
  test "$path" = "$argv"
end
)";

std::string fish_script(const CommandTable& table) {
  const auto values = value_flags_of(places_of(table));
  std::string out = fmt::format(
      fmt::runtime(kFish), fmt::arg("values", joined({values.all.begin(), values.all.end()}, " ")),
      fmt::arg("steps", joined(steps_of(table), " ")));
  out += "complete -c datapact -l help -s h -d 'print this help and exit'\n";
  out += fish_flags(table.flags, "");
  for (const auto& group : table.groups) {
    out += fish_words("", group.name, group.purpose);
    for (const auto& verb : group.verbs) {
      if (!verb.name.empty()) out += fish_words(group.name, verb.name, verb.purpose);
      const auto path = path_of(group, verb);
      if (const auto words = words_of(verb); !words.empty())
        out += fish_words(path, joined(words, " "), "");
      out += fish_flags(verb.flags, " -n " + fish_quoted("__datapact_at " + path));
    }
  }
  return out;
}

}  // namespace

std::string completion_script(const CommandTable& table, Shell shell) {
  return shell == Shell::kFish ? fish_script(table) : posix_like(table, shell);
}

}  // namespace datapact::tools
