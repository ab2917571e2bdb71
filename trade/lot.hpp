#pragma once
// One lot of a data set: registering its manifest, encrypting it, checking the ciphertext,
// decrypting it. Constant memory, both cores through the TaskRunner, any length. The chunk order
// fixes every result: the schedule cannot change it. Thread contract: one call at a time per sink.
#include "base/byte_stream.hpp"
#include "base/task_runner.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot_checkpoint.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace datapact::trade {

/// The file is this (FAIR_EXCHANGE section 2, Registration).
struct LotRoot {
  Hash256 root_x;
  LotShape shape;
  friend bool operator==(const LotRoot&, const LotRoot&) = default;
};

/// Told after each batch; returning false stops the work.
using Progress = std::function<bool(std::uint64_t bytes_done, std::uint64_t bytes_total)>;

/// Told after each batch where the work stands, before the progress is; an error ends the work.
using SaveCheckpoint = std::function<Result<void, StreamError>(const LotCheckpoint& at)>;

struct Work {
  TaskRunner& runner;
  Progress progress;
  /// What an earlier run reached, with its output in place: the work goes on there. Must fit the
  /// shape (`is_within`).
  LotCheckpoint start = {};
  SaveCheckpoint save = {};
};

struct Stopped {};
/// Chunk `index` does not hash to its leaf: with the proof on the chain this is worth price and
/// bond.
struct WrongChunk {
  std::uint64_t index = 0;
};
/// A foreign file whose length does not fit the shape.
struct WrongLength {
  std::string what;
  std::uint64_t expected = 0;
  std::uint64_t got = 0;
};
struct WrongRoot {
  std::string what;
  Hash256 expected;
  Hash256 got;
};
using LotError = std::variant<StreamError, Stopped, ShapeError, WrongLength, WrongRoot, WrongChunk>;
[[nodiscard]] std::string describe(const LotError& error);

struct Registered {
  LotRoot lot;
  /// SHA-256 of the file up to the end of this lot: anchored salted only.
  Hash256 file_digest;
};

/// Writes the manifest (leafX_i, 32 bytes each) to `manifest`.
[[nodiscard]] Result<Registered, LotError> register_lot(const ByteSource& file, std::uint32_t s,
                                                        const LotSeed& seed, ByteSink& manifest,
                                                        const Work& work);

/// What the ciphertext of one deal depends on.
struct CipherKey {
  Hash256 key_commit;
  DealKey key;
};
/// Writes Z; returns rootZ. Deterministic: interrupted work run again writes the same bytes.
[[nodiscard]] Result<Hash256, LotError> encrypt_lot(const ByteSource& file, const LotShape& shape,
                                                    const LotSeed& seed, const CipherKey& key,
                                                    ByteSink& ciphertext, const Work& work);

/// The root of a manifest that has exactly that many leaves, at least one.
[[nodiscard]] Result<Hash256, LotError> manifest_root(const ByteSource& manifest,
                                                      std::uint64_t leaves);
/// rootX of a manifest of n leaves.
[[nodiscard]] Result<void, LotError> check_manifest(const ByteSource& manifest, const LotRoot& lot);
/// Checks a received ciphertext against rootZ.
[[nodiscard]] Result<void, LotError> check_ciphertext(const ByteSource& ciphertext,
                                                      const LotShape& shape, const Hash256& root_z,
                                                      const Work& work);
/// Writes leafZ_i, 32 bytes each: what a path in a complaint is made of.
[[nodiscard]] Result<Hash256, LotError> write_cipher_leaves(const ByteSource& ciphertext,
                                                            const LotShape& shape, ByteSink& leaves,
                                                            const Work& work);

/// Decrypts and compares each chunk with the manifest; stops at the first wrong chunk. Returns the
/// SHA-256 of the data, which begins with that of the lots before when `work` starts so.
[[nodiscard]] Result<Hash256, LotError> decrypt_lot(const ByteSource& ciphertext,
                                                    const ByteSource& manifest,
                                                    const LotShape& shape, const CipherKey& key,
                                                    ByteSink& file, const Work& work);

}  // namespace datapact::trade
