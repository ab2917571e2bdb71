// Header checks that need the parent only (EVM.md section 4; QBFT.md section 10).
#include "base/fixed_bytes.hpp"
#include "base/hex.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state_view.hpp"
#include "vm/revision.hpp"

#include <tl/expected.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::chain {
namespace {

/// Yellow Paper, section 4.4.4.
constexpr std::uint64_t kGasLimitMin = 5'000;
/// The VM counts gas in signed 64-bit numbers, and so does every other client.
constexpr std::uint64_t kGasLimitMax = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kGasLimitChangeDivisor = 1'024;
constexpr std::size_t kExtraDataMax = 32;

using Check = Result<void, BlockError>;

tl::unexpected<BlockError> refuse(BlockErrorCode code, std::string field, std::string expected,
                                  std::string got) {
  return fail(BlockError{code, std::move(field), std::move(expected), std::move(got)});
}

std::string text(std::uint64_t value) { return std::to_string(value); }
std::string text(const uint256& value) { return to_decimal(value); }
std::string text(Gas value) { return text(value.raw()); }
template <class Tag, std::size_t N>
std::string text(const FixedBytes<Tag, N>& value) {
  return to_hex0x(value);
}

template <class T>
Check expect_equal(BlockErrorCode code, const char* field, const T& expected, const T& got) {
  if (expected == got) return {};
  return refuse(code, field, text(expected), text(got));
}

Check check_gas(const BlockHeader& header, const BlockHeader& parent) {
  const std::uint64_t limit = header.gas_limit.raw();
  const std::uint64_t before = parent.gas_limit.raw();
  const std::uint64_t change = limit > before ? limit - before : before - limit;
  const std::uint64_t change_end = before / kGasLimitChangeDivisor;
  if (change != 0 && change >= change_end) {
    return refuse(BlockErrorCode::kGasLimit, "gasLimit",
                  "within " + text(change_end) + " of " + text(before), text(limit));
  }
  if (limit < kGasLimitMin || limit > kGasLimitMax) {
    return refuse(BlockErrorCode::kGasLimit, "gasLimit",
                  text(kGasLimitMin) + " to " + text(kGasLimitMax), text(limit));
  }
  if (header.gas_used > header.gas_limit) {
    return refuse(BlockErrorCode::kGasUsedAboveLimit, "gasUsed", "at most " + text(limit),
                  text(header.gas_used));
  }
  return {};
}

Check check_ancestry(const BlockHeader& header, const BlockHeader& parent,
                     const BlockHash& parent_hash) {
  TRY_VOID(expect_equal(BlockErrorCode::kWrongParent, "number", next(parent.height).raw(),
                        header.height.raw()));
  return expect_equal(BlockErrorCode::kWrongParent, "parentHash", parent_hash, header.parent_hash);
}

/// The time in a consortium header that can be trusted to be one.
Result<UnixMillis, BlockError> consortium_time(const BlockHeader& header, const QbftExtra& extra) {
  const auto time = time_from_vanity(extra.vanity);
  if (!time) {
    return refuse(BlockErrorCode::kExtraData, "extraData.vanity",
                  "24 zero bytes and the time in milliseconds", to_hex0x(extra.vanity));
  }
  const auto seconds = static_cast<std::uint64_t>(time->count()) / 1000;
  TRY_VOID(
      expect_equal(BlockErrorCode::kTimestamp, "timestamp", seconds, header.timestamp_seconds));
  return *time;
}

Check check_consortium(const BlockHeader& header, const BlockHeader& parent,
                       const GenesisConfig& config, const ValidatorSet& validators) {
  const auto extra = decode_extra(header.extra_data);
  if (!extra.has_value()) {
    return refuse(BlockErrorCode::kExtraData, "extraData", "QBFT extra data",
                  std::string(to_string(extra.error())));
  }
  TRY(const UnixMillis time, consortium_time(header, *extra));
  const UnixMillis earliest = earliest_time(parent, config);
  if (time < earliest) {
    return refuse(BlockErrorCode::kTimestamp, "extraData.vanity",
                  "at least " + std::to_string(earliest.count()) + " ms",
                  std::to_string(time.count()) + " ms");
  }
  if (extra->validators != validators) {
    return refuse(BlockErrorCode::kExtraData, "extraData.validators",
                  "the validators in force, hash " + text(validators_hash(validators)),
                  text(validators_hash(extra->validators)));
  }
  if (!std::ranges::binary_search(validators, header.coinbase)) {
    return refuse(BlockErrorCode::kForeignCoinbase, "miner", "a validator", text(header.coinbase));
  }
  TRY_VOID(
      expect_equal(BlockErrorCode::kConstantField, "difficulty", uint256{1}, header.difficulty));
  TRY_VOID(expect_equal(BlockErrorCode::kConstantField, "mixHash", kQbftMixHash, header.mix_hash));
  TRY_VOID(expect_equal(BlockErrorCode::kConstantField, "withdrawalsRoot", state::kEmptyTrieRoot,
                        header.withdrawals_root));
  TRY_VOID(
      expect_equal(BlockErrorCode::kConstantField, "blobGasUsed", Gas{}, header.blob_gas_used));
  TRY_VOID(
      expect_equal(BlockErrorCode::kConstantField, "excessBlobGas", Gas{}, header.excess_blob_gas));
  return expect_equal(BlockErrorCode::kConstantField, "parentBeaconBlockRoot", Hash256{},
                      header.parent_beacon_block_root);
}

Check check_ethereum(const BlockHeader& header, const BlockHeader& parent,
                     const GenesisConfig& config) {
  if (header.timestamp_seconds <= parent.timestamp_seconds) {
    return refuse(BlockErrorCode::kTimestamp, "timestamp",
                  "above " + text(parent.timestamp_seconds), text(header.timestamp_seconds));
  }
  if (header.extra_data.size() > kExtraDataMax) {
    return refuse(BlockErrorCode::kExtraData, "extraData", "at most 32 bytes",
                  text(header.extra_data.size()) + " bytes");
  }
  TRY_VOID(
      expect_equal(BlockErrorCode::kConstantField, "difficulty", uint256{}, header.difficulty));
  const Gas blob_gas_end = blob_gas_max(config, header.timestamp_seconds);
  if (header.blob_gas_used > blob_gas_end || header.blob_gas_used.raw() % kBlobGas != 0) {
    return refuse(BlockErrorCode::kConstantField, "blobGasUsed",
                  "a multiple of 131072 up to " + text(blob_gas_end), text(header.blob_gas_used));
  }
  return expect_equal(BlockErrorCode::kConstantField, "excessBlobGas",
                      next_excess_blob_gas(parent, config, header.timestamp_seconds),
                      header.excess_blob_gas);
}

Check check_fork_fields(const BlockHeader& header, vm::Revision revision) {
  const bool wants_requests = fork_params(revision).has_requests;
  if (header.requests_hash.has_value() == wants_requests) return {};
  return refuse(BlockErrorCode::kForkField, "requestsHash", wants_requests ? "present" : "absent",
                wants_requests ? "absent" : "present");
}

}  // namespace

std::string_view to_string(BlockErrorCode code) noexcept {
  switch (code) {
    case BlockErrorCode::kWrongParent:
      return "block does not follow its parent";
    case BlockErrorCode::kGasLimit:
      return "gas limit out of bounds";
    case BlockErrorCode::kGasUsedAboveLimit:
      return "gas used above the gas limit";
    case BlockErrorCode::kTimestamp:
      return "invalid time";
    case BlockErrorCode::kBaseFee:
      return "wrong base fee";
    case BlockErrorCode::kConstantField:
      return "wrong value of a fixed field";
    case BlockErrorCode::kExtraData:
      return "invalid extra data";
    case BlockErrorCode::kForeignCoinbase:
      return "proposer is no validator";
    case BlockErrorCode::kForkField:
      return "field of another revision";
    case BlockErrorCode::kTooLarge:
      return "block is too large";
    case BlockErrorCode::kBody:
      return "body does not match the header";
    case BlockErrorCode::kInvalidSignature:
      return "invalid transaction signature";
    case BlockErrorCode::kForbiddenType:
      return "transaction type not allowed on this chain";
    case BlockErrorCode::kInvalidTransaction:
      return "invalid transaction";
    case BlockErrorCode::kPermission:
      return "sender without permission";
    case BlockErrorCode::kQuota:
      return "gas quota exceeded";
    case BlockErrorCode::kSystemContract:
      return "system call failed";
    case BlockErrorCode::kUnknownRules:
      return "scheduled rules that this node does not know";
    case BlockErrorCode::kResult:
      return "execution gives another result";
  }
  return {};
}

std::string to_string(const BlockError& error) {
  return error.field + ": expected " + error.expected + ", got " + error.got;
}

ValidatorSet validators_after(const BlockHeader& parent, const state::StateView& state,
                              const GenesisConfig& config) {
  if (config.profile != Profile::kConsortium) return {};
  const GovernanceView governance{state};
  if (governance.exists()) return governance.validators();
  auto extra = decode_extra(parent.extra_data);
  return extra.has_value() ? std::move(extra->validators) : ValidatorSet{};
}

Result<BlockTerms, BlockError> terms_after(const ParentState& parent, std::uint64_t child_seconds,
                                           const GenesisConfig& config) {
  const BlockPlace place{next(parent.header.height), child_seconds};
  auto rules = rules_at(place, parent.state, config);
  if (!rules.has_value()) {
    return refuse(BlockErrorCode::kUnknownRules, "Governance.schedule", "rules this node has",
                  to_string(rules.error()));
  }
  return BlockTerms{*rules, validators_after(parent.header, parent.state, config)};
}

UnixMillis earliest_time(const BlockHeader& parent, const GenesisConfig& config) {
  const UnixMillis parent_time = time_of(parent, config.profile);
  if (config.profile == Profile::kConsortium) return parent_time + config.qbft.block_period;
  return parent_time + std::chrono::seconds{1};
}

Result<void, BlockError> validate_header(const BlockHeader& header, const BlockHeader& parent,
                                         const BlockHash& parent_hash, const GenesisConfig& config,
                                         const BlockTerms& terms) {
  TRY_VOID(check_ancestry(header, parent, parent_hash));
  TRY_VOID(check_gas(header, parent));
  TRY_VOID(check_fork_fields(header, terms.rules.revision));
  TRY_VOID(expect_equal(BlockErrorCode::kBaseFee, "baseFeePerGas", next_base_fee(parent, config),
                        header.base_fee_per_gas));
  TRY_VOID(expect_equal(BlockErrorCode::kConstantField, "sha3Uncles", kEmptyOmmersHash,
                        header.ommers_hash));
  TRY_VOID(expect_equal(BlockErrorCode::kConstantField, "nonce", decltype(header.nonce){},
                        header.nonce));
  if (config.profile == Profile::kConsortium) {
    return check_consortium(header, parent, config, terms.validators);
  }
  return check_ethereum(header, parent, config);
}

}  // namespace datapact::chain
