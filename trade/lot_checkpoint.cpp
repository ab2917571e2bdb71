#include "trade/lot_checkpoint.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/sha256.hpp"
#include "trade/data_layout.hpp"
#include "trade/merkle.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace datapact::trade {
namespace {

constexpr std::string_view kTag = "DX.w";
/// Tag, work, lot, chunks, length of the tree.
constexpr std::size_t kHeadBytes = 4 + 1 + 4 + 8 + 2;

std::uint64_t data_bytes(const LotShape& shape, std::uint64_t chunks) {
  return std::min(shape.length, chunks * shape.data_per_chunk());
}

}  // namespace

std::uint64_t output_bytes(LotWork work, const LotShape& shape, std::uint64_t chunks) {
  switch (work) {
    case LotWork::kManifest:
      return chunks * Hash256::kSize;
    case LotWork::kCiphertext:
      return chunks * shape.s;
    case LotWork::kPlaintext:
      return data_bytes(shape, chunks);
  }
  return 0;
}

Bytes encode_checkpoint(LotWork work, const LotCheckpoint& at) {
  const Bytes tree = at.tree.save();
  Bytes out = to_bytes(as_bytes(kTag));
  append_be(out, static_cast<std::uint8_t>(work));
  append_be(out, at.lot);
  append_be(out, at.chunks);
  append_be(out, static_cast<std::uint16_t>(tree.size()));
  append(out, tree);
  append(out, at.digest.save());
  append(out, crypto::sha256(out).view());
  return out;
}

std::optional<LotCheckpoint> decode_checkpoint(LotWork work, ByteView bytes) {
  if (bytes.size() < kHeadBytes + Hash256::kSize) return std::nullopt;
  const ByteView body = bytes.first(bytes.size() - Hash256::kSize);
  if (!equal(crypto::sha256(body).view(), bytes.subspan(body.size()))) return std::nullopt;
  if (!equal(body.first(kTag.size()), as_bytes(kTag))) return std::nullopt;
  if (body[4] != static_cast<std::uint8_t>(work)) return std::nullopt;
  LotCheckpoint out;
  out.lot = load_be<std::uint32_t>(body.data() + 5);
  out.chunks = load_be<std::uint64_t>(body.data() + 9);
  const std::size_t tree_bytes = load_be<std::uint16_t>(body.data() + 17);
  if (body.size() < kHeadBytes + tree_bytes) return std::nullopt;
  const auto tree = MerkleStream::restore(body.subspan(kHeadBytes, tree_bytes));
  const auto digest = crypto::Sha256::restore(body.subspan(kHeadBytes + tree_bytes));
  if (!tree || !digest) return std::nullopt;
  out.tree = *tree;
  out.digest = *digest;
  return out;
}

bool is_within(LotWork work, const LotCheckpoint& at, const LotShape& shape, std::uint64_t before) {
  if (at.chunks > shape.n) return false;
  const bool has_tree = work != LotWork::kPlaintext;
  const bool has_digest = work != LotWork::kCiphertext;
  return at.tree.leaves() == (has_tree ? at.chunks : 0) &&
         at.digest.length() == (has_digest ? before + data_bytes(shape, at.chunks) : 0);
}

}  // namespace datapact::trade
