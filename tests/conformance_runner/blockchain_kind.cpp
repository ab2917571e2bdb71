// Blockchain tests: blocks as RLP, imported through the very functions a node uses. The head is the
// block that was imported last, as a consensus client would order it.
#include "base/task_runner.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/state/memory_state.hpp"
#include "tests/conformance_runner/accounts.hpp"
#include "tests/conformance_runner/blockchain_case.hpp"
#include "tests/conformance_runner/forks.hpp"
#include "tests/conformance_runner/kind.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

/// A block and the state after it.
struct Imported {
  chain::BlockHeader header;
  BlockHash hash;
  state::MemoryState state;
};

/// Every imported block by hash, so that a block may stand on any of them.
class ImportedChain {
 public:
  ImportedChain(const chain::GenesisConfig& config, const chain::BlockHeader& genesis,
                const state::StateDiff& alloc)
      : config_(config) {
    auto first = std::make_unique<Imported>();
    first->header = genesis;
    first->hash = chain::block_hash(genesis, config.profile);
    first->state = state::MemoryState{alloc};
    insert(std::move(first));
  }

  [[nodiscard]] const Imported& head() const { return *head_; }

  /// The error is the reason of the refusal.
  Result<void, std::string> import(ByteView encoded) {
    auto block = chain::decode_block(encoded);
    if (!block) return fail("RLP: " + std::string{to_string(block.error())});
    const auto parent = blocks_.find(block->header.parent_hash);
    if (parent == blocks_.end()) return fail(std::string{"the parent is not known"});
    const chain::AncestorHashes ancestors = ancestors_of(*parent->second);
    auto executed = chain::execute_block({parent->second->header, parent->second->hash,
                                          parent->second->state, parent->second->state, ancestors},
                                         std::move(*block), config_);
    if (!executed) {
      return fail(fmt::format("{}: {}", to_string(executed.error().code),
                              chain::to_string(executed.error())));
    }
    auto imported = std::make_unique<Imported>(
        Imported{(*executed)->block.header, (*executed)->hash, parent->second->state});
    imported->state.apply((*executed)->diff);
    insert(std::move(imported));
    return {};
  }

 private:
  void insert(std::unique_ptr<Imported> block) {
    head_ = block.get();
    blocks_[block->hash] = std::move(block);
  }

  chain::AncestorHashes ancestors_of(const Imported& tip) const {
    return [this, &tip](Height height) {
      const Imported* at = &tip;
      while (at->header.height > height) at = blocks_.at(at->header.parent_hash).get();
      return at->hash;
    };
  }

  const chain::GenesisConfig& config_;
  std::map<BlockHash, std::unique_ptr<Imported>> blocks_;
  const Imported* head_ = nullptr;
};

void import_all(const ChainCase& test, ImportedChain& chain, Mismatches& mismatches) {
  for (std::size_t i = 0; i < test.blocks.size(); ++i) {
    const ArrivingBlock& block = test.blocks[i];
    const auto imported = chain.import(block.rlp);
    if (imported.ok() != block.exception.has_value()) continue;
    expect_equal(fmt::format("block {}", i),
                 block.exception ? "a refusal (" + *block.exception + ")" : "import",
                 imported ? "import" : "a refusal (" + imported.error() + ")", mismatches);
  }
}

Mismatches run_case(const ChainCase& test) {
  Mismatches out;
  ImportedChain chain{test.config, test.genesis, test.pre};
  expect_equal("genesis hash", test.genesis_hash, chain.head().hash, out);
  expect_equal("genesis state root", test.genesis.state_root, chain.head().state.root(), out);
  import_all(test, chain, out);
  expect_equal("head", test.head_hash, chain.head().hash, out);
  if (test.post) compare_accounts(*test.post, chain.head().state, test.pre, out);
  return out;
}

class BlockchainKind final : public JsonKind {
 public:
  std::string_view name() const override { return "blockchain"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& /*path*/,
                                         const json::Value& document, CaseSink& sink) override {
    if (!document.is_object()) return fail(std::string{"the file is no JSON object"});
    for (const auto& [name, test] : *document.as_object()) {
      if (auto ran = run_test(name, test, sink); !ran) return fail(name + ": " + ran.error());
    }
    return {};
  }

  static Result<void, std::string> run_test(const std::string& name, const json::Value& test,
                                            CaseSink& sink) {
    TRY(const auto network, text(test, "network"));
    const std::string id = fmt::format("{} {}", network, name);
    if (!sink.wants(id, network)) return {};
    TRY(const auto read, read_chain_case(test));
    if (!read) {
      sink.leave_out(1, kForkBeforeCancun);
    } else {
      sink.add(id, run_case(*read));
    }
    return {};
  }
};

}  // namespace

KindPtr make_blockchain_kind() { return std::make_unique<BlockchainKind>(); }

}  // namespace datapact::conformance
