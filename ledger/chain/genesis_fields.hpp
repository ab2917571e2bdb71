#pragma once
// Reading members of genesis.json with errors that name the member's path.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::chain {

[[nodiscard]] inline auto genesis_error(std::string field, std::string message) {
  return fail(GenesisError{std::move(field), std::move(message)});
}

/// A JSON integer, or text: decimal, or hexadecimal after 0x.
[[nodiscard]] inline Result<uint256, GenesisError> read_number(const json::Value& value,
                                                               const std::string& field) {
  if (const auto number = value.as_u64()) return uint256{*number};
  if (const std::string* text = value.as_string()) {
    if (const auto number = uint256::parse(*text)) return *number;
  }
  return genesis_error(field, "must be a number, is " + json::to_text(value));
}

[[nodiscard]] inline Result<std::uint64_t, GenesisError> read_u64(const json::Value& value,
                                                                  const std::string& field,
                                                                  std::uint64_t max) {
  TRY(const uint256 number, read_number(value, field));
  if (number > uint256{max}) {
    return genesis_error(field,
                         "must be at most " + std::to_string(max) + ", is " + json::to_text(value));
  }
  return number.low_u64();
}

[[nodiscard]] inline Result<Bytes, GenesisError> read_bytes(const json::Value& value,
                                                            const std::string& field) {
  if (const std::string* text = value.as_string()) {
    if (auto bytes = from_hex(*text)) return *std::move(bytes);
  }
  return genesis_error(field, "must be hexadecimal text, is " + json::to_text(value));
}

template <class Fixed>
[[nodiscard]] Result<Fixed, GenesisError> read_fixed(const json::Value& value,
                                                     const std::string& field) {
  if (const std::string* text = value.as_string()) {
    if (const auto bytes = fixed_from_hex<Fixed>(*text)) return *bytes;
  }
  return genesis_error(field, "must be " + std::to_string(Fixed::kSize) +
                                  " bytes in hexadecimal, is " + json::to_text(value));
}

/// `config` whole (chain/genesis_config.cpp).
[[nodiscard]] Result<GenesisConfig, GenesisError> read_genesis_config(const json::Value& config);
/// Forks that change blob parameters only (EIP-7892), as genesis names their times.
inline constexpr std::array<std::string_view, 5> kBlobForkTimes{"bpo1Time", "bpo2Time", "bpo3Time",
                                                                "bpo4Time", "bpo5Time"};
/// `config.blobSchedule` and the times of those forks, beside the revisions' in `times`
/// (chain/genesis_blobs.cpp).
[[nodiscard]] Result<std::vector<BlobScheduleEntry>, GenesisError> read_blob_schedule(
    const json::Value& config, const GenesisConfig& times);
/// `alloc` whole (chain/genesis_alloc.cpp).
[[nodiscard]] Result<state::StateDiff, GenesisError> read_genesis_alloc(const json::Value& alloc);

}  // namespace datapact::chain
