#include "tools/cli/session.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/keystore.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/rpc_client.hpp"
#include "tools/cli/signer.hpp"
#include "tools/cli/system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <ratio>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <string>
#include <string_view>
#include <sys/poll.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace datapact::tools {
namespace {

std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

/// Waits until there is something to read, or the end; false when Ctrl-C came first. No signal is
/// lost between the look at it and the wait.
bool wait_for_input(int descriptor) {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGINT);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  pollfd input{descriptor, POLLIN, 0};
  int found = -1;
  while (found < 0 && !interrupted()) {
    found = ::ppoll(&input, 1, nullptr, &before);
    if (found < 0 && errno != EINTR) break;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return found > 0;
}

/// The next line, one byte at a time so that what follows is still there; nothing when there is
/// none, or Ctrl-C comes first.
std::optional<std::string> read_line(int descriptor) {
  constexpr std::size_t kLineMax = 4096;
  std::string out;
  char letter = 0;
  while (out.size() < kLineMax) {
    if (!wait_for_input(descriptor)) return std::nullopt;
    const auto count = ::read(descriptor, &letter, 1);
    if (count <= 0 && out.empty()) return std::nullopt;
    if (count <= 0 || letter == '\n') break;
    out.push_back(letter);
  }
  return first_line(std::move(out));
}

[[noreturn]] void refuse(std::string_view argument, std::string_view rule, std::string_view text) {
  fail_usage(fmt::format("{} must be {}, got \"{}\"", argument, rule, text));
}

}  // namespace

std::string line_of_descriptor(std::string_view flag, int descriptor, std::string_view name) {
  auto line = read_line(descriptor);
  if (line) return std::move(*line);
  if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
  throw CliError(ExitCode::kAuthority, std::string(name),
                 fmt::format("descriptor {} of {} has no line to read", descriptor, flag));
}

std::string password_from_file(std::string_view flag, const std::string& file) {
  refuse_literal_key(flag, file);
  return first_line(read_text_file(file, 4096));
}

fs::path keystore_path(const fs::path& home, const Address& address) {
  return home / "keystore" / (to_hex0x(address) + ".json");
}

void refuse_literal_key(std::string_view flag, std::string_view text) {
  if (!fixed_from_hex<crypto::PrivateKey>(text)) return;
  throw CliError(
      ExitCode::kUsage, "literal-key",
      fmt::format("{} looks like a private key in clear, which every user of this machine "
                  "can read on a command line: only --insecure-key takes one",
                  flag),
      "keep it in a file of mode 0600: datapact account import --key-file FILE");
}

std::string prompt_password(const Output& out, std::string_view question, std::string_view hint) {
  if (::isatty(STDIN_FILENO) == 0) {
    throw CliError(ExitCode::kAuthority, "no-password",
                   "a password is needed and there is no terminal to ask on", std::string(hint));
  }
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  // Only now: what is typed before is thrown away.
  std::fprintf(stderr, "%s: ", out.say(question).c_str());
  auto line = read_line(STDIN_FILENO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fputc('\n', stderr);
  if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
  return std::move(line).value_or("");
}

void Session::require_wait(std::string_view command, std::string_view why) const {
  if (!wait) fail_usage(fmt::format("{} cannot run with --no-wait: {}", command, why));
}

RpcClient& Session::rpc() {
  if (rpc_) return *rpc_;
  const auto& endpoint = settings.origin("rpc", "url");
  rpc_ = std::make_unique<RpcClient>(endpoint.value, timeout());
  if (!out.verbose) return *rpc_;
  out.detail(fmt::format("endpoint {} ({})", endpoint.value, endpoint.origin));
  rpc_->observe([this](const std::string& method, std::chrono::nanoseconds spent) {
    const std::chrono::duration<double, std::milli> milliseconds = spent;
    out.detail(fmt::format("{} {:.1f} ms", method, milliseconds.count()));
  });
  return *rpc_;
}

std::chrono::seconds Session::seconds_of(std::string_view section, std::string_view key,
                                         std::string_view name) const {
  const auto& text = settings.get(section, key);
  unsigned seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || seconds == 0) {
    refuse(name, "a number of seconds above 0", text);
  }
  return std::chrono::seconds(seconds);
}

std::chrono::seconds Session::timeout() const {
  return seconds_of("rpc", "timeout_s", "--timeout (rpc.timeout_s)");
}

fs::path Session::home() const {
  const auto& text = settings.get("home", "path");
  if (!text.starts_with("~/")) return text;
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  if (home == nullptr) fail_file("config", "home.path starts with ~ and HOME is not set");
  return fs::path(home) / text.substr(2);
}

fs::path Session::keystore_file() const {
  const auto& from = settings.get("account", "from");
  if (from.empty()) {
    throw CliError(
        ExitCode::kAuthority, "no-account", "no account to sign with",
        "give --from ADDRESS or --from KEYSTORE-FILE; datapact account list shows what there is");
  }
  if (const auto address = fixed_from_hex<Address>(from)) {
    auto path = keystore_path(home(), *address);
    if (!fs::exists(path)) {
      throw CliError(ExitCode::kAuthority, "no-such-account",
                     fmt::format("no keystore of {} in {}", from, (home() / "keystore").string()),
                     "datapact account list shows what there is");
    }
    return path;
  }
  refuse_literal_key("--from", from);
  return from;
}

std::string Session::password_from_descriptor() const {
  return line_of_descriptor("--password-fd", password_fd.value_or(-1), "no-password");
}

std::string Session::password() const {
  if (password_fd) return password_from_descriptor();
  const auto& file = settings.get("account", "password_file");
  if (!file.empty()) return password_from_file("--password-file", file);
  return prompt_password(out, "password");
}

const Signer& Session::signer() {
  const auto& command = settings.get("account", "signer");
  if (command.empty()) return key_signer();
  if (insecure_key) fail_usage("give either --signer or --insecure-key");
  if (!command_signer_) {
    command_signer_ = std::make_unique<CommandSigner>(
        from_address(),
        CommandSigner::Command{
            command, seconds_of("account", "signer_timeout_s", "account.signer_timeout_s")},
        out);
  }
  return *command_signer_;
}

const KeySigner& Session::key_signer() {
  if (key_signer_) return *key_signer_;
  if (insecure_key) {
    const auto key = fixed_from_hex<crypto::PrivateKey>(*insecure_key);
    if (!key || !crypto::is_valid(*key))
      refuse("--insecure-key", "64 hex digits of a valid key", "(hidden)");
    key_signer_ = std::make_unique<KeySigner>(*key);
    return *key_signer_;
  }
  const fs::path path = keystore_file();
  auto key = crypto::decrypt_keystore(read_json_file(path), password());
  if (!key) {
    throw CliError(ExitCode::kAuthority, "keystore",
                   fmt::format("{}: {}", path.string(), crypto::to_string(key.error())));
  }
  key_signer_ = std::make_unique<KeySigner>(*key);
  crypto::zeroise(*key);
  return *key_signer_;
}

Address Session::from_address() {
  if (insecure_key || key_signer_) return key_signer().address();
  if (const auto address = fixed_from_hex<Address>(settings.get("account", "from")))
    return *address;
  const auto document = read_json_file(keystore_file());
  const auto* member = document.find("address");
  const auto* text = member != nullptr ? member->as_string() : nullptr;
  const auto address = text != nullptr ? fixed_from_hex<Address>(*text) : std::nullopt;
  return address ? *address : key_signer().address();
}

Address parse_address(std::string_view argument, std::string_view text) {
  const auto address = text.starts_with("0x") ? fixed_from_hex<Address>(text) : std::nullopt;
  if (!address) refuse(argument, "an address: 0x and 40 hex digits", text);
  return *address;
}

Hash256 parse_hash(std::string_view argument, std::string_view text) {
  const auto hash = text.starts_with("0x") ? fixed_from_hex<Hash256>(text) : std::nullopt;
  if (!hash) refuse(argument, "a hash: 0x and 64 hex digits", text);
  return *hash;
}

uint256 parse_number(std::string_view argument, std::string_view text) {
  const auto number = uint256::parse(text);
  if (!number) refuse(argument, "a decimal or 0x number below 2^256", text);
  return *number;
}

uint256 parse_money(std::string_view argument, std::string_view text) {
  const auto dot = text.find('.');
  std::string digits(text.substr(0, dot));
  std::string fraction(dot == std::string_view::npos ? "" : text.substr(dot + 1));
  const bool has_fraction = dot == std::string_view::npos || !fraction.empty();
  if (fraction.size() > 6 || !has_fraction || digits.starts_with("0x")) {
    refuse(argument, "an amount with at most six decimals", text);
  }
  fraction.resize(6, '0');
  const std::string all = digits + fraction;
  const bool is_decimal = std::ranges::all_of(all, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_decimal || text.empty()) refuse(argument, "an amount with at most six decimals", text);
  const auto micro = uint256::parse(all);
  // What contracts keep of money is a uint128.
  if (!micro || micro->bit_length() > 128)
    refuse(argument, "an amount of at most 340282366920938463463374607431768.211455", text);
  return *micro;
}

}  // namespace datapact::tools
