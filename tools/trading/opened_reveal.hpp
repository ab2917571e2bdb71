#pragma once
// The buyer's side of a reveal: the sealed key on the chain, opened with the home's deal secret.
#include "tools/cli/chain_client.hpp"
#include "tools/trading/deal_standing.hpp"
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

/// The deal's secret out of the home's. A CliError (code 6, `not-the-buyer`) that says whose deal
/// it is when the reveal is not sealed to it.
[[nodiscard]] trade::BuyerSecret require_buyer(Session& session, const TradeHome& home,
                                               const OfferDocument& document);
/// For `step`, kDecrypt or kComplain. A CliError when the deal does not stand so (require_step),
/// this is not the buyer's home (require_buyer), or the home's terms are not the signed ones (code
/// 8, `damaged-copy`).
[[nodiscard]] OpenedReveal open_reveal(Session& session, ChainClient& chain, const TradeHome& home,
                                       const OfferDocument& document, DealStep step);
/// A CliError (code 8) when the revealed key is not the one the seller committed to.
void require_key(const OpenedReveal& opened, const OfferDocument& document);

}  // namespace datapact::tools
