#include "tools/trading/opened_reveal.hpp"

#include "base/hex.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/session.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/complaint.hpp"
#include "trade/deal_status.hpp"
#include "trade/sealing.hpp"

#include <filesystem>
#include <string>

namespace datapact::tools {

using contracts::ContractId;

trade::DealSecretFile own_deal_secret(Session& session, const TradeHome& home) {
  if (!fs::exists(home.deal_secret_file())) {
    write_deal_secret(home.deal_secret_file(), random_fixed<trade::DealSecretFile>(session.random));
  }
  return read_deal_secret(home.deal_secret_file());
}

bool is_sold(ChainClient& chain, const OfferDocument& document) {
  const auto answer =
      chain.read(ContractId::kFairExchange, "dealOf", {Hash256{document.id().raw()}});
  const auto status = static_cast<trade::DealStatus>(u64_at(list_at(answer, 0), 0));
  return status == trade::DealStatus::kRevealed || status == trade::DealStatus::kSettled;
}

OpenedReveal open_reveal(Session& session, ChainClient& chain, const TradeHome& home,
                         const OfferDocument& document) {
  const auto id = document.id();
  const auto found = chain.events(ContractId::kFairExchange, "Revealed", {Hash256{id.raw()}});
  if (found.empty()) {
    fail_not_found("the key of deal " + to_hex0x(id) + " is not revealed yet",
                   "datapact deal watch " + to_hex0x(id));
  }
  const trade::Seal seal{{word_at(found[0].values, 1), word_at(found[0].values, 2)},
                         to_hash256(word_at(found[0].values, 3))};
  const auto secret =
      trade::derive_buyer_secret(own_deal_secret(session, home), document.parties());
  const auto opened = trade::open_reveal(document.deal(), secret, seal);
  return {seal, secret, opened.key, opened.opens_commitment};
}

void require_key(const OpenedReveal& opened, const OfferDocument& document) {
  if (opened.opens_commitment) return;
  const std::string deal = to_hex0x(document.id());
  fail_verification("wrong-key", "the revealed key does not open the commitment of deal " + deal,
                    "datapact deal complain " + deal);
}

}  // namespace datapact::tools
