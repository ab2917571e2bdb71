#pragma once
// genesis.json in the geth/Besu form (ARCHITECTURE section 4): the rules of one chain, fixed for
// ever, and its first state.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/state/state_diff.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace datapact::chain {

/// Which of the two rule sets of EVM.md section 4 a chain follows: consortium when config.qbft is
/// there.
enum class Profile : std::uint8_t { kEthereum, kConsortium };

struct QbftConfig {
  std::chrono::milliseconds block_period{250};
  std::chrono::milliseconds empty_block_period{60'000};
  std::chrono::milliseconds request_timeout{1'000};
  std::chrono::milliseconds request_timeout_max{30'000};
};

/// Blob parameters from a time on.
struct BlobScheduleEntry {
  std::uint64_t time = 0;  ///< seconds
  BlobParams blobs;
};

struct GenesisConfig {
  ChainId chain_id;
  Profile profile = Profile::kEthereum;
  QbftConfig qbft;
  bool zero_base_fee = false;
  /// Seconds at which the revision begins; absent: never.
  std::optional<std::uint64_t> cancun_time;
  std::optional<std::uint64_t> prague_time;
  std::optional<std::uint64_t> osaka_time;
  /// EIP-7840, 7892: ascending in time. Before the first entry the revision's own parameters hold.
  std::vector<BlobScheduleEntry> blob_schedule;
  /// Whose logs are deposit requests (EIP-6110).
  Address deposit_contract = kDepositContract;
  /// Absent: the revision's full set.
  std::optional<std::vector<Address>> precompiles;
  /// The `config` object as read, for the config hash.
  json::Value raw_config;
};

struct GenesisError {
  std::string field;    ///< path of the member, such as config.qbft.blockPeriodMs
  std::string message;  ///< the rule and the value that broke it
};

struct Genesis {
  GenesisConfig config;
  BlockHeader header;
  state::StateDiff alloc;
  /// Hash of the genesis header: names the chain.
  BlockHash hash;
};

/// Parses and checks; refuses unknown members of `config` by name, Besu's names in seconds with a
/// hint, a precompile this build lacks by address, and a vanity that is not keccak256(JCS(config)).
/// The header's roots are computed.
[[nodiscard]] Result<Genesis, GenesisError> load_genesis(const json::Value& document);

/// keccak256(JCS(config)): the vanity of a consortium chain's genesis extraData.
[[nodiscard]] Hash256 config_hash(const json::Value& config);

}  // namespace datapact::chain
