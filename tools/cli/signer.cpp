#include "tools/cli/signer.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/transaction.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/eip191.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/shell_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::tools {
namespace {

constexpr std::string_view kFormat = "datapact-signing-request/1";
constexpr std::size_t kReasonMax = 300;

[[noreturn]] void refuse(std::string name, std::string message, std::string hint = {}) {
  throw CliError(ExitCode::kAuthority, std::move(name), std::move(message), std::move(hint));
}

/// A foreign text on one line, without what a terminal would obey.
std::string shown(std::string text) {
  text.resize(std::min(text.size(), kReasonMax));
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return text;
}

/// What errors call a command: the word that is the program, for an argument or a variable set
/// before it may be a secret, and errors are logged.
std::string program_of(std::string_view command) {
  constexpr std::string_view kBlank = " \t\n";
  for (;;) {
    command.remove_prefix(std::min(command.find_first_not_of(kBlank), command.size()));
    const auto word = command.substr(0, command.find_first_of(kBlank));
    if (word.find('=') == std::string_view::npos) return shown(std::string(word));
    command.remove_prefix(word.size());
  }
}

void require_end(const ShellResult& result, const std::string& program,
                 std::chrono::seconds time_max) {
  switch (result.end) {
    case ShellResult::End::kExited:
    case ShellResult::End::kKilled:
      return;
    case ShellResult::End::kInterrupted:
      throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
    case ShellResult::End::kTimeout:
      throw CliError(
          ExitCode::kConnection, "timeout",
          fmt::format("the signer \"{}\" has not answered within {} s", program, time_max.count()),
          "account.signer_timeout_s says how long it may take");
    case ShellResult::End::kTooMuch:
      refuse("signer-answer",
             fmt::format("the signer \"{}\" answers more than one document", program));
  }
}

/// The answer of a signer that did not fail, or a CliError with what it says.
json::Value answer_of(const ShellResult& result, const std::string& program) {
  auto answer = json::parse(result.output);
  const auto* error = answer ? answer->find("error") : nullptr;
  if (error != nullptr && error->as_string() != nullptr) {
    refuse("signer-refused",
           fmt::format("the signer \"{}\" refuses: {}", program, shown(*error->as_string())));
  }
  if (result.end == ShellResult::End::kKilled)
    refuse("signer-failed",
           fmt::format("the signer \"{}\" died of signal {}", program, result.code));
  if (result.code != 0) {
    // As shells have it.
    constexpr int kNotExecutable = 126;
    constexpr int kNotFound = 127;
    const bool is_missing = result.code == kNotExecutable || result.code == kNotFound;
    refuse("signer-failed",
           fmt::format("the signer \"{}\" ended with exit code {}", program, result.code),
           is_missing ? "the shell found no such command" : "");
  }
  if (!answer) {
    refuse("signer-answer", fmt::format("the signer \"{}\" answers what is not JSON: {} at byte {}",
                                        program, answer.error().message, answer.error().offset));
  }
  return std::move(*answer);
}

std::optional<Bytes> signature_of(const json::Value& answer) {
  const auto* object = answer.as_object();
  const auto* member = answer.find("signature");
  if (object == nullptr || object->size() != 1 || member == nullptr) return std::nullopt;
  const auto* text = member->as_string();
  auto bytes = text != nullptr ? from_hex(*text) : std::nullopt;
  if (!bytes || bytes->size() != crypto::SignatureBytes::kSize) return std::nullopt;
  // Both ways to write v are in use.
  if (bytes->back() < 2) bytes->back() = static_cast<std::uint8_t>(bytes->back() + 27);
  return bytes;
}

}  // namespace

SigningRequest signing_request(const chain::Transaction& txn) {
  auto fields = json::Value::object(
      {{"type", to_quantity(static_cast<std::uint64_t>(txn.type))},
       {"chainId", txn.chain_id ? json::Value{to_quantity(txn.chain_id->raw())} : json::Value{}},
       {"nonce", to_quantity(txn.nonce.raw())},
       {"maxPriorityFeePerGas", to_quantity(txn.max_priority_fee_per_gas)},
       {"maxFeePerGas", to_quantity(txn.max_fee_per_gas)},
       {"gas", to_quantity(txn.gas_limit.raw())},
       {"to", txn.to ? json::Value{to_hex0x(*txn.to)} : json::Value{}},
       {"value", to_quantity(txn.value.raw())},
       {"data", to_hex0x(txn.data)}});
  return {chain::signing_hash(txn), "transaction", std::move(fields)};
}

SigningRequest signing_request(std::string_view message) {
  return {personal_hash(message), "message", message};
}

SigningRequest signing_request(json::Value document, const Hash256& digest) {
  return {digest, "typedData", std::move(document)};
}

KeySigner::KeySigner(const crypto::PrivateKey& key)
    : key_(key), address_(crypto::address_of(key)) {}
KeySigner::~KeySigner() { crypto::zeroise(key_); }

crypto::Signature KeySigner::sign(const SigningRequest& request) const {
  return crypto::sign(request.digest, key_);
}

crypto::Signature CommandSigner::sign(const SigningRequest& request) const {
  const auto document = json::Value::object({{"format", kFormat},
                                             {"address", to_hex0x(address_)},
                                             {"digest", to_hex0x(request.digest)},
                                             {"kind", request.kind},
                                             {request.kind, request.content}});
  out_.progress(fmt::format("waiting for the signer of {}", to_hex0x(address_)));
  const auto result = run_shell(command_.text, json::to_text(document) + "\n", {command_.time_max});
  out_.end_progress();
  const std::string program = program_of(command_.text);
  require_end(result, program, command_.time_max);
  const auto bytes = signature_of(answer_of(result, program));
  if (!bytes) {
    refuse("signer-answer",
           fmt::format("the signer \"{}\" must answer {{\"signature\": \"0x…\"}} with "
                       "65 bytes, or {{\"error\": \"…\"}}",
                       program));
  }
  const auto found = signer_of(request.digest, *bytes);
  if (found != address_) {
    refuse("signer-answer",
           fmt::format("the signer \"{}\" answers a signature of {}, not of {}", program,
                       found ? to_hex0x(*found) : "nobody", to_hex0x(address_)));
  }
  const auto signature = crypto::signature_from_bytes_v27(*bytes);
  INVARIANT(signature.has_value());
  return signature.value_or(crypto::Signature{});
}

}  // namespace datapact::tools
