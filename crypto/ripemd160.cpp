#include "crypto/ripemd160.hpp"

#include "base/bytes.hpp"

#include <cryptopp/ripemd.h>

namespace datapact::crypto {

Hash160 ripemd160(ByteView data) {
  Hash160 out;
  CryptoPP::RIPEMD160 digest;
  digest.CalculateDigest(out.data(), data.data(), data.size());
  return out;
}

}  // namespace datapact::crypto
