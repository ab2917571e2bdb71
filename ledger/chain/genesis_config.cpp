#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "ledger/chain/profile.hpp"
#include "vm/precompiles.hpp"

#include <tl/expected.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::chain {
namespace {

/// Forks before Cancun, which a chain of this house has from its first block on.
constexpr std::array<std::string_view, 15> kBlockForks{
    "homesteadBlock",    "daoForkBlock",     "eip150Block",         "eip155Block",
    "eip158Block",       "byzantiumBlock",   "constantinopleBlock", "petersburgBlock",
    "istanbulBlock",     "muirGlacierBlock", "berlinBlock",         "londonBlock",
    "arrowGlacierBlock", "grayGlacierBlock", "mergeNetsplitBlock"};
/// Members of geth's files that change nothing here.
constexpr std::array<std::string_view, 4> kIgnored{
    "terminalTotalDifficulty", "terminalTotalDifficultyPassed", "daoForkSupport", "ethash"};

constexpr std::uint64_t kTimeMax = (1ULL << 53U) / 1000;
constexpr std::uint64_t kPeriodMsMax = 86'400'000;

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

struct BesuName {
  std::string_view theirs;
  std::string_view ours;
};
constexpr std::array<BesuName, 4> kBesuSeconds{BesuName{"blockperiodseconds", "blockPeriodMs"},
                                               {"emptyblockperiodseconds", "emptyBlockPeriodMs"},
                                               {"requesttimeoutseconds", "requestTimeoutMs"},
                                               {"xblockperiodmilliseconds", "blockPeriodMs"}};

tl::unexpected<GenesisError> refuse_qbft_member(const std::string& field, std::string_view name) {
  for (const BesuName& besu : kBesuSeconds) {
    if (besu.theirs == name) {
      return genesis_error(field,
                           "is Besu's name; write " + std::string(besu.ours) + ", in milliseconds");
    }
  }
  return genesis_error(field, "is not known to this node");
}

Result<void, GenesisError> read_qbft(const json::Value& value, QbftConfig& out) {
  const json::Object* members = value.as_object();
  if (members == nullptr) return genesis_error("config.qbft", "must be an object");
  for (const auto& [name, member] : *members) {
    const std::string field = "config.qbft." + name;
    std::chrono::milliseconds* target = nullptr;
    if (name == "blockPeriodMs") target = &out.block_period;
    if (name == "emptyBlockPeriodMs") target = &out.empty_block_period;
    if (name == "requestTimeoutMs") target = &out.request_timeout;
    if (name == "requestTimeoutMaxMs") target = &out.request_timeout_max;
    if (target == nullptr) return refuse_qbft_member(field, name);
    TRY(const std::uint64_t ms, read_u64(member, field, kPeriodMsMax));
    if (ms == 0) return genesis_error(field, "must be at least 1");
    *target = std::chrono::milliseconds{static_cast<std::int64_t>(ms)};
  }
  if (out.empty_block_period < out.block_period) {
    return genesis_error("config.qbft.emptyBlockPeriodMs", "must be at least blockPeriodMs");
  }
  if (out.request_timeout_max < out.request_timeout) {
    return genesis_error("config.qbft.requestTimeoutMaxMs", "must be at least requestTimeoutMs");
  }
  return {};
}

std::string describe(const Address& address) {
  const std::string_view name = vm::precompile_name(address);
  return name.empty() ? to_hex0x(address) : std::string(name);
}

Result<void, GenesisError> read_precompiles(const json::Value& value, GenesisConfig& out) {
  const json::Array* items = value.as_array();
  if (items == nullptr) return genesis_error("config.precompiles", "must be an array of addresses");
  out.precompiles.emplace();
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string field = "config.precompiles[" + std::to_string(i) + "]";
    TRY(const Address address, read_fixed<Address>((*items)[i], field));
    if (!vm::implemented_precompiles().contains(address)) {
      return genesis_error(field, "this node has no precompile " + describe(address));
    }
    out.precompiles->push_back(address);
  }
  return {};
}

/// Without the member the revision's full set is meant: all of it must be here.
Result<void, GenesisError> check_full_set(const GenesisConfig& config) {
  if (config.precompiles) return {};
  const auto revision = revision_at(config, kTimeMax);
  const auto missing = vm::precompiles_of(revision).without(vm::implemented_precompiles());
  if (missing.empty()) return {};
  return genesis_error("config.precompiles",
                       "is absent, which means the full set, but this node "
                       "has no precompile " +
                           describe(missing.addresses().front()));
}

Result<void, GenesisError> read_member(const std::string& name, const json::Value& value,
                                       GenesisConfig& out) {
  const std::string field = "config." + name;
  if (name == "chainId") {
    TRY(const std::uint64_t id, read_u64(value, field, std::numeric_limits<std::int64_t>::max()));
    out.chain_id = ChainId{id};
  } else if (name == "qbft") {
    out.profile = Profile::kConsortium;
    TRY_VOID(read_qbft(value, out.qbft));
  } else if (name == "zeroBaseFee") {
    const auto flag = value.as_bool();
    if (!flag) return genesis_error(field, "must be true or false");
    out.zero_base_fee = *flag;
  } else if (name == "cancunTime") {
    TRY(out.cancun_time, read_u64(value, field, kTimeMax));
  } else if (name == "pragueTime") {
    TRY(out.prague_time, read_u64(value, field, kTimeMax));
  } else if (name == "osakaTime") {
    TRY(out.osaka_time, read_u64(value, field, kTimeMax));
  } else if (name == "depositContractAddress") {
    TRY(out.deposit_contract, read_fixed<Address>(value, field));
  } else if (name == "blobSchedule" || is_one_of(kBlobForkTimes, name)) {
    return {};  // read_blob_schedule reads them when every revision's time is known
  } else if (name == "precompiles") {
    TRY_VOID(read_precompiles(value, out));
  } else if (is_one_of(kBlockForks, name) || name == "shanghaiTime") {
    TRY(const std::uint64_t height, read_u64(value, field, kTimeMax));
    if (height != 0) return genesis_error(field, "must be 0: this node starts with Cancun");
  } else if (!is_one_of(kIgnored, name)) {
    return genesis_error(field, "is not known to this node");
  }
  return {};
}

Result<void, GenesisError> settle_revisions(GenesisConfig& out) {
  const bool is_consortium = out.profile == Profile::kConsortium;
  if (is_consortium && !out.cancun_time && !out.prague_time) out.prague_time = 0;
  if (out.osaka_time && !out.prague_time) out.prague_time = 0;
  if (out.prague_time && !out.cancun_time) out.cancun_time = 0;
  if (out.cancun_time != std::uint64_t{0}) {
    return genesis_error("config.cancunTime", "must be 0: this node starts with Cancun");
  }
  for (const auto& [name, time] : {std::pair{"config.pragueTime", out.prague_time},
                                   std::pair{"config.osakaTime", out.osaka_time}}) {
    if (!is_consortium || !time || *time == 0) continue;
    return genesis_error(name, "must be 0: later revisions come from Governance's schedule");
  }
  return {};
}

}  // namespace

Result<GenesisConfig, GenesisError> read_genesis_config(const json::Value& config) {
  const json::Object* members = config.as_object();
  if (members == nullptr) return genesis_error("config", "must be an object");
  GenesisConfig out;
  for (const auto& [name, value] : *members) {
    TRY_VOID(read_member(name, value, out));
  }
  if (out.chain_id == ChainId{}) return genesis_error("config.chainId", "must be there, above 0");
  TRY_VOID(settle_revisions(out));
  TRY(out.blob_schedule, read_blob_schedule(config, out));
  TRY_VOID(check_full_set(out));
  out.raw_config = config;
  return out;
}

}  // namespace datapact::chain
