#include "node/peer_messages.hpp"

#include "base/bytes.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

constexpr std::uint8_t kEmptyList = 0xc0;
/// Year 287396: differences of times below it cannot overflow.
constexpr std::uint64_t kMillisMax = 1ULL << 53U;

template <class T>
Result<T, PeerMessageError> well_formed(rlp::Result<T> result) {
  if (!result.has_value()) return fail(PeerMessageError::kMalformed);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

Result<void, PeerMessageError> append_block(rlp::Decoder& list, std::vector<SentBlock>& blocks) {
  if (blocks.size() == kBlocksPerAnswerMax) return fail(PeerMessageError::kTooMany);
  TRY(const auto raw, well_formed(list.raw()));
  TRY(auto block, well_formed(chain::decode_block(raw)));
  if (!blocks.empty() && block.header.height != next(blocks.back().block.header.height)) {
    return fail(PeerMessageError::kNotAChain);
  }
  blocks.push_back({std::move(block), raw.size()});
  return {};
}

}  // namespace

std::string_view to_string(PeerMessageError error) noexcept {
  switch (error) {
    case PeerMessageError::kMalformed:
      return "malformed message";
    case PeerMessageError::kTooMany:
      return "number of blocks out of bounds";
    case PeerMessageError::kNotAChain:
      return "blocks that do not follow one another";
    case PeerMessageError::kNoTime:
      return "a time that no clock shows";
  }
  return "";
}

Bytes encode_proposal_request(const Hash256& digest) {
  return rlp::Encoder{}.string(digest).as_list();
}

std::optional<Hash256> decode_proposal_request(ByteView bytes) {
  auto in = rlp::decode_list(bytes);
  if (!in.has_value()) return std::nullopt;
  const auto digest = in->fixed<Hash256>();
  if (!digest.has_value() || !in->finish().has_value()) return std::nullopt;
  return *digest;
}

Bytes encode_time_request() { return rlp::Encoder{}.as_list(); }

bool is_time_request(ByteView bytes) noexcept {
  return bytes.size() == 1 && bytes[0] == kEmptyList;
}

Bytes encode_time(UnixMillis time) {
  return rlp::Encoder{}.integer(static_cast<std::uint64_t>(time.count())).as_list();
}

Result<UnixMillis, PeerMessageError> decode_time(ByteView bytes) {
  TRY(auto in, well_formed(rlp::decode_list(bytes)));
  TRY(const auto millis, well_formed(in.u64()));
  TRY_VOID(well_formed(in.finish()));
  if (millis > kMillisMax) return fail(PeerMessageError::kNoTime);
  return UnixMillis{static_cast<std::int64_t>(millis)};
}

Bytes encode(const HeadStatus& head) {
  return rlp::Encoder{}.integer(head.height).string(head.hash).as_list();
}

Bytes encode(const BlocksRequest& request) {
  return rlp::Encoder{}.integer(request.from).integer(request.count).as_list();
}

Bytes encode_blocks(const std::vector<Bytes>& blocks) {
  rlp::Encoder out;
  for (const auto& block : blocks) out.raw(block);
  return out.as_list();
}

Result<HeadStatus, PeerMessageError> decode_head(ByteView bytes) {
  TRY(auto in, well_formed(rlp::decode_list(bytes)));
  HeadStatus head;
  TRY(head.height, well_formed(in.quantity<Height>()));
  TRY(head.hash, well_formed(in.fixed<BlockHash>()));
  TRY_VOID(well_formed(in.finish()));
  return head;
}

Result<BlocksRequest, PeerMessageError> decode_blocks_request(ByteView bytes) {
  TRY(auto in, well_formed(rlp::decode_list(bytes)));
  BlocksRequest request;
  TRY(request.from, well_formed(in.quantity<Height>()));
  TRY(request.count, well_formed(in.u64()));
  TRY_VOID(well_formed(in.finish()));
  if (request.count == 0 || request.count > kBlocksPerAnswerMax) {
    return fail(PeerMessageError::kTooMany);
  }
  return request;
}

Result<std::vector<SentBlock>, PeerMessageError> decode_blocks(ByteView bytes) {
  TRY(auto in, well_formed(rlp::decode_list(bytes)));
  std::vector<SentBlock> blocks;
  while (!in.at_end()) TRY_VOID(append_block(in, blocks));  // Ends at kBlocksPerAnswerMax.
  return blocks;
}

}  // namespace datapact::node
