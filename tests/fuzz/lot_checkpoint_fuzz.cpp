// A checkpoint of work on a lot. The digest at its end is made to fit, so that the walk goes on
// behind it; what decodes encodes to the same bytes.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "crypto/sha256.hpp"
#include "trade/lot_checkpoint.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;  // NOLINT(google-build-using-namespace)
  Bytes bytes(data, data + size);
  append(bytes, crypto::sha256(bytes).view());
  for (const auto work :
       {trade::LotWork::kManifest, trade::LotWork::kCiphertext, trade::LotWork::kPlaintext}) {
    const auto at = trade::decode_checkpoint(work, bytes);
    if (!at) continue;
    INVARIANT(trade::encode_checkpoint(work, *at) == bytes);
    const auto shape = trade::make_shape(1 << 20, trade::kChunkBytesDefault);
    (void)trade::is_within(work, *at, *shape, 0);
    if (at->tree.leaves() > 0) (void)at->tree.root();
    (void)at->digest.finish();
  }
  return 0;
}
