#pragma once
// Offers of a seller's home that were never finished and cannot be any more.
#include "tools/cli/chain_client.hpp"
#include "tools/cli/output.hpp"
#include "tools/trading/trade_home.hpp"

#include <vector>

namespace datapact::tools {

/// Removes the folders of unfinished offers whose nonce is used on the chain, by a cancellation or
/// by another deal; returns those nonces. A folder stays when another command is at work on it,
/// when it cannot be read, when the offer in it was locked, and when it is `except`.
std::vector<Nonce> drop_dead_offers(ChainClient& chain, const TradeHome& home,
                                    const fs::path& except = {});
/// Says what was removed.
void note_dropped(const Output& out, const std::vector<Nonce>& nonces);

}  // namespace datapact::tools
