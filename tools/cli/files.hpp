#pragma once
// Files of the command line: whole small files, durable atomic writes, large files as ByteSource
// and ByteSink. Every failure is a CliError that names path and reason.
#include "base/byte_stream.hpp"
#include "base/json.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace datapact::tools {

namespace fs = std::filesystem;

/// Ends the command with what a read or write failed of: `disk-full` or `file`.
[[noreturn]] void fail_stream(const StreamError& error);
/// At most `size_max` bytes; larger is an error.
[[nodiscard]] std::string read_text_file(const fs::path& path, std::size_t size_max = 64U << 20);
[[nodiscard]] json::Value read_json_file(const fs::path& path);
/// Writes beside, syncs, renames, syncs the folder: after return the new content is on disk, before
/// it the old one is.
void write_file_durably(const fs::path& path, std::string_view content, bool secret = false);
/// Creates the folder and its parents, mode 0700 for secrets.
void make_folder(const fs::path& path, bool secret = false);

/// A new folder for files under construction: what is still in it goes with the object.
class StagingFolder {
 public:
  explicit StagingFolder(fs::path path);
  ~StagingFolder();
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  StagingFolder(StagingFolder&&) = delete;
  StagingFolder& operator=(StagingFolder&&) = delete;
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

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

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// A file under construction at `path`.part; `finish` syncs it and gives it its name. Without
/// `finish` it stays a .part, unless `keep_partial` is false: then it is removed.
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
  void finish();

 private:
  fs::path path_;
  fs::path partial_;
  bool keep_partial_;
  int descriptor_ = -1;
  std::uint64_t resumed_ = 0;
};

}  // namespace datapact::tools
