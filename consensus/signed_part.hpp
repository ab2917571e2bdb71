#pragma once
// The signed part of every message as RLP [payload, signature] (QBFT.md section 2): shared by the
// codecs of messages and of proofs. Pure.
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
