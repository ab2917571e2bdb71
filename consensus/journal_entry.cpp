#include "consensus/journal_entry.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::consensus {
namespace {

/// Takes one whole message of type M.
template <class M>
Result<M, MessageError> take_message(rlp::Decoder& in, const Domain& domain) {
  const auto raw = in.raw();
  if (!raw.has_value()) return fail(MessageError::kMalformed);
  auto message = decode_message(*raw, domain);
  if (!message.has_value()) return fail(message.error());
  auto* wanted = std::get_if<M>(&*message);
  if (wanted == nullptr) return fail(MessageError::kMalformed);
  return std::move(*wanted);
}

Result<std::vector<Prepare>, MessageError> take_prepares(rlp::Decoder& in, const Domain& domain) {
  auto list = in.list();
  if (!list.has_value()) return fail(MessageError::kMalformed);
  std::vector<Prepare> out;
  while (!list->at_end()) {  // Ends at kPartsMax.
    if (out.size() == kPartsMax) return fail(MessageError::kTooManyParts);
    TRY(auto prepare, take_message<Prepare>(*list, domain));
    out.push_back(std::move(prepare));
  }
  return out;
}

}  // namespace

JournalEntry make_entry(const RememberedVote& vote) {
  rlp::Encoder prepares;
  for (const auto& prepare : vote.prepares) prepares.raw(encode_message(prepare));
  rlp::Encoder out;
  out.raw(encode_message(vote.message));
  if (vote.proposal) {
    out.raw(encode_message(*vote.proposal));
  } else {
    out.list(ByteView{});
  }
  out.list(prepares);
  return {.height = height_of(vote.message),
          .round = round_of(vote.message),
          .code = code_of(vote.message),
          .digest = digest_of(vote.message),
          .payload = out.as_list()};
}

Result<RememberedVote, MessageError> decode_entry(const JournalEntry& entry, const Domain& domain) {
  auto in = rlp::decode_list(entry.payload);
  if (!in.has_value()) return fail(MessageError::kMalformed);
  const auto raw = in->raw();
  if (!raw.has_value()) return fail(MessageError::kMalformed);
  TRY(auto message, decode_message(*raw, domain));
  // A restart proposes again what it finds here: it needs the block.
  if (std::holds_alternative<BareProposal>(message)) return fail(MessageError::kMalformed);
  RememberedVote vote{.message = std::move(message), .proposal = std::nullopt, .prepares = {}};
  if (!in->rest().empty() && in->rest()[0] == 0xc0) {
    if (!in->list().has_value()) return fail(MessageError::kMalformed);
  } else {
    TRY(vote.proposal, take_message<Proposal>(*in, domain));
  }
  TRY(vote.prepares, take_prepares(*in, domain));
  if (!in->finish().has_value()) return fail(MessageError::kMalformed);
  if (height_of(vote.message) != entry.height || round_of(vote.message) != entry.round ||
      code_of(vote.message) != entry.code || digest_of(vote.message) != entry.digest) {
    return fail(MessageError::kWrongDigest);
  }
  return vote;
}

}  // namespace datapact::consensus
