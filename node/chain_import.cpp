#include "node/chain_import.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/store/ledger.hpp"
#include "node/block_tasks.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace datapact::node {
namespace {

using Imported = Result<void, std::string>;

bool is_known(const store::Ledger& ledger, const chain::BlockHeader& header,
              chain::Profile profile) {
  return ledger.height_of(chain::block_hash(header, profile)).has_value();
}

Imported import_block(store::Ledger& ledger, const chain::Genesis& genesis, ByteView encoded,
                      TaskRunner& runner) {
  auto block = chain::decode_block(encoded);
  if (!block) return fail("RLP: " + std::string(rlp::to_string(block.error())));
  if (is_known(ledger, block->header, genesis.config.profile)) return {};
  const auto head = ledger.head();
  const auto view = ledger.view_at(head->height);
  INVARIANT(view != nullptr);
  const auto ancestors = ancestors_in(ledger);
  auto executed = chain::execute_block({head->header, head->hash, *view, *view, ancestors},
                                       std::move(*block), genesis.config, {.runner = &runner});
  if (!executed) {
    return fail(std::string(chain::to_string(executed.error().code)) + ": " +
                chain::to_string(executed.error()));
  }
  if (auto stored = ledger.commit(chain::make_final_unsealed(std::move(*executed))); !stored) {
    return fail(stored.error().message);
  }
  return {};
}

}  // namespace

Result<Height, std::string> import_blocks(store::Ledger& ledger, const chain::Genesis& genesis,
                                          ByteView encoded, TaskRunner& runner) {
  PRECONDITION(genesis.config.profile == chain::Profile::kEthereum);
  rlp::Decoder blocks{encoded};
  for (std::size_t place = 1; !blocks.at_end(); ++place) {
    const auto complain = [&](const std::string& why) {
      return fail("block " + std::to_string(place) + " of the chain: " + why);
    };
    const auto block = blocks.raw();
    if (!block) return complain("RLP: " + std::string(rlp::to_string(block.error())));
    if (auto done = import_block(ledger, genesis, *block, runner); !done) {
      return complain(done.error());
    }
  }
  return ledger.head()->height;
}

}  // namespace datapact::node
