#include "trade/evidence_proofs.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/trie.hpp"
#include "trade/contract_slots.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_reader.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::trade {
namespace {

/// The value at `key_bytes` under `root`, or nothing when the nodes prove its absence.
EvidenceResult<std::optional<Bytes>> proven_value(const BundleMember& where, std::string_view key,
                                                  const Hash256& root, ByteView key_bytes) {
  TRY(const auto nodes, where.proof(key));
  auto value = state::verify_proof(root, key_bytes, nodes);
  if (!value)
    return evidence_failure(where.path(key), std::string(state::to_string(value.error())));
  return std::move(*value);
}

}  // namespace

EvidenceResult<state::AccountLeaf> proven_account(const BundleMember& where, std::string_view key,
                                                  const Hash256& state_root,
                                                  const Address& address) {
  const Hash256 path = state::account_key(address);
  TRY(const auto value, proven_value(where, key, state_root, path.view()));
  const auto leaf = value ? state::decode_account_leaf(*value) : std::nullopt;
  if (!leaf)
    return evidence_failure(where.path(key), "no account " + to_hex0x(address) + " in that state");
  return *leaf;
}

EvidenceResult<uint256> proven_word(const BundleMember& where, std::string_view key,
                                    const Hash256& storage_root, const uint256& slot) {
  const Hash256 path = state::storage_key(slot);
  TRY(const auto value, proven_value(where, key, storage_root, path.view()));
  if (!value) return uint256{};
  rlp::Decoder decoder(*value);
  const auto word = decoder.u256();
  if (!word || !decoder.at_end())
    return evidence_failure(where.path(key), "the proven leaf is no word");
  return *word;
}

EvidenceResult<void> proven_item(const BundleMember& where, std::string_view key,
                                 const TrieItem& item) {
  const Bytes path = state::ordered_key(static_cast<std::size_t>(item.index));
  TRY(const auto value, proven_value(where, key, item.root, path));
  if (!value || !equal(*value, item.item))
    return evidence_failure(where.path(key), "proves another item");
  return {};
}

EvidenceResult<GovernanceState> proven_governance(const BundleMember& where,
                                                  const Hash256& state_root) {
  TRY_VOID(where.only({"accountProof", "epochProof", "validatorsHashProof"}));
  const Address address = contracts::predeploy_address(contracts::ContractId::kGovernance);
  TRY(const auto leaf, proven_account(where, "accountProof", state_root, address));
  TRY(const auto epoch, proven_word(where, "epochProof", leaf.storage_root, kEpochSlot));
  TRY(const auto hash,
      proven_word(where, "validatorsHashProof", leaf.storage_root, kValidatorsHashSlot));
  return GovernanceState{.epoch = epoch, .validators_hash = to_hash256(hash)};
}

EvidenceResult<chain::BlockHeader> read_header(const BundleMember& where, std::string_view key) {
  TRY(const auto bytes, where.bytes(key));
  auto header = chain::decode_header(bytes);
  if (!header)
    return evidence_failure(where.path(key), std::string(rlp::to_string(header.error())));
  if (chain::encode(*header) != bytes)
    return evidence_failure(where.path(key), "is not the canonical encoding of a header");
  return std::move(*header);
}

}  // namespace datapact::trade
