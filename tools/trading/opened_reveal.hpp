#pragma once
// The buyer's side of a reveal: the sealed key on the chain, opened with the home's deal secret.
#include "tools/cli/chain_client.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/sealing.hpp"

namespace datapact::tools {

/// The buyer's secret file, made on first use.
[[nodiscard]] trade::DealSecretFile own_deal_secret(Session& session, const TradeHome& home);

struct OpenedReveal {
  trade::Seal seal;
  trade::BuyerSecret secret;
  trade::DealKey key;
  bool opens_commitment = false;
};

/// The key is on the chain, and no complaint about it was upheld.
[[nodiscard]] bool is_sold(ChainClient& chain, const OfferDocument& document);
/// A CliError (code 7) when the key is not revealed yet.
[[nodiscard]] OpenedReveal open_reveal(Session& session, ChainClient& chain, const TradeHome& home,
                                       const OfferDocument& document);
/// A CliError (code 8) when the revealed key is not the one the seller committed to.
void require_key(const OpenedReveal& opened, const OfferDocument& document);

}  // namespace datapact::tools
