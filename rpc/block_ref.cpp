#include "rpc/block_ref.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace datapact::rpc {
namespace {

constexpr std::array<std::pair<std::string_view, BlockTag>, 5> kTags{{
    {"earliest", BlockTag::kEarliest},
    {"latest", BlockTag::kLatest},
    {"safe", BlockTag::kSafe},
    {"finalized", BlockTag::kFinalized},
    {"pending", BlockTag::kPending},
}};
constexpr std::size_t kHashTextSize = 66;

Result<BlockRef, Error> parse_text(std::string_view text, std::size_t index) {
  for (const auto& [name, tag] : kTags) {
    if (text == name) return BlockRef{tag};
  }
  if (text.size() == kHashTextSize) {
    const auto hash = fixed_from_hex<BlockHash>(text);
    if (!hash) return refuse_argument(index, "invalid hex string");
    return BlockRef{*hash};
  }
  if (!text.starts_with("0x")) return refuse_argument(index, "hex string without 0x prefix");
  const auto height = u64_from_quantity(text);
  if (!height) return refuse_argument(index, "no block tag, height or hash");
  return BlockRef{Height{*height}};
}

Result<BlockRef, Error> parse_object(const json::Value& value, std::size_t index) {
  const json::Value* height = value.find("blockNumber");
  const json::Value* hash = value.find("blockHash");
  if ((height != nullptr) == (hash != nullptr)) {
    return refuse_argument(index, "one of blockNumber and blockHash is expected");
  }
  const std::string* text = (height != nullptr ? height : hash)->as_string();
  if (text == nullptr) return refuse_argument(index, "a string is expected");
  TRY(const BlockRef ref, parse_text(*text, index));
  if (std::holds_alternative<BlockHash>(ref) != (hash != nullptr)) {
    return refuse_argument(index, "blockHash takes a hash and blockNumber a height");
  }
  return ref;
}

}  // namespace

Result<BlockRef, Error> parse_block_ref(const json::Value& value, std::size_t index) {
  if (value.is_object()) return parse_object(value, index);
  const std::string* text = value.as_string();
  if (text == nullptr) return refuse_argument(index, "a block tag, height or hash is expected");
  return parse_text(*text, index);
}

Result<BlockRef, Error> block_ref(const Params& params, std::size_t index, BlockTag fallback) {
  if (!params.has(index)) return BlockRef{fallback};
  return parse_block_ref(params.at(index), index);
}

bool is_pending(const BlockRef& ref) noexcept {
  const auto* tag = std::get_if<BlockTag>(&ref);
  return tag != nullptr && *tag == BlockTag::kPending;
}

std::optional<Height> find_height(const ChainReader& chain, const BlockRef& ref) {
  if (const auto* hash = std::get_if<BlockHash>(&ref)) return chain.height_of(*hash);
  if (const auto* height = std::get_if<Height>(&ref)) {
    if (*height > chain.head()) return std::nullopt;
    return *height;
  }
  return std::get<BlockTag>(ref) == BlockTag::kEarliest ? Height{0} : chain.head();
}

Result<Height, Error> require_height(const ChainReader& chain, const BlockRef& ref) {
  const auto height = find_height(chain, ref);
  if (!height) return refuse(ErrorCode::kServer, "header not found");
  return *height;
}

Result<std::shared_ptr<const StateReader>, Error> require_state(const Context& context,
                                                                const BlockRef& ref) {
  TRY(const Height height, require_height(*context.chain, ref));
  auto state = context.node.state(height);
  if (state == nullptr) {
    return refuse(ErrorCode::kServer, "the state at block " + std::to_string(height.raw()) +
                                          " is not kept by this node");
  }
  return state;
}

}  // namespace datapact::rpc
