// Whatever decodes encodes to the same bytes; nothing crashes.
#include "consensus/message_codec.hpp"
#include "consensus/proposal_body.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const ByteView bytes{data, size};
  const consensus::Domain domain{ChainId{1}, BlockHash{}};
  const auto point = consensus::peek_message(bytes);
  if (const auto body = consensus::decode_body(bytes, consensus::body_txns_max(Gas{60'000'000}))) {
    if (!point.has_value() || point->code != consensus::MessageCode::kProposalBody) std::abort();
    if (consensus::encode_body(*body) != to_bytes(bytes)) std::abort();
  }
  const auto message = consensus::decode_message(bytes, domain);
  if (!message.has_value()) return 0;
  if (!point.has_value() || point->code != consensus::code_of(*message)) std::abort();
  if (consensus::encode_message(*message) != to_bytes(bytes)) std::abort();
  return 0;
}
