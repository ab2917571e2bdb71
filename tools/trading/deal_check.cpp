#include "tools/trading/deal_check.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/deal_policy.hpp"
#include "trade/lot.hpp"
#include "trade/terms.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::ContractId;

Check check_signature(ChainClient& chain, const OfferDocument& offer) {
  const auto signature = crypto::signature_from_bytes_v27(offer.signature.view());
  const Hash256 digest{offer.id().raw()};
  const auto signer = signature && crypto::is_low_s(*signature)
                          ? crypto::recover_address(digest, *signature)
                          : std::nullopt;
  if (signer == offer.header.seller)
    return {"seller's signature", true, to_hex0x(offer.header.seller)};
  // An organisation's account contract judges its own signatures (EIP-1271): the exchange asks it
  // at the lock.
  const bool organisation = !chain.code(offer.header.seller).empty();
  return {"seller's signature", organisation,
          organisation ? "an account contract: it judges the signature when the deal is locked"
                       : "the signature is not the seller's over this header"};
}

}  // namespace

std::vector<Check> check_registered(const trade::Terms& terms, const RegisteredVersion& version) {
  std::vector<Check> out;
  out.push_back({"version not revoked", !version.revoked, to_hex0x(terms.rest.version)});
  const bool has_lot = terms.rest.lot < version.lots.size();
  out.push_back(
      {"lot exists", has_lot, fmt::format("lot {} of {}", terms.rest.lot, version.lots.size())});
  if (!has_lot) return out;
  const trade::LotRoot offered{terms.judged.root_x, terms.judged.shape};
  const bool same = version.lots[terms.rest.lot] == offered;
  out.push_back({"terms name the registered file", same,
                 same ? to_hex0x(offered.root_x)
                      : fmt::format("registered root {}, offered {}",
                                    to_hex0x(version.lots[terms.rest.lot].root_x),
                                    to_hex0x(offered.root_x))});
  return out;
}

std::vector<Check> check_offer(Session& session, ChainClient& chain, const OfferDocument& offer) {
  std::vector<Check> out;
  const auto exchange = contracts::predeploy_address(ContractId::kFairExchange);
  const bool here = offer.domain == trade::ExchangeDomain{chain.chain_id(), exchange};
  out.push_back({"this chain and contract", here,
                 fmt::format("chain {}, contract {}", offer.domain.chain_id.raw(),
                             to_hex0x(offer.domain.contract))});
  const bool digest = trade::terms_digest(offer.terms) == offer.header.terms_digest;
  out.push_back({"terms match their digest", digest, to_hex0x(offer.header.terms_digest)});
  out.push_back(check_signature(chain, offer));
  const auto settlement = contracts::predeploy_address(ContractId::kSettlement);
  out.push_back({"known settlement", offer.header.settlement == settlement,
                 to_hex0x(offer.header.settlement)});
  const Hash256 code_hash = crypto::keccak256(chain.code(exchange));
  out.push_back({"exchange code is the one agreed", code_hash == offer.terms.rest.code_hash,
                 to_hex0x(code_hash)});
  const auto registered =
      check_registered(offer.terms, read_version(chain, offer.terms.rest.version));
  out.insert(out.end(), registered.begin(), registered.end());

  trade::PolicyFacts facts;
  facts.now_seconds = chain.head().seconds;
  facts.faults_max = faults_max(session);
  // A cautious 20 MB/s for download and decryption of what is not measured yet.
  facts.work_seconds = offer.terms.judged.shape.ciphertext_bytes() / 20'000'000;
  const auto reasons = trade::refusals(offer.header, facts);
  std::string joined;
  for (const auto& reason : reasons) joined += (joined.empty() ? "" : "; ") + reason;
  out.push_back({"windows and header", reasons.empty(),
                 reasons.empty() ? "as a careful client asks" : joined});

  const auto free =
      word_at(chain.read(ContractId::kSettlement, "balanceOf", {offer.header.buyer}), 0);
  out.push_back(
      {"buyer's money", free >= offer.header.amount,
       fmt::format("{} free, {} asked", human_money(free), human_money(offer.header.amount))});
  const auto deposit = word_at(chain.read(ContractId::kFairExchange, "freeDeposit",
                                          {offer.header.settlement, offer.header.seller}),
                               0);
  out.push_back({"seller's bond", deposit >= offer.header.bond,
                 fmt::format("{} free deposit, {} bond", human_money(deposit),
                             human_money(offer.header.bond))});
  return out;
}

std::vector<Check> check_files(Session& session, const TradeHome& home,
                               const OfferDocument& offer) {
  const fs::path folder = home.deal_folder(offer.id());
  const auto& judged = offer.terms.judged;
  std::vector<Check> out;
  const FileSource manifest(folder / "manifest");
  const auto manifest_ok = trade::check_manifest(manifest, {judged.root_x, judged.shape});
  out.push_back({"manifest", manifest_ok.has_value(),
                 manifest_ok ? to_hex0x(judged.root_x) : trade::describe(manifest_ok.error())});
  const FileSource ciphertext(folder / "ciphertext");
  LongWork work(session, "checking");
  const auto ciphertext_ok =
      trade::check_ciphertext(ciphertext, judged.shape, judged.root_z, work.work());
  if (!ciphertext_ok && std::holds_alternative<trade::Stopped>(ciphertext_ok.error()))
    fail_work(ciphertext_ok.error());
  out.push_back({"ciphertext", ciphertext_ok.has_value(),
                 ciphertext_ok ? to_hex0x(judged.root_z) : trade::describe(ciphertext_ok.error())});
  return out;
}

std::uint32_t faults_max(Session& session) {
  const auto validators =
      session.rpc().call("qbft_getValidatorsByBlockNumber", json::Value::array({"latest"}));
  const std::size_t count = validators.as_array() != nullptr ? validators.as_array()->size() : 1;
  return static_cast<std::uint32_t>((count - 1) / 3);
}

void require_all(const std::vector<Check>& checks) {
  for (const auto& check : checks) {
    if (!check.ok)
      fail_verification("offer-refused", check.name + ": " + check.detail, "nothing was locked");
  }
}

}  // namespace datapact::tools
