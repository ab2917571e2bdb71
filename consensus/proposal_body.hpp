#pragma once
// A proposal in the two parts it travels in (docs/adr/0012-proposal-bodies.md): first the hashes of
// its transactions, then the vote with the header alone. Whoever has the transactions puts them
// together again. Pure, thread-safe.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "ledger/chain/block.hpp"

#include <cstddef>
#include <vector>

namespace datapact::consensus {

/// The transactions of the block that the sender proposes in that round, in their order. Not signed
/// and no vote: the header that follows from the same peer says whether it is true.
struct ProposalBody {
  Height height;
  Round round;
  std::vector<TxnHash> txns;
  friend bool operator==(const ProposalBody&, const ProposalBody&) = default;
};

[[nodiscard]] ProposalBody body_of(const chain::Block& block, Round round);
[[nodiscard]] BareProposal without_transactions(const Proposal& proposal);
/// Fails with kWrongBody when the header is not of these transactions, in this order.
[[nodiscard]] Result<Proposal, MessageError> with_transactions(
    BareProposal bare, std::vector<chain::Transaction> transactions);
/// No signature covers transactions and withdrawals: whoever relays a block could swap them, so
/// they are held against its header.
[[nodiscard]] Result<void, MessageError> check_body(const chain::Block& block);

/// A block of so much gas cannot hold more transactions.
[[nodiscard]] std::size_t body_txns_max(Gas block_gas_limit) noexcept;
/// As a message: RLP [version, code, [height, round, [hash, ...]]].
[[nodiscard]] Bytes encode_body(const ProposalBody& body);
/// Fails with kTooManyParts beyond `txns_max`.
[[nodiscard]] Result<ProposalBody, MessageError> decode_body(ByteView bytes, std::size_t txns_max);

}  // namespace datapact::consensus
