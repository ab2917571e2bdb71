#pragma once
// Everything a buyer checks before it locks money, each with its result in words (FAIR_EXCHANGE
// section 2, Offer).
#include "tools/cli/chain_client.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"

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

/// Digests, signature, terms against the registry, windows, code and money. Nothing is written.
[[nodiscard]] std::vector<Check> check_offer(Session& session, ChainClient& chain,
                                             const OfferDocument& offer);
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
/// How many of the validators in force may fail or censor.
[[nodiscard]] std::uint32_t faults_max(Session& session);
/// Throws the first failed check as a CliError with code 8.
void require_all(const std::vector<Check>& checks);

}  // namespace datapact::tools
