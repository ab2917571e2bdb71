#include "ledger/store/vote_journal.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/store/journal_file.hpp"
#include "ledger/store/store_error.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::store {
namespace {

/// On disk: the last digits are the format's version.
constexpr std::string_view kMagic = "DPVOTES1";
constexpr std::size_t kHeaderBytes = 32;
/// A damaged tail that looks like this many records is not a torn write.
constexpr std::size_t kSuspectsMax = 64;

Bytes file_header() {
  Bytes out = to_bytes(as_bytes(kMagic));
  out.resize(kHeaderBytes, 0);
  return out;
}

struct Replay {
  std::vector<VoteRecord> records;
  std::size_t end = kHeaderBytes;  ///< where the next record goes
};

/// Whether a whole record lies anywhere in `tail`. Appends are sequential and each is synced, so
/// nothing whole can follow a torn record: it would be damage in the middle of the file.
bool has_record_inside(ByteView tail) {
  std::string_view text = as_text(tail);
  std::size_t suspects = 0;
  for (auto at = text.find("VOTE"); at != std::string_view::npos; at = text.find("VOTE", at + 1)) {
    if (++suspects > kSuspectsMax) return true;
    if (decode_vote_record(tail.subspan(at))) return true;
  }
  return false;
}

Result<Replay, StoreError> replay(ByteView file, const std::string& name) {
  if (file.size() < kHeaderBytes || !equal(file.first(kMagic.size()), as_bytes(kMagic))) {
    return fail(StoreError{StoreErrorCode::kCorrupt, name + ": not a vote journal"});
  }
  Replay out;
  while (auto decoded = decode_vote_record(file.subspan(out.end))) {
    out.records.push_back(std::move(decoded->record));
    out.end += decoded->size;
  }
  // What lies within a torn record is its payload, where anything may stand: a block's calldata.
  const ByteView tail = file.subspan(out.end);
  if (has_record_inside(tail.subspan(framed_size(tail).value_or(0)))) {
    return fail(StoreError{StoreErrorCode::kCorrupt, name + ": damaged record at offset " +
                                                         std::to_string(out.end) +
                                                         " with further votes behind it"});
  }
  return out;
}

class JournalOnFile final : public VoteJournal {
 public:
  JournalOnFile(std::unique_ptr<JournalFile> file, Options options)
      : file_(std::move(file)), options_(options) {}

  Result<void, StoreError> load() {
    TRY(const auto content, file_->read());
    if (content) {
      TRY(Replay replayed, replay(*content, file_->name()));
      records_ = std::move(replayed.records);
    }
    // Rewriting also zeroes a torn tail.
    return rewrite(0);
  }

  const std::vector<VoteRecord>& records() const override { return records_; }

  Result<void, StoreError> append(const VoteRecord& record) override {
    if (failed_) return fail(StoreError{StoreErrorCode::kFailedBefore, file_->name()});
    auto written = try_append(record);
    if (!written.has_value()) failed_ = true;
    return written;
  }

  void forget_below(Height height) override {
    std::erase_if(records_, [&](const VoteRecord& record) { return record.height < height; });
  }

 private:
  Result<void, StoreError> try_append(const VoteRecord& record) {
    const Bytes bytes = encode(record);
    if (end_ + bytes.size() > capacity_) {
      TRY_VOID(rewrite(bytes.size()));
    }
    TRY_VOID(file_->write(end_, bytes));
    end_ += bytes.size();
    records_.push_back(record);
    return {};
  }

  /// A new file with the live records and room for at least `wanted` bytes.
  Result<void, StoreError> rewrite(std::size_t wanted) {
    Bytes content = file_header();
    for (const VoteRecord& record : records_) datapact::append(content, encode(record));
    end_ = content.size();
    capacity_ = std::max(options_.preallocated_bytes, 2 * (end_ + std::uint64_t{wanted}));
    return file_->replace(content, capacity_);
  }

  std::unique_ptr<JournalFile> file_;
  Options options_;
  std::vector<VoteRecord> records_;
  std::uint64_t end_ = 0;
  std::uint64_t capacity_ = 0;
  bool failed_ = false;
};

}  // namespace

Result<std::unique_ptr<VoteJournal>, StoreError> VoteJournal::open(
    const std::filesystem::path& file, Options options) {
  TRY(auto opened, open_journal_file(file));
  return open(std::move(opened), options);
}

Result<std::unique_ptr<VoteJournal>, StoreError> VoteJournal::open(
    std::unique_ptr<JournalFile> file, Options options) {
  auto journal = std::make_unique<JournalOnFile>(std::move(file), options);
  TRY_VOID(journal->load());
  return journal;
}

}  // namespace datapact::store
