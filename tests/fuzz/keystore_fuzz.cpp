// A foreign key file opens or is refused, and never asks for much; a key that opens is valid.
#include "crypto/keystore.hpp"

namespace datapact::crypto {
namespace {

/// Slow but acceptable parameters would test the kdf's speed, not the reading of the file.
bool is_slow(const json::Value& file) {
  const auto* crypto = file.find("crypto");
  const auto* params = crypto != nullptr ? crypto->find("kdfparams") : nullptr;
  if (params == nullptr) return false;
  for (const auto* name : {"n", "r", "p", "c"}) {
    const auto* value = params->find(name);
    if (value == nullptr) continue;
    const auto number = value->as_u64();
    if (number && *number > 1024 && *number <= 10'000'000) return true;
  }
  return false;
}

}  // namespace
}  // namespace datapact::crypto

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const auto file = json::parse(as_text({data, size}));
  if (!file.ok() || crypto::is_slow(*file)) return 0;
  const auto key = crypto::decrypt_keystore(*file, "");
  if (key.ok()) INVARIANT(crypto::is_valid(*key));
  return 0;
}
