#pragma once
// A block that came from a peer, on its way to execution.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "ledger/chain/seal.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace datapact::node {

enum class FetchError : std::uint8_t {
  kWrongBody,     ///< transactions or withdrawals do not hash to the header's roots
  kInvalidSeals,  ///< not sealed by a quorum of the validators that its header names
};
[[nodiscard]] std::string_view to_string(FetchError error) noexcept;

/// A passport: body and header belong together, and a quorum of the validators that the header
/// names has sealed it. Whether those are the right validators only the state of its parent tells.
class FetchedBlock {
 public:
  /// Pure; recovers a quorum of signatures: meant for the verification pool.
  [[nodiscard]] static Result<FetchedBlock, FetchError> check(chain::Block block,
                                                              std::size_t encoded_bytes);

  [[nodiscard]] const consensus::BlockPtr& block() const noexcept { return block_; }
  [[nodiscard]] const BlockHash& hash() const noexcept { return hash_; }
  [[nodiscard]] Height height() const noexcept { return block_->header.height; }
  /// Whose seals it carries.
  [[nodiscard]] const chain::ValidatorSet& validators() const noexcept { return validators_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  FetchedBlock(consensus::BlockPtr block, const BlockHash& hash, chain::ValidatorSet validators,
               std::size_t bytes)
      : block_(std::move(block)), hash_(hash), validators_(std::move(validators)), bytes_(bytes) {}
  consensus::BlockPtr block_;
  BlockHash hash_;
  chain::ValidatorSet validators_;
  std::size_t bytes_;
};

}  // namespace datapact::node
