#include "tests/conformance_runner/forks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

/// In the order in which they follow one another.
constexpr std::array<std::string_view, 8> kForks{"Cancun", "Prague", "Osaka", "BPO1",
                                                 "BPO2",   "BPO3",   "BPO4",  "BPO5"};

std::optional<std::size_t> place_of(std::string_view fork) {
  const auto found = std::ranges::find(kForks, fork);
  if (found == kForks.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kForks.begin());
}

/// "XToYAtTime15k" taken apart; without a transition `later` is `first`.
struct Network {
  std::string_view first;
  std::string_view later;
  std::uint64_t time = 0;
};

Parsed<Network> parse_network(std::string_view name) {
  constexpr std::string_view kAt = "AtTime";
  const std::size_t to = name.find("To");
  const std::size_t at = name.find(kAt);
  if (to == std::string_view::npos || at == std::string_view::npos || at < to) {
    return Network{name, name, 0};
  }
  Network out{name.substr(0, to), name.substr(to + 2, at - to - 2), 0};
  const std::string_view digits = name.substr(at + kAt.size());
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), out.time);
  if (error != std::errc{}) return fail(fmt::format("network {}: no time", name));
  if (end != digits.end() && *end == 'k') out.time *= 1'000;
  return out;
}

void begin_revision(chain::GenesisConfig& config, vm::Revision revision, std::uint64_t time) {
  switch (revision) {
    case vm::Revision::kCancun:
      config.cancun_time = time;
      return;
    case vm::Revision::kPrague:
      config.prague_time = time;
      return;
    case vm::Revision::kOsaka:
      config.osaka_time = time;
      return;
  }
}

}  // namespace

std::optional<vm::Revision> revision_named(std::string_view name) {
  for (unsigned i = 0; i < vm::kRevisionCount; ++i) {
    const auto revision = static_cast<vm::Revision>(i);
    if (to_string(revision) == name) return revision;
  }
  return std::nullopt;
}

Parsed<chain::BlobParams> blobs_of(std::string_view fork, const json::Value* config) {
  const json::Value* schedule = config != nullptr ? config->find("blobSchedule") : nullptr;
  const json::Value* given = schedule != nullptr ? schedule->find(fork) : nullptr;
  if (given == nullptr) {
    const auto revision = revision_named(fork);
    if (!revision) return fail(fmt::format("config.blobSchedule.{} is missing", fork));
    return chain::fork_params(*revision).blobs;
  }
  chain::BlobParams out;
  TRY(out.target, small_number(*given, "target"));
  TRY(out.max, small_number(*given, "max"));
  TRY(out.base_fee_update_fraction, small_number(*given, "baseFeeUpdateFraction"));
  return out;
}

Parsed<std::optional<chain::GenesisConfig>> config_of_network(std::string_view network,
                                                              const json::Value* config) {
  TRY(const Network named, parse_network(network));
  const auto first = place_of(named.first);
  const auto last = place_of(named.later);
  if (!first || !last) return std::optional<chain::GenesisConfig>{};
  chain::GenesisConfig out;
  std::uint64_t chain_id = 1;
  if (config != nullptr) {
    TRY(chain_id, small_number_or(*config, "chainid", 1));
  }
  out.chain_id = ChainId{chain_id};
  for (std::size_t i = 0; i <= *last; ++i) {
    const std::uint64_t time = i > *first ? named.time : 0;
    if (const auto revision = revision_named(kForks[i])) begin_revision(out, *revision, time);
    TRY(const auto blobs, blobs_of(kForks[i], config));
    out.blob_schedule.push_back({time, blobs});
  }
  return std::optional{std::move(out)};
}

}  // namespace datapact::conformance
