#include "node/transport_key.hpp"

#include "base/hex.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "crypto/secp256k1.hpp"
#include "node/files.hpp"
#include "node/start_error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>

namespace datapact::node {
namespace {

StartError key_error(const std::filesystem::path& file, std::string_view reason) {
  return {ExitCode::kAuthority, "transport key " + file.string() + ": " + std::string(reason)};
}

Result<void, StartError> write_new_key(const std::filesystem::path& file,
                                       const crypto::PrivateKey& key) {
  const std::string text = to_hex(key.view()) + "\n";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(key_error(file, std::generic_category().message(errno)));
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!written) return fail(key_error(file, std::generic_category().message(error)));
  return {};
}

}  // namespace

Result<crypto::PrivateKey, StartError> load_transport_key(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    return fail(key_error(file, "others may read it: chmod 600 " + file.string()));
  }
  TRY(const auto content, read_text_file(file));
  auto text = std::string_view(content);
  text = text.substr(0, text.find_first_of(" \t\r\n"));
  const auto key = fixed_from_hex<crypto::PrivateKey>(text);
  if (!key || !crypto::is_valid(*key)) {
    return fail(key_error(file, "is no private key of 64 hexadecimal digits"));
  }
  return *key;
}

Result<crypto::PrivateKey, StartError> ensure_transport_key(const std::filesystem::path& file,
                                                            RandomSource& random) {
  if (std::filesystem::exists(file)) return load_transport_key(file);
  auto key = random_fixed<crypto::PrivateKey>(random);
  // All but one in 2^127 random values are keys.
  while (!crypto::is_valid(key)) key = random_fixed<crypto::PrivateKey>(random);
  TRY_VOID(write_new_key(file, key));
  return key;
}

}  // namespace datapact::node
