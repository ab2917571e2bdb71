#pragma once
// Proof that a validator signed two different votes for one (height, round, code) (QBFT.md section
// 11): what anyone with the chain's domain can verify. Layout: docs/formats/double-vote.md. Pure.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace datapact::consensus {

enum class DoubleVoteError : std::uint8_t {
  kMalformed,       ///< not the RLP of a proof
  kUnknownCode,     ///< no message of this protocol
  kBadSignature,    ///< one of the signatures is by nobody
  kTwoAuthors,      ///< the votes are by different validators
  kTwoPoints,       ///< the votes are for different heights or rounds
  kNoContradiction  ///< the votes say the same
};
[[nodiscard]] std::string_view to_string(DoubleVoteError error) noexcept;

struct DoubleVote {
  Address author;
  Height height;
  Round round;
  MessageCode code = MessageCode::kProposal;
  /// RLP [code, signed, signed]: the signed parts alone, without blocks and certificates.
  Bytes proof;
  friend bool operator==(const DoubleVote&, const DoubleVote&) = default;
};

/// Nothing when the messages do not contradict each other.
[[nodiscard]] std::optional<DoubleVote> make_double_vote(const Message& first,
                                                         const Message& second);
/// Verifies both signatures and that they contradict each other.
[[nodiscard]] Result<DoubleVote, DoubleVoteError> decode_double_vote(ByteView proof,
                                                                     const Domain& domain);

/// The proofs of this process's life: one for each (author, height, round, code), the first ones of
/// each author, bounded. Not thread-safe.
class DoubleVoteLog {
 public:
  static constexpr std::size_t kPerAuthorMax = 64;

  /// The proof when it is new and there is room; nothing otherwise.
  const DoubleVote* add(const Message& first, const Message& second);
  /// Of every author, in the order in which they were found.
  [[nodiscard]] std::vector<DoubleVote> all() const;

 private:
  std::map<Address, std::vector<DoubleVote>> by_author_;
};

}  // namespace datapact::consensus
