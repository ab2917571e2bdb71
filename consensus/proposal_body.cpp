#include "consensus/proposal_body.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "consensus/signed_part.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace datapact::consensus {

ProposalBody body_of(const chain::Block& block, Round round) {
  ProposalBody body{block.header.height, round, {}};
  body.txns.reserve(block.transactions.size());
  for (const auto& txn : block.transactions) body.txns.push_back(chain::hash_of(txn));
  return body;
}

BareProposal without_transactions(const Proposal& proposal) {
  return {proposal.vote, proposal.block->header, proposal.round_changes, proposal.prepares};
}

Result<Proposal, MessageError> with_transactions(BareProposal bare,
                                                 std::vector<chain::Transaction> transactions) {
  // No block of a consortium has withdrawals: one whose header claims some comes whole, or not.
  chain::Block block{std::move(bare.header), std::move(transactions), {}};
  TRY_VOID(check_body(block));
  return Proposal{std::move(bare.vote), std::make_shared<const chain::Block>(std::move(block)),
                  std::move(bare.round_changes), std::move(bare.prepares)};
}

Result<void, MessageError> check_body(const chain::Block& block) {
  if (chain::transactions_root(block.transactions) != block.header.transactions_root ||
      chain::withdrawals_root(block.withdrawals) != block.header.withdrawals_root) {
    return fail(MessageError::kWrongBody);
  }
  return {};
}

std::size_t body_txns_max(Gas block_gas_limit) noexcept {
  return static_cast<std::size_t>(block_gas_limit.raw() / chain::kTxnBaseGas);
}

Bytes encode_body(const ProposalBody& body) {
  rlp::Encoder hashes;
  for (const auto& hash : body.txns) hashes.string(hash);
  rlp::Encoder content;
  content.integer(body.height).integer(body.round).list(hashes);
  rlp::Encoder out;
  out.integer(std::uint64_t{kProtocolVersion})
      .integer(static_cast<std::uint64_t>(MessageCode::kProposalBody))
      .list(content);
  return out.as_list();
}

Result<ProposalBody, MessageError> decode_body(ByteView bytes, std::size_t txns_max) {
  TRY(auto envelope, open_envelope(bytes));
  if (envelope.code != MessageCode::kProposalBody) return fail(MessageError::kUnknownCode);
  auto& in = envelope.content;
  ProposalBody body;
  TRY(body.height, well_formed(in.quantity<Height>()));
  TRY(body.round, well_formed(in.quantity<Round>()));
  TRY(auto hashes, well_formed(in.list()));
  TRY_VOID(well_formed(in.finish()));
  while (!hashes.at_end()) {  // Ends at txns_max.
    if (body.txns.size() == txns_max) return fail(MessageError::kTooManyParts);
    TRY(const auto hash, well_formed(hashes.fixed<TxnHash>()));
    body.txns.push_back(hash);
  }
  return body;
}

}  // namespace datapact::consensus
