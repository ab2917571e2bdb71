#pragma once
// The documents provider and buyer hand each other: request and offer, as JSON with checked fields.
#include "base/json.hpp"
#include "base/types.hpp"
#include "trade/complaint.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <string>

namespace datapact::tools {

/// What a buyer asks a provider for: its key for this deal is in it.
struct RequestDocument {
  trade::ExchangeDomain domain;
  Address seller;
  Address buyer;
  Nonce nonce;
  uint256 bx;
  uint256 by;
  Hash256 version;
  std::uint32_t lot = 0;
};

/// An offer as the seller signed it. The terms are sealed from everybody but the parties.
struct OfferDocument {
  trade::ExchangeDomain domain;
  trade::DealHeader header;
  trade::Terms terms;
  /// 65 bytes of the seller's own key over the deal's id, v 27 or 28; or any bytes that its account
  /// contract accepts (EIP-1271).
  Bytes signature;

  [[nodiscard]] trade::OfferedDeal deal() const { return {domain, header, terms}; }
  [[nodiscard]] trade::DealId id() const { return deal().id(); }
  [[nodiscard]] trade::DealParties parties() const { return deal().parties(); }
};

/// The terms hash to the digest in the header that the seller signed.
[[nodiscard]] bool are_terms_signed(const OfferDocument& offer);

[[nodiscard]] json::Value to_json(const RequestDocument& request);
[[nodiscard]] json::Value to_json(const OfferDocument& offer);
[[nodiscard]] json::Value to_json(const trade::DealHeader& header);
[[nodiscard]] json::Value to_json(const trade::Terms& terms);
/// What the seller signs as a document of EIP-712 (eth_signTypedData_v4): its digest is the deal's
/// id.
[[nodiscard]] json::Value typed_data_of(const trade::ExchangeDomain& domain,
                                        const trade::DealHeader& header);

/// Each refuses a missing, foreign or malformed field with a CliError (code 3) that names document,
/// field and rule; shapes and suites are checked, signatures and digests are not.
[[nodiscard]] RequestDocument request_from_json(const json::Value& document,
                                                const std::string& name);
[[nodiscard]] OfferDocument offer_from_json(const json::Value& document, const std::string& name);

}  // namespace datapact::tools
