#pragma once
// Messages as bytes (docs/formats/consensus-messages.md): RLP [version, code, content]. Pure,
// thread-safe: meant for the verification pool.
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"

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
[[nodiscard]] Result<MessagePoint, MessageError> peek_message(ByteView bytes);

}  // namespace datapact::consensus
