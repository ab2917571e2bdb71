// Whatever decodes encodes to the same bytes; nothing crashes. The first byte picks the decoder.
#include "node/fetched_block.hpp"
#include "node/peer_messages.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace datapact;

void check(const Bytes& encoded, ByteView input) {
  if (encoded != to_bytes(input)) std::abort();
}

void fuzz_blocks(ByteView bytes) {
  auto sent = node::decode_blocks(bytes);
  if (!sent.has_value()) return;
  std::vector<Bytes> encoded;
  for (const auto& one : *sent) encoded.push_back(chain::encode(one.block));
  check(node::encode_blocks(encoded), bytes);
  for (auto& one : *sent) static_cast<void>(node::FetchedBlock::check(one.block, one.bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes{data + 1, size - 1};
  switch (data[0] % 5) {
    case 0:
      if (const auto head = node::decode_head(bytes)) check(node::encode(*head), bytes);
      break;
    case 1:
      if (const auto request = node::decode_blocks_request(bytes)) {
        check(node::encode(*request), bytes);
      }
      break;
    case 2:
      fuzz_blocks(bytes);
      break;
    case 3:
      if (const auto time = node::decode_time(bytes)) check(node::encode_time(*time), bytes);
      break;
    default:
      if (const auto digest = node::decode_proposal_request(bytes)) {
        check(node::encode_proposal_request(*digest), bytes);
      }
      break;
  }
  return 0;
}
