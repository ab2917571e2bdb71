#include "tools/cli/manual.hpp"

#include "tools/cli/command_table.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

/// Text as roff takes it: no escapes of its own, no line that begins with a request, and only what
/// ASCII has.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  constexpr std::string_view kEllipsis = "…";
  for (auto at = out.find(kEllipsis); at != std::string::npos; at = out.find(kEllipsis))
    out.replace(at, kEllipsis.size(), "...");
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

std::string heading(const std::string& page, std::string_view purpose) {
  return fmt::format(
      ".\\\" Written by datapact reference --man.\n"
      ".TH {} 1 \"\" \"datapact\" \"Datapact\"\n.SH NAME\n{} \\- {}\n",
      page, escaped(page), escaped(purpose));
}

std::string flags_of(const std::vector<FlagInfo>& flags) {
  std::string out;
  for (const auto& flag : flags) {
    const std::string letter = flag.letter.empty() ? "" : "\\-" + flag.letter + ", ";
    const std::string value =
        flag.value.empty() ? "" : fmt::format(" \\fI{}\\fR", escaped(flag.value));
    out += fmt::format(".TP\n\\fB{}\\-\\-{}\\fR{}\n{}\n", letter, escaped(flag.name), value,
                       escaped(flag.purpose));
  }
  return out;
}

std::string synopsis_of(const std::string& command, const VerbInfo& verb) {
  std::string out = fmt::format("\\fB{}\\fR", escaped(command));
  for (const auto& argument : verb.arguments) {
    const std::string name =
        fmt::format("\\fI{}\\fR{}", escaped(argument.name), argument.is_many ? "..." : "");
    out += argument.is_required ? " " + name : " [" + name + "]";
  }
  for (const auto& flag : verb.flags) {
    std::string text = "\\-\\-" + escaped(flag.name);
    if (!flag.value.empty()) text += fmt::format(" \\fI{}\\fR", escaped(flag.value));
    out += flag.is_required ? " " + text : " [" + text + "]";
  }
  return out + "\n";
}

std::string section_of(const std::string& command, const VerbInfo& verb) {
  std::string out = fmt::format(".SS {}\n{}.PP\n{}.\n", escaped(command),
                                synopsis_of(command, verb), escaped(verb.purpose));
  for (const auto& argument : verb.arguments)
    out += fmt::format(".TP\n\\fI{}\\fR\n{}\n", escaped(argument.name), escaped(argument.purpose));
  out += flags_of(verb.flags);
  if (!verb.example.empty()) out += ".PP\n" + escaped(verb.example) + "\n";
  return out;
}

ManualPage page_of(const GroupInfo& group) {
  const std::string name = "datapact-" + group.name;
  std::string text = heading(name, group.purpose) + ".SH COMMANDS\n";
  for (const auto& verb : group.verbs)
    text += section_of("datapact " + group.name + (verb.name.empty() ? "" : " " + verb.name), verb);
  text += ".SH SEE ALSO\n.BR datapact (1)\n";
  return {name + ".1", std::move(text)};
}

/// docs/cli.md explains them.
constexpr std::array<std::pair<int, std::string_view>, 10> kExitCodes{{
    {0, "done"},
    {1, "failed: the node or the command refuses for a reason of its own"},
    {2, "usage: the command line is wrong"},
    {3, "a configuration or a file"},
    {4, "no connection, a time-out, or a port that cannot be had"},
    {5, "the contract refused"},
    {6, "keystore, password, or permission"},
    {7, "not found"},
    {8, "verification failed: a proof, hash or signature does not match"},
    {130, "interrupted"},
}};

ManualPage program_page(const CommandTable& table) {
  std::string text =
      heading("datapact", "trade data on a ledger from the command line") +
      ".SH SYNOPSIS\n\\fBdatapact\\fR [\\fIOPTION\\fR]... \\fIGROUP\\fR \\fIVERB\\fR "
      "[\\fIARGUMENT\\fR]...\n.SH DESCRIPTION\n" +
      escaped(table.purpose) + "\n.SH GROUPS\n";
  for (const auto& group : table.groups)
    text += fmt::format(".TP\n.BR datapact\\-{} (1)\n{}\n", escaped(group.name),
                        escaped(group.purpose));
  text += ".SH OPTIONS\nEvery command knows these.\n" + flags_of(table.flags) + ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExitCodes)
    text += fmt::format(".TP\n.B {}\n{}\n", code, escaped(meaning));
  return {"datapact.1", std::move(text)};
}

}  // namespace

std::vector<ManualPage> manual_pages(const CommandTable& table) {
  std::vector<ManualPage> out{program_page(table)};
  for (const auto& group : table.groups) out.push_back(page_of(group));
  return out;
}

}  // namespace datapact::tools
