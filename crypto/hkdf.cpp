#include "crypto/hkdf.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/hmac.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace datapact::crypto {

Bytes hkdf_sha256(ByteView ikm, ByteView salt, ByteView info, std::size_t length) {
  PRECONDITION(length <= 255 * Hash256::kSize);
  Hash256 key = hmac_sha256(salt, ikm);
  Bytes out;
  out.reserve(length);
  Bytes previous;
  for (unsigned i = 1; out.size() < length; ++i) {
    const auto counter = static_cast<std::uint8_t>(i);
    const Hash256 block = hmac_sha256(key.view(), concat({previous, info, {&counter, 1}}));
    previous = to_bytes(block.view());
    append(out, block.view().first(std::min(Hash256::kSize, length - out.size())));
  }
  zeroise(key);
  zeroise(previous);
  return out;
}

}  // namespace datapact::crypto
