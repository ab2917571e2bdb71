// A frame that decodes is what its entries encode to.
#include "base/rlp.hpp"
#include "p2p/gossip/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const ByteView bytes{data, size};
  if (const auto entry = p2p::decode_entry(bytes); entry.has_value()) {
    if (p2p::encode_entry(*entry) != to_bytes(bytes)) std::abort();
  }
  const auto entries = p2p::decode_frame(bytes);
  if (!entries.has_value()) return 0;
  Bytes payload;
  for (const auto& entry : *entries) append(payload, p2p::encode_entry(entry));
  if (rlp::Encoder{}.list(payload).take() != to_bytes(bytes)) std::abort();
  return 0;
}
