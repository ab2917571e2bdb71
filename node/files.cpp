#include "node/files.hpp"

#include "base/result.hpp"
#include "node/start_error.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <ios>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace datapact::node {
namespace {

StartError file_error(const std::filesystem::path& path, const std::string& reason) {
  return {ExitCode::kConfigOrFile, path.string() + ": " + reason};
}

std::string read_holder(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  const std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return holder.empty() ? "another process" : "process " + holder;
}

}  // namespace

Result<std::string, StartError> read_text_file(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in)
    return fail(
        file_error(file, errno != 0 ? std::generic_category().message(errno) : "cannot be read"));
  return text.str();
}

Result<DataDirLock, StartError> DataDirLock::take(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(file_error(folder, error.message()));
  const auto file = folder / "LOCK.datapactd";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(file_error(file, std::generic_category().message(errno)));
  DataDirLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return fail(file_error(folder, "the data directory is in use by " + read_holder(descriptor)));
  }
  // Who holds it is a courtesy to the next one: a failure to write it changes nothing.
  const std::string holder = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(descriptor, holder.data(), holder.size(), 0);
  }
  return lock;
}

DataDirLock::~DataDirLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
DataDirLock::DataDirLock(DataDirLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}
DataDirLock& DataDirLock::operator=(DataDirLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

}  // namespace datapact::node
