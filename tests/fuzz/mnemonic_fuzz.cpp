// Any text is a mnemonic in its usual form or is refused with a place in it.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "crypto/bip32.hpp"
#include "crypto/bip39.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const auto text = as_text({data, size});
  if (const auto path = crypto::parse_key_path(text))
    INVARIANT(crypto::parse_key_path(crypto::to_string(*path)) == path);
  const auto mnemonic = crypto::read_mnemonic(text);
  if (!mnemonic.ok()) {
    INVARIANT(mnemonic.error().position <= size);
    return 0;
  }
  const auto again = crypto::read_mnemonic(*mnemonic);
  INVARIANT(again.ok());
  INVARIANT(*again == *mnemonic);
  return 0;
}
