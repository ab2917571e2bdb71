#pragma once
#include "base/result.hpp"
#include "node/start_error.hpp"

#include <filesystem>
#include <string>

namespace datapact::node {

/// The whole file; the error names it and the reason.
[[nodiscard]] Result<std::string, StartError> read_text_file(const std::filesystem::path& file);

/// Holds a data directory for this process: a second one gets an error that names the holder.
class DataDirLock {
 public:
  /// Creates the directory when absent.
  [[nodiscard]] static Result<DataDirLock, StartError> take(const std::filesystem::path& folder);
  ~DataDirLock();
  DataDirLock(DataDirLock&& other) noexcept;
  DataDirLock& operator=(DataDirLock&& other) noexcept;
  DataDirLock(const DataDirLock&) = delete;
  DataDirLock& operator=(const DataDirLock&) = delete;

 private:
  explicit DataDirLock(int descriptor) noexcept : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace datapact::node
