#pragma once
// Answers to peers that ask for blocks, from the ledger alone. Pure reads: any thread.
#include "ledger/store/ledger.hpp"
#include "node/peer_messages.hpp"

#include <optional>

namespace datapact::node {

/// The encoded answer; nothing when the first block asked for is not stored here.
[[nodiscard]] std::optional<Bytes> serve_blocks(const store::Ledger& ledger,
                                                const BlocksRequest& request);

}  // namespace datapact::node
