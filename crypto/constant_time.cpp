#include "crypto/constant_time.hpp"

#include "base/bytes.hpp"

#include <openssl/crypto.h>

namespace datapact::crypto {

bool equal_constant_time(ByteView a, ByteView b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void zeroise(MutableBytes secret) noexcept { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace datapact::crypto
