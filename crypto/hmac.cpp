#include "crypto/hmac.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/sha256.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace datapact::crypto {

Hash256 hmac_sha256(ByteView key, ByteView message) {
  std::array<std::uint8_t, 64> block{};
  if (key.size() > block.size()) {
    std::ranges::copy(sha256(key).raw(), block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  for (auto& byte : block) byte ^= 0x36;
  const Hash256 inner = Sha256{}.update(block).update(message).finish();
  for (auto& byte : block) byte ^= 0x36 ^ 0x5c;
  const Hash256 out = Sha256{}.update(block).update(inner.view()).finish();
  zeroise(block);
  return out;
}

}  // namespace datapact::crypto
