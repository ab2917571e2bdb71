#include "tools/trading/documents.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "tools/trading/fields.hpp"
#include "trade/data_layout.hpp"
#include "trade/terms.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace datapact::tools {
namespace {

constexpr std::string_view kRequestFormat = "datapact-request/1";
constexpr std::string_view kOfferFormat = "datapact-offer/1";

trade::ExchangeDomain domain_from(const Fields& fields) {
  return {ChainId{fields.integer<std::uint64_t>("chainId")}, fields.fixed<Address>("contract")};
}

trade::DealHeader header_from(const Fields& f) {
  return {f.fixed<Hash256>("termsDigest"),
          f.fixed<Address>("seller"),
          f.fixed<Address>("buyer"),
          f.number("Bx", 256),
          f.number("By", 256),
          f.fixed<Address>("payee"),
          f.fixed<Address>("settlement"),
          f.number("amount", 128),
          f.number("bond", 128),
          f.number("withholdPenalty", 128),
          Nonce{f.integer<std::uint64_t>("nonce")},
          f.integer<std::uint64_t>("lockBy"),
          f.integer<std::uint32_t>("revealWindow"),
          f.integer<std::uint32_t>("complainWindow"),
          f.integer<std::uint32_t>("minBlocks")};
}

trade::Terms terms_from(const Fields& f) {
  const Fields judged = f.object("judged");
  const Fields rest = f.object("rest");
  const auto shape =
      trade::check_shape(judged.integer<std::uint64_t>("n"), judged.integer<std::uint32_t>("s"),
                         judged.integer<std::uint64_t>("length"));
  if (!shape) judged.refuse("", std::string(trade::to_string(shape.error())));
  if (judged.integer<std::uint16_t>("hashSuite") !=
      static_cast<std::uint16_t>(trade::HashSuite::kSha256)) {
    judged.refuse("hashSuite",
                  "must be 1 (SHA-256): no other suite is known, got " + judged.text("hashSuite"));
  }
  return {{judged.fixed<Hash256>("rootX"), *shape, judged.fixed<Hash256>("rootZ"),
           judged.fixed<Hash256>("keyCommit"), trade::HashSuite::kSha256},
          {rest.fixed<Hash256>("agreement"), rest.fixed<Hash256>("version"),
           rest.integer<std::uint32_t>("lot"), rest.fixed<Hash256>("codeHash"),
           rest.fixed<Hash256>("salt")}};
}

}  // namespace

bool are_terms_signed(const OfferDocument& offer) {
  return trade::terms_digest(offer.terms) == offer.header.terms_digest;
}

json::Value to_json(const RequestDocument& r) {
  return json::Value::object({{"format", kRequestFormat},
                              {"chainId", std::to_string(r.domain.chain_id.raw())},
                              {"contract", to_hex0x(r.domain.contract)},
                              {"seller", to_hex0x(r.seller)},
                              {"buyer", to_hex0x(r.buyer)},
                              {"nonce", std::to_string(r.nonce.raw())},
                              {"Bx", to_quantity(r.bx)},
                              {"By", to_quantity(r.by)},
                              {"version", to_hex0x(r.version)},
                              {"lot", std::to_string(r.lot)}});
}

json::Value to_json(const trade::DealHeader& h) {
  return json::Value::object({{"termsDigest", to_hex0x(h.terms_digest)},
                              {"seller", to_hex0x(h.seller)},
                              {"buyer", to_hex0x(h.buyer)},
                              {"Bx", to_quantity(h.bx)},
                              {"By", to_quantity(h.by)},
                              {"payee", to_hex0x(h.payee)},
                              {"settlement", to_hex0x(h.settlement)},
                              {"amount", to_decimal(h.amount)},
                              {"bond", to_decimal(h.bond)},
                              {"withholdPenalty", to_decimal(h.withhold_penalty)},
                              {"nonce", std::to_string(h.nonce.raw())},
                              {"lockBy", std::to_string(h.lock_by_seconds)},
                              {"revealWindow", std::to_string(h.reveal_window_seconds)},
                              {"complainWindow", std::to_string(h.complain_window_seconds)},
                              {"minBlocks", std::to_string(h.min_blocks)}});
}

json::Value typed_data_of(const trade::ExchangeDomain& domain, const trade::DealHeader& header) {
  struct Member {
    const char* type;
    const char* name;
  };
  constexpr Member kMembers[] = {{"bytes32", "termsDigest"}, {"address", "seller"},
                                 {"address", "buyer"},       {"uint256", "Bx"},
                                 {"uint256", "By"},          {"address", "payee"},
                                 {"address", "settlement"},  {"uint128", "amount"},
                                 {"uint128", "bond"},        {"uint128", "withholdPenalty"},
                                 {"uint64", "nonce"},        {"uint64", "lockBy"},
                                 {"uint32", "revealWindow"}, {"uint32", "complainWindow"},
                                 {"uint32", "minBlocks"}};
  json::Value type = json::Value::array();
  for (const auto& member : kMembers)
    type.push(json::Value::object({{"name", member.name}, {"type", member.type}}));
  // The type of the domain follows from its members.
  return json::Value::object(
      {{"types", json::Value::object({{"Header", type}})},
       {"primaryType", "Header"},
       {"domain", json::Value::object({{"name", "Datapact FairExchange"},
                                       {"version", "1"},
                                       {"chainId", std::to_string(domain.chain_id.raw())},
                                       {"verifyingContract", to_hex0x(domain.contract)}})},
       {"message", to_json(header)}});
}

json::Value to_json(const trade::Terms& t) {
  return json::Value::object(
      {{"judged", json::Value::object(
                      {{"rootX", to_hex0x(t.judged.root_x)},
                       {"n", std::to_string(t.judged.shape.n)},
                       {"s", std::to_string(t.judged.shape.s)},
                       {"length", std::to_string(t.judged.shape.length)},
                       {"rootZ", to_hex0x(t.judged.root_z)},
                       {"keyCommit", to_hex0x(t.judged.key_commit)},
                       {"hashSuite", std::to_string(static_cast<unsigned>(t.judged.suite))}})},
       {"rest", json::Value::object({{"agreement", to_hex0x(t.rest.agreement)},
                                     {"version", to_hex0x(t.rest.version)},
                                     {"lot", std::to_string(t.rest.lot)},
                                     {"codeHash", to_hex0x(t.rest.code_hash)},
                                     {"salt", to_hex0x(t.rest.salt)}})}});
}

json::Value to_json(const OfferDocument& o) {
  return json::Value::object({{"format", kOfferFormat},
                              {"chainId", std::to_string(o.domain.chain_id.raw())},
                              {"contract", to_hex0x(o.domain.contract)},
                              {"header", to_json(o.header)},
                              {"terms", to_json(o.terms)},
                              {"signature", to_hex0x(o.signature)}});
}

RequestDocument request_from_json(const json::Value& document, const std::string& name) {
  const Fields f(document, name);
  f.require_format(kRequestFormat);
  return {domain_from(f),
          f.fixed<Address>("seller"),
          f.fixed<Address>("buyer"),
          Nonce{f.integer<std::uint64_t>("nonce")},
          f.number("Bx", 256),
          f.number("By", 256),
          f.fixed<Hash256>("version"),
          f.integer<std::uint32_t>("lot")};
}

OfferDocument offer_from_json(const json::Value& document, const std::string& name) {
  const Fields f(document, name);
  f.require_format(kOfferFormat);
  return {domain_from(f), header_from(f.object("header")), terms_from(f.object("terms")),
          f.bytes("signature")};
}

}  // namespace datapact::tools
