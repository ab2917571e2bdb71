#pragma once
// What nodes tell each other beside votes and transactions (docs/formats/peer-messages.md): heads
// and blocks. Pure, thread-safe: meant for the verification pool.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/protocol_params.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace datapact::node {

/// Blocks in one answer.
inline constexpr std::size_t kBlocksPerAnswerMax = 64;
/// An answer ends with the block that passes this size; one block always fits.
inline constexpr std::size_t kAnswerBytesTarget = 2U << 20U;
/// The longest answer: all but the last block below the target, and a block of the most bytes.
inline constexpr std::size_t kAnswerBytesMax =
    kAnswerBytesTarget + chain::kConsortiumBlockBytesMax + chain::kSealsBytesMax + 1024;

enum class PeerMessageError : std::uint8_t {
  kMalformed,  ///< not the RLP of its kind
  kTooMany,    ///< more blocks asked for or sent than kBlocksPerAnswerMax, or none asked for
  kNotAChain,  ///< blocks that do not follow one another
  kNoTime,     ///< a time that no clock shows
};
[[nodiscard]] std::string_view to_string(PeerMessageError error) noexcept;

/// Names a question to a peer until its answer; chosen by who asks, never reused.
using FetchId = Quantity<struct FetchIdTag, std::uint64_t>;

struct HeadStatus {
  Height height;
  BlockHash hash;
  friend bool operator==(const HeadStatus&, const HeadStatus&) = default;
};
struct BlocksRequest {
  Height from;
  std::uint64_t count = 0;
  friend bool operator==(const BlocksRequest&, const BlocksRequest&) = default;
};
/// One block of an answer with the size it travelled in.
struct SentBlock {
  chain::Block block;
  std::size_t bytes = 0;
};

/// The question for a proposal: its digest alone, which no other question is. The answer is the
/// signed message, as under the topic of consensus.
[[nodiscard]] Bytes encode_proposal_request(const Hash256& digest);
/// Nothing when the question is another one.
[[nodiscard]] std::optional<Hash256> decode_proposal_request(ByteView bytes);

/// The question for the time: an empty list, which no question for blocks is.
[[nodiscard]] Bytes encode_time_request();
[[nodiscard]] bool is_time_request(ByteView bytes) noexcept;
/// The answer: what the sender's clock shows.
[[nodiscard]] Bytes encode_time(UnixMillis time);
[[nodiscard]] Result<UnixMillis, PeerMessageError> decode_time(ByteView bytes);

[[nodiscard]] Bytes encode(const HeadStatus& head);
[[nodiscard]] Bytes encode(const BlocksRequest& request);
/// The answer: encoded blocks from the first one asked for, in order; fewer than asked for when
/// the sender has no more or the answer would be too large.
[[nodiscard]] Bytes encode_blocks(const std::vector<Bytes>& blocks);

[[nodiscard]] Result<HeadStatus, PeerMessageError> decode_head(ByteView bytes);
[[nodiscard]] Result<BlocksRequest, PeerMessageError> decode_blocks_request(ByteView bytes);
[[nodiscard]] Result<std::vector<SentBlock>, PeerMessageError> decode_blocks(ByteView bytes);

}  // namespace datapact::node
