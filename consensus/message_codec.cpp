#include "consensus/message_codec.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "consensus/proposal_body.hpp"
#include "consensus/signed_part.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::consensus {
namespace {

/// The first byte of an RLP list, at least.
constexpr std::uint8_t kListBegin = 0xc0;

template <class P>
Bytes encode_parts(const std::vector<Authored<P>>& parts) {
  rlp::Encoder out;
  for (const auto& part : parts) out.raw(encode_signed(part));
  return out.as_list();
}

Bytes encode_content(const Proposal& message) {
  rlp::Encoder out;
  out.raw(encode_signed(message.vote))
      .raw(chain::encode(*message.block))
      .raw(encode_parts(message.round_changes))
      .raw(encode_parts(message.prepares));
  return out.as_list();
}
Bytes encode_content(const BareProposal& message) {
  rlp::Encoder out;
  out.raw(encode_signed(message.vote))
      .raw(chain::encode(message.header))
      .raw(encode_parts(message.round_changes))
      .raw(encode_parts(message.prepares));
  return out.as_list();
}
Bytes encode_content(const Prepare& message) { return encode_signed(message); }
Bytes encode_content(const Commit& message) { return encode_signed(message); }
Bytes encode_content(const RoundChange& message) {
  rlp::Encoder out;
  out.raw(encode_signed(message.vote));
  if (message.block) {
    out.raw(chain::encode(*message.block));
  } else {
    out.list(ByteView{});
  }
  out.raw(encode_parts(message.prepares));
  return out.as_list();
}

template <class P>
Result<std::vector<Authored<P>>, MessageError> decode_parts(rlp::Decoder& in,
                                                            const Domain& domain) {
  TRY(auto list, well_formed(in.list()));
  std::vector<Authored<P>> parts;
  while (!list.at_end()) {  // Ends at kPartsMax.
    if (parts.size() == kPartsMax) return fail(MessageError::kTooManyParts);
    TRY(auto item, well_formed(list.list()));
    TRY(auto part, decode_signed<P>(item, domain));
    parts.push_back(std::move(part));
  }
  return parts;
}

/// Recovers nothing.
Result<std::size_t, MessageError> count_parts(rlp::Decoder& in) {
  TRY(auto list, well_formed(in.list()));
  std::size_t count = 0;
  while (!list.at_end()) {  // Ends at kPartsMax.
    if (++count > kPartsMax) return fail(MessageError::kTooManyParts);
    TRY_VOID(well_formed(list.list()));
  }
  return count;
}

template <class P>
MessageClaim claim_of(const Authored<P>& vote, std::size_t parts) {
  const auto& payload = vote.payload();
  return {{P::kCode, payload.height, payload.round}, vote.author(), parts};
}

/// The header must hash, stamped with `round`, to what was signed.
Result<void, MessageError> check_digest(const chain::BlockHeader& header, Round round,
                                        const Hash256& digest) {
  const auto hash = chain::seal_hash(header, round);
  if (!hash.has_value() || *hash != digest) return fail(MessageError::kWrongDigest);
  return {};
}

Result<BlockPtr, MessageError> decode_signed_block(ByteView bytes, Round round,
                                                   const Hash256& digest) {
  TRY(auto block, well_formed(chain::decode_block(bytes)));
  TRY_VOID(check_digest(block.header, round, digest));
  TRY_VOID(check_body(block));
  return std::make_shared<const chain::Block>(std::move(block));
}

/// A block begins with its header, a list; a header with its parent's hash, a string.
bool is_block(ByteView item) {
  const auto in = rlp::decode_list(item);
  return in.has_value() && !in->at_end() && in->rest()[0] >= kListBegin;
}

Result<Message, MessageError> decode_proposal(rlp::Decoder in, const Domain& domain,
                                              const ClaimJudge& judge) {
  TRY(auto signed_part, well_formed(in.list()));
  TRY(auto vote, decode_signed<ProposalPayload>(signed_part, domain));
  TRY(const auto raw, well_formed(in.raw()));
  rlp::Decoder lists = in;
  TRY(const std::size_t wishes, count_parts(lists));
  TRY(const std::size_t certificates, count_parts(lists));
  TRY_VOID(judge(claim_of(vote, std::max(wishes, certificates))));
  const auto& payload = vote.payload();
  BlockPtr block;
  chain::BlockHeader header;
  if (is_block(raw)) {
    TRY(block, decode_signed_block(raw, payload.round, payload.digest));
  } else {
    TRY(header, well_formed(chain::decode_header(raw)));
    TRY_VOID(check_digest(header, payload.round, payload.digest));
  }
  TRY(auto round_changes, decode_parts<RoundChangePayload>(in, domain));
  TRY(auto prepares, decode_parts<PreparePayload>(in, domain));
  TRY_VOID(well_formed(in.finish()));
  if (!block) {
    return Message{BareProposal{std::move(vote), std::move(header), std::move(round_changes),
                                std::move(prepares)}};
  }
  return Message{
      Proposal{std::move(vote), std::move(block), std::move(round_changes), std::move(prepares)}};
}

Result<Message, MessageError> decode_round_change(rlp::Decoder in, const Domain& domain,
                                                  const ClaimJudge& judge) {
  TRY(auto signed_part, well_formed(in.list()));
  TRY(auto vote, decode_signed<RoundChangePayload>(signed_part, domain));
  TRY(const auto raw, well_formed(in.raw()));
  rlp::Decoder lists = in;
  TRY(const std::size_t certificates, count_parts(lists));
  TRY_VOID(judge(claim_of(vote, certificates)));
  const auto& prepared = vote.payload().prepared;
  const bool has_block = raw.size() > 1;
  if (has_block != prepared.has_value()) return fail(MessageError::kMalformed);
  if (!has_block && raw[0] != 0xc0) return fail(MessageError::kMalformed);
  BlockPtr block;
  if (has_block) {
    TRY(block, decode_signed_block(raw, prepared->round, prepared->digest));
  }
  TRY(auto prepares, decode_parts<PreparePayload>(in, domain));
  TRY_VOID(well_formed(in.finish()));
  return Message{RoundChange{std::move(vote), std::move(block), std::move(prepares)}};
}

}  // namespace

Bytes encode_message(const Message& message) {
  rlp::Encoder out;
  out.integer(std::uint64_t{kProtocolVersion})
      .integer(static_cast<std::uint64_t>(code_of(message)))
      .raw(std::visit([](const auto& m) { return encode_content(m); }, message));
  return out.as_list();
}

Result<Message, MessageError> decode_message(ByteView bytes, const Domain& domain) {
  return decode_message(bytes, domain,
                        [](const MessageClaim&) { return Result<void, MessageError>{}; });
}

Result<Message, MessageError> decode_message(ByteView bytes, const Domain& domain,
                                             const ClaimJudge& judge) {
  TRY(auto envelope, open_envelope(bytes));
  switch (envelope.code) {
    case MessageCode::kProposal:
      return decode_proposal(envelope.content, domain, judge);
    case MessageCode::kPrepare: {
      TRY(auto prepare, decode_signed<PreparePayload>(envelope.content, domain));
      TRY_VOID(judge(claim_of(prepare, 0)));
      return Message{std::move(prepare)};
    }
    case MessageCode::kCommit: {
      TRY(auto commit, decode_signed<CommitPayload>(envelope.content, domain));
      TRY_VOID(judge(claim_of(commit, 0)));
      return Message{std::move(commit)};
    }
    case MessageCode::kRoundChange:
      return decode_round_change(envelope.content, domain, judge);
    case MessageCode::kProposalBody:
      break;
  }
  return fail(MessageError::kUnknownCode);
}

Result<MessagePoint, MessageError> peek_message(ByteView bytes) {
  TRY(auto envelope, open_envelope(bytes));
  // A body has no signed part; proposals and round changes wrap theirs in one more list.
  auto payload = envelope.content;
  if (envelope.code != MessageCode::kProposalBody) {
    TRY(payload, well_formed(payload.list()));
  }
  if (envelope.code == MessageCode::kProposal || envelope.code == MessageCode::kRoundChange) {
    TRY(payload, well_formed(payload.list()));
  }
  MessagePoint point{.code = envelope.code, .height = {}, .round = {}};
  TRY(point.height, well_formed(payload.quantity<Height>()));
  TRY(point.round, well_formed(payload.quantity<Round>()));
  return point;
}

}  // namespace datapact::consensus
