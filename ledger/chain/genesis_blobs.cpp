// config.blobSchedule (EIP-7840) and the forks that change nothing but blobs (EIP-7892).
#include "base/json.hpp"
#include "base/result.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "vm/revision.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::chain {
namespace {

constexpr std::uint64_t kTimeMax = (1ULL << 53U) / 1000;
/// Far above any network's; keeps every sum of blob gas within 64 bits.
constexpr std::uint64_t kBlobsMax = 1'024;

struct NamedFork {
  std::string name;  ///< as blobSchedule has it
  std::optional<std::uint64_t> time;
  std::optional<BlobParams> blobs;
};

Result<BlobParams, GenesisError> read_params(const json::Value& value, const std::string& field) {
  if (!value.is_object()) return genesis_error(field, "must be an object");
  for (const auto* name : {"target", "max", "baseFeeUpdateFraction"}) {
    if (value.find(name) == nullptr) return genesis_error(field + "." + name, "must be there");
  }
  BlobParams out;
  TRY(out.max, read_u64(*value.find("max"), field + ".max", kBlobsMax));
  if (out.max == 0) return genesis_error(field + ".max", "must be at least 1");
  TRY(out.target, read_u64(*value.find("target"), field + ".target", out.max));
  const std::string fraction_field = field + ".baseFeeUpdateFraction";
  constexpr std::uint64_t kFractionMax = 1ULL << 40U;
  TRY(out.base_fee_update_fraction,
      read_u64(*value.find("baseFeeUpdateFraction"), fraction_field, kFractionMax));
  // One full block then raises the price by e at most, which bounds what the price can become.
  const std::uint64_t fraction_min = out.max * kBlobGas;
  if (out.base_fee_update_fraction < fraction_min) {
    return genesis_error(fraction_field,
                         "must be at least max * 131072 = " + std::to_string(fraction_min) +
                             ", is " + std::to_string(out.base_fee_update_fraction));
  }
  return out;
}

/// In the order in which they may begin.
Result<std::vector<NamedFork>, GenesisError> named_forks(const json::Value& config,
                                                         const GenesisConfig& times) {
  const auto of = [](vm::Revision revision) { return fork_params(revision).blobs; };
  std::vector<NamedFork> out{{"cancun", times.cancun_time, of(vm::Revision::kCancun)},
                             {"prague", times.prague_time, of(vm::Revision::kPrague)},
                             {"osaka", times.osaka_time, of(vm::Revision::kOsaka)}};
  for (const std::string_view member : kBlobForkTimes) {
    NamedFork& fork = out.emplace_back();
    fork.name = member.substr(0, member.size() - std::string_view{"Time"}.size());
    if (const json::Value* time = config.find(member)) {
      TRY(fork.time, read_u64(*time, "config." + std::string(member), kTimeMax));
    }
  }
  return out;
}

Result<void, GenesisError> read_schedule(const json::Value& schedule,
                                         std::vector<NamedFork>& forks) {
  if (!schedule.is_object()) return genesis_error("config.blobSchedule", "must be an object");
  for (const auto& [name, value] : *schedule.as_object()) {
    const std::string field = "config.blobSchedule." + name;
    const auto fork = std::ranges::find(forks, name, &NamedFork::name);
    if (fork == forks.end()) return genesis_error(field, "is not known to this node");
    TRY(fork->blobs, read_params(value, field));
  }
  return {};
}

}  // namespace

Result<std::vector<BlobScheduleEntry>, GenesisError> read_blob_schedule(
    const json::Value& config, const GenesisConfig& times) {
  TRY(std::vector<NamedFork> forks, named_forks(config, times));
  if (const json::Value* schedule = config.find("blobSchedule")) {
    TRY_VOID(read_schedule(*schedule, forks));
  }
  std::vector<BlobScheduleEntry> out;
  for (const NamedFork& fork : forks) {
    if (!fork.time) continue;
    if (!fork.blobs) {
      return genesis_error("config.blobSchedule." + fork.name,
                           "must be there, since " + fork.name + "Time is");
    }
    if (!out.empty() && *fork.time < out.back().time) {
      return genesis_error("config." + fork.name + "Time", "must not be before the fork before it");
    }
    out.push_back({*fork.time, *fork.blobs});
  }
  return out;
}

}  // namespace datapact::chain
