#pragma once
// What every command has at hand: settings, output, the node, the signing account.
#include "base/types.hpp"
#include "node/system_clock.hpp"
#include "node/system_random.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/rpc_client.hpp"
#include "tools/cli/settings.hpp"
#include "tools/cli/signer.hpp"
#include "tools/cli/system.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace datapact::tools {

class Session {
 public:
  Output out;
  Settings settings;
  node::SystemRandom random;
  node::SystemClock clock;
  /// --no-wait: do not wait for receipts.
  bool wait = true;
  /// A usage error with --no-wait: `why` says what the command must wait for.
  void require_wait(std::string_view command, std::string_view why) const;
  /// A descriptor to read the password from, --password-fd.
  std::optional<int> password_fd;
  /// --insecure-key: a private key given in clear, for devnets and tests.
  std::optional<std::string> insecure_key;

  /// Connects on first use.
  [[nodiscard]] RpcClient& rpc();
  [[nodiscard]] std::chrono::seconds timeout() const;
  /// The folder of keystores, data sets and deals, with ~ expanded.
  [[nodiscard]] fs::path home() const;
  /// Who signs for the account named by --from: the command of --signer, else key_signer().
  [[nodiscard]] const Signer& signer();
  /// The account named by --from (an address in the home's keystore, or a keystore file), unlocked.
  /// Wrong password, no such account and an unreadable keystore are different CliErrors, all with
  /// code 6.
  [[nodiscard]] const KeySigner& key_signer();
  /// The same account without unlocking it.
  [[nodiscard]] Address from_address();
  /// Where the keystore of --from lies.
  [[nodiscard]] fs::path keystore_file() const;
  /// The next line of --password-fd; a CliError when there is none.
  [[nodiscard]] std::string password_from_descriptor() const;

 private:
  [[nodiscard]] std::string password() const;
  [[nodiscard]] std::chrono::seconds seconds_of(std::string_view section, std::string_view key,
                                                std::string_view name) const;
  std::unique_ptr<RpcClient> rpc_;
  std::unique_ptr<KeySigner> key_signer_;
  std::unique_ptr<CommandSigner> command_signer_;
};

/// Where a keystore of that address lies in a home.
[[nodiscard]] fs::path keystore_path(const fs::path& home, const Address& address);
/// The next line of a descriptor that `flag` gives; a CliError of that name when there is none.
[[nodiscard]] std::string line_of_descriptor(std::string_view flag, int descriptor,
                                             std::string_view name);
/// The first line of the file that `flag` names.
[[nodiscard]] std::string password_from_file(std::string_view flag, const std::string& file);
/// Asks on the terminal without echo; a CliError with `hint` when there is none. Ctrl-C ends it.
[[nodiscard]] std::string prompt_password(
    const Output& out, std::string_view question,
    std::string_view hint = "give --password-file FILE or --password-fd N");
/// A usage error when the value of `flag` is a private key in clear, where a file is meant; the
/// value is not shown.
void refuse_literal_key(std::string_view flag, std::string_view text);

/// Arguments of commands: each refuses foreign text with a usage error that names the argument, the
/// rule and the value.
[[nodiscard]] Address parse_address(std::string_view argument, std::string_view text);
[[nodiscard]] Hash256 parse_hash(std::string_view argument, std::string_view text);
[[nodiscard]] uint256 parse_number(std::string_view argument, std::string_view text);
/// "12.5" as 12,500,000: money in 10^-6 of the currency.
[[nodiscard]] uint256 parse_money(std::string_view argument, std::string_view text);

}  // namespace datapact::tools
