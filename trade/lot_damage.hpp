#pragma once
// Where a copy of a ciphertext is no longer what was received: its chunks against the leaves that
// were kept of it. Pure.
#include "base/byte_stream.hpp"
#include "trade/lot.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::trade {

/// Bytes `first` to `last`, both included.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  [[nodiscard]] std::uint64_t size() const noexcept { return last - first + 1; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// As many are told apart; what lies between further ones counts as damaged with them.
inline constexpr std::size_t kDamageRangesMax = 1000;

/// The parts of `ciphertext` that differ from its leaves, which write_cipher_leaves wrote: whole
/// chunks, in order, none when the copy is sound. A copy that is too short lacks its end; of one
/// that is too long the last range lies behind the ciphertext.
[[nodiscard]] Result<std::vector<ByteRange>, LotError> find_damage(const ByteSource& ciphertext,
                                                                   const LotShape& shape,
                                                                   const ByteSource& leaves,
                                                                   const Work& work);

/// The first chunk of which the copy is sound, by its leaf, and which the key does not decrypt to
/// what `manifest` says: worth a complaint, however damaged the copy is elsewhere. Nothing when
/// there is none. Manifest and leaves are those of the signed roots; reads on one thread.
[[nodiscard]] Result<std::optional<std::uint64_t>, LotError> find_false_chunk(
    const ByteSource& ciphertext, const ByteSource& manifest, const ByteSource& leaves,
    const LotShape& shape, const CipherKey& key, const Progress& progress);

}  // namespace datapact::trade
