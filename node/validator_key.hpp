#pragma once
// The validator's key from a file: 64 hexadecimal digits (development networks) or a web3 keystore
// under a password.
#include "base/result.hpp"
#include "consensus/signer.hpp"
#include "crypto/secp256k1.hpp"
#include "node/start_error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::node {

struct ValidatorKey {
  crypto::PrivateKey key;
  /// In clear, or a keystore marked `"devnet": true`: known to everyone, refused beyond loopback.
  bool is_devnet = false;
};

[[nodiscard]] Result<ValidatorKey, StartError> load_validator_key(
    const std::filesystem::path& file, const std::optional<std::filesystem::path>& password_file);

/// Whether nobody but this machine reaches a listener there.
[[nodiscard]] bool is_loopback(std::string_view address);
/// Refuses a devnet key when `setting` has the node listen on anything but loopback.
[[nodiscard]] Result<void, StartError> check_devnet_key(const ValidatorKey& key,
                                                        const std::string& address,
                                                        std::string_view setting);

/// Signs in this process. Forgets the key when it goes.
class KeySigner final : public consensus::Signer {
 public:
  explicit KeySigner(const crypto::PrivateKey& key)
      : key_(key), address_(crypto::address_of(key)) {}
  ~KeySigner() override;
  KeySigner(const KeySigner&) = delete;
  KeySigner& operator=(const KeySigner&) = delete;

  [[nodiscard]] Address address() const override { return address_; }
  [[nodiscard]] Result<crypto::Signature, consensus::SignerError> sign(
      const Hash256& hash) override {
    return crypto::sign(hash, key_);
  }

 private:
  crypto::PrivateKey key_;
  Address address_;
};

}  // namespace datapact::node
