#include "crypto/aes.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <openssl/evp.h>
#include <openssl/types.h>

#include <algorithm>
#include <cstddef>
#include <memory>

namespace datapact::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
/// OpenSSL counts bytes in an int.
constexpr std::size_t kPieceMax = std::size_t{1} << 30;

}  // namespace

Bytes aes128_ctr(const Aes128Key& key, const AesCounter& counter, ByteView data) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context{EVP_CIPHER_CTX_new()};
  INVARIANT(context != nullptr);
  const int ready =
      EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.data(), counter.data());
  INVARIANT(ready == 1);
  Bytes out(data.size());
  for (std::size_t done = 0; done < data.size();) {
    const auto piece = static_cast<int>(std::min(kPieceMax, data.size() - done));
    int written = 0;
    const int encrypted =
        EVP_EncryptUpdate(context.get(), out.data() + done, &written, data.data() + done, piece);
    INVARIANT(encrypted == 1);
    INVARIANT(written == piece);
    done += static_cast<std::size_t>(piece);
  }
  return out;
}

}  // namespace datapact::crypto
