#pragma once
// What DatasetRegistry says of a version.
#include "tools/cli/chain_client.hpp"
#include "trade/lot.hpp"

#include <string>
#include <vector>

namespace datapact::tools {

struct RegisteredVersion {
  std::uint64_t dataset = 0;
  std::uint32_t number = 0;
  Address provider;
  std::uint64_t query_code = 0;
  bool attested = false;
  bool revoked = false;
  Hash256 root;
  /// H(salt | SHA-256 of the file): the provider's claim until attested.
  Hash256 file_digest;
  std::vector<trade::LotRoot> lots;
  /// Where it was published.
  Height height;
};

/// A CliError (code 7) when no such version is registered; code 8 when the lots in the event do not
/// hash to the root.
[[nodiscard]] RegisteredVersion read_version(ChainClient& chain, const Hash256& version);

/// Fields of decoded answers. The catalogue's ABI fixes the shapes: a misfit is a bug.
[[nodiscard]] const contracts::AbiList& list_at(const contracts::AbiList& list, std::size_t index);
[[nodiscard]] uint256 word_at(const contracts::AbiList& list, std::size_t index);
[[nodiscard]] inline std::uint64_t u64_at(const contracts::AbiList& list, std::size_t index) {
  return word_at(list, index).low_u64();
}

}  // namespace datapact::tools
