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

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <termios.h>
#include <unistd.h>

namespace datapact::tools {
namespace {

std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

std::string read_descriptor(int descriptor) {
  std::string out;
  char piece[256];
  // Bounded: a password longer than 4 KiB is not read.
  while (out.size() < 4096) {
    const auto count = ::read(descriptor, piece, sizeof piece);
    if (count <= 0) break;
    out.append(piece, static_cast<std::size_t>(count));
  }
  return first_line(out);
}

[[noreturn]] void refuse(std::string_view argument, std::string_view rule, std::string_view text) {
  fail_usage(fmt::format("{} must be {}, got \"{}\"", argument, rule, text));
}

}  // namespace

Signer::Signer(const crypto::PrivateKey& key) : key_(key), address_(crypto::address_of(key)) {}
Signer::~Signer() { crypto::zeroise(key_); }

fs::path keystore_path(const fs::path& home, const Address& address) {
  return home / "keystore" / (to_hex0x(address) + ".json");
}

std::string prompt_password(std::string_view question) {
  if (::isatty(STDIN_FILENO) == 0) {
    throw CliError(ExitCode::kAuthority, "no-password",
                   "a password is needed and there is no terminal to ask on",
                   "give --password-file FILE or --password-fd N");
  }
  std::fprintf(stderr, "%.*s: ", static_cast<int>(question.size()), question.data());
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  std::string line;
  for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar())
    line.push_back(static_cast<char>(c));
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fputc('\n', stderr);
  return line;
}

void Session::require_wait(std::string_view command, std::string_view why) const {
  if (!wait) fail_usage(fmt::format("{} cannot run with --no-wait: {}", command, why));
}

RpcClient& Session::rpc() {
  if (!rpc_) rpc_ = std::make_unique<RpcClient>(settings.get("rpc", "url"), timeout());
  return *rpc_;
}

std::chrono::seconds Session::timeout() const {
  const auto& text = settings.get("rpc", "timeout_s");
  unsigned seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || seconds == 0) {
    refuse("--timeout (rpc.timeout_s)", "a number of seconds above 0", text);
  }
  return std::chrono::seconds(seconds);
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
  return from;
}

std::string Session::password() {
  if (password_fd) return read_descriptor(*password_fd);
  const auto& file = settings.get("account", "password_file");
  if (!file.empty()) return first_line(read_text_file(file, 4096));
  return prompt_password("password");
}

const Signer& Session::signer() {
  if (signer_) return *signer_;
  if (insecure_key) {
    const auto key = fixed_from_hex<crypto::PrivateKey>(*insecure_key);
    if (!key || !crypto::is_valid(*key))
      refuse("--insecure-key", "64 hex digits of a valid key", "(hidden)");
    signer_ = std::make_unique<Signer>(*key);
    return *signer_;
  }
  const fs::path path = keystore_file();
  auto key = crypto::decrypt_keystore(read_json_file(path), password());
  if (!key) {
    throw CliError(ExitCode::kAuthority, "keystore",
                   fmt::format("{}: {}", path.string(), crypto::to_string(key.error())));
  }
  signer_ = std::make_unique<Signer>(*key);
  crypto::zeroise(*key);
  return *signer_;
}

Address Session::from_address() {
  if (insecure_key || signer_) return signer().address();
  if (const auto address = fixed_from_hex<Address>(settings.get("account", "from")))
    return *address;
  const auto document = read_json_file(keystore_file());
  const auto* member = document.find("address");
  const auto* text = member != nullptr ? member->as_string() : nullptr;
  const auto address = text != nullptr ? fixed_from_hex<Address>(*text) : std::nullopt;
  return address ? *address : signer().address();
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
  const auto micro = uint256::parse(digits + fraction);
  if (!micro || micro->bit_length() > 128)
    refuse(argument, "an amount with at most six decimals", text);
  return *micro;
}

}  // namespace datapact::tools
