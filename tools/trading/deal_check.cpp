#include "tools/trading/deal_check.hpp"

#include "base/assert.hpp"
#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/data_layout.hpp"
#include "trade/deal_policy.hpp"
#include "trade/deal_signature.hpp"
#include "trade/lot.hpp"
#include "trade/terms.hpp"
#include "vm/code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::ContractId;

/// Asks the seller's account contract what the exchange will ask it at the lock (EIP-1271).
bool is_accepted_by_contract(ChainClient& chain, const OfferDocument& offer) {
  const auto function = contracts::parse_abi_signature("isValidSignature(bytes32,bytes)");
  INVARIANT(function.has_value());
  const Bytes call =
      contracts::encode_call(*function, {Hash256{offer.id().raw()}, offer.signature});
  try {
    const Bytes answer = chain.call_raw(offer.header.seller, call);
    // The magic value is the function's own selector, at the left of a word.
    Bytes accepted = to_bytes(ByteView{call}.first(4));
    accepted.resize(Hash256::kSize);
    return answer.size() >= accepted.size() &&
           equal(ByteView{answer}.first(accepted.size()), accepted);
  } catch (const CliError& error) {
    if (error.code() != ExitCode::kReverted) throw;
    return false;
  }
}

}  // namespace

// The exchange would accept a delegated account (EIP-7702) like any other with code. But its key
// can take the delegation back in the very block of the lock, and then nothing shows who accepted
// the signature (docs/formats/evidence.md): such a seller signs with its own key, which it has.
Check check_signature(const OfferDocument& offer, ByteView code,
                      const std::function<bool()>& asks) {
  const auto& seller = offer.header.seller;
  const auto check = [](bool ok, std::string detail) {
    return Check{"seller's signature", ok, std::move(detail)};
  };
  if (trade::is_signed_by_own_key(offer.id(), seller, offer.signature))
    return check(true, to_hex0x(seller));
  if (code.empty()) return check(false, "the signature is not the seller's over this header");
  if (vm::delegate_of(code)) {
    return check(false,
                 "not of the seller's own key, and the seller's account only delegates to a "
                 "contract (EIP-7702), which it can take back");
  }
  if (!asks()) return check(false, "the seller's account contract does not accept the signature");
  return check(true, "accepted by the account contract " + to_hex0x(seller));
}

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

std::vector<Check> check_offer(ChainClient& chain, const OfferDocument& offer) {
  std::vector<Check> out;
  const auto exchange = contracts::predeploy_address(ContractId::kFairExchange);
  const bool here = offer.domain == trade::ExchangeDomain{chain.chain_id(), exchange};
  out.push_back({"this chain and contract", here,
                 fmt::format("chain {}, contract {}", offer.domain.chain_id.raw(),
                             to_hex0x(offer.domain.contract))});
  out.push_back(
      {"terms match their digest", are_terms_signed(offer), to_hex0x(offer.header.terms_digest)});
  out.push_back(check_signature(offer, chain.code(offer.header.seller),
                                [&] { return is_accepted_by_contract(chain, offer); }));
  const auto settlement = contracts::predeploy_address(ContractId::kSettlement);
  out.push_back({"known settlement", offer.header.settlement == settlement,
                 to_hex0x(offer.header.settlement)});
  const Hash256 code_hash = crypto::keccak256(chain.code(exchange));
  out.push_back({"exchange code is the one agreed", code_hash == offer.terms.rest.code_hash,
                 to_hex0x(code_hash)});
  const auto registered =
      check_registered(offer.terms, read_version(chain, offer.terms.rest.version));
  out.insert(out.end(), registered.begin(), registered.end());

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

WorkEstimate work_after(std::chrono::nanoseconds sample_time, std::uint64_t sample_bytes,
                        std::uint64_t lot_bytes) {
  using std::chrono::duration;
  const double times = static_cast<double>(lot_bytes) / static_cast<double>(sample_bytes);
  const duration<double> whole = duration<double>(sample_time) * times;
  return {std::chrono::ceil<std::chrono::seconds>(whole),
          fmt::format("decrypting {} here took {:.3f} s", human_bytes(sample_bytes),
                      duration<double>(sample_time).count())};
}

WorkEstimate measure_work(Session& session, const fs::path& folder, const trade::LotShape& lot) {
  constexpr std::uint64_t kSampleBytes = 32'000'000;
  const Bytes file(std::min(lot.length, kSampleBytes));
  const ViewSource source(file);
  LongWork work(session, "measuring");
  BytesSink manifest;
  const auto sample = trade::register_lot(source, lot.s, {}, manifest, work.work());
  if (!sample) fail_work(sample.error());
  BytesSink ciphertext;
  const auto root_z =
      trade::encrypt_lot(source, sample->lot.shape, {}, {}, ciphertext, work.work());
  if (!root_z) fail_work(root_z.error());
  const fs::path out =
      folder / ("sample-" + to_hex0x(random_fixed<Hash256>(session.random)).substr(2, 16));
  const auto start = session.clock.monotonic();
  {
    FileSink sink(out, false);
    const auto digest =
        trade::decrypt_lot(ViewSource(ciphertext.bytes()), ViewSource(manifest.bytes()),
                           sample->lot.shape, {}, sink, work.work());
    if (!digest) fail_work(digest.error());
    sink.finish();
  }
  const auto time = session.clock.monotonic() - start;
  fs::remove(out);
  return work_after(time, file.size(), lot.length);
}

Check check_windows(const trade::DealHeader& header, const trade::PolicyFacts& facts,
                    const std::string& work_basis) {
  const auto reasons = trade::refusals(header, facts);
  std::string detail = reasons.empty() ? "as a careful client asks" : "";
  for (const auto& reason : reasons) detail += (detail.empty() ? "" : "; ") + reason;
  return {"windows and header", reasons.empty(),
          fmt::format("{} (work of {} s: {}; a quiet chain makes a block every {} ms)", detail,
                      facts.work.count(), work_basis, facts.empty_block_period.count())};
}

void require_all(const std::vector<Check>& checks) {
  for (const auto& check : checks) {
    if (!check.ok)
      fail_verification("offer-refused", check.name + ": " + check.detail, "nothing was locked");
  }
}

}  // namespace datapact::tools
