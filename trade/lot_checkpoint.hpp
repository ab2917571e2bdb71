#pragma once
// Where work on a lot stands between two batches of chunks: with the output written so far, enough
// for another process to go on to the same result (docs/formats/lot-checkpoint.md). Pure.
#include "base/bytes.hpp"
#include "crypto/sha256.hpp"
#include "trade/data_layout.hpp"
#include "trade/merkle.hpp"

#include <cstdint>
#include <optional>

namespace datapact::trade {

/// What is being written. On disk: never renumber.
enum class LotWork : std::uint8_t { kManifest = 1, kCiphertext = 2, kPlaintext = 3 };

struct LotCheckpoint {
  /// Which lot of the version; the work itself does not look at it.
  std::uint32_t lot = 0;
  /// Chunks done, from the first on.
  std::uint64_t chunks = 0;
  /// Over the leaves of the manifest or the ciphertext; empty for plaintext.
  MerkleStream tree;
  /// Over the data of the chunks; empty for a ciphertext. It may have begun with the lots before.
  crypto::Sha256 digest;
};

/// Bytes of output that `chunks` chunks make.
[[nodiscard]] std::uint64_t output_bytes(LotWork work, const LotShape& shape, std::uint64_t chunks);

[[nodiscard]] Bytes encode_checkpoint(LotWork work, const LotCheckpoint& at);
/// Nothing when the bytes are not a whole checkpoint of that work.
[[nodiscard]] std::optional<LotCheckpoint> decode_checkpoint(LotWork work, ByteView bytes);
/// It can be a checkpoint of that work on a lot of that shape, with `before` bytes of data in the
/// lots before it.
[[nodiscard]] bool is_within(LotWork work, const LotCheckpoint& at, const LotShape& shape,
                             std::uint64_t before);

}  // namespace datapact::trade
