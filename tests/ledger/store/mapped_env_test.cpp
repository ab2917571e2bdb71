#include "ledger/store/mapped_env.hpp"

#include <doctest/doctest.h>
#include <leveldb/env.h>
#include <leveldb/slice.h>

#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace datapact::store {
namespace {

/// A file with that content.
struct File {
  std::filesystem::path path = std::filesystem::path{DATAPACT_BUILD_DIR} / "mapped_env_test";
  explicit File(const std::string& content) { std::ofstream{path} << content; }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove(path); }

  /// Has the system forget what it keeps of it in memory.
  void evict() const {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(descriptor >= 0);
    REQUIRE(fdatasync(descriptor) == 0);
    REQUIRE(posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0);
    close(descriptor);
  }
};

std::unique_ptr<leveldb::RandomAccessFile> open_mapped(const std::string& path) {
  leveldb::RandomAccessFile* out = nullptr;
  const auto status = mapped_env()->NewRandomAccessFile(path, &out);
  CHECK(status.ok() == (out != nullptr));
  return std::unique_ptr<leveldb::RandomAccessFile>{out};
}

/// Of this process's mapping of the file, what lies in pages that need no fault any more.
std::size_t mapped_bytes(const std::filesystem::path& file) {
  constexpr std::string_view kLabel = "Rss:";
  std::ifstream mappings{"/proc/self/smaps"};
  bool is_of_file = false;
  for (std::string line; std::getline(mappings, line);) {
    if (line.ends_with(file.string())) is_of_file = true;
    if (!is_of_file || !line.starts_with(kLabel)) continue;
    return std::stoul(line.substr(kLabel.size())) * 1'024;
  }
  return 0;
}

/// Linux does since 5.14.
bool system_can_map_pages_at_once() {
  constexpr std::size_t kPage = 4'096;
  void* const page = mmap(nullptr, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(page != MAP_FAILED);
  const bool out = madvise(page, kPage, MADV_POPULATE_READ) == 0;
  munmap(page, kPage);
  return out;
}

}  // namespace

TEST_SUITE("store/mapped env") {
  TEST_CASE("any part of a table is read, whether the system has it in memory or not") {
    std::string content;
    for (int i = 0; i < 100'000; ++i) content += std::to_string(i);
    const File file{content};
    for (const bool is_evicted : {false, true}) {
      if (is_evicted) file.evict();
      const auto mapped = open_mapped(file.path);
      REQUIRE(mapped != nullptr);
      for (const std::size_t offset : {std::size_t{0}, std::size_t{4'095}, content.size() - 5}) {
        leveldb::Slice part;
        REQUIRE(mapped->Read(offset, 5, &part, nullptr).ok());
        CHECK(part.ToString() == content.substr(offset, 5));
      }
    }
  }

  TEST_CASE("of a table that the system has in memory every page is mapped as it is opened") {
    constexpr std::size_t kBytes = std::size_t{16} << 20U;
    if (!system_can_map_pages_at_once()) {
      MESSAGE("skipped: this system's kernel maps pages one by one");
      return;
    }
    const File file{std::string(kBytes, 'x')};
    const auto mapped = open_mapped(file.path);
    REQUIRE(mapped != nullptr);
    CHECK(mapped_bytes(file.path) == kBytes);
  }

  TEST_CASE("a table that is on disk only is not read as it is opened") {
    constexpr std::size_t kBytes = std::size_t{16} << 20U;
    const File file{std::string(kBytes, 'x')};
    file.evict();
    rusage before{};
    rusage after{};
    getrusage(RUSAGE_SELF, &before);
    const auto mapped = open_mapped(file.path);
    getrusage(RUSAGE_SELF, &after);
    REQUIRE(mapped != nullptr);
    // In blocks of 512 bytes. A file system in memory forgets nothing and reads nothing.
    CHECK(after.ru_inblock - before.ru_inblock < static_cast<long>(kBytes / 512 / 2));
  }

  TEST_CASE("a read beyond the end of a table is an error that names the file") {
    const File file{"twelve bytes"};
    const auto mapped = open_mapped(file.path);
    REQUIRE(mapped != nullptr);
    leveldb::Slice part;
    CHECK(mapped->Read(0, 12, &part, nullptr).ok());
    CHECK(mapped->Read(12, 0, &part, nullptr).ok());
    for (const auto& [offset, count] : {std::pair{0, 13}, {12, 1}, {13, 0}, {1 << 30, 1 << 30}}) {
      const auto status = mapped->Read(static_cast<std::uint64_t>(offset),
                                       static_cast<std::size_t>(count), &part, nullptr);
      CHECK(status.IsIOError());
      CHECK(status.ToString().find("mapped_env_test") != std::string::npos);
    }
  }

  TEST_CASE("an empty file has nothing to read, and one that is not there is not found") {
    {
      const File file{""};
      const auto mapped = open_mapped(file.path);
      REQUIRE(mapped != nullptr);
      leveldb::Slice part;
      CHECK(mapped->Read(0, 0, &part, nullptr).ok());
      CHECK(mapped->Read(0, 1, &part, nullptr).IsIOError());
    }
    leveldb::RandomAccessFile* out = nullptr;
    const std::string nowhere = std::filesystem::path{DATAPACT_BUILD_DIR} / "no such table";
    CHECK(mapped_env()->NewRandomAccessFile(nowhere, &out).IsNotFound());
    CHECK(out == nullptr);
    // A folder can be opened, not mapped.
    CHECK(mapped_env()->NewRandomAccessFile(DATAPACT_BUILD_DIR, &out).IsIOError());
    CHECK(out == nullptr);
  }
}

}  // namespace datapact::store
