#include "ledger/store/vote_journal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

using namespace datapact;
using namespace datapact::store;

namespace {

VoteRecord record_of(std::uint64_t height, std::size_t payload = 100) {
  return {Height{height}, Round{1}, 0x13, to_hash256(uint256{height}), Bytes(payload, 0xab)};
}

struct JournalPath {
  std::filesystem::path path = std::filesystem::path{DATAPACT_BUILD_DIR} / "journal_test";
  JournalPath() { clear(); }
  JournalPath(const JournalPath&) = delete;
  JournalPath& operator=(const JournalPath&) = delete;
  ~JournalPath() { clear(); }
  void clear() const {
    for (const char* suffix : {"", ".lock", ".new"})
      std::filesystem::remove(path.string() + suffix);
  }
  void overwrite(std::uint64_t offset, ByteView bytes) const {
    std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(static_cast<std::streamoff>(offset));
    file << as_text(bytes);
  }
};

/// A file in memory whose writes fail when told to.
class MemoryFile final : public JournalFile {
 public:
  struct Disk {
    std::optional<Bytes> content;
    bool fails = false;
  };
  explicit MemoryFile(Disk& disk) : disk_(disk) {}
  std::string name() const override { return "memory"; }
  Result<std::optional<Bytes>, StoreError> read() override { return disk_.content; }
  Result<void, StoreError> replace(ByteView content, std::uint64_t size) override {
    disk_.content = to_bytes(content);
    disk_.content->resize(static_cast<std::size_t>(size));
    return {};
  }
  Result<void, StoreError> write(std::uint64_t offset, ByteView data) override {
    if (disk_.fails) return fail(StoreError{StoreErrorCode::kIo, "memory"});
    std::ranges::copy(data, disk_.content->begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }

 private:
  Disk& disk_;
};

auto open(const JournalPath& path) { return VoteJournal::open(path.path, {4'096}); }

constexpr std::uint64_t kHeader = 32;

}  // namespace

TEST_SUITE("store/vote_journal") {
  TEST_CASE("records round-trip and every truncated prefix is refused") {
    const Bytes encoded = encode(record_of(7));
    const auto decoded = decode_vote_record(encoded);
    REQUIRE(decoded.has_value());
    CHECK(decoded->record == record_of(7));
    CHECK(decoded->size == encoded.size());
    for (std::size_t n = 0; n < encoded.size(); ++n) {
      CHECK_FALSE(decode_vote_record(ByteView{encoded}.first(n)).has_value());
    }
    for (std::size_t i = 0; i < encoded.size(); ++i) {
      Bytes damaged = encoded;
      damaged[i] ^= 1;
      CHECK_FALSE(decode_vote_record(damaged).has_value());
    }
  }

  TEST_CASE("on any disk: what was written is read again, and nothing after a failed write") {
    MemoryFile::Disk disk;
    const auto open_memory = [&] {
      return VoteJournal::open(std::make_unique<MemoryFile>(disk), {4'096});
    };
    {
      const auto journal = *open_memory();
      REQUIRE(journal->append(record_of(1)).has_value());
      disk.fails = true;
      CHECK(journal->append(record_of(2)).error().code == StoreErrorCode::kIo);
      disk.fails = false;
      CHECK(journal->append(record_of(3)).error().code == StoreErrorCode::kFailedBefore);
    }
    CHECK((*open_memory())->records() == std::vector{record_of(1)});
  }

  TEST_CASE("a reopened journal holds what was appended") {
    const JournalPath path;
    {
      const auto journal = *open(path);
      REQUIRE(journal->append(record_of(1)).has_value());
      REQUIRE(journal->append(record_of(2)).has_value());
      CHECK(open(path).error().code == StoreErrorCode::kLocked);
    }
    CHECK((*open(path))->records() == std::vector{record_of(1), record_of(2)});
  }

  TEST_CASE("a torn last record is dropped, the ones before it stay") {
    const JournalPath path;
    {
      const auto journal = *open(path);
      REQUIRE(journal->append(record_of(1)).has_value());
      REQUIRE(journal->append(record_of(2)).has_value());
    }
    path.overwrite(kHeader + encode(record_of(1)).size() + 60, Bytes(80, 0));
    const auto journal = *open(path);
    CHECK(journal->records() == std::vector{record_of(1)});
    REQUIRE(journal->append(record_of(3)).has_value());
  }

  TEST_CASE("a torn record whose block holds the bytes of a record is dropped like any other") {
    VoteRecord torn = record_of(2);
    torn.payload = encode(record_of(9));
    for (int i = 0; i < 100; ++i) append(torn.payload, as_bytes("VOTE"));
    append(torn.payload, Bytes(1'000, 7));
    const JournalPath path;
    {
      const auto journal = *open(path);
      REQUIRE(journal->append(record_of(1)).has_value());
      REQUIRE(journal->append(torn).has_value());
    }
    path.overwrite(kHeader + encode(record_of(1)).size() + encode(torn).size() - 500,
                   Bytes(500, 0));
    CHECK((*open(path))->records() == std::vector{record_of(1)});
  }

  TEST_CASE("damage before further votes is refused, never skipped") {
    const JournalPath path;
    {
      const auto journal = *open(path);
      REQUIRE(journal->append(record_of(1)).has_value());
      REQUIRE(journal->append(record_of(2)).has_value());
    }
    path.overwrite(kHeader + 20, Bytes{0xff});
    CHECK(open(path).error().code == StoreErrorCode::kCorrupt);
  }

  TEST_CASE("a foreign file is refused") {
    const JournalPath path;
    std::ofstream{path.path} << "these are not votes, but thirty-two bytes at least";
    CHECK(open(path).error().code == StoreErrorCode::kCorrupt);
  }

  TEST_CASE("a full file keeps the records that are not forgotten") {
    const JournalPath path;
    {
      const auto journal = *open(path);
      for (std::uint64_t height = 1; height <= 50; ++height) {
        REQUIRE(journal->append(record_of(height, 1'000)).has_value());
        journal->forget_below(Height{height});
      }
      CHECK(std::filesystem::file_size(path.path) <= 8'192);
    }
    const auto records = (*open(path))->records();
    REQUIRE_FALSE(records.empty());
    CHECK(records.back() == record_of(50, 1'000));
  }

  TEST_CASE("a folder that is not there is an input or output error") {
    CHECK(VoteJournal::open("/nowhere/at/all/votes", {}).error().code == StoreErrorCode::kIo);
  }
}
