#pragma once
// What a validator has said and must remember (QBFT.md sections 13.1 and 15): one record per vote
// in a preallocated file, synced before append returns. The layout is docs/formats/vote-journal.md.
// Payloads are opaque here. Not thread-safe.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/store/journal_file.hpp"
#include "ledger/store/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace datapact::store {

struct VoteRecord {
  Height height;
  Round round;
  /// The message code of the vote (consensus); 0 is reserved.
  std::uint8_t kind = 0;
  /// What was voted for.
  Hash256 digest;
  /// The signed message, and with it whatever a restart needs (the block's body).
  Bytes payload;
  friend bool operator==(const VoteRecord&, const VoteRecord&) = default;
};

/// Encodes the record as it lies in the file: length, CRC-32C, body.
[[nodiscard]] Bytes encode(const VoteRecord& record);
struct DecodedRecord {
  VoteRecord record;
  std::size_t size = 0;  ///< bytes consumed
};
/// What the record at the start of `bytes` occupies if mark, length and the frame of its body
/// agree; its content may be damaged.
[[nodiscard]] std::optional<std::size_t> framed_size(ByteView bytes);
/// Nothing when the bytes do not start with a whole and undamaged record.
[[nodiscard]] std::optional<DecodedRecord> decode_vote_record(ByteView bytes);

class VoteJournal {
 public:
  struct Options {
    std::uint64_t preallocated_bytes = 16U << 20U;
  };
  virtual ~VoteJournal() = default;

  /// Opens or creates; the file is locked against a second process. A torn last record is dropped:
  /// its vote never left, because append had not returned. A foreign file is refused.
  [[nodiscard]] static Result<std::unique_ptr<VoteJournal>, StoreError> open(
      const std::filesystem::path& file, Options options);
  [[nodiscard]] static Result<std::unique_ptr<VoteJournal>, StoreError> open(
      std::unique_ptr<JournalFile> file, Options options);

  /// All live records, oldest first.
  [[nodiscard]] virtual const std::vector<VoteRecord>& records() const = 0;
  /// Durable on return. After an error every later append fails: the validator must not sign again.
  [[nodiscard]] virtual Result<void, StoreError> append(const VoteRecord& record) = 0;
  /// Records below `height` are no longer needed: the heights are final. Their space is reclaimed
  /// when the file is full.
  virtual void forget_below(Height height) = 0;
};

}  // namespace datapact::store
