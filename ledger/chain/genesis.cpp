#include "ledger/chain/genesis.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state_view.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace datapact::chain {
namespace {

constexpr std::uint64_t kTimeMax = (1ULL << 53U) / 1000;
constexpr std::uint64_t kGasLimitMax = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kInitialBaseFee = 1'000'000'000;  // EIP-1559

constexpr std::array<std::string_view, 16> kMembers{
    "config",        "nonce",         "timestamp",   "extraData",
    "gasLimit",      "difficulty",    "mixHash",     "coinbase",
    "alloc",         "number",        "gasUsed",     "parentHash",
    "baseFeePerGas", "excessBlobGas", "blobGasUsed", "parentBeaconBlockRoot"};

using Check = Result<void, GenesisError>;

Check check_members(const json::Object& document) {
  for (const auto& [name, value] : document) {
    if (std::ranges::find(kMembers, name) == kMembers.end()) {
      return genesis_error(name, "is not known to this node");
    }
  }
  return {};
}

/// geth writes null for a member that the first revision does not have.
const json::Value* find_member(const json::Value& document, std::string_view name) {
  const json::Value* value = document.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<uint256, GenesisError> number_or(const json::Value& document, std::string_view name,
                                        const uint256& otherwise) {
  const json::Value* value = find_member(document, name);
  if (value == nullptr) return otherwise;
  return read_number(*value, std::string(name));
}

Result<std::uint64_t, GenesisError> u64_or(const json::Value& document, std::string_view name,
                                           std::uint64_t otherwise, std::uint64_t max) {
  const json::Value* value = find_member(document, name);
  if (value == nullptr) return otherwise;
  return read_u64(*value, std::string(name), max);
}

template <class Fixed>
Result<Fixed, GenesisError> fixed_or(const json::Value& document, std::string_view name,
                                     const Fixed& otherwise) {
  const json::Value* value = find_member(document, name);
  if (value == nullptr) return otherwise;
  return read_fixed<Fixed>(*value, std::string(name));
}

/// A blob gas price of e^100 wei, whatever parameters come: beyond all money, and soon computed.
std::uint64_t excess_blob_gas_max(const GenesisConfig& config) {
  std::uint64_t fraction = kCancunBlobs.base_fee_update_fraction;
  for (const BlobScheduleEntry& entry : config.blob_schedule) {
    fraction = std::min(fraction, entry.blobs.base_fee_update_fraction);
  }
  return 100 * fraction;
}

Check expect_zero(const json::Value& document, std::string_view name) {
  TRY(const uint256 value, number_or(document, name, {}));
  if (value.is_zero()) return {};
  return genesis_error(std::string(name), "must be 0, is " + to_decimal(value));
}

Result<BlockHeader, GenesisError> read_header(const json::Value& document,
                                              const GenesisConfig& config) {
  const bool is_consortium = config.profile == Profile::kConsortium;
  BlockHeader header;
  header.ommers_hash = kEmptyOmmersHash;
  header.transactions_root = state::kEmptyTrieRoot;
  header.receipts_root = state::kEmptyTrieRoot;
  header.withdrawals_root = state::kEmptyTrieRoot;
  TRY_VOID(expect_zero(document, "number"));
  TRY_VOID(expect_zero(document, "gasUsed"));
  TRY_VOID(expect_zero(document, "parentHash"));
  TRY(header.coinbase, fixed_or<Address>(document, "coinbase", {}));
  TRY(header.difficulty, number_or(document, "difficulty", uint256{is_consortium ? 1U : 0U}));
  TRY(const std::uint64_t nonce,
      u64_or(document, "nonce", 0, std::numeric_limits<std::uint64_t>::max()));
  store_be(header.nonce.data(), nonce);
  TRY(header.timestamp_seconds, u64_or(document, "timestamp", 0, kTimeMax));
  const json::Value* gas_limit = document.find("gasLimit");
  if (gas_limit == nullptr) return genesis_error("gasLimit", "must be there");
  TRY(const std::uint64_t gas, read_u64(*gas_limit, "gasLimit", kGasLimitMax));
  header.gas_limit = Gas{gas};
  TRY(header.mix_hash,
      fixed_or<Hash256>(document, "mixHash", is_consortium ? kQbftMixHash : Hash256{}));
  TRY(header.base_fee_per_gas,
      number_or(document, "baseFeePerGas", uint256{config.zero_base_fee ? 0 : kInitialBaseFee}));
  TRY(const std::uint64_t blob_used, u64_or(document, "blobGasUsed", 0, kGasLimitMax));
  TRY(const std::uint64_t excess,
      u64_or(document, "excessBlobGas", 0, excess_blob_gas_max(config)));
  header.blob_gas_used = Gas{blob_used};
  header.excess_blob_gas = Gas{excess};
  TRY(header.parent_beacon_block_root, fixed_or<Hash256>(document, "parentBeaconBlockRoot", {}));
  if (const json::Value* extra = document.find("extraData")) {
    TRY(header.extra_data, read_bytes(*extra, "extraData"));
  }
  if (fork_params(revision_at(config, header.timestamp_seconds)).has_requests) {
    header.requests_hash = kEmptyRequestsHash;
  }
  return header;
}

Check check_governance(const ValidatorSet& validators, const state::StateView& state) {
  const GovernanceView governance{state};
  if (!governance.exists()) return {};
  if (governance.validators() != validators) {
    return genesis_error("extraData", "names other validators than Governance in alloc");
  }
  if (governance.validators_hash() != validators_hash(validators)) {
    return genesis_error("alloc", "Governance's validatorsHash is not the hash of its validators");
  }
  return {};
}

Check check_consortium(const BlockHeader& header, const GenesisConfig& config,
                       const state::StateView& state) {
  const auto extra = decode_extra(header.extra_data);
  if (!extra.has_value()) {
    return genesis_error("extraData", std::string(to_string(extra.error())));
  }
  const Hash256 expected = config_hash(config.raw_config);
  if (extra->vanity != expected) {
    return genesis_error("extraData", "the vanity must be keccak256(JCS(config)) = " +
                                          to_hex0x(expected) + ", is " + to_hex0x(extra->vanity));
  }
  if (extra->validators.empty()) return genesis_error("extraData", "names no validator");
  if (extra->round != Round{0} || !extra->seals.empty()) {
    return genesis_error("extraData", "must have round 0 and no seals");
  }
  if (header.difficulty != uint256{1}) return genesis_error("difficulty", "must be 1");
  if (header.mix_hash != kQbftMixHash) {
    return genesis_error("mixHash", "must be " + to_hex0x(kQbftMixHash));
  }
  if (config.zero_base_fee && !header.base_fee_per_gas.is_zero()) {
    return genesis_error("baseFeePerGas", "must be 0 with zeroBaseFee");
  }
  return check_governance(extra->validators, state);
}

}  // namespace

Hash256 config_hash(const json::Value& config) {
  return crypto::keccak256(as_bytes(json::to_canonical_text(config)));
}

Result<Genesis, GenesisError> load_genesis(const json::Value& document) {
  const json::Object* members = document.as_object();
  if (members == nullptr) return genesis_error("genesis", "must be an object");
  TRY_VOID(check_members(*members));
  Genesis genesis;
  const json::Value* config = document.find("config");
  if (config == nullptr) return genesis_error("config", "must be there");
  TRY(genesis.config, read_genesis_config(*config));
  TRY(genesis.header, read_header(document, genesis.config));
  if (const json::Value* alloc = document.find("alloc")) {
    TRY(genesis.alloc, read_genesis_alloc(*alloc));
  }
  const state::MemoryState state{genesis.alloc};
  genesis.header.state_root = state.root();
  if (genesis.config.profile == Profile::kConsortium) {
    TRY_VOID(check_consortium(genesis.header, genesis.config, state));
  }
  genesis.hash = block_hash(genesis.header, genesis.config.profile);
  return genesis;
}

}  // namespace datapact::chain
