#pragma once
// Files of the command line: whole small files, durable atomic writes, large files as ByteSource
// and ByteSink. Every failure is a CliError that names path and reason.
#include "base/byte_stream.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace datapact::tools {

namespace fs = std::filesystem;

/// Tells `observer` of every file that is opened for reading or written from now on: "read" or
/// "wrote", and its path. Before any thread starts.
using FileObserver = std::function<void(std::string_view verb, const fs::path& path)>;
void watch_files(FileObserver observer);

/// Ends the command with what a read or write failed of: `disk-full` or `file`.
[[noreturn]] void fail_stream(const StreamError& error);
/// At most `size_max` bytes; larger is an error.
[[nodiscard]] std::string read_text_file(const fs::path& path, std::size_t size_max = 64U << 20);
[[nodiscard]] json::Value read_json_file(const fs::path& path);
/// What tells that a file is still the one it was, without reading it. Writing to it changes the
/// last time, which nobody can put back; so do other names and permissions, which leave the
/// content.
struct FileIdentity {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  /// Of the inode's last change.
  std::int64_t changed_ns = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Writes beside, syncs, renames, syncs the folder: after return the new content is on disk, before
/// it the old one is.
void write_file_durably(const fs::path& path, std::string_view content, bool secret = false);
/// The same for callers below which nothing may throw.
[[nodiscard]] Result<void, StreamError> try_write_file_durably(const fs::path& path,
                                                               std::string_view content,
                                                               bool secret = false);
/// Makes an empty file with its folder; false when it is there, whoever made it.
[[nodiscard]] bool make_new_file(const fs::path& path);
/// Creates the folder and its parents, mode 0700 for secrets.
void make_folder(const fs::path& path, bool secret = false);

/// Before the work that makes a file: a usage error that names `argument`, rule and value when no
/// regular file of that name can be written or replaced.
void require_file_target(std::string_view argument, const fs::path& path);

/// A regular file opened for reading. Concurrent reads are allowed.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(const fs::path& path);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  FileSource(FileSource&&) = delete;
  FileSource& operator=(FileSource&&) = delete;
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<void, StreamError> read_at(std::uint64_t offset,
                                                  MutableBytes out) const override;
  /// As it is now: another than when it was opened when somebody has written to it.
  [[nodiscard]] FileIdentity identity() const;

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// A part of a file; the file must outlive it.
class FileRange final : public ByteSource {
 public:
  FileRange(const FileSource& file, std::uint64_t offset, std::uint64_t size)
      : file_(file), offset_(offset), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<void, StreamError> read_at(std::uint64_t offset,
                                                  MutableBytes out) const override {
    return file_.read_at(offset_ + offset, out);
  }

 private:
  const FileSource& file_;
  std::uint64_t offset_;
  std::uint64_t size_;
};

/// An exclusive lock on a file, which goes with the process that holds it, however that ends.
class FileLock {
 public:
  /// Makes the file and its folder; a CliError (`busy`) when another process holds it.
  explicit FileLock(const fs::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  FileLock(FileLock&&) = delete;
  FileLock& operator=(FileLock&&) = delete;

 private:
  int descriptor_ = -1;
};

/// A file under construction at `path`.part; `finish` syncs it and gives it its name. Without
/// `finish` it stays a .part, unless `keep_partial` is false: then it is removed. A .part that is
/// kept has one writer at a time: a second one is a CliError (`busy`).
class FileSink final : public ByteSink {
 public:
  FileSink(fs::path path, bool keep_partial);
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  FileSink(FileSink&&) = delete;
  FileSink& operator=(FileSink&&) = delete;
  [[nodiscard]] Result<void, StreamError> write_at(std::uint64_t offset, ByteView data) override;
  /// Bytes that were there when it was opened.
  [[nodiscard]] std::uint64_t resumed_bytes() const noexcept { return resumed_; }
  void truncate(std::uint64_t size);
  void keep_partial(bool keep) noexcept { keep_partial_ = keep; }
  /// What was written is on disk.
  [[nodiscard]] Result<void, StreamError> sync();
  void finish();

 private:
  fs::path path_;
  fs::path partial_;
  bool keep_partial_;
  int descriptor_ = -1;
  std::uint64_t resumed_ = 0;
};

}  // namespace datapact::tools
