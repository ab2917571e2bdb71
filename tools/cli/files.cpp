#include "tools/cli/files.hpp"

#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "tools/cli/cli_error.hpp"

#include <asm-generic/errno.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace datapact::tools {
namespace {

/// The command line's own, set once.
FileObserver& observer() {
  static FileObserver the_observer;
  return the_observer;
}

void tell(std::string_view verb, const fs::path& path) {
  if (observer()) observer()(verb, path);
}

std::string reason() { return std::strerror(errno); }  // NOLINT(concurrency-mt-unsafe): glibc's is

/// Of errno.
StreamError error_of(std::string_view verb, const std::string& path) {
  const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return {"cannot " + std::string(verb) + " " + path + ": " + reason(), is_full};
}

[[noreturn]] void fail_on(const fs::path& path, std::string_view verb) {
  fail_stream(error_of(verb, path.string()));
}

void require(const Result<void, StreamError>& done) {
  if (!done) fail_stream(done.error());
}

Result<void, StreamError> sync_folder_of(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(error_of("open folder", folder.string()));
  ::fsync(descriptor);
  ::close(descriptor);
  return {};
}

/// Whether this process is the one that has it now.
bool take_lock(int descriptor) { return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

[[noreturn]] void fail_busy(const fs::path& path) {
  throw CliError(ExitCode::kFailed, "busy", "another command is at work on " + path.string(),
                 "wait until it has ended");
}

/// Returns 0 or errno.
int write_all(int descriptor, std::uint64_t offset, ByteView data) {
  while (!data.empty()) {
    const auto written = ::pwrite(descriptor, data.data(), data.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written == 0 ? EIO : errno;
    data = data.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

}  // namespace

void watch_files(FileObserver new_observer) { observer() = std::move(new_observer); }

void fail_stream(const StreamError& error) {
  fail_file(error.is_full ? "disk-full" : "file", error.message,
            error.is_full ? "free space on that disk and run the command again" : "");
}

std::string read_text_file(const fs::path& path, std::size_t size_max) {
  const FileSource source(path);
  if (source.size() > size_max) {
    fail_file("file-too-large", path.string() + " has " + std::to_string(source.size()) +
                                    " bytes, at most " + std::to_string(size_max) + " are read");
  }
  std::string text(static_cast<std::size_t>(source.size()), '\0');
  const auto read = source.read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (!read) fail_file("file", read.error().message);
  return text;
}

json::Value read_json_file(const fs::path& path) {
  auto parsed = json::parse(read_text_file(path), {.depth_max = 64});
  if (!parsed) {
    fail_file("not-json", path.string() + " is not JSON: " + parsed.error().message + " at byte " +
                              std::to_string(parsed.error().offset));
  }
  return std::move(*parsed);
}

Result<void, StreamError> try_write_file_durably(const fs::path& path, std::string_view content,
                                                 bool secret) {
  const fs::path beside = path.string() + ".tmp";
  const int descriptor =
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
  if (descriptor < 0) return fail(error_of("create", beside.string()));
  errno = write_all(descriptor, 0, as_bytes(content));
  if (errno == 0 && ::fsync(descriptor) != 0 && errno == 0) errno = EIO;
  const int failure = errno;
  ::close(descriptor);
  if (failure != 0) {
    ::unlink(beside.c_str());
    errno = failure;
    return fail(error_of("write", path.string()));
  }
  if (::rename(beside.c_str(), path.c_str()) != 0)
    return fail(error_of("rename to", path.string()));
  return sync_folder_of(path);
}

void write_file_durably(const fs::path& path, std::string_view content, bool secret) {
  if (path.has_parent_path()) make_folder(path.parent_path(), secret);
  require(try_write_file_durably(path, content, secret));
  tell("wrote", path);
}

bool make_new_file(const fs::path& path) {
  if (path.has_parent_path()) make_folder(path.parent_path());
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0 && errno == EEXIST) return false;
  if (descriptor < 0) fail_on(path, "create");
  ::close(descriptor);
  return true;
}

void make_folder(const fs::path& path, bool secret) {
  std::error_code error;
  const bool created = fs::create_directories(path, error);
  if (error) fail_file("file", "cannot create folder " + path.string() + ": " + error.message());
  if (created && secret) fs::permissions(path, fs::perms::owner_all, error);
}

FileLock::FileLock(const fs::path& path) {
  // Who had it may remove the file on leaving: then the lock is on a file that nobody finds.
  for (;;) {
    make_folder(path.parent_path(), true);
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0 && errno == ENOENT) continue;
    if (descriptor_ < 0) fail_on(path, "create");
    const bool taken = take_lock(descriptor_);
    struct stat ours{};
    struct stat there{};
    const bool same = ::fstat(descriptor_, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
                      ours.st_ino == there.st_ino;
    if (taken && same) return;
    ::close(descriptor_);
    if (!taken) fail_busy(path.parent_path());
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

void require_file_target(std::string_view argument, const fs::path& path) {
  const auto refuse = [&](const std::string& rule) {
    fail_usage(std::string(argument) + " must " + rule + ", got \"" + path.string() + "\"");
  };
  std::error_code missing;
  const auto status = fs::status(path, missing);
  if (fs::is_directory(status)) refuse("name a file, not a folder");
  if (!path.has_filename()) refuse("end in a file's name");
  if (fs::exists(status) && !fs::is_regular_file(status))
    refuse("name a regular file or one that is not there yet");
  fs::path folder = fs::absolute(path).parent_path();
  while (!fs::exists(fs::status(folder, missing)) && folder.has_relative_path())
    folder = folder.parent_path();
  if (!fs::is_directory(folder, missing))
    refuse("lie in a folder (" + folder.string() + " is none)");
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    refuse("lie in a folder that can be written to (" + folder.string() + ": " + reason() + ")");
}

FileSource::FileSource(const fs::path& path)
    : path_(path.string()), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) {
    if (errno == ENOENT) fail_file("no-such-file", "no such file: " + path.string());
    fail_on(path, "open");
  }
  struct stat info{};
  if (::fstat(descriptor_, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor_);
    fail_file("file", path.string() + " is not a regular file");
  }
  size_ = static_cast<std::uint64_t>(info.st_size);
  tell("read", path);
}

FileSource::~FileSource() { ::close(descriptor_); }

Result<void, StreamError> FileSource::read_at(std::uint64_t offset, MutableBytes out) const {
  while (!out.empty()) {
    const auto count = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_of("read", path_));
    if (count == 0)
      return fail(
          StreamError{path_ + " ended at byte " + std::to_string(offset) + " while being read"});
    out = out.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

FileIdentity FileSource::identity() const {
  struct stat info{};
  if (::fstat(descriptor_, &info) != 0) fail_on(path_, "look at");
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  const auto ns = [](const timespec& time) { return time.tv_sec * kNsPerSecond + time.tv_nsec; };
  return {static_cast<std::uint64_t>(info.st_size), ns(info.st_mtim), info.st_ino,
          ns(info.st_ctim)};
}

FileSink::FileSink(fs::path path, bool keep_partial)
    : path_(std::move(path)), partial_(path_.string() + ".part"), keep_partial_(keep_partial) {
  if (path_.has_parent_path()) make_folder(path_.parent_path());
  descriptor_ =
      ::open(partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | (keep_partial ? 0 : O_TRUNC), 0644);
  if (descriptor_ < 0) fail_on(partial_, "create");
  if (keep_partial && !take_lock(descriptor_)) {
    ::close(descriptor_);
    fail_busy(partial_);
  }
  struct stat info{};
  if (::fstat(descriptor_, &info) == 0) resumed_ = static_cast<std::uint64_t>(info.st_size);
}

FileSink::~FileSink() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (!keep_partial_) ::unlink(partial_.c_str());
}

Result<void, StreamError> FileSink::write_at(std::uint64_t offset, ByteView data) {
  errno = write_all(descriptor_, offset, data);
  if (errno != 0) return fail(error_of("write", partial_.string()));
  return {};
}

void FileSink::truncate(std::uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail_on(partial_, "truncate");
}

Result<void, StreamError> FileSink::sync() {
  if (::fdatasync(descriptor_) != 0) return fail(error_of("sync", partial_.string()));
  return {};
}

void FileSink::finish() {
  if (::fsync(descriptor_) != 0) fail_on(partial_, "sync");
  ::close(descriptor_);
  descriptor_ = -1;
  if (::rename(partial_.c_str(), path_.c_str()) != 0) fail_on(path_, "rename to");
  require(sync_folder_of(path_));
  tell("wrote", path_);
}

}  // namespace datapact::tools
