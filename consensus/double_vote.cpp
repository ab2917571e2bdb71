#include "consensus/double_vote.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "consensus/messages.hpp"
#include "consensus/signed_part.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::consensus {
namespace {

Bytes signed_part_of(const Message& message) {
  return std::visit(
      [](const auto& m) {
        if constexpr (requires { m.vote; }) {
          return encode_signed(m.vote);
        } else {
          return encode_signed(m);
        }
      },
      message);
}

DoubleVoteError to_proof_error(MessageError error) {
  return error == MessageError::kMalformed ? DoubleVoteError::kMalformed
                                           : DoubleVoteError::kBadSignature;
}

template <class P>
Result<Authored<P>, DoubleVoteError> take_signed(rlp::Decoder& in, const Domain& domain) {
  auto part = in.list();
  if (!part.has_value()) return fail(DoubleVoteError::kMalformed);
  auto vote = decode_signed<P>(*part, domain);
  if (!vote.has_value()) return fail(to_proof_error(vote.error()));
  return std::move(*vote);
}

/// A commit's seal is no part of what it says: two seals for one digest contradict nothing.
template <class P>
bool say_the_same(const P& first, const P& second) {
  if constexpr (requires { first.digest; }) {
    return first.digest == second.digest;
  } else {
    return first == second;
  }
}

template <class P>
Result<DoubleVote, DoubleVoteError> take_pair(rlp::Decoder in, const Domain& domain) {
  TRY(const auto first, take_signed<P>(in, domain));
  TRY(const auto second, take_signed<P>(in, domain));
  if (!in.finish().has_value()) return fail(DoubleVoteError::kMalformed);
  if (first.author() != second.author()) return fail(DoubleVoteError::kTwoAuthors);
  const auto& payload = first.payload();
  if (payload.height != second.payload().height || payload.round != second.payload().round) {
    return fail(DoubleVoteError::kTwoPoints);
  }
  if (say_the_same(payload, second.payload())) return fail(DoubleVoteError::kNoContradiction);
  return DoubleVote{first.author(), payload.height, payload.round, P::kCode, {}};
}

Result<DoubleVote, DoubleVoteError> take_pair(std::uint64_t code, const rlp::Decoder& in,
                                              const Domain& domain) {
  switch (code) {
    case static_cast<std::uint64_t>(MessageCode::kProposal):
      return take_pair<ProposalPayload>(in, domain);
    case static_cast<std::uint64_t>(MessageCode::kPrepare):
      return take_pair<PreparePayload>(in, domain);
    case static_cast<std::uint64_t>(MessageCode::kCommit):
      return take_pair<CommitPayload>(in, domain);
    case static_cast<std::uint64_t>(MessageCode::kRoundChange):
      return take_pair<RoundChangePayload>(in, domain);
    default:
      return fail(DoubleVoteError::kUnknownCode);
  }
}

}  // namespace

std::string_view to_string(DoubleVoteError error) noexcept {
  switch (error) {
    case DoubleVoteError::kMalformed:
      return "malformed proof";
    case DoubleVoteError::kUnknownCode:
      return "unknown message code";
    case DoubleVoteError::kBadSignature:
      return "a signature is by nobody";
    case DoubleVoteError::kTwoAuthors:
      return "the votes are by two validators";
    case DoubleVoteError::kTwoPoints:
      return "the votes are for two heights or rounds";
    case DoubleVoteError::kNoContradiction:
      return "the votes say the same";
  }
  return "unknown";
}

std::optional<DoubleVote> make_double_vote(const Message& first, const Message& second) {
  if (code_of(first) != code_of(second) || author_of(first) != author_of(second) ||
      height_of(first) != height_of(second) || round_of(first) != round_of(second) ||
      digest_of(first) == digest_of(second)) {
    return std::nullopt;
  }
  rlp::Encoder out;
  out.integer(static_cast<std::uint64_t>(code_of(first)))
      .raw(signed_part_of(first))
      .raw(signed_part_of(second));
  return DoubleVote{author_of(first), height_of(first), round_of(first), code_of(first),
                    out.as_list()};
}

Result<DoubleVote, DoubleVoteError> decode_double_vote(ByteView proof, const Domain& domain) {
  auto in = rlp::decode_list(proof);
  if (!in.has_value()) return fail(DoubleVoteError::kMalformed);
  const auto code = in->u64();
  if (!code.has_value()) return fail(DoubleVoteError::kMalformed);
  TRY(auto vote, take_pair(*code, *in, domain));
  vote.proof = to_bytes(proof);
  return vote;
}

const DoubleVote* DoubleVoteLog::add(const Message& first, const Message& second) {
  auto vote = make_double_vote(first, second);
  if (!vote) return nullptr;
  auto& held = by_author_[vote->author];
  if (held.size() >= kPerAuthorMax) return nullptr;
  const bool known = std::ranges::any_of(held, [&](const DoubleVote& other) {
    return other.height == vote->height && other.round == vote->round && other.code == vote->code;
  });
  if (known) return nullptr;
  held.push_back(std::move(*vote));
  return &held.back();
}

std::vector<DoubleVote> DoubleVoteLog::all() const {
  std::vector<DoubleVote> out;
  for (const auto& [author, votes] : by_author_) out.insert(out.end(), votes.begin(), votes.end());
  return out;
}

}  // namespace datapact::consensus
