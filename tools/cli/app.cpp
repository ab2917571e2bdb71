#include "tools/cli/app.hpp"

#include "base/json.hpp"
#include "tools/cli/chinese.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/command_table.hpp"
#include "tools/cli/completion.hpp"
#include "tools/cli/examples.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/manual.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/reference.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/settings.hpp"
#include "tools/cli/system.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

/// Flags every command knows; empty texts were not given.
struct GlobalFlags {
  bool all = false;
  bool json = false;
  bool plain = false;
  bool quiet = false;
  bool verbose = false;
  bool no_wait = false;
  int password_fd = -1;
  std::string language;
  std::string color;
  std::string config;
  std::string rpc;
  std::string home;
  std::string from;
  std::string signer;
  std::string password_file;
  std::string insecure_key;
  std::string timeout;
};

void add_global_flags(CLI::App& app, GlobalFlags& flags) {
  app.add_flag("--all", flags.all, "with --help: also the commands about the command line itself");
  auto* json = app.add_flag("--json", flags.json, "print one JSON document, errors included");
  app.add_flag("--plain", flags.plain, "print tab-separated values")->excludes(json);
  auto* quiet = app.add_flag("-q,--quiet", flags.quiet, "no progress and no hints");
  app.add_flag("-v,--verbose", flags.verbose,
               "say on stderr what is asked of which node, which files are used, and how much gas")
      ->excludes(quiet);
  app.add_option("--color", flags.color,
                 "colours: auto (on a terminal, unless NO_COLOR is set), always or never")
      ->type_name("auto|always|never");
  app.add_option("--lang", flags.language, "language of texts")->type_name("en|zh_CN");
  app.add_option("--config", flags.config, "TOML file with settings");
  app.add_option("--rpc", flags.rpc, "JSON-RPC endpoint, such as http://127.0.0.1:8545");
  app.add_option("--home", flags.home, "folder of keystores, data sets and deals");
  app.add_option("--from", flags.from, "account that signs: an address or a keystore file");
  app.add_option("--signer", flags.signer, "command that signs for --from instead of a keystore");
  app.add_option("--password-file", flags.password_file, "file whose first line is the password");
  app.add_option("--password-fd", flags.password_fd, "descriptor to read the password from");
  app.add_option("--insecure-key", flags.insecure_key,
                 "a private key in clear: visible to every user of this machine");
  app.add_option("--timeout", flags.timeout, "seconds to wait for an answer or a receipt");
  app.add_flag("--no-wait", flags.no_wait, "do not wait until the transaction is final");
}

Language language_of(std::string_view name) {
  if (name.empty()) {
    const char* lang =
        std::getenv("LANG");  // NOLINT(concurrency-mt-unsafe): before any thread starts
    return lang != nullptr && std::string_view(lang).starts_with("zh") ? Language::kChinese
                                                                       : Language::kEnglish;
  }
  if (name.starts_with("zh")) return Language::kChinese;
  if (name == "en") return Language::kEnglish;
  fail_usage(fmt::format("--lang must be en or zh_CN, got \"{}\"", name));
}

Colour colour_of(std::string_view name) {
  if (name == "auto") return Colour::kAuto;
  if (name == "always") return Colour::kAlways;
  if (name == "never") return Colour::kNever;
  fail_usage(fmt::format("--color must be auto, always or never, got \"{}\"", name));
}

void apply(const GlobalFlags& flags, Session& session) {
  if (flags.json) session.out.format = Format::kJson;
  if (flags.plain) session.out.format = Format::kPlain;
  session.out.quiet = flags.quiet;
  session.out.verbose = flags.verbose;
  if (flags.verbose) {
    watch_files([&session](std::string_view verb, const fs::path& path) {
      session.out.detail(fmt::format("{} {}", verb, path.string()));
    });
  }
  // Before the settings are read, which may fail.
  if (!flags.color.empty()) session.out.colour = colour_of(flags.color);
  session.wait = !flags.no_wait;
  if (flags.password_fd >= 0) session.password_fd = flags.password_fd;
  if (!flags.insecure_key.empty()) session.insecure_key = flags.insecure_key;
  session.settings.load(flags.config.empty() ? std::nullopt : std::optional(flags.config));
  const auto set = [&](std::string_view section, std::string_view key, const std::string& value,
                       const char* flag) {
    if (!value.empty()) session.settings.set_flag(section, key, value, flag);
  };
  set("rpc", "url", flags.rpc, "--rpc");
  set("rpc", "timeout_s", flags.timeout, "--timeout");
  set("home", "path", flags.home, "--home");
  set("account", "from", flags.from, "--from");
  set("account", "signer", flags.signer, "--signer");
  set("account", "password_file", flags.password_file, "--password-file");
  set("output", "language", flags.language, "--lang");
  set("output", "color", flags.color, "--color");
  session.out.language = language_of(session.settings.get("output", "language"));
  session.out.colour = colour_of(session.settings.get("output", "color"));
}

int fail_with(const Session& session, const CliError& error) {
  session.out.end_progress();
  session.out.error(error);
  return static_cast<int>(error.code());
}

}  // namespace

CLI::App& Commands::group(const std::string& noun, const std::string& purpose) {
  CLI::App& out = *root_.add_subcommand(noun, purpose);
  out.require_subcommand(1);
  out.fallthrough();
  return out;
}

CLI::App& Commands::verb(CLI::App& group, const std::string& name, const std::string& purpose,
                         Action action) {
  CLI::App& out = *group.add_subcommand(name, purpose);
  out.fallthrough();
  const std::string command = &group == &root_ ? name : group.get_name() + " " + name;
  if (const auto example = example_of(command)) out.footer("Example: " + *example);
  out.callback([this, action = std::move(action)] { chosen_ = action; });
  return out;
}

CLI::App& Commands::single(const std::string& name, const std::string& purpose, Action action) {
  return verb(root_, name, purpose, std::move(action));
}

void add_follow_flags(CLI::App& verb, const FollowFlags& flags) {
  auto* follow = verb.add_flag("--follow", flags.follows, flags.purpose + " until Ctrl-C");
  verb.add_option("--count", flags.count, "end after so many")->needs(follow);
}

namespace {

void complete(Session& session, const std::string& shell) {
  const auto table = command_table();
  if (shell == "bash") return session.out.raw(completion_script(table, Shell::kBash));
  if (shell == "zsh") return session.out.raw(completion_script(table, Shell::kZsh));
  if (shell == "fish") return session.out.raw(completion_script(table, Shell::kFish));
  fail_usage(fmt::format("SHELL must be bash, zsh or fish, got \"{}\"", shell));
}

void print_reference(Session& session, const std::string& folder) {
  if (folder.empty()) return session.out.raw(command_reference());
  json::Value files = json::Value::array();
  Table table{{"file"}, {}};
  for (const auto& page : manual_pages(command_table())) {
    const auto path = (fs::path(folder) / page.file).string();
    write_file_durably(path, page.text);
    files.push(path);
    table.rows.push_back({path});
  }
  session.out.result(files, table);
}

/// About the command line itself: not on the first help.
void add_own_commands(Commands& commands) {
  auto shell = std::make_shared<std::string>();
  CLI::App& c =
      commands.single("completion", "a script that completes commands, flags and values in a shell",
                      [shell](Session& session) { complete(session, *shell); });
  c.add_option("SHELL", *shell, "bash, zsh or fish")->type_name("bash|zsh|fish")->required();
  c.group("");
  auto folder = std::make_shared<std::string>();
  CLI::App& r =
      commands.single("reference", "every command and flag as Markdown, as docs/cli.md has them",
                      [folder](Session& session) { print_reference(session, *folder); });
  r.add_option("--man", *folder, "write manual pages into this folder instead");
  r.group("");
}

/// The whole command line with a place for what is given on it.
struct CommandLine {
  CLI::App app{
      "Datapact: a ledger for trading data. The buyer pays if and only if the registered file "
      "arrives.",
      "datapact"};
  GlobalFlags flags;
  Commands commands{app};
  CommandLine();
};

/// The parser takes -1 for the largest number there is, and so what is too large.
std::string complaint_of_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end) return {};
  return "must be a whole decimal number from 0, got \"" + text + "\"";
}

/// A variable of a script that is not set: never the same as a flag that was not given.
std::string complaint_of_text(const std::string& text) {
  return text.empty() ? "must not be empty" : "";
}

/// What is signed, and what a contract or a node is given, may be an empty text.
bool may_be_empty(const CLI::Option& option) {
  const auto name = option.get_name(true, false);
  return name == "MESSAGE" || name == "ARGS" || name == "PARAMS";
}

/// As deep as there are commands: three levels.
void check_values(CLI::App& app) {  // NOLINT(misc-no-recursion)
  for (auto* option : app.get_options()) {
    const auto& type = option->get_type_name();
    // Signed ones are descriptors.
    if (type == "UINT" || type == "INT") {
      option->check(complaint_of_number);
    } else if (option->get_items_expected_max() > 0 && !may_be_empty(*option)) {
      option->check(complaint_of_text);
    }
  }
  for (auto* command : app.get_subcommands({})) check_values(*command);
}

CommandLine::CommandLine() {
  app.set_version_flag("--version", "datapact 0.1.0");
  app.require_subcommand(1);
  add_global_flags(app, flags);
  add_devnet_commands(commands);
  add_network_commands(commands);
  add_account_commands(commands);
  add_tx_commands(commands);
  add_contract_commands(commands);
  add_data_commands(commands);
  add_deal_commands(commands);
  add_evidence_commands(commands);
  add_chain_commands(commands);
  add_gov_commands(commands);
  add_rpc_commands(commands);
  add_config_commands(commands);
  add_own_commands(commands);
  check_values(app);
  app.footer("datapact GROUP --help lists its commands; datapact --help --all has the rest.");
}

/// The command that a line names, as far as it names one.
struct Place {
  const CLI::App& app;
  /// "datapact deal offer".
  std::string name;
  [[nodiscard]] std::string help() const { return name + " --help"; }
};

Place place_of(const CLI::App& root) {
  const CLI::App* at = &root;
  std::string name = "datapact";
  for (auto parsed = at->get_subcommands(); !parsed.empty(); parsed = at->get_subcommands()) {
    at = parsed.front();
    name += " " + at->get_name();
  }
  return {*at, std::move(name)};
}

/// The word that is no command, with what was probably meant: the parser only says that one is
/// missing.
CliError usage_error(const CLI::App& root, const CLI::ParseError& error) {
  const Place place = place_of(root);
  const CLI::App& at = place.app;
  const auto rest = root.remaining(true);
  if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr || rest.empty() ||
      at.get_subcommands({}).empty()) {
    return {ExitCode::kUsage, "usage", error.what(), place.help()};
  }
  std::vector<std::string> names;
  for (const auto* command : at.get_subcommands({})) names.push_back(command->get_name());
  const auto meant = closest(rest.front(), names);
  return {ExitCode::kUsage, "usage",
          fmt::format("\"{}\" is no command of {}", rest.front(), place.name),
          meant ? fmt::format("did you mean {} {}?", place.name, *meant) : place.help()};
}

/// For the help, which is shown before flags and settings are known.
bool wants_chinese(int argc, const char* const* argv) {
  std::string_view given;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--lang" && i + 1 < argc) given = argv[i + 1];
    if (word.starts_with("--lang=")) given = word.substr(7);
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread starts
  const char* variable = std::getenv("DATAPACT_OUTPUT_LANGUAGE");
  if (given.empty() && variable != nullptr) given = variable;
  return given.empty() ? language_of("") == Language::kChinese : given.starts_with("zh");
}

std::string in_chinese(const std::string& english) { return chinese_of(english).value_or(english); }

/// The descriptions of an app, its options and its commands, and the headings over them; the words
/// of the command line stay. As deep as there are commands: three levels.
void to_chinese(CLI::App& app) {  // NOLINT(misc-no-recursion)
  app.description(in_chinese(app.get_description()));
  app.footer(in_chinese(app.get_footer()));
  app.group(in_chinese(app.get_group()));
  for (auto* option : app.get_options()) {
    option->description(in_chinese(option->get_description()));
    option->group(in_chinese(option->get_group()));
  }
  for (auto* command : app.get_subcommands({})) to_chinese(*command);
}

/// What the parser puts around them.
void label_in_chinese(CLI::App& root) {
  for (const char* label :
       {"Usage", "OPTIONS", "SUBCOMMAND", "Positionals", "REQUIRED", "Excludes"})
    root.get_formatter()->label(label, in_chinese(label));
}

/// Words may stand behind it, which an error must not repeat.
bool has_mnemonic_flag(int argc, const char* const* argv) {
  return std::any_of(argv, argv + argc, [](std::string_view word) {
    return word == "--mnemonic" || word.starts_with("--mnemonic=");
  });
}

CliError mnemonic_on_line(const std::string& hint) {
  return {
      ExitCode::kUsage, "literal-key",
      "the line was not understood. --mnemonic is a flag without a value: on a command line every "
      "user of this machine can read words; give --mnemonic-file FILE or answer the prompt",
      hint};
}

/// A flag with "=" and nothing behind it: the parser would take the next word for its value.
std::optional<std::string> flag_without_value(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") break;
    if (word.starts_with("--") && word.size() > 3 && word.find('=') == word.size() - 1)
      return std::string(word.substr(0, word.size() - 1));
  }
  return std::nullopt;
}

/// How to print an error of a line that was not understood.
void apply_raw(int argc, const char* const* argv, Output& out) {
  const std::vector<std::string_view> words(argv, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view next = i + 1 < words.size() ? words[i + 1] : "";
    if (words[i] == "--json") out.format = Format::kJson;
    if (words[i] == "--color=always" || (words[i] == "--color" && next == "always"))
      out.colour = Colour::kAlways;
    if (words[i] == "--color=never" || (words[i] == "--color" && next == "never"))
      out.colour = Colour::kNever;
  }
}

}  // namespace

CommandTable command_table() { return table_of(CommandLine().app); }

std::optional<std::string> usage_mistake(const std::string& line) {
  CommandLine commands;
  try {
    commands.app.parse(line, false);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return std::nullopt;
}

std::string command_reference() { return reference_of(CommandLine().app); }

int run_app(int argc, const char* const* argv) {
  CommandLine line;
  const bool is_chinese = wants_chinese(argc, argv);
  if (is_chinese) {
    label_in_chinese(line.app);
    to_chinese(line.app);
  }
  Session session;
  // For what is wrong before the settings are read.
  if (is_chinese) session.out.language = Language::kChinese;
  try {
    if (const auto flag = flag_without_value(argc, argv))
      throw CLI::ValidationError(*flag, complaint_of_text(""));
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      // A help is shown while the line is being read: what is to be in it is in the words alone.
      if (std::find(argv, argv + argc, std::string_view("--all")) != argv + argc) {
        for (auto* app : line.app.get_subcommands({}))
          app->group(is_chinese ? in_chinese("Subcommands") : "Subcommands");
      }
      return line.app.exit(error);
    }
    apply_raw(argc, argv, session.out);
    auto shown = usage_error(line.app, error);
    if (has_mnemonic_flag(argc, argv)) shown = mnemonic_on_line(place_of(line.app).help());
    return fail_with(session, shown);
  }
  watch_interrupts();
  try {
    apply(line.flags, session);
    line.commands.chosen()(session);
    return 0;
  } catch (const CliError& error) {
    return fail_with(session, error);
  } catch (const std::exception& error) {
    return fail_with(session, CliError(ExitCode::kFailed, "failed", error.what()));
  }
}

}  // namespace datapact::tools
