#pragma once
// "latest", "0x1b4", a block hash or the object of EIP-1898: which block, and which state, a call
// speaks of. A block is final as soon as it exists, so that safe and finalized are the head.
#include "base/json.hpp"
#include "base/types.hpp"
#include "rpc/context.hpp"

#include <memory>
#include <optional>
#include <variant>

namespace datapact::rpc {

enum class BlockTag : std::uint8_t { kEarliest, kLatest, kSafe, kFinalized, kPending };
using BlockRef = std::variant<BlockTag, Height, BlockHash>;

/// Null or absent reads as `fallback`.
[[nodiscard]] Result<BlockRef, Error> block_ref(const Params& params, std::size_t index,
                                                BlockTag fallback = BlockTag::kLatest);
[[nodiscard]] Result<BlockRef, Error> parse_block_ref(const json::Value& value, std::size_t index);

[[nodiscard]] bool is_pending(const BlockRef& ref) noexcept;

/// Nothing when no such block is final. Pending reads as the head.
[[nodiscard]] std::optional<Height> find_height(const ChainReader& chain, const BlockRef& ref);
/// The same as an error for calls that need the block: "header not found".
[[nodiscard]] Result<Height, Error> require_height(const ChainReader& chain, const BlockRef& ref);
/// The state after that block; refused when the block is unknown or its state is not kept.
[[nodiscard]] Result<std::shared_ptr<const StateReader>, Error> require_state(
    const Context& context, const BlockRef& ref);

}  // namespace datapact::rpc
