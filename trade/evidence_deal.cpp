#include "trade/evidence_deal.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/sha256.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/account.hpp"
#include "trade/contract_slots.hpp"
#include "trade/deal_signature.hpp"
#include "trade/deal_status.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_proofs.hpp"
#include "trade/evidence_reader.hpp"
#include "trade/evidence_steps.hpp"
#include "trade/terms.hpp"
#include "trade/terms_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::trade {
namespace {

using contracts::AbiList;
using contracts::ContractId;

constexpr std::string_view kSellerAccount = "sellerAccount";
constexpr std::string_view kBuyerAccount = "buyerAccount";

bool has_own_signature(const SignedDeal& deal) {
  return is_signed_by_own_key(deal_id(deal.domain, deal.header), deal.header.seller,
                              deal.signature);
}

/// One bundle for one deal: an account that nothing needs is no part of it.
EvidenceResult<void> require_absent(const BundleMember& where, std::string_view key,
                                    std::string_view party) {
  if (!where.has(key)) return {};
  return evidence_failure(where.path(key),
                          "must be absent: the " + std::string(party) + "'s own key has signed");
}

/// An early answer for a forged signature; what the account says waits for the lock.
EvidenceResult<void> check_seller_signature(const BundleMember& where, const SignedDeal& deal) {
  if (has_own_signature(deal)) return require_absent(where, kSellerAccount, "seller");
  if (where.has(kSellerAccount)) return {};
  return evidence_failure("seller's signature",
                          "is not the seller's own key's over this deal, and no account contract "
                          "of the seller is shown");
}

/// A party whose own key has not signed.
struct AccountParty {
  std::string_view name;
  std::string_view key;
  Address address;
};
/// As FairExchange asks: any code makes an account contract, a designator of EIP-7702 too.
EvidenceResult<Hash256> proven_code(const BundleMember& where, const AccountParty& party,
                                    const Step& lock) {
  TRY(const auto leaf, proven_account(where, party.key, lock.header.state_root, party.address));
  if (leaf.account.code_hash != state::kEmptyCodeHash) return leaf.account.code_hash;
  return evidence_failure(std::string(party.name) + "'s signature",
                          "is not of the " + std::string(party.name) + "'s own key, and " +
                              to_hex0x(party.address) +
                              " has no code after the block of the lock that could stand for it");
}

EvidenceResult<void> check_own_call(const SignedDeal& deal, const Step& lock) {
  const auto* function = contracts::contract(ContractId::kFairExchange).abi.function("lock");
  const Bytes call = contracts::encode_call(*function, {to_abi(deal.header), deal.signature});
  if (lock.txn.txn().data == call) return {};
  return evidence_failure("lock.transaction", "locks another header or signature");
}

/// The buyer's side of the lock: nothing when its own key has signed.
EvidenceResult<std::optional<Hash256>> check_buyer(const BundleMember& where,
                                                   const SignedDeal& deal, const Step& lock) {
  if (is_own_call(deal, lock.txn)) {
    TRY_VOID(require_absent(where, kBuyerAccount, "buyer"));
    TRY_VOID(check_own_call(deal, lock));
    return std::optional<Hash256>{};
  }
  if (!where.has(kBuyerAccount)) {
    return evidence_failure("buyer's signature",
                            "the lock is no call of the buyer's own key to the exchange, and no "
                            "account contract of the buyer is shown");
  }
  TRY(const auto code, proven_code(where, {"buyer", kBuyerAccount, deal.header.buyer}, lock));
  return std::optional(code);
}

/// Of a lock that an account contract called, the bundle shows no call data.
EvidenceResult<void> require_no_signature(const BundleMember& where, const SignedDeal& deal) {
  if (deal.signature.empty()) return {};
  return evidence_failure(where.path("signature"),
                          "must be empty: nothing shows which signature the buyer's contract gave "
                          "the exchange");
}

/// The values the header demands of an event's first inputs; it leaves the others to the chain.
std::vector<uint256> demanded(const SignedDeal& deal, StepKind kind) {
  const auto& h = deal.header;
  const uint256 id = to_uint256(Hash256{deal_id(deal.domain, h).raw()});
  switch (kind) {
    case StepKind::kPublish:
      return {};
    case StepKind::kLock:
      return {id,
              to_uint256(h.seller),
              to_uint256(h.buyer),
              to_uint256(h.terms_digest),
              to_uint256(h.settlement),
              to_uint256(h.payee),
              h.amount,
              h.bond,
              h.withhold_penalty,
              uint256{h.nonce.raw()}};
    case StepKind::kAnnounce:
    case StepKind::kReveal:
      return {id};
    case StepKind::kSettle:
      return {id, to_uint256(h.payee), h.amount};
    // Amounts are below 2^128: the sums do not wrap.
    case StepKind::kRefund:
      return {id, h.amount + h.withhold_penalty};
    case StepKind::kComplainKey:
    case StepKind::kComplainChunk:
      return {id, h.amount + h.bond};
  }
  return {};
}

/// Part of the storage word: H("DX.r" | R | ek), its first 21 bytes.
uint256 seal_digest(const AbiList& revealed) {
  Bytes preimage = to_bytes(as_bytes("DX.r"));
  for (const std::size_t i : {1U, 2U, 3U}) append(preimage, to_hash256(*revealed[i].word()).view());
  constexpr unsigned kUnusedBits = 256 - 168;
  return to_uint256(crypto::sha256(preimage)) >> kUnusedBits;
}

}  // namespace

EvidenceResult<SignedDeal> read_deal(const BundleMember& where, ChainId chain_id) {
  TRY_VOID(where.only({"header", "judged", "rest", "signature", kSellerAccount, kBuyerAccount}));
  TRY(const auto header_bytes, where.bytes("header"));
  TRY(const auto judged_bytes, where.bytes("judged"));
  TRY(const auto rest_bytes, where.bytes("rest"));
  TRY(auto signature, where.bytes("signature"));
  const auto header = decode_header(header_bytes);
  const auto judged = decode_judged(judged_bytes);
  const auto rest = decode_rest(rest_bytes);
  if (!header) return evidence_failure(where.path("header"), "is no header of a deal");
  if (!judged)
    return evidence_failure(where.path("judged"), "is no judged part of terms of a known suite");
  if (!rest) return evidence_failure(where.path("rest"), "is no rest of terms");
  SignedDeal out{.domain = {.chain_id = chain_id,
                            .contract = contracts::predeploy_address(ContractId::kFairExchange)},
                 .header = *header,
                 .terms = {.judged = *judged, .rest = *rest},
                 .signature = std::move(signature)};
  if (terms_digest(out.terms) != header->terms_digest)
    return evidence_failure("terms digest", "the terms do not hash to the header's digest");
  TRY_VOID(check_seller_signature(where, out));
  if (header->settlement != contracts::predeploy_address(ContractId::kSettlement)) {
    return evidence_failure("settlement", to_hex0x(header->settlement) +
                                              " is not the settlement contract of this chain");
  }
  return out;
}

bool is_own_call(const SignedDeal& deal, const chain::RecoveredTxn& lock) {
  return lock.sender() == deal.header.buyer && lock.txn().to == deal.domain.contract;
}

EvidenceResult<AccountCodes> check_signatures(const BundleMember& where, const SignedDeal& deal,
                                              const Step& lock) {
  AccountCodes out;
  if (!has_own_signature(deal)) {
    TRY(const auto code, proven_code(where, {"seller", kSellerAccount, deal.header.seller}, lock));
    out.seller = code;
  }
  TRY(out.buyer, check_buyer(where, deal, lock));
  if (out.seller && out.buyer) TRY_VOID(require_no_signature(where, deal));
  return out;
}

EvidenceResult<void> check_deal_steps(const SignedDeal& deal, const std::vector<Step>& steps) {
  for (const auto& step : steps) {
    const auto expected = demanded(deal, step.kind);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (*step.event[i].word() == expected[i]) continue;
      return evidence_failure(
          std::string(to_string(step.kind)) + ".receipt",
          std::string(event_name(step.kind)) + " says otherwise than the deal's header");
    }
  }
  return {};
}

DealStatus status_after(StepKind last) noexcept {
  switch (last) {
    case StepKind::kPublish:
      return DealStatus::kNone;
    case StepKind::kLock:
    case StepKind::kAnnounce:
      return DealStatus::kLocked;
    case StepKind::kReveal:
      return DealStatus::kRevealed;
    case StepKind::kSettle:
      return DealStatus::kSettled;
    case StepKind::kRefund:
      return DealStatus::kRefunded;
    case StepKind::kComplainKey:
    case StepKind::kComplainChunk:
      return DealStatus::kUpheld;
  }
  return DealStatus::kNone;
}

uint256 word_after(const SignedDeal& deal, const Step& last) {
  const uint256 status{static_cast<std::uint64_t>(status_after(last.kind))};
  const uint256 seller = to_uint256(deal.header.seller) << 88;
  switch (last.kind) {
    case StepKind::kLock:
      return status | *last.event[10].word() << 8 | seller;
    case StepKind::kAnnounce:
      return status | *last.event[1].word() << 8 | *last.event[2].word() << 48 | seller;
    case StepKind::kReveal:
      return status | uint256{last.header.timestamp_seconds} << 8 |
             uint256{last.header.height.raw()} << 48 | seal_digest(last.event) << 88;
    case StepKind::kSettle:
    case StepKind::kComplainKey:
    case StepKind::kComplainChunk:
      return status;
    case StepKind::kRefund:
    case StepKind::kPublish:
      break;
  }
  return {};
}

EvidenceResult<void> check_exchange_state(const BundleMember& where, const Hash256& state_root,
                                          const SignedDeal& deal, const Step& last) {
  TRY_VOID(where.only({"accountProof", "dealProof", "nonceProof"}));
  TRY(const auto leaf, proven_account(where, "accountProof", state_root, deal.domain.contract));
  if (leaf.account.code_hash != deal.terms.rest.code_hash)
    return evidence_failure("exchange code", "is not the code the parties signed for");
  const auto id = deal_id(deal.domain, deal.header);
  TRY(const auto word, proven_word(where, "dealProof", leaf.storage_root, deal_slot(id)));
  if (word != word_after(deal, last)) {
    return evidence_failure("final state", "the deal's word does not follow from its last step, " +
                                               std::string(to_string(last.kind)));
  }
  const auto& h = deal.header;
  TRY(const auto nonces,
      proven_word(where, "nonceProof", leaf.storage_root, nonce_slot(h.seller, h.nonce)));
  if ((nonces & nonce_bit(h.nonce)).is_zero())
    return evidence_failure("final state", "the deal's nonce is not used");
  return {};
}

}  // namespace datapact::trade
