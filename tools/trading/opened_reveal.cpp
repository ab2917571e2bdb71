#include "tools/trading/opened_reveal.hpp"

#include "base/hex.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/session.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/complaint.hpp"
#include "trade/sealing.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>

namespace datapact::tools {

using contracts::ContractId;

namespace {

/// This home holds the deal's key, or --from names the seller.
bool is_sellers(Session& session, const TradeHome& home, const OfferDocument& document) {
  if (fs::exists(home.deal_folder(document.id()) / "sealed.json")) return true;
  return !session.settings.get("account", "from").empty() &&
         session.from_address() == document.header.seller;
}

}  // namespace

trade::DealSecretFile own_deal_secret(Session& session, const TradeHome& home) {
  if (!fs::exists(home.deal_secret_file())) {
    write_deal_secret(home.deal_secret_file(), random_fixed<trade::DealSecretFile>(session.random));
  }
  return read_deal_secret(home.deal_secret_file());
}

trade::BuyerSecret require_buyer(Session& session, const TradeHome& home,
                                 const OfferDocument& document) {
  const auto& h = document.header;
  const bool has_secret = fs::exists(home.deal_secret_file());
  if (has_secret) {
    const auto secret =
        trade::derive_buyer_secret(read_deal_secret(home.deal_secret_file()), document.parties());
    const auto point = trade::buyer_point(secret);
    if (point.x == h.bx && point.y == h.by) return secret;
  }
  const std::string deal = to_hex0x(document.id());
  const std::string buyer = to_hex0x(h.buyer);
  if (is_sellers(session, home, document)) {
    throw CliError(ExitCode::kAuthority, "not-the-buyer",
                   fmt::format("{} is the seller of deal {}: only its buyer {} can open the key, "
                               "which is sealed to a secret in the buyer's home",
                               to_hex0x(h.seller), deal, buyer),
                   "the seller's part is datapact deal reveal, then datapact deal settle");
  }
  throw CliError(
      ExitCode::kAuthority, "not-the-buyer",
      fmt::format(
          "{} does not open the key of deal {}: that is sealed to a secret of its buyer {}",
          has_secret ? home.deal_secret_file().string() : "this home has no deal secret and", deal,
          buyer),
      "run it in the buyer's home, or restore deal-secret there from its backup");
}

OpenedReveal open_reveal(Session& session, ChainClient& chain, const TradeHome& home,
                         const OfferDocument& document, DealStep step) {
  const auto id = document.id();
  const auto secret = require_buyer(session, home, document);
  if (!are_terms_signed(document)) {
    throw CliError(
        ExitCode::kVerification, "damaged-copy",
        fmt::format("your copy of the offer of deal {} is damaged: its terms do not "
                    "hash to the digest that the seller signed",
                    to_hex0x(id)),
        fmt::format("run datapact deal fetch {} --url URL to fetch it again", to_hex0x(id)));
  }
  require_step(chain, step, id, document.header);
  const auto found = chain.events(ContractId::kFairExchange, "Revealed", {Hash256{id.raw()}});
  if (found.empty()) {
    fail_not_found("the key of deal " + to_hex0x(id) + " is not revealed",
                   "datapact deal watch " + to_hex0x(id));
  }
  const trade::Seal seal{{word_at(found[0].values, 1), word_at(found[0].values, 2)},
                         to_hash256(word_at(found[0].values, 3))};
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
