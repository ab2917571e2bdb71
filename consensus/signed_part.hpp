#pragma once
// What the codecs of messages, bodies and proofs share: the envelope, and the signed part of every
// vote as RLP [payload, signature] (QBFT.md section 2). Pure.
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "consensus/messages.hpp"

#include <type_traits>
#include <utility>

namespace datapact::consensus {

/// Every fault of the encoding is one to the peer: malformed.
template <class T>
[[nodiscard]] Result<T, MessageError> well_formed(rlp::Result<T> result) {
  if (!result.has_value()) return fail(MessageError::kMalformed);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

/// [version, code, content].
struct Envelope {
  MessageCode code = MessageCode::kProposal;
  rlp::Decoder content;
};
/// Fails with kWrongVersion and kUnknownCode before it looks at the content.
[[nodiscard]] Result<Envelope, MessageError> open_envelope(ByteView bytes);

template <class P>
[[nodiscard]] Bytes encode_signed(const Authored<P>& vote) {
  rlp::Encoder out;
  out.raw(encode(vote.payload())).string(crypto::to_bytes(vote.signature()));
  return out.as_list();
}

/// `in` stands inside the list. Recovers the author.
template <class P>
[[nodiscard]] Result<Authored<P>, MessageError> decode_signed(rlp::Decoder in,
                                                              const Domain& domain);

}  // namespace datapact::consensus
