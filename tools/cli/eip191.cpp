#include "tools/cli/eip191.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {

Hash256 personal_hash(std::string_view message) {
  std::string text =
      "\x19"
      "Ethereum Signed Message:\n" +
      std::to_string(message.size());
  text += message;
  return crypto::keccak256(as_bytes(text));
}

std::optional<Address> signer_of(const Hash256& digest, ByteView signature) {
  const auto parsed = crypto::signature_from_bytes_v27(signature);
  if (!parsed || !crypto::is_low_s(*parsed)) return std::nullopt;
  return crypto::recover_address(digest, *parsed);
}

std::optional<Address> personal_signer(std::string_view message, ByteView signature) {
  return signer_of(personal_hash(message), signature);
}

}  // namespace datapact::tools
