#pragma once
// One file with positioned writes and a durable sync: the POSIX half of the vote journal. Not
// thread-safe.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "ledger/store/store_error.hpp"

#include <cstdint>
#include <filesystem>

namespace datapact::store {

/// Owns a file descriptor.
class FileHandle {
 public:
  FileHandle() noexcept = default;
  explicit FileHandle(int descriptor) noexcept : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept;
  FileHandle& operator=(FileHandle&& other) noexcept;
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle();
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// Holds `file` against other processes until destroyed: kLocked when one has it.
[[nodiscard]] Result<FileHandle, StoreError> lock_file(const std::filesystem::path& file);
[[nodiscard]] Result<Bytes, StoreError> read_file(const std::filesystem::path& file);
/// Writes `content` and zeros up to `size` into a new file beside `file`, syncs it and renames it
/// over `file`: after a crash either the old or the new content is there.
[[nodiscard]] Result<void, StoreError> replace_file(const std::filesystem::path& file,
                                                    ByteView content, std::uint64_t size);
[[nodiscard]] Result<FileHandle, StoreError> open_for_writing(const std::filesystem::path& file);
/// Durable on return (fdatasync).
[[nodiscard]] Result<void, StoreError> write_durably(const FileHandle& file,
                                                     const std::filesystem::path& name,
                                                     std::uint64_t offset, ByteView data);

}  // namespace datapact::store
