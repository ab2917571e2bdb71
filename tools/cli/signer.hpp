#pragma once
// Who signs for an account: a key at hand, or a command of the user's that has it.
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/transaction.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace datapact::tools {

class Output;

/// What is to be signed, whole: a signer that is careful computes the digest again and shows the
/// content.
struct SigningRequest {
  Hash256 digest;
  /// "transaction", "message" or "typedData".
  std::string kind;
  /// Of that kind: docs/formats/signing-request.md.
  json::Value content;
};
[[nodiscard]] SigningRequest signing_request(const chain::Transaction& txn);
/// EIP-191.
[[nodiscard]] SigningRequest signing_request(std::string_view message);
/// EIP-712: `document` as of eth_signTypedData_v4, which has that digest.
[[nodiscard]] SigningRequest signing_request(json::Value document, const Hash256& digest);

class Signer {
 public:
  Signer() = default;
  virtual ~Signer() = default;
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;
  Signer(Signer&&) = delete;
  Signer& operator=(Signer&&) = delete;
  [[nodiscard]] virtual const Address& address() const noexcept = 0;
  /// A signature by the key of address(), with low s; a CliError when there is none.
  [[nodiscard]] virtual crypto::Signature sign(const SigningRequest& request) const = 0;
};

/// An unlocked account; the key is wiped at the end.
class KeySigner final : public Signer {
 public:
  explicit KeySigner(const crypto::PrivateKey& key);
  ~KeySigner() override;
  KeySigner(const KeySigner&) = delete;
  KeySigner& operator=(const KeySigner&) = delete;
  KeySigner(KeySigner&&) = delete;
  KeySigner& operator=(KeySigner&&) = delete;
  [[nodiscard]] const Address& address() const noexcept override { return address_; }
  [[nodiscard]] crypto::Signature sign(const SigningRequest& request) const override;
  [[nodiscard]] const crypto::PrivateKey& key() const noexcept { return key_; }

 private:
  crypto::PrivateKey key_;
  Address address_;
};

/// Asks a command (docs/formats/signing-request.md) and believes no answer that does not recover to
/// the address.
class CommandSigner final : public Signer {
 public:
  struct Command {
    std::string text;  ///< run by sh -c
    std::chrono::seconds time_max;
  };
  /// `out` shows what is waited for.
  CommandSigner(const Address& address, Command command, const Output& out)
      : address_(address), command_(std::move(command)), out_(out) {}
  [[nodiscard]] const Address& address() const noexcept override { return address_; }
  [[nodiscard]] crypto::Signature sign(const SigningRequest& request) const override;

 private:
  Address address_;
  Command command_;
  const Output& out_;
};

}  // namespace datapact::tools
