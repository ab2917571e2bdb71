#pragma once
// Votes as bytes (docs/formats/consensus-messages.md): RLP [version, code, content]. Pure,
// thread-safe: meant for the verification pool. The list of a proposal's transactions is no vote:
// proposal_body.hpp.
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"

#include <cstddef>
#include <functional>

namespace datapact::consensus {

[[nodiscard]] Bytes encode_message(const Message& message);

/// Decodes and recovers every signature in the message; a block is checked against the digest and
/// its body against its header. What comes out is authentic, not yet justified.
[[nodiscard]] Result<Message, MessageError> decode_message(ByteView bytes, const Domain& domain);

/// Where a message belongs, before any expensive check.
struct MessagePoint {
  MessageCode code = MessageCode::kProposal;
  Height height;
  Round round;
};
/// Of a proposal body, too.
[[nodiscard]] Result<MessagePoint, MessageError> peek_message(ByteView bytes);

/// What is known of a message when nothing but its author has been recovered.
struct MessageClaim {
  MessagePoint point;
  Address author;
  /// Signed parts in the longer of its lists.
  std::size_t parts = 0;
};
/// Whether a message is worth the rest: the decoding of its block and a recovery for each part. Its
/// error becomes decode_message's.
using ClaimJudge = std::function<Result<void, MessageError>(const MessageClaim&)>;
/// decode_message for what strangers send: cheap checks first (QBFT.md section 11).
[[nodiscard]] Result<Message, MessageError> decode_message(ByteView bytes, const Domain& domain,
                                                           const ClaimJudge& judge);

}  // namespace datapact::consensus
