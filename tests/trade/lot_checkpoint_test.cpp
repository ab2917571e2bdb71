#include "trade/lot_checkpoint.hpp"

#include "base/prng.hpp"
#include "trade/lot.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <variant>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::uint32_t kChunk = 65536;
/// Three batches and a partial last chunk.
constexpr std::uint64_t kLength = (20ULL << 20) + 77;

/// What a file on disk holds after a crash: `bytes` may end anywhere behind the checkpoint.
struct Left {
  Bytes bytes;
  Bytes checkpoint;
};

struct Parties {
  Parties() {
    Prng prng(5);
    file.resize(kLength);
    prng.fill(file);
    seed = random_fixed<LotSeed>(prng);
    key = {random_fixed<Hash256>(prng), random_fixed<DealKey>(prng)};
    registered = *register_lot(ViewSource(file), kChunk, seed, manifest, {runner, {}});
    root_z =
        *encrypt_lot(ViewSource(file), registered.lot.shape, seed, key, ciphertext, {runner, {}});
  }
  SequentialRunner runner;
  Bytes file;
  LotSeed seed;
  CipherKey key;
  BytesSink manifest;
  BytesSink ciphertext;
  Registered registered;
  Hash256 root_z;
};

/// Starts with what another run left; the rest is written over.
class KeptSink final : public ByteSink {
 public:
  explicit KeptSink(Bytes kept) : bytes_(std::move(kept)) {}
  [[nodiscard]] Result<void, StreamError> write_at(std::uint64_t offset, ByteView data) override {
    REQUIRE(offset <= bytes_.size());
    bytes_.resize(std::max<std::size_t>(bytes_.size(), offset + data.size()));
    std::ranges::copy(data, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Runs `run` until `batches` are done, `torn` bytes of the next already written.
template <class Run>
Left interrupt(SequentialRunner& runner, LotWork kind, int batches, const Bytes& whole,
               const LotShape& shape, Run run) {
  Left left;
  BytesSink sink;
  int seen = 0;
  LotCheckpoint reached;
  const auto stopped = run(sink, Work{runner,
                                      [&](auto, auto) { return ++seen < batches; },
                                      {},
                                      [&](const LotCheckpoint& at) -> Result<void, StreamError> {
                                        reached = at;
                                        return {};
                                      }});
  REQUIRE_FALSE(stopped.has_value());
  REQUIRE(std::holds_alternative<Stopped>(stopped.error()));
  left.checkpoint = encode_checkpoint(kind, reached);
  left.bytes = sink.bytes();
  CHECK(left.bytes.size() == output_bytes(kind, shape, reached.chunks));
  CHECK(equal(left.bytes, ByteView{whole}.first(left.bytes.size())));
  return left;
}

}  // namespace

TEST_SUITE("trade/lot_checkpoint") {
  TEST_CASE("work that goes on from a checkpoint writes what uninterrupted work does") {
    Parties p;
    const auto& shape = p.registered.lot.shape;
    for (const int batches : {1, 2}) {
      for (const std::size_t torn : {0U, 1U, 5000U}) {
        CAPTURE(batches);
        CAPTURE(torn);
        const auto resume = [&](LotWork kind, const Bytes& whole, auto run) {
          auto left = interrupt(p.runner, kind, batches, whole, shape, run);
          left.bytes.insert(left.bytes.end(), std::min(torn, whole.size() - left.bytes.size()),
                            0xa5);
          const auto at = decode_checkpoint(kind, left.checkpoint);
          REQUIRE(at.has_value());
          CHECK(is_within(kind, *at, shape, 0));
          KeptSink sink(left.bytes);
          std::uint64_t first = 0;
          const auto done = run(sink, Work{p.runner,
                                           [&](std::uint64_t bytes, auto) {
                                             if (first == 0) first = bytes;
                                             return true;
                                           },
                                           *at,
                                           {}});
          REQUIRE(done.has_value());
          CHECK(sink.bytes() == whole);
          CHECK(first > at->chunks * shape.data_per_chunk());
          return *done;
        };
        const auto registered =
            resume(LotWork::kManifest, p.manifest.bytes(), [&](ByteSink& sink, const Work& work) {
              return register_lot(ViewSource(p.file), kChunk, p.seed, sink, work);
            });
        CHECK(registered.lot == p.registered.lot);
        CHECK(registered.file_digest == p.registered.file_digest);
        CHECK(resume(LotWork::kCiphertext, p.ciphertext.bytes(),
                     [&](ByteSink& sink, const Work& work) {
                       return encrypt_lot(ViewSource(p.file), shape, p.seed, p.key, sink, work);
                     }) == p.root_z);
        CHECK(resume(LotWork::kPlaintext, p.file, [&](ByteSink& sink, const Work& work) {
                return decrypt_lot(ViewSource(p.ciphertext.bytes()), ViewSource(p.manifest.bytes()),
                                   shape, p.key, sink, work);
              }) == p.registered.file_digest);
      }
    }
  }

  TEST_CASE("work whose checkpoint is its end has nothing left to write") {
    Parties p;
    LotCheckpoint end;
    BytesSink sink;
    const Work first{p.runner, {}, {}, [&](const LotCheckpoint& at) -> Result<void, StreamError> {
                       end = at;
                       return {};
                     }};
    REQUIRE(register_lot(ViewSource(p.file), kChunk, p.seed, sink, first).has_value());
    class Shut final : public ByteSink {
      [[nodiscard]] Result<void, StreamError> write_at(std::uint64_t /*offset*/,
                                                       ByteView /*data*/) override {
        return fail(StreamError{"nothing may be written"});
      }
    } shut;
    const auto again =
        register_lot(ViewSource(p.file), kChunk, p.seed, shut, {p.runner, {}, end, {}});
    REQUIRE(again.has_value());
    CHECK(again->lot == p.registered.lot);
    CHECK(again->file_digest == p.registered.file_digest);
  }

  TEST_CASE("a checkpoint that cannot be kept ends the work in the words of the failure") {
    Parties p;
    BytesSink sink;
    const auto failed =
        register_lot(ViewSource(p.file), kChunk, p.seed, sink,
                     {p.runner, {}, {}, [](const LotCheckpoint&) {
                        return Result<void, StreamError>(fail(StreamError{"the disk is gone"}));
                      }});
    REQUIRE_FALSE(failed.has_value());
    CHECK(describe(failed.error()) == "the disk is gone");
  }

  TEST_CASE("a checkpoint is read only whole, unchanged and for the work it is of") {
    LotCheckpoint at;
    at.lot = 3;
    Prng prng(9);
    for (int i = 0; i < 77; ++i) at.tree.add(random_fixed<Hash256>(prng));
    at.chunks = 77;
    Bytes data(77 * 992);
    prng.fill(data);
    at.digest.update(data);
    const Bytes bytes = encode_checkpoint(LotWork::kManifest, at);
    const auto read = decode_checkpoint(LotWork::kManifest, bytes);
    REQUIRE(read.has_value());
    CHECK(read->lot == 3);
    CHECK(read->chunks == 77);
    CHECK(read->tree.root() == at.tree.root());
    CHECK(read->digest.finish() == at.digest.finish());
    CHECK(encode_checkpoint(LotWork::kManifest, *read) == bytes);
    CHECK_FALSE(decode_checkpoint(LotWork::kCiphertext, bytes).has_value());
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(decode_checkpoint(LotWork::kManifest, ByteView{bytes}.first(size)).has_value());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      Bytes changed = bytes;
      changed[i] ^= 1;
      CHECK_FALSE(decode_checkpoint(LotWork::kManifest, changed).has_value());
    }
  }

  TEST_CASE("a checkpoint fits only the shape, the work and the place in the file it is of") {
    LotCheckpoint at;
    at.chunks = 2;
    at.tree.add({});
    at.tree.add({});
    at.digest.update(Bytes(100 + 2 * 992));
    const auto shape = *make_shape(5000, 1024);
    CHECK(is_within(LotWork::kManifest, at, shape, 100));
    CHECK_FALSE(is_within(LotWork::kManifest, at, shape, 0));
    CHECK_FALSE(is_within(LotWork::kManifest, at, *make_shape(992, 1024), 100));
    CHECK_FALSE(is_within(LotWork::kManifest, at, *make_shape(5000, 2048), 100));
    CHECK_FALSE(is_within(LotWork::kCiphertext, at, shape, 100));
    CHECK_FALSE(is_within(LotWork::kPlaintext, at, shape, 100));
  }
}
