#pragma once
// The four votes of QBFT (QBFT.md sections 2 and 15). A payload is what is signed; an
// Authored payload is a passport: its signature was recovered, or made here. A proposal travels
// without its transactions, which go ahead of it as a list of hashes
// (docs/adr/0012-proposal-bodies.md). Pure, thread-safe.
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"  // IWYU pragma: export
#include "ledger/chain/block.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::consensus {

/// On the wire and in the journal: never renumber.
enum class MessageCode : std::uint8_t {
  kProposal = 0x12,
  kPrepare = 0x13,
  kCommit = 0x14,
  kRoundChange = 0x15,
  kProposalBody = 0x16,  ///< no vote: a list of transactions
};
[[nodiscard]] std::string_view to_string(MessageCode code) noexcept;

/// What a signature is bound to besides its payload, so that no vote counts on another network.
struct Domain {
  ChainId chain_id;
  BlockHash genesis_hash;
};

enum class MessageError : std::uint8_t {
  kMalformed,         ///< not the RLP of its code
  kWrongVersion,      ///< another protocol version
  kUnknownCode,       ///< no message of this protocol
  kInvalidSignature,  ///< no key recovers
  kHighS,             ///< s above half the group order
  kForeignSeal,       ///< the commit seal is not the author's over the digest
  kTooManyParts,      ///< more round changes or prepares than validators can be
  kWrongDigest,       ///< the block does not hash to the digest that was signed
  kWrongBody,         ///< the transactions do not hash to the header's root
  kForeignAuthor,     ///< refused by the caller's judge: not by a validator of its height
  kUnwanted,          ///< refused by the caller's judge: dear, and of no use here
};
[[nodiscard]] std::string_view to_string(MessageError error) noexcept;

/// Of the block stamped with `round`: H_seal.
struct ProposalPayload {
  static constexpr MessageCode kCode = MessageCode::kProposal;
  Height height;
  Round round;
  Hash256 digest;
  friend bool operator==(const ProposalPayload&, const ProposalPayload&) = default;
};
struct PreparePayload {
  static constexpr MessageCode kCode = MessageCode::kPrepare;
  Height height;
  Round round;
  Hash256 digest;
  friend bool operator==(const PreparePayload&, const PreparePayload&) = default;
};
struct CommitPayload {
  static constexpr MessageCode kCode = MessageCode::kCommit;
  Height height;
  Round round;
  Hash256 digest;
  /// Over the digest itself.
  crypto::Signature seal;
  friend bool operator==(const CommitPayload&, const CommitPayload&) = default;
};
/// The highest round in which the author saw a quorum of prepares, and for which digest.
struct PreparedPoint {
  Round round;
  Hash256 digest;
  friend bool operator==(const PreparedPoint&, const PreparedPoint&) = default;
};
struct RoundChangePayload {
  static constexpr MessageCode kCode = MessageCode::kRoundChange;
  Height height;
  /// The round the author wants.
  Round round;
  std::optional<PreparedPoint> prepared;
  friend bool operator==(const RoundChangePayload&, const RoundChangePayload&) = default;
};

/// The payload as an RLP list.
[[nodiscard]] Bytes encode(const ProposalPayload& payload);
[[nodiscard]] Bytes encode(const PreparePayload& payload);
[[nodiscard]] Bytes encode(const CommitPayload& payload);
[[nodiscard]] Bytes encode(const RoundChangePayload& payload);

/// keccak256(RLP[version, chainId, genesisHash, code, payload]).
[[nodiscard]] Hash256 signing_hash(MessageCode code, ByteView encoded_payload,
                                   const Domain& domain);
template <class P>
[[nodiscard]] Hash256 signing_hash(const P& payload, const Domain& domain) {
  return signing_hash(P::kCode, encode(payload), domain);
}

/// The signer of `hash`; refuses high s.
[[nodiscard]] Result<Address, MessageError> recover_author(const Hash256& hash,
                                                           const crypto::Signature& signature);

template <class P>
class Authored {
 public:
  /// Recovers the author. A commit's seal must be the author's too.
  [[nodiscard]] static Result<Authored, MessageError> recover(P payload,
                                                              const crypto::Signature& signature,
                                                              const Domain& domain) {
    TRY(const Address author, recover_author(signing_hash(payload, domain), signature));
    if constexpr (P::kCode == MessageCode::kCommit) {
      TRY(const Address sealer, recover_author(payload.digest, payload.seal));
      if (sealer != author) return fail(MessageError::kForeignSeal);
    }
    return Authored(std::move(payload), signature, author);
  }

  [[nodiscard]] const P& payload() const noexcept { return payload_; }
  [[nodiscard]] const crypto::Signature& signature() const noexcept { return signature_; }
  [[nodiscard]] const Address& author() const noexcept { return author_; }
  friend bool operator==(const Authored&, const Authored&) = default;

 private:
  Authored(P payload, const crypto::Signature& signature, const Address& author)
      : payload_(std::move(payload)), signature_(signature), author_(author) {}
  P payload_;
  crypto::Signature signature_;
  Address author_;
};

using BlockPtr = std::shared_ptr<const chain::Block>;
using Prepare = Authored<PreparePayload>;
using Commit = Authored<CommitPayload>;

struct Proposal {
  Authored<ProposalPayload> vote;
  /// Stamped with the proposal's round, without seals.
  BlockPtr block;
  /// Why this round: empty in round 0.
  std::vector<Authored<RoundChangePayload>> round_changes;
  /// Why this block: the certificate of the highest prepared round, if any.
  std::vector<Prepare> prepares;
};
/// A proposal with the header alone (proposal_body.hpp): until its transactions are found it is of
/// no use but as its author's signature.
struct BareProposal {
  Authored<ProposalPayload> vote;
  /// Stamped with the proposal's round, without seals.
  chain::BlockHeader header;
  std::vector<Authored<RoundChangePayload>> round_changes;
  std::vector<Prepare> prepares;
};
struct RoundChange {
  Authored<RoundChangePayload> vote;
  /// Stamped with the prepared round; null when nothing was prepared.
  BlockPtr block;
  std::vector<Prepare> prepares;
};

using Message = std::variant<Proposal, Prepare, Commit, RoundChange, BareProposal>;

[[nodiscard]] const Address& author_of(const Message& message) noexcept;
[[nodiscard]] Height height_of(const Message& message) noexcept;
[[nodiscard]] Round round_of(const Message& message) noexcept;
/// A bare proposal's is a proposal's.
[[nodiscard]] MessageCode code_of(const Message& message) noexcept;
/// What the vote is for; two votes by one author for one (height, round, code) with different
/// digests are a double signature. Of a round change: keccak256 of its payload.
[[nodiscard]] Hash256 digest_of(const Message& message);
[[nodiscard]] Hash256 digest_of(const RoundChangePayload& payload);

}  // namespace datapact::consensus
