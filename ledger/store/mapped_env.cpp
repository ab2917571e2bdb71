#include "ledger/store/mapped_env.hpp"

#include <leveldb/env.h>
#include <leveldb/slice.h>
#include <leveldb/status.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace datapact::store {
namespace {

leveldb::Status error_of(const std::string& file, int number) {
  const std::string why = std::generic_category().message(number);
  return number == ENOENT ? leveldb::Status::NotFound(file, why)
                          : leveldb::Status::IOError(file, why);
}

/// With more files mapped than that LevelDB may be closing some for others, and each would soon be
/// mapped anew: then the work for whole ones does not pay.
constexpr std::size_t kWholeFilesMax = 900;

class MappedFile final : public leveldb::RandomAccessFile {
 public:
  /// `files` counts those that are mapped.
  MappedFile(std::string name, char* begin, std::size_t size, std::atomic<std::size_t>& files)
      : name_(std::move(name)), begin_(begin), size_(size), files_(files) {
    ++files_;
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() override {
    --files_;
    if (size_ != 0) munmap(begin_, size_);
  }

  leveldb::Status Read(std::uint64_t offset, std::size_t count, leveldb::Slice* result,
                       char* /*scratch*/) const override {
    *result = {};
    if (offset > size_ || count > size_ - offset) return error_of(name_, EINVAL);
    *result = {begin_ + offset, count};
    return leveldb::Status::OK();
  }

 private:
  std::string name_;
  char* begin_;
  std::size_t size_;
  std::atomic<std::size_t>& files_;
};

/// Whether the system has the pages in memory; a few may be missing.
bool is_in_memory(char* begin, std::size_t size) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((size + page - 1) / page);
  if (mincore(begin, size, pages.data()) != 0) return false;
  const auto missing = std::ranges::count_if(pages, [](auto it) { return (it & 1U) == 0; });
  return static_cast<std::size_t>(missing) <= pages.size() / 64;
}

class MappedEnv final : public leveldb::EnvWrapper {
 public:
  MappedEnv() : EnvWrapper(Default()) {}

  leveldb::Status NewRandomAccessFile(const std::string& name,
                                      leveldb::RandomAccessFile** result) override {
    *result = nullptr;
    const int descriptor = open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return error_of(name, errno);
    struct stat about{};
    void* begin = nullptr;
    int failed = fstat(descriptor, &about) == 0 ? 0 : errno;
    const auto size = static_cast<std::size_t>(about.st_size);
    if (failed == 0 && size != 0) {
      begin = mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
      if (begin == MAP_FAILED) failed = errno;
    }
    close(descriptor);
    if (failed != 0) return error_of(name, failed);
    auto* const bytes = static_cast<char*>(begin);
    // Without it each page comes when it is read.
    if (size != 0 && files_ < kWholeFilesMax && is_in_memory(bytes, size)) {
      madvise(begin, size, MADV_POPULATE_READ);
    }
    *result = new MappedFile(name, bytes, size, files_);
    return leveldb::Status::OK();
  }

 private:
  std::atomic<std::size_t> files_ = 0;
};

}  // namespace

leveldb::Env* mapped_env() {
  // LevelDB's threads use it until the process ends.
  static auto* const env = new MappedEnv;
  return env;
}

}  // namespace datapact::store
