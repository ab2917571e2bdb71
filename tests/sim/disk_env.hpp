#pragma once
// LevelDB's operating system on a simulated disk. Background work is queued and run by
// run_scheduled(), so that a run depends on nothing but its seed.
#include "tests/sim/disk.hpp"

#include <leveldb/env.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace datapact::sim {

class DiskEnv final : public leveldb::Env {
 public:
  explicit DiskEnv(Device& device) : device_(device) {}

  /// Runs what LevelDB has put off, until nothing is left.
  void run_scheduled();

  leveldb::Status NewSequentialFile(const std::string& name,
                                    leveldb::SequentialFile** out) override;
  leveldb::Status NewRandomAccessFile(const std::string& name,
                                      leveldb::RandomAccessFile** out) override;
  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** out) override;
  bool FileExists(const std::string& name) override;
  leveldb::Status GetChildren(const std::string& folder, std::vector<std::string>* out) override;
  leveldb::Status RemoveFile(const std::string& name) override;
  leveldb::Status CreateDir(const std::string&) override { return leveldb::Status::OK(); }
  leveldb::Status RemoveDir(const std::string&) override { return leveldb::Status::OK(); }
  leveldb::Status GetFileSize(const std::string& name, std::uint64_t* size) override;
  leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
  leveldb::Status LockFile(const std::string& name, leveldb::FileLock** lock) override;
  leveldb::Status UnlockFile(leveldb::FileLock* lock) override;
  void Schedule(void (*work)(void*), void* argument) override {
    scheduled_.emplace_back(work, argument);
  }
  void StartThread(void (*work)(void*), void* argument) override { Schedule(work, argument); }
  leveldb::Status GetTestDirectory(std::string* path) override;
  leveldb::Status NewLogger(const std::string& name, leveldb::Logger** out) override;
  std::uint64_t NowMicros() override { return ++ticks_; }
  void SleepForMicroseconds(int) override {}

 private:
  [[nodiscard]] leveldb::Status check_power() const;

  Device& device_;
  std::deque<std::pair<void (*)(void*), void*>> scheduled_;
  std::uint64_t ticks_ = 0;
};

}  // namespace datapact::sim
