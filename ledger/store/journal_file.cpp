#include "ledger/store/journal_file.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "ledger/store/store_error.hpp"

#include <tl/expected.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace datapact::store {
namespace {

constexpr std::size_t kChunkBytes = 1U << 16U;

/// Owns a file descriptor.
class FileHandle {
 public:
  FileHandle() noexcept = default;
  explicit FileHandle(int descriptor) noexcept : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
};

tl::unexpected<StoreError> environment(std::string_view what, const std::filesystem::path& file) {
  const std::string reason = std::generic_category().message(errno);
  return fail(
      StoreError{StoreErrorCode::kIo, std::string(what) + " " + file.string() + ": " + reason});
}

Result<void, StoreError> write_all(const FileHandle& file, const std::filesystem::path& name,
                                   std::uint64_t offset, ByteView data) {
  while (!data.empty()) {
    const auto done = ::pwrite(file.get(), data.data(), data.size(), static_cast<::off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return environment("cannot write", name);
    data = data.subspan(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return {};
}

Result<void, StoreError> sync_folder(const std::filesystem::path& file) {
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const FileHandle folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return environment("cannot sync", parent);
  return {};
}

/// Written zeros, not a hole: a later fdatasync then has no metadata to write.
Result<void, StoreError> write_zeros(const FileHandle& file, const std::filesystem::path& name,
                                     std::uint64_t from, std::uint64_t to) {
  const Bytes zeros(kChunkBytes, 0);
  while (from < to) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, to - from));
    TRY_VOID(write_all(file, name, from, ByteView{zeros}.first(count)));
    from += count;
  }
  return {};
}

Result<FileHandle, StoreError> lock_file(const std::filesystem::path& file) {
  FileHandle handle{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (handle.get() < 0) return environment("cannot open", file);
  if (::flock(handle.get(), LOCK_EX | LOCK_NB) == 0) return handle;
  if (errno != EWOULDBLOCK) return environment("cannot lock", file);
  return fail(StoreError{StoreErrorCode::kLocked, file.string()});
}

class PosixJournalFile final : public JournalFile {
 public:
  PosixJournalFile(std::filesystem::path name, FileHandle lock)
      : name_(std::move(name)), lock_(std::move(lock)) {}

  std::string name() const override { return name_.string(); }

  Result<std::optional<Bytes>, StoreError> read() override {
    const FileHandle handle{::open(name_.c_str(), O_RDONLY | O_CLOEXEC)};
    if (handle.get() < 0 && errno == ENOENT) return std::optional<Bytes>{};
    struct ::stat status{};
    if (handle.get() < 0 || ::fstat(handle.get(), &status) != 0) {
      return environment("cannot open", name_);
    }
    Bytes content(static_cast<std::size_t>(status.st_size));
    std::size_t filled = 0;
    while (filled < content.size()) {
      const auto got = ::read(handle.get(), content.data() + filled, content.size() - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return environment("cannot read", name_);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    content.resize(filled);
    return std::optional<Bytes>{std::move(content)};
  }

  Result<void, StoreError> replace(ByteView content, std::uint64_t size) override {
    std::filesystem::path fresh = name_;
    fresh += ".new";
    FileHandle handle{::open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (handle.get() < 0) return environment("cannot create", fresh);
    TRY_VOID(write_all(handle, fresh, 0, content));
    TRY_VOID(write_zeros(handle, fresh, content.size(), size));
    if (::fsync(handle.get()) != 0) return environment("cannot sync", fresh);
    if (::rename(fresh.c_str(), name_.c_str()) != 0) return environment("cannot rename", fresh);
    TRY_VOID(sync_folder(name_));
    file_ = std::move(handle);
    return {};
  }

  Result<void, StoreError> write(std::uint64_t offset, ByteView data) override {
    TRY_VOID(write_all(file_, name_, offset, data));
    if (::fdatasync(file_.get()) != 0) return environment("cannot sync", name_);
    return {};
  }

 private:
  std::filesystem::path name_;
  FileHandle lock_;
  FileHandle file_;
};

}  // namespace

Result<std::unique_ptr<JournalFile>, StoreError> open_journal_file(
    const std::filesystem::path& file) {
  std::filesystem::path lock_name = file;
  lock_name += ".lock";
  TRY(FileHandle lock, lock_file(lock_name));
  return std::make_unique<PosixJournalFile>(file, std::move(lock));
}

}  // namespace datapact::store
