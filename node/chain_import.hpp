#pragma once
// The way of finished blocks into a ledger: for chains whose blocks carry no seal (the Ethereum
// profile), so that their history can be served and queried.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"

#include <string>

namespace datapact::node {

/// Appends the blocks of `encoded`, RLP one after the other, in their order: each is decoded,
/// validated, executed and committed as a node does it, only no seal is asked for. Blocks that the
/// ledger already has are passed over. Returns the head's height; the error names the block's place
/// and the broken rule, and the blocks before it stay. The chain must be of the Ethereum profile.
[[nodiscard]] Result<Height, std::string> import_blocks(store::Ledger& ledger,
                                                        const chain::Genesis& genesis,
                                                        ByteView encoded, TaskRunner& runner);

}  // namespace datapact::node
