#include "node/chain_import.hpp"

#include "base/json.hpp"
#include "base/task_runner.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/ledger.hpp"
#include "node/block_tasks.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace datapact::node {
namespace {

chain::Genesis cancun_genesis() {
  const auto document =
      json::parse(R"({"config":{"chainId":7,"cancunTime":0},"gasLimit":"0x1c9c380","alloc":{}})");
  auto genesis = chain::load_genesis(*document);
  REQUIRE(genesis.has_value());
  return std::move(*genesis);
}

std::unique_ptr<store::Ledger> open_ledger(const chain::Genesis& genesis) {
  auto ledger = store::Ledger::open(
      std::shared_ptr<store::KeyValueStore>{store::make_memory_store()}, genesis);
  REQUIRE(ledger.has_value());
  return std::move(*ledger);
}

/// The RLP of `count` empty blocks on genesis.
Bytes empty_chain(const chain::Genesis& genesis, int count) {
  const auto ledger = open_ledger(genesis);
  SequentialRunner runner;
  Bytes out;
  for (int i = 1; i <= count; ++i) {
    const auto head = ledger->head();
    const auto view = ledger->view_at(head->height);
    const auto ancestors = ancestors_in(*ledger);
    const auto built = chain::BlockBuilder{genesis.config}.build(
        {head->header, head->hash, *view, *view, ancestors},
        {Address{}, UnixMillis{12'000 * i}, {}, {}});
    REQUIRE(built.has_value());
    const Bytes encoded = chain::encode(built->block->block);
    append(out, encoded);
    REQUIRE(import_blocks(*ledger, genesis, encoded, runner).has_value());
  }
  return out;
}

}  // namespace

TEST_SUITE("node/chain_import") {
  TEST_CASE("blocks are imported in their order, and known ones are passed over") {
    const auto genesis = cancun_genesis();
    const Bytes chain = empty_chain(genesis, 3);
    const auto ledger = open_ledger(genesis);
    SequentialRunner runner;
    CHECK(import_blocks(*ledger, genesis, chain, runner) == Height{3});
    CHECK(import_blocks(*ledger, genesis, chain, runner) == Height{3});
    CHECK(import_blocks(*ledger, genesis, {}, runner) == Height{3});
  }

  TEST_CASE("an invalid block is refused by its place and rule, and those before it stay") {
    const auto genesis = cancun_genesis();
    Bytes chain = empty_chain(genesis, 1);
    auto block = chain::decode_block(chain);
    REQUIRE(block.has_value());
    block->header.parent_hash = BlockHash{};
    append(chain, chain::encode(*block));
    const auto ledger = open_ledger(genesis);
    SequentialRunner runner;
    const auto imported = import_blocks(*ledger, genesis, chain, runner);
    REQUIRE_FALSE(imported.has_value());
    CHECK(imported.error().starts_with("block 2 of the chain: block does not follow its parent"));
    CHECK(ledger->head()->height == Height{1});
  }

  TEST_CASE("every truncated chain is refused") {
    const auto genesis = cancun_genesis();
    const Bytes chain = empty_chain(genesis, 1);
    SequentialRunner runner;
    for (std::size_t size = 1; size < chain.size(); ++size) {
      const auto ledger = open_ledger(genesis);
      CHECK_FALSE(import_blocks(*ledger, genesis, ByteView{chain}.first(size), runner).has_value());
    }
  }
}

}  // namespace datapact::node
