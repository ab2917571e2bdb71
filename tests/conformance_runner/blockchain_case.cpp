#include "tests/conformance_runner/blockchain_case.hpp"

#include "tests/conformance_runner/accounts.hpp"
#include "tests/conformance_runner/forks.hpp"

#include <utility>

namespace datapact::conformance {
namespace {

Parsed<chain::BlockHeader> read_genesis(const json::Value& test) {
  TRY(const Bytes encoded, bytes(test, "genesisRLP"));
  auto block = chain::decode_block(encoded);
  if (!block) return fail(fmt::format("genesisRLP: {}", to_string(block.error())));
  return std::move(block->header);
}

Parsed<ArrivingBlock> read_block(const json::Value& block) {
  ArrivingBlock out;
  TRY(out.rlp, bytes(block, "rlp"));
  if (const json::Value* exception = block.find("expectException")) {
    out.exception = exception->is_string() ? *exception->as_string() : "unnamed";
  }
  return out;
}

}  // namespace

Parsed<std::optional<ChainCase>> read_chain_case(const json::Value& test) {
  TRY(const auto network, text(test, "network"));
  TRY(auto config, config_of_network(network, test.find("config")));
  if (!config) return std::optional<ChainCase>{};
  ChainCase out;
  out.config = std::move(*config);
  TRY(out.genesis, read_genesis(test));
  TRY(const json::Value* header, member(test, "genesisBlockHeader"));
  TRY(out.genesis_hash, fixed<BlockHash>(*header, "hash"));
  TRY(const json::Value* pre, member(test, "pre"));
  TRY(out.pre, read_accounts(*pre));
  TRY(const json::Array* blocks, array(test, "blocks"));
  for (const json::Value& block : *blocks) {
    TRY(auto arriving, read_block(block));
    out.blocks.push_back(std::move(arriving));
  }
  TRY(out.head_hash, fixed<BlockHash>(test, "lastblockhash"));
  if (const json::Value* post = test.find("postState")) {
    TRY(out.post, read_accounts(*post));
  }
  return std::optional{std::move(out)};
}

}  // namespace datapact::conformance
