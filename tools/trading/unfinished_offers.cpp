#include "tools/trading/unfinished_offers.hpp"

#include "base/types.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/fields.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/deal_status.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace datapact::tools {
namespace {

/// The nonce of the request when the offer in that folder is of no use any more.
std::optional<Nonce> dead_nonce(ChainClient& chain, const fs::path& folder) {
  const fs::path job = folder / "job.json";
  const auto document = read_json_file(job);
  const auto request = request_from_json(
      Fields(document, job.string()).object("parameters").get("request"), job.string());
  if (request.domain.chain_id != chain.chain_id() ||
      !is_nonce_used(chain, request.seller, request.nonce))
    return std::nullopt;
  // The nonce was read first: a lock that used it shows in the deal.
  const fs::path offer = folder / "signed.json";
  const bool is_locked =
      fs::exists(offer) &&
      read_deal(chain, offer_from_json(read_json_file(offer), offer.string()).id()).status !=
          trade::DealStatus::kNone;
  return is_locked ? std::nullopt : std::optional{request.nonce};
}

}  // namespace

std::vector<Nonce> drop_dead_offers(ChainClient& chain, const TradeHome& home,
                                    const fs::path& except) {
  std::vector<Nonce> dropped;
  for (const auto& folder : home.offer_folders()) {
    if (folder == except) continue;
    try {
      const FileLock lock(folder / "lock");
      const auto nonce = dead_nonce(chain, folder);
      if (!nonce) continue;
      std::error_code failed;
      fs::remove_all(folder, failed);
      if (!failed) dropped.push_back(*nonce);
    } catch (const CliError&) {
      // Not to be judged now: it stays for the next command that looks.
      continue;
    }
  }
  return dropped;
}

void note_dropped(const Output& out, const std::vector<Nonce>& nonces) {
  for (const auto nonce : nonces) {
    out.note(fmt::format("removed an unfinished offer: its nonce {} is used", nonce.raw()));
  }
}

}  // namespace datapact::tools
