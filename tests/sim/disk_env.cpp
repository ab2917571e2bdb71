#include "tests/sim/disk_env.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace datapact::sim {

using leveldb::Slice;
using leveldb::Status;

namespace {

Status no_power() { return Status::IOError("no power"); }

Slice read_at(const DiskFile& file, std::size_t offset, std::size_t count, char* scratch) {
  if (offset >= file.content.size()) return {};
  const std::size_t got = std::min(count, file.content.size() - offset);
  std::memcpy(scratch, file.content.data() + offset, got);
  return {scratch, got};
}

class SequentialSimFile final : public leveldb::SequentialFile {
 public:
  explicit SequentialSimFile(std::shared_ptr<DiskFile> file) : file_(std::move(file)) {}
  Status Read(std::size_t count, Slice* out, char* scratch) override {
    *out = read_at(*file_, offset_, count, scratch);
    offset_ += out->size();
    return Status::OK();
  }
  Status Skip(std::uint64_t count) override {
    offset_ += static_cast<std::size_t>(count);
    return Status::OK();
  }

 private:
  std::shared_ptr<DiskFile> file_;
  std::size_t offset_ = 0;
};

class RandomSimFile final : public leveldb::RandomAccessFile {
 public:
  explicit RandomSimFile(std::shared_ptr<DiskFile> file) : file_(std::move(file)) {}
  Status Read(std::uint64_t offset, std::size_t count, Slice* out, char* scratch) const override {
    *out = read_at(*file_, static_cast<std::size_t>(offset), count, scratch);
    return Status::OK();
  }

 private:
  std::shared_ptr<DiskFile> file_;
};

class WritableSimFile final : public leveldb::WritableFile {
 public:
  /// `is_log`: its syncs are the store's commits.
  WritableSimFile(std::shared_ptr<DiskFile> file, Device& device, bool is_log)
      : file_(std::move(file)), device_(device), is_log_(is_log) {}
  Status Append(const Slice& data) override {
    if (!device_.is_on()) return no_power();
    append(file_->content, as_bytes(std::string_view{data.data(), data.size()}));
    return Status::OK();
  }
  Status Close() override { return Status::OK(); }
  Status Flush() override { return Status::OK(); }
  Status Sync() override {
    if (!device_.is_on()) return no_power();
    const auto fails = is_log_ ? device_.fails_at(CrashPlace::kStore) : std::nullopt;
    if (fails == CrashMode::kBefore) file_->content.resize(file_->synced);
    if (!fails || fails == CrashMode::kAfter) file_->synced = file_->content.size();
    if (!fails) return Status::OK();
    // Torn: what is unsynced is torn when the power's loss is settled.
    device_.power_off();
    return no_power();
  }

 private:
  std::shared_ptr<DiskFile> file_;
  Device& device_;
  bool is_log_;
};

class SilentLogger final : public leveldb::Logger {
 public:
  void Logv(const char*, std::va_list) override {}
};
class SimLock final : public leveldb::FileLock {};

bool is_log_name(const std::string& name) {
  constexpr std::string_view kSuffix = ".log";
  return name.size() > kSuffix.size() &&
         std::string_view{name}.substr(name.size() - kSuffix.size()) == kSuffix;
}

}  // namespace

void DiskEnv::run_scheduled() {
  // Ends: a compaction asks for another only while there is something to compact.
  while (!scheduled_.empty()) {
    const auto [work, argument] = scheduled_.front();
    scheduled_.pop_front();
    work(argument);
  }
}

Status DiskEnv::check_power() const { return device_.is_on() ? Status::OK() : no_power(); }

Status DiskEnv::NewSequentialFile(const std::string& name, leveldb::SequentialFile** out) {
  *out = nullptr;
  if (!device_.is_on()) return no_power();
  const auto found = device_.disk().files.find(name);
  if (found == device_.disk().files.end()) return Status::NotFound(name);
  *out = std::make_unique<SequentialSimFile>(found->second).release();
  return Status::OK();
}

Status DiskEnv::NewRandomAccessFile(const std::string& name, leveldb::RandomAccessFile** out) {
  *out = nullptr;
  if (!device_.is_on()) return no_power();
  const auto found = device_.disk().files.find(name);
  if (found == device_.disk().files.end()) return Status::NotFound(name);
  *out = std::make_unique<RandomSimFile>(found->second).release();
  return Status::OK();
}

Status DiskEnv::NewWritableFile(const std::string& name, leveldb::WritableFile** out) {
  *out = nullptr;
  if (!device_.is_on()) return no_power();
  auto file = std::make_shared<DiskFile>();
  device_.disk().files[name] = file;
  *out = std::make_unique<WritableSimFile>(std::move(file), device_, is_log_name(name)).release();
  return Status::OK();
}

bool DiskEnv::FileExists(const std::string& name) {
  return device_.is_on() && device_.disk().files.contains(name);
}

Status DiskEnv::GetChildren(const std::string& folder, std::vector<std::string>* out) {
  out->clear();
  const std::string prefix = folder + "/";
  for (const auto& [name, file] : device_.disk().files) {
    if (name.starts_with(prefix)) out->push_back(name.substr(prefix.size()));
  }
  return check_power();
}

Status DiskEnv::RemoveFile(const std::string& name) {
  if (!device_.is_on()) return no_power();
  return device_.disk().files.erase(name) == 0 ? Status::NotFound(name) : Status::OK();
}

Status DiskEnv::GetFileSize(const std::string& name, std::uint64_t* size) {
  *size = 0;
  const auto found = device_.disk().files.find(name);
  if (found == device_.disk().files.end()) return Status::NotFound(name);
  *size = found->second->content.size();
  return check_power();
}

Status DiskEnv::RenameFile(const std::string& from, const std::string& to) {
  if (!device_.is_on()) return no_power();
  auto file = device_.disk().files.extract(from);
  if (file.empty()) return Status::NotFound(from);
  device_.disk().files.insert_or_assign(to, std::move(file.mapped()));
  return Status::OK();
}

Status DiskEnv::LockFile(const std::string&, leveldb::FileLock** lock) {
  *lock = std::make_unique<SimLock>().release();
  return Status::OK();
}

Status DiskEnv::UnlockFile(leveldb::FileLock* lock) {
  const std::unique_ptr<leveldb::FileLock> owned(lock);
  return Status::OK();
}

Status DiskEnv::GetTestDirectory(std::string* path) {
  *path = "/test";
  return Status::OK();
}

Status DiskEnv::NewLogger(const std::string&, leveldb::Logger** out) {
  *out = std::make_unique<SilentLogger>().release();
  return Status::OK();
}

}  // namespace datapact::sim
