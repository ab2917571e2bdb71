#pragma once
// Everything a buyer checks before it locks money, each with its result in words (FAIR_EXCHANGE
// section 2, Offer).
#include "tools/cli/chain_client.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/data_layout.hpp"
#include "trade/deal_policy.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace datapact::tools {

struct Check {
  std::string name;
  bool ok = false;
  std::string detail;
};

/// Digests, signature, terms against the registry, code and money. Nothing is written.
[[nodiscard]] std::vector<Check> check_offer(ChainClient& chain, const OfferDocument& offer);
/// The part of it that compares the terms with the version they name. Pure.
[[nodiscard]] std::vector<Check> check_registered(const trade::Terms& terms,
                                                  const RegisteredVersion& version);
/// The part of it that judges the signature. `code` is that of the seller's account, `asks` puts
/// the signature to it (EIP-1271) and is called when it decides.
[[nodiscard]] Check check_signature(const OfferDocument& offer, ByteView code,
                                    const std::function<bool()>& asks);
/// Manifest and ciphertext of the home against the terms.
[[nodiscard]] std::vector<Check> check_files(Session& session, const TradeHome& home,
                                             const OfferDocument& offer);

/// What the buyer must do between reveal and complaint, and how that is known. Downloading is no
/// part of it: the ciphertext is there before the lock.
struct WorkEstimate {
  std::chrono::seconds time{0};
  std::string basis;
};
/// Decrypts a sample to a file in `folder`, as `deal decrypt` would: the lot takes as long for each
/// byte. The file is removed.
[[nodiscard]] WorkEstimate measure_work(Session& session, const fs::path& folder,
                                        const trade::LotShape& lot);
/// The arithmetic of it: what a lot takes when a sample took so long. Pure.
[[nodiscard]] WorkEstimate work_after(std::chrono::nanoseconds sample_time,
                                      std::uint64_t sample_bytes, std::uint64_t lot_bytes);
/// Windows and header as a careful client asks. Pure.
[[nodiscard]] Check check_windows(const trade::DealHeader& header, const trade::PolicyFacts& facts,
                                  const std::string& work_basis);
/// Throws the first failed check as a CliError with code 8.
void require_all(const std::vector<Check>& checks);

}  // namespace datapact::tools
