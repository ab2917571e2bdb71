#include "node/validator_key.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/keystore.hpp"
#include "crypto/secp256k1.hpp"
#include "node/files.hpp"
#include "node/start_error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::node {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

StartError key_error(const std::filesystem::path& file, std::string_view reason) {
  return {ExitCode::kAuthority, "validator key " + file.string() + ": " + std::string(reason)};
}

Result<ValidatorKey, StartError> open_keystore(
    const std::filesystem::path& file, std::string_view text,
    const std::optional<std::filesystem::path>& password_file) {
  const auto document = json::parse(text);
  if (!document.has_value()) return fail(key_error(file, "not JSON: " + document.error().message));
  if (!password_file) {
    return fail(key_error(file, "is a keystore: validator.password_file must name its password"));
  }
  TRY(const auto password, read_text_file(*password_file));
  auto line = std::string_view(password);
  line = line.substr(0, line.find_first_of("\r\n"));
  auto key = crypto::decrypt_keystore(*document, line);
  if (!key.has_value()) return fail(key_error(file, to_string(key.error())));
  const auto* mark = document->find("devnet");
  return ValidatorKey{*key, mark != nullptr && mark->as_bool().value_or(false)};
}

}  // namespace

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

Result<ValidatorKey, StartError> load_validator_key(
    const std::filesystem::path& file, const std::optional<std::filesystem::path>& password_file) {
  TRY(const auto content, read_text_file(file));
  const auto text = trimmed(content);
  if (text.starts_with('{')) return open_keystore(file, text, password_file);
  const auto key = fixed_from_hex<crypto::PrivateKey>(text);
  if (!key || !crypto::is_valid(*key)) {
    return fail(key_error(file, "neither a keystore nor a private key of 64 hexadecimal digits"));
  }
  return ValidatorKey{*key, true};
}

Result<void, StartError> check_devnet_key(const ValidatorKey& key, const std::string& address,
                                          std::string_view setting) {
  if (!key.is_devnet || is_loopback(address)) return {};
  return fail(
      StartError{ExitCode::kAuthority,
                 "the validator key is a development key: it may serve loopback only, not " +
                     address + " (" + std::string(setting) + ")"});
}

KeySigner::~KeySigner() { crypto::zeroise(key_); }

}  // namespace datapact::node
