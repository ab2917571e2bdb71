#include "consensus/signed_part.hpp"

#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "crypto/secp256k1.hpp"

#include <cstdint>
#include <type_traits>
#include <utility>

namespace datapact::consensus {
namespace {

Result<crypto::Signature, MessageError> decode_signature(rlp::Decoder& in) {
  TRY(const auto bytes, well_formed(in.string()));
  const auto signature = crypto::signature_from_bytes(bytes);
  if (!signature) return fail(MessageError::kMalformed);
  return *signature;
}

template <class P>
Result<P, MessageError> decode_payload(rlp::Decoder in) {
  P payload;
  TRY(payload.height, well_formed(in.quantity<Height>()));
  TRY(payload.round, well_formed(in.quantity<Round>()));
  if constexpr (std::is_same_v<P, RoundChangePayload>) {
    TRY(auto prepared, well_formed(in.list()));
    if (!prepared.at_end()) {
      PreparedPoint point;
      TRY(point.round, well_formed(prepared.quantity<Round>()));
      TRY(point.digest, well_formed(prepared.fixed<Hash256>()));
      TRY_VOID(well_formed(prepared.finish()));
      payload.prepared = point;
    }
  } else {
    TRY(payload.digest, well_formed(in.fixed<Hash256>()));
  }
  if constexpr (std::is_same_v<P, CommitPayload>) {
    TRY(payload.seal, decode_signature(in));
  }
  TRY_VOID(well_formed(in.finish()));
  return payload;
}

}  // namespace

Result<Envelope, MessageError> open_envelope(ByteView bytes) {
  TRY(auto in, well_formed(rlp::decode_list(bytes)));
  TRY(const auto version, well_formed(in.u64()));
  if (version != kProtocolVersion) return fail(MessageError::kWrongVersion);
  TRY(const auto code, well_formed(in.u64()));
  if (code < static_cast<std::uint64_t>(MessageCode::kProposal) ||
      code > static_cast<std::uint64_t>(MessageCode::kProposalBody)) {
    return fail(MessageError::kUnknownCode);
  }
  TRY(auto content, well_formed(in.list()));
  TRY_VOID(well_formed(in.finish()));
  return Envelope{static_cast<MessageCode>(code), content};
}

template <class P>
Result<Authored<P>, MessageError> decode_signed(rlp::Decoder in, const Domain& domain) {
  TRY(auto body, well_formed(in.list()));
  TRY(auto payload, decode_payload<P>(body));
  TRY(const auto signature, decode_signature(in));
  TRY_VOID(well_formed(in.finish()));
  return Authored<P>::recover(std::move(payload), signature, domain);
}

template Result<Authored<ProposalPayload>, MessageError> decode_signed(rlp::Decoder, const Domain&);
template Result<Authored<PreparePayload>, MessageError> decode_signed(rlp::Decoder, const Domain&);
template Result<Authored<CommitPayload>, MessageError> decode_signed(rlp::Decoder, const Domain&);
template Result<Authored<RoundChangePayload>, MessageError> decode_signed(rlp::Decoder,
                                                                          const Domain&);

}  // namespace datapact::consensus
