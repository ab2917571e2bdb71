#include "tests/testkit/trade/governed_sale.hpp"

#include "trade/merkle.hpp"

#include <utility>

namespace datapact::testkit {
namespace {

using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;

constexpr std::uint32_t kChunkBytes = 1024;
constexpr std::uint64_t kMoney = 1'000'000'000;
const Hash256 kSomeHash{{0xab}};
const trade::LotSeed kSeed{{0x5e}};
const Hash256 kRandomness{{0x0a, 0x44}};

Hash256 posting(std::uint8_t number) { return to_hash256(uint256{number}); }

template <class T, class E>
T must(Result<T, E> result) {
  INVARIANT(result.has_value());
  return *std::move(result);
}

}  // namespace

GovernedSale::GovernedSale(SaleChain& chain, GovernedSaleOptions options)
    : chain_(chain), options_(std::move(options)) {
  for (std::uint32_t i = 0; i < 3000; ++i) file_.push_back(static_cast<std::uint8_t>(i * 7 / 5));
  SequentialRunner runner;
  lot_ =
      must(trade::register_lot(ViewSource(file_), kChunkBytes, kSeed, manifest_, {runner, {}})).lot;
  key_.raw() = {0x11, 0x22, 0x33};
}

void GovernedSale::call(const Caller& caller, std::string_view function, AbiList arguments) {
  chain_.extend(
      {{caller.from, ContractId::kFairExchange, function, std::move(arguments), caller.account}});
}

void GovernedSale::prepare() {
  const auto credit = [&](const Caller& party, std::uint8_t number) {
    return SaleCall{SaleParty::kBank,
                    ContractId::kSettlement,
                    "deposit",
                    {party.address(), kMoney, posting(number)}};
  };
  chain_.extend({credit(seller(), 1), credit(buyer(), 2)});
  call(seller(), "deposit",
       {contracts::predeploy_address(ContractId::kSettlement), std::uint64_t{50'000'000}});
  chain_.extend({{provider().from,
                  ContractId::kDatasetRegistry,
                  "register",
                  {kSomeHash},
                  provider().account}});
  const AbiValue lot{
      AbiList{lot_.root_x, lot_.shape.n, std::uint64_t{lot_.shape.s}, lot_.shape.length}};
  chain_.extend({{provider().from,
                  ContractId::kDatasetRegistry,
                  "publish",
                  {std::uint64_t{1}, AbiList{lot}, kSomeHash},
                  provider().account}});
  offer_again();
}

void GovernedSale::offer_again() {
  version_ = trade::version_id(
      {chain_.chain_id(), contracts::predeploy_address(ContractId::kDatasetRegistry)}, 1, 1);
  make_offer();
}

void GovernedSale::attest() {
  chain_.extend(
      {{SaleParty::kRegistrar, ContractId::kDatasetRegistry, "attest", {version_, kSomeHash}}});
}

void GovernedSale::revoke() {
  chain_.extend(
      {{SaleParty::kProvider, ContractId::kDatasetRegistry, "revoke", {version_, kSomeHash}}});
}

Hash256 GovernedSale::encrypt(const trade::DealParties& parties) {
  SequentialRunner runner;
  BytesSink sink;
  const trade::CipherKey cipher{trade::key_commit(parties, key_), key_};
  (void)must(trade::encrypt_lot(ViewSource(file_), lot_.shape, kSeed, cipher, sink, {runner, {}}));
  ciphertext_ = sink.bytes();
  if (options_.corrupt_chunk) ciphertext_[100] ^= 1;
  BytesSink leaves;
  return must(
      trade::write_cipher_leaves(ViewSource(ciphertext_), lot_.shape, leaves, {runner, {}}));
}

void GovernedSale::make_offer() {
  auto& h = deal_.header;
  deal_.domain = {chain_.chain_id(), contracts::predeploy_address(ContractId::kFairExchange)};
  h.seller = seller().address();
  h.buyer = buyer().address();
  h.nonce = options_.nonce;
  const trade::DealParties parties{deal_.domain, h.seller, h.buyer, h.nonce};
  secret_ = trade::derive_buyer_secret(trade::DealSecretFile{{0x77}}, parties);
  const auto point = trade::buyer_point(secret_);
  h.bx = point.x;
  h.by = point.y;
  h.payee = h.seller;
  h.settlement = contracts::predeploy_address(ContractId::kSettlement);
  h.amount = uint256{12'500'000};
  h.bond = uint256{20'000'000};
  h.withhold_penalty = uint256{5'000'000};
  h.lock_by_seconds = chain_.now_seconds() + 3600;
  h.reveal_window_seconds = 600;
  h.complain_window_seconds = 600;
  h.min_blocks = 20;
  const Hash256 root_z = encrypt(parties);
  deal_.terms.judged = {lot_.root_x, lot_.shape, root_z, trade::key_commit(parties, key_),
                        trade::HashSuite::kSha256};
  const Hash256 code_hash =
      options_.code_hash.value_or(chain_.code_hash(ContractId::kFairExchange));
  deal_.terms.rest = {Hash256{}, version_, 0, code_hash, Hash256{{0x5a}}};
  h.terms_digest = trade::terms_digest(deal_.terms);
  const auto signature = crypto::sign(Hash256{id().raw()}, key_of(options_.seller));
  deal_.signature = concat({crypto::to_bytes_v27(signature).view(), options_.signature_tail});
}

void GovernedSale::lock() { call(buyer(), "lock", {trade::to_abi(deal_.header), deal_.signature}); }

void GovernedSale::announce() { call(seller(), "announce", {Hash256{id().raw()}}); }

void GovernedSale::reveal_key(const trade::DealKey& key) {
  seal_ = trade::seal_key(id(), trade::buyer_point(secret_), key, kRandomness);
  call(seller(), "reveal", {Hash256{id().raw()}, seal_.r.x, seal_.r.y, seal_.ek});
}

void GovernedSale::reveal() { reveal_key(key_); }

void GovernedSale::reveal_wrong_key() { reveal_key(trade::DealKey{{0x66}}); }

void GovernedSale::settle() { call(buyer(), "settle", {trade::to_abi(deal_.header)}); }

void GovernedSale::settle_late() {
  chain_.wait(std::chrono::seconds{deal_.header.complain_window_seconds + 1});
  for (std::uint32_t i = 0; i < deal_.header.min_blocks; ++i) chain_.wait(std::chrono::seconds{0});
  call({SaleParty::kStranger}, "settle", {trade::to_abi(deal_.header)});
}

void GovernedSale::refund() {
  chain_.wait(std::chrono::seconds{deal_.header.reveal_window_seconds + 1});
  call({SaleParty::kStranger}, "refund", {trade::to_abi(deal_.header)});
}

void GovernedSale::complain_key() {
  const auto proof = trade::prove_shared_point(deal_.domain, id(), secret_, seal_.r);
  call(buyer(), "complainKey",
       {trade::to_abi(deal_.header), trade::to_abi(deal_.terms.judged),
        trade::rest_hash(deal_.terms.rest), AbiList{seal_.r.x, seal_.r.y, seal_.ek},
        AbiList{proof.s.x, proof.s.y, proof.c, proof.z}});
}

void GovernedSale::complain_chunk() {
  SequentialRunner runner;
  BytesSink leaves;
  (void)must(trade::write_cipher_leaves(ViewSource(ciphertext_), lot_.shape, leaves, {runner, {}}));
  const auto path = [&](const Bytes& source) {
    AbiList out;
    for (const auto& node : must(trade::merkle_path(ViewSource(source), lot_.shape.n, 0)))
      out.emplace_back(node);
    return out;
  };
  const Bytes& manifest = manifest_.bytes();
  call(buyer(), "complainChunk",
       {trade::to_abi(deal_.header), trade::to_abi(deal_.terms.judged),
        trade::rest_hash(deal_.terms.rest), Hash256{key_.raw()},
        AbiList{std::uint64_t{0}, Hash256::from(ByteView{manifest}.first(32)),
                to_bytes(ByteView{ciphertext_}.first(kChunkBytes)), path(manifest),
                path(leaves.bytes())}});
}

void GovernedSale::run() {
  prepare();
  attest();
  lock();
  reveal();
  settle();
}

}  // namespace datapact::testkit
