// datapact account: sign, verify.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/typed_data.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/eip191.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/signer.hpp"
#include "tools/commands/account.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::tools {
namespace {

contracts::TypedDataHashes hash_typed_data(const json::Value& document, const std::string& file) {
  auto hashes = contracts::hash_typed_data(document);
  if (!hashes) fail_file("malformed-typed-data", file + ": " + hashes.error().message);
  return std::move(*hashes);
}

struct SignFlags {
  std::string message;
  std::string typed;
};

void sign_typed(Session& session, const std::string& file) {
  auto document = read_json_file(file);
  const auto hashes = hash_typed_data(document, file);
  const auto request = signing_request(std::move(document), hashes.digest);
  const auto signature = crypto::to_bytes_v27(session.signer().sign(request));
  session.out.result(json::Value::object({{"address", to_hex0x(session.signer().address())},
                                          {"primaryType", hashes.primary_type},
                                          {"domainSeparator", to_hex0x(hashes.domain_separator)},
                                          {"messageHash", to_hex0x(hashes.message_hash)},
                                          {"digest", to_hex0x(hashes.digest)},
                                          {"signature", to_hex0x(signature)}}),
                     to_hex0x(signature));
}

void sign(Session& session, const SignFlags& flags, bool has_message) {
  if (has_message == !flags.typed.empty()) fail_usage("give either MESSAGE or --typed FILE");
  if (!has_message) {
    sign_typed(session, flags.typed);
    return;
  }
  const auto request = signing_request(std::string_view{flags.message});
  const auto signature = crypto::to_bytes_v27(session.signer().sign(request));
  session.out.result(json::Value::object({{"address", to_hex0x(session.signer().address())},
                                          {"message", flags.message},
                                          {"signature", to_hex0x(signature)}}),
                     to_hex0x(signature));
}

struct VerifyFlags {
  std::string address;
  std::string message;
  std::string signature;
  std::string typed;
};

void verify(Session& session, VerifyFlags flags, bool has_signature) {
  // Typed data stands in the place of the text.
  if (has_signature == !flags.typed.empty())
    fail_usage("give ADDRESS MESSAGE SIGNATURE, or ADDRESS SIGNATURE --typed FILE");
  if (!has_signature) flags.signature = flags.message;
  const Address address = parse_address("ADDRESS", flags.address);
  const auto signature = from_hex(flags.signature);
  if (!signature || signature->size() != 65)
    fail_usage("SIGNATURE must be 65 bytes in hex, got \"" + flags.signature + "\"");
  const Hash256 digest = has_signature
                             ? personal_hash(flags.message)
                             : hash_typed_data(read_json_file(flags.typed), flags.typed).digest;
  const auto signer = signer_of(digest, *signature);
  if (signer != address) {
    fail_verification("wrong-signer", signer ? fmt::format("signed by {}, not by {}",
                                                           to_hex0x(*signer), flags.address)
                                             : "the signature recovers nobody");
  }
  session.out.result(json::Value::object({{"address", to_hex0x(address)}, {"ok", true}}),
                     "signed by " + to_hex0x(address));
}

}  // namespace

void add_account_signing_verbs(Commands& commands, CLI::App& group) {
  auto flags = std::make_shared<SignFlags>();
  auto message = std::make_shared<CLI::Option*>(nullptr);
  CLI::App& s = commands.verb(
      group, "sign", "sign a text (EIP-191) or typed data (EIP-712)",
      [flags, message](Session& session) { sign(session, *flags, (*message)->count() != 0); });
  *message = s.add_option("MESSAGE", flags->message, "the text");
  s.add_option("--typed", flags->typed, "instead of a text: JSON as of eth_signTypedData_v4");

  auto check = std::make_shared<VerifyFlags>();
  auto signature = std::make_shared<CLI::Option*>(nullptr);
  CLI::App& v =
      commands.verb(group, "verify", "whether a text, or typed data, is signed by an account",
                    [check, signature](Session& session) {
                      verify(session, *check, (*signature)->count() != 0);
                    });
  v.add_option("ADDRESS", check->address, "expected signer")->required();
  v.add_option("MESSAGE", check->message, "the text; with --typed the signature")->required();
  *signature = v.add_option("SIGNATURE", check->signature, "65 bytes in hex");
  v.add_option("--typed", check->typed, "the typed data that was signed, in place of MESSAGE");
}

}  // namespace datapact::tools
