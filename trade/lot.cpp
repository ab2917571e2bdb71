#include "trade/lot.hpp"

#include "base/assert.hpp"
#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/sha256.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot_checkpoint.hpp"
#include "trade/merkle.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace datapact::trade {
namespace {

/// Chunks of a batch: a power of two, so that each batch but the last is one full subtree. 4,096
/// chunks of 2 KiB = 8 MiB.
constexpr std::uint64_t kBatchBytes = 8ULL << 20;
/// Chunks one task handles, a power of two.
constexpr std::uint64_t kTaskChunks = 64;

std::uint64_t batch_chunks(const LotShape& shape) {
  return std::max<std::uint64_t>(kTaskChunks, std::bit_floor(kBatchBytes / shape.s));
}

/// The salted, zero-padded plaintext chunk from its data.
void fill_plain_chunk(MutableBytes chunk, const LotSeed& seed, std::uint64_t index, ByteView data) {
  std::ranges::copy(chunk_salt(seed, index).raw(), chunk.begin());
  std::ranges::copy(data, chunk.begin() + kSaltBytes);
  std::fill(chunk.begin() + static_cast<std::ptrdiff_t>(kSaltBytes + data.size()), chunk.end(),
            std::uint8_t{0});
}

/// Walks the chunks that are not done in batches: `read` fills the batch's buffers, `each` runs for
/// every chunk on the runner, `finish` writes and brings tree and digest of `at` up to date.
class Batches {
 public:
  Batches(const LotShape& shape, const Work& work, LotCheckpoint& at)
      : shape_(shape), work_(work), at_(at) {
    PRECONDITION(at.chunks <= shape.n);
  }

  template <class Read, class Each, class Finish>
  Result<void, LotError> run(Read read, Each each, Finish finish) {
    const std::uint64_t step = batch_chunks(shape_);
    for (std::uint64_t first = at_.chunks; first < shape_.n; first += step) {
      const std::uint64_t count = std::min(step, shape_.n - first);
      if (auto done = read(first, count); !done) return fail(LotError{done.error()});
      const std::uint64_t tasks = (count + kTaskChunks - 1) / kTaskChunks;
      work_.runner.parallel_for(static_cast<std::size_t>(tasks), [&](std::size_t task) {
        const std::uint64_t begin = task * kTaskChunks;
        const std::uint64_t end = std::min(count, begin + kTaskChunks);
        for (std::uint64_t i = begin; i < end; ++i) each(first + i, static_cast<std::size_t>(i));
      });
      TRY_VOID(finish(first, count));
      at_.chunks = first + count;
      if (work_.save) {
        if (auto saved = work_.save(at_); !saved) return fail(LotError{saved.error()});
      }
      const std::uint64_t done_bytes =
          std::min(shape_.length, (first + count) * shape_.data_per_chunk());
      if (work_.progress && !work_.progress(done_bytes, shape_.length))
        return fail(LotError{Stopped{}});
    }
    return {};
  }

 private:
  const LotShape& shape_;
  const Work& work_;
  LotCheckpoint& at_;
};

Result<void, StreamError> write_leaves(ByteSink& sink, std::uint64_t first,
                                       const std::vector<Hash256>& leaves, std::uint64_t count) {
  Bytes bytes(static_cast<std::size_t>(count) * 32);
  for (std::size_t i = 0; i < count; ++i) std::ranges::copy(leaves[i].raw(), bytes.data() + 32 * i);
  return sink.write_at(first * 32, bytes);
}

void add_all(MerkleStream& tree, const std::vector<Hash256>& leaves, std::uint64_t count) {
  for (std::size_t i = 0; i < count; ++i) tree.add(leaves[i]);
}

/// Bytes of plaintext in `count` chunks from `first` on.
std::size_t data_bytes(const LotShape& shape, std::uint64_t first, std::uint64_t count) {
  const std::uint64_t start = first * shape.data_per_chunk();
  return static_cast<std::size_t>(std::min(shape.length - start, count * shape.data_per_chunk()));
}

ByteView data_of(const LotShape& shape, const Bytes& batch, std::uint64_t index, std::size_t i) {
  return ByteView{batch}.subspan(i * shape.data_per_chunk(), shape.data_in(index));
}

Result<void, LotError> require_length(std::string_view what, std::uint64_t expected,
                                      std::uint64_t got) {
  if (expected != got) return fail(LotError{WrongLength{std::string(what), expected, got}});
  return {};
}

Result<void, LotError> lift(Result<void, StreamError> result) {
  if (!result) return fail(LotError{result.error()});
  return {};
}

}  // namespace

std::string describe(const LotError& error) {
  struct Describer {
    std::string operator()(const StreamError& e) const { return e.message; }
    std::string operator()(const Stopped&) const { return "stopped on request"; }
    std::string operator()(const ShapeError& e) const { return std::string(to_string(e)); }
    std::string operator()(const WrongLength& e) const {
      return e.what + " has " + std::to_string(e.got) + " bytes, expected " +
             std::to_string(e.expected);
    }
    std::string operator()(const WrongRoot& e) const {
      return e.what + " hashes to root " + to_hex0x(e.got) + ", expected " + to_hex0x(e.expected);
    }
    std::string operator()(const WrongChunk& e) const {
      return "chunk " + std::to_string(e.index) + " does not hash to its leaf in the manifest";
    }
  };
  return std::visit(Describer{}, error);
}

Result<Registered, LotError> register_lot(const ByteSource& file, std::uint32_t s,
                                          const LotSeed& seed, ByteSink& manifest,
                                          const Work& work) {
  const auto shape = make_shape(file.size(), s);
  if (!shape) return fail(LotError{shape.error()});
  Bytes batch;
  std::vector<Hash256> leaves(static_cast<std::size_t>(batch_chunks(*shape)));
  LotCheckpoint at = work.start;
  TRY_VOID(Batches(*shape, work, at)
               .run(
                   [&](std::uint64_t first, std::uint64_t count) {
                     batch.resize(data_bytes(*shape, first, count));
                     return file.read_at(first * shape->data_per_chunk(), batch);
                   },
                   [&](std::uint64_t index, std::size_t i) {
                     static thread_local Bytes chunk;
                     chunk.resize(shape->s);
                     fill_plain_chunk(chunk, seed, index, data_of(*shape, batch, index, i));
                     leaves[i] = leaf_x(index, chunk);
                   },
                   [&](std::uint64_t first, std::uint64_t count) {
                     at.digest.update(batch);
                     add_all(at.tree, leaves, count);
                     return lift(write_leaves(manifest, first, leaves, count));
                   }));
  return Registered{{at.tree.root(), *shape}, at.digest.finish()};
}

Result<Hash256, LotError> encrypt_lot(const ByteSource& file, const LotShape& shape,
                                      const LotSeed& seed, const CipherKey& key,
                                      ByteSink& ciphertext, const Work& work) {
  TRY_VOID(require_length("the file", shape.length, file.size()));
  Bytes batch;
  Bytes cipher;
  std::vector<Hash256> leaves(static_cast<std::size_t>(batch_chunks(shape)));
  LotCheckpoint at = work.start;
  TRY_VOID(Batches(shape, work, at)
               .run(
                   [&](std::uint64_t first, std::uint64_t count) {
                     batch.resize(data_bytes(shape, first, count));
                     cipher.resize(static_cast<std::size_t>(count) * shape.s);
                     return file.read_at(first * shape.data_per_chunk(), batch);
                   },
                   [&](std::uint64_t index, std::size_t i) {
                     const MutableBytes chunk = MutableBytes{cipher}.subspan(i * shape.s, shape.s);
                     fill_plain_chunk(chunk, seed, index, data_of(shape, batch, index, i));
                     apply_stream(chunk_key(key.key_commit, key.key, index), chunk);
                     leaves[i] = leaf_z(index, chunk);
                   },
                   [&](std::uint64_t first, std::uint64_t count) {
                     add_all(at.tree, leaves, count);
                     return lift(ciphertext.write_at(first * shape.s, cipher));
                   }));
  return at.tree.root();
}

Result<Hash256, LotError> manifest_root(const ByteSource& manifest, std::uint64_t leaves) {
  TRY_VOID(require_length("the manifest", leaves * Hash256::kSize, manifest.size()));
  MerkleStream tree;
  Bytes buffer;
  for (std::uint64_t at = 0; at < manifest.size(); at += buffer.size()) {
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(1 << 20, manifest.size() - at)));
    TRY_VOID(lift(manifest.read_at(at, buffer)));
    for (std::size_t i = 0; i < buffer.size(); i += 32)
      tree.add(Hash256::from(ByteView{buffer}.subspan(i, 32)));
  }
  return tree.root();
}

Result<void, LotError> check_manifest(const ByteSource& manifest, const LotRoot& lot) {
  TRY(const auto root, manifest_root(manifest, lot.shape.n));
  if (root != lot.root_x) return fail(LotError{WrongRoot{"the manifest", lot.root_x, root}});
  return {};
}

Result<Hash256, LotError> write_cipher_leaves(const ByteSource& ciphertext, const LotShape& shape,
                                              ByteSink& leaves_out, const Work& work) {
  TRY_VOID(require_length("the ciphertext", shape.ciphertext_bytes(), ciphertext.size()));
  Bytes cipher;
  std::vector<Hash256> leaves(static_cast<std::size_t>(batch_chunks(shape)));
  LotCheckpoint at = work.start;
  TRY_VOID(Batches(shape, work, at)
               .run(
                   [&](std::uint64_t first, std::uint64_t count) {
                     cipher.resize(static_cast<std::size_t>(count) * shape.s);
                     return ciphertext.read_at(first * shape.s, cipher);
                   },
                   [&](std::uint64_t index, std::size_t i) {
                     leaves[i] = leaf_z(index, ByteView{cipher}.subspan(i * shape.s, shape.s));
                   },
                   [&](std::uint64_t first, std::uint64_t count) {
                     add_all(at.tree, leaves, count);
                     return lift(write_leaves(leaves_out, first, leaves, count));
                   }));
  return at.tree.root();
}

Result<void, LotError> check_ciphertext(const ByteSource& ciphertext, const LotShape& shape,
                                        const Hash256& root_z, const Work& work) {
  class Discard final : public ByteSink {
    Result<void, StreamError> write_at(std::uint64_t /*offset*/, ByteView /*data*/) override {
      return {};
    }
  } discard;
  TRY(const auto root, write_cipher_leaves(ciphertext, shape, discard, work));
  if (root != root_z) return fail(LotError{WrongRoot{"the ciphertext", root_z, root}});
  return {};
}

Result<Hash256, LotError> decrypt_lot(const ByteSource& ciphertext, const ByteSource& manifest,
                                      const LotShape& shape, const CipherKey& key, ByteSink& file,
                                      const Work& work) {
  TRY_VOID(require_length("the ciphertext", shape.ciphertext_bytes(), ciphertext.size()));
  TRY_VOID(require_length("the manifest", shape.manifest_bytes(), manifest.size()));
  Bytes cipher;
  Bytes expected;
  Bytes plain;
  std::vector<std::uint8_t> wrong(static_cast<std::size_t>(batch_chunks(shape)));
  LotCheckpoint at = work.start;
  TRY_VOID(Batches(shape, work, at)
               .run(
                   [&](std::uint64_t first, std::uint64_t count) -> Result<void, StreamError> {
                     cipher.resize(static_cast<std::size_t>(count) * shape.s);
                     expected.resize(static_cast<std::size_t>(count) * 32);
                     plain.resize(data_bytes(shape, first, count));
                     TRY_VOID(ciphertext.read_at(first * shape.s, cipher));
                     return manifest.read_at(first * 32, expected);
                   },
                   [&](std::uint64_t index, std::size_t i) {
                     const MutableBytes chunk = MutableBytes{cipher}.subspan(i * shape.s, shape.s);
                     apply_stream(chunk_key(key.key_commit, key.key, index), chunk);
                     wrong[i] =
                         equal(leaf_x(index, chunk).view(), ByteView{expected}.subspan(i * 32, 32))
                             ? 0
                             : 1;
                     std::ranges::copy(
                         chunk.subspan(kSaltBytes, shape.data_in(index)),
                         plain.begin() + static_cast<std::ptrdiff_t>(i * shape.data_per_chunk()));
                   },
                   [&](std::uint64_t first, std::uint64_t count) -> Result<void, LotError> {
                     for (std::size_t i = 0; i < count; ++i) {
                       if (wrong[i] != 0) return fail(LotError{WrongChunk{first + i}});
                     }
                     at.digest.update(plain);
                     return lift(file.write_at(first * shape.data_per_chunk(), plain));
                   }));
  return at.digest.finish();
}

}  // namespace datapact::trade
