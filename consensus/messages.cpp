#include "consensus/messages.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "consensus/params.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

namespace datapact::consensus {
namespace {

template <class P>
rlp::Encoder encode_point(const P& payload) {
  rlp::Encoder out;
  out.integer(payload.height).integer(payload.round).string(payload.digest);
  return out;
}

/// The authored part of any message.
// NOLINTBEGIN(bugprone-return-const-ref-from-parameter): the callers' message is no temporary
const Authored<ProposalPayload>& vote_of(const Proposal& message) { return message.vote; }
const Prepare& vote_of(const Prepare& message) { return message; }
const Commit& vote_of(const Commit& message) { return message; }
const Authored<RoundChangePayload>& vote_of(const RoundChange& message) { return message.vote; }
const Authored<ProposalPayload>& vote_of(const BareProposal& message) { return message.vote; }
// NOLINTEND(bugprone-return-const-ref-from-parameter)

}  // namespace

std::string_view to_string(MessageCode code) noexcept {
  switch (code) {
    case MessageCode::kProposal:
      return "proposal";
    case MessageCode::kPrepare:
      return "prepare";
    case MessageCode::kCommit:
      return "commit";
    case MessageCode::kRoundChange:
      return "round change";
    case MessageCode::kProposalBody:
      return "proposal body";
  }
  return "unknown";
}

std::string_view to_string(MessageError error) noexcept {
  switch (error) {
    case MessageError::kMalformed:
      return "malformed message";
    case MessageError::kWrongVersion:
      return "another protocol version";
    case MessageError::kUnknownCode:
      return "unknown message code";
    case MessageError::kInvalidSignature:
      return "invalid signature";
    case MessageError::kHighS:
      return "signature with high s";
    case MessageError::kForeignSeal:
      return "the seal is not the author's";
    case MessageError::kTooManyParts:
      return "too many signed parts";
    case MessageError::kWrongDigest:
      return "the block does not hash to the digest";
    case MessageError::kWrongBody:
      return "the transactions do not hash to the header's root";
    case MessageError::kForeignAuthor:
      return "a vote by no validator";
    case MessageError::kUnwanted:
      return "a vote of no use here";
  }
  return "unknown";
}

Bytes encode(const ProposalPayload& payload) { return encode_point(payload).as_list(); }
Bytes encode(const PreparePayload& payload) { return encode_point(payload).as_list(); }
Bytes encode(const CommitPayload& payload) {
  return encode_point(payload).string(crypto::to_bytes(payload.seal)).as_list();
}
Bytes encode(const RoundChangePayload& payload) {
  rlp::Encoder prepared;
  if (payload.prepared) {
    prepared.integer(payload.prepared->round).string(payload.prepared->digest);
  }
  rlp::Encoder out;
  out.integer(payload.height).integer(payload.round).list(prepared);
  return out.as_list();
}

Hash256 signing_hash(MessageCode code, ByteView encoded_payload, const Domain& domain) {
  rlp::Encoder out;
  out.integer(std::uint64_t{kProtocolVersion})
      .integer(domain.chain_id)
      .string(domain.genesis_hash)
      .integer(static_cast<std::uint64_t>(code))
      .raw(encoded_payload);
  return crypto::keccak256(out.as_list());
}

Result<Address, MessageError> recover_author(const Hash256& hash,
                                             const crypto::Signature& signature) {
  if (!crypto::is_low_s(signature)) return fail(MessageError::kHighS);
  const auto author = crypto::recover_address(hash, signature);
  if (!author) return fail(MessageError::kInvalidSignature);
  return *author;
}

const Address& author_of(const Message& message) noexcept {
  return std::visit([](const auto& m) -> const Address& { return vote_of(m).author(); }, message);
}
Height height_of(const Message& message) noexcept {
  return std::visit([](const auto& m) { return vote_of(m).payload().height; }, message);
}
Round round_of(const Message& message) noexcept {
  return std::visit([](const auto& m) { return vote_of(m).payload().round; }, message);
}
MessageCode code_of(const Message& message) noexcept {
  return std::visit(
      [](const auto& m) { return std::decay_t<decltype(vote_of(m).payload())>::kCode; }, message);
}

Hash256 digest_of(const RoundChangePayload& payload) { return crypto::keccak256(encode(payload)); }

Hash256 digest_of(const Message& message) {
  return std::visit(
      [](const auto& m) {
        const auto& payload = vote_of(m).payload();
        if constexpr (requires { payload.digest; }) {
          return payload.digest;
        } else {
          return digest_of(payload);
        }
      },
      message);
}

}  // namespace datapact::consensus
