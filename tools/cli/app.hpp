#pragma once
// The frame of the command line: global flags, groups of commands, one place that prints errors.
#include "tools/cli/command_table.hpp"
#include "tools/cli/session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace datapact::tools {

/// A command is chosen while the line is parsed and runs after settings are loaded: groups call
/// this in their callbacks.
using Action = std::function<void(Session&)>;

class Commands {
 public:
  /// Noun of the group and what it is for.
  [[nodiscard]] CLI::App& group(const std::string& noun, const std::string& purpose);
  /// Adds a verb to a group; `action` runs when the line names it.
  CLI::App& verb(CLI::App& group, const std::string& name, const std::string& purpose,
                 Action action);

  /// A command without verbs.
  CLI::App& single(const std::string& name, const std::string& purpose, Action action);

  explicit Commands(CLI::App& root) : root_(root) {}
  [[nodiscard]] const Action& chosen() const noexcept { return chosen_; }

 private:
  CLI::App& root_;
  Action chosen_;
};

/// `--follow` and `--count` of a command that can go on.
struct FollowFlags {
  bool& follows;
  std::uint64_t& count;
  std::string purpose;
};
void add_follow_flags(CLI::App& verb, const FollowFlags& flags);

/// One function a group, each in its own file.
void add_account_commands(Commands& commands);
void add_chain_commands(Commands& commands);
void add_config_commands(Commands& commands);
void add_contract_commands(Commands& commands);
void add_data_commands(Commands& commands);
void add_deal_commands(Commands& commands);
void add_devnet_commands(Commands& commands);
void add_evidence_commands(Commands& commands);
void add_gov_commands(Commands& commands);
void add_network_commands(Commands& commands);
void add_rpc_commands(Commands& commands);
void add_tx_commands(Commands& commands);

/// Every command and flag there is.
[[nodiscard]] CommandTable command_table();
/// Reads what follows "datapact" on a line without running it: what is wrong with it, or nothing.
[[nodiscard]] std::optional<std::string> usage_mistake(const std::string& line);
/// Every command and flag as Markdown: docs/cli.md holds it.
[[nodiscard]] std::string command_reference();

/// Parses and runs; returns the process's exit code.
[[nodiscard]] int run_app(int argc, const char* const* argv);

}  // namespace datapact::tools
