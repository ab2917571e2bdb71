#include "tests/testkit/trade/sale.hpp"

#include "base/assert.hpp"
#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/random_source.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/bn254.hpp"
#include "crypto/secp256k1.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"
#include "trade/complaint.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"
#include "trade/merkle.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace datapact::testkit {
namespace {

using contracts::AbiList;
using contracts::ContractId;

trade::Work quietly(TaskRunner& runner) { return {runner, {}}; }

trade::DealHeader header_of(std::uint64_t nonce, const crypto::bn254::G1& buyer_point) {
  trade::DealHeader header;
  header.seller = address_of(Party::kSeller);
  header.buyer = address_of(Party::kBuyer);
  header.bx = buyer_point.x;
  header.by = buyer_point.y;
  header.payee = address_of(Party::kPayee);
  header.settlement = contracts::predeploy_address(ContractId::kSettlement);
  header.amount = uint256{kSaleAmount};
  header.bond = uint256{kSaleBond};
  header.withhold_penalty = uint256{kSalePenalty};
  header.nonce = Nonce{nonce};
  header.lock_by_seconds = kGenesisSeconds + 3600;
  header.reveal_window_seconds = kRevealWindowSeconds;
  header.complain_window_seconds = kComplainWindowSeconds;
  header.min_blocks = kMinBlocks;
  return header;
}

ExchangeCall exchange_call(Party from, std::string function, AbiList arguments) {
  return {from, ContractId::kFairExchange, std::move(function), std::move(arguments)};
}

}  // namespace

Sale make_sale(const trade::ExchangeDomain& domain, const trade::LotShape& shape,
               std::uint64_t nonce, Prng& prng) {
  SequentialRunner runner;
  Sale sale;
  sale.domain = domain;
  sale.file.resize(static_cast<std::size_t>(shape.length));
  prng.fill(sale.file);
  sale.seed = random_fixed<trade::LotSeed>(prng);
  sale.key = random_fixed<trade::DealKey>(prng);
  sale.secret = trade::BuyerSecret{
      to_hash256(crypto::bn254::to_scalar(to_uint256(random_fixed<Hash256>(prng)))).raw()};
  sale.seal_randomness = random_fixed<Hash256>(prng);
  sale.terms.rest.version = random_fixed<Hash256>(prng);
  sale.terms.rest.salt = random_fixed<Hash256>(prng);
  sale.header = header_of(nonce, trade::buyer_point(sale.secret));

  BytesSink manifest;
  const auto registered =
      trade::register_lot(ViewSource(sale.file), shape.s, sale.seed, manifest, quietly(runner));
  INVARIANT(registered.has_value());
  sale.manifest = manifest.bytes();
  sale.terms.judged.shape = registered->lot.shape;
  sale.terms.judged.key_commit = trade::key_commit(sale.deal().parties(), sale.key);
  encrypt(sale, sale.key);
  commit_to_files(sale);
  finish(sale);
  return sale;
}

void encrypt(Sale& sale, const trade::DealKey& key) {
  SequentialRunner runner;
  BytesSink ciphertext;
  const auto& judged = sale.terms.judged;
  const auto root = trade::encrypt_lot(ViewSource(sale.file), judged.shape, sale.seed,
                                       {judged.key_commit, key}, ciphertext, quietly(runner));
  INVARIANT(root.has_value());
  sale.ciphertext = ciphertext.bytes();
}

void commit_to_files(Sale& sale) {
  SequentialRunner runner;
  auto& judged = sale.terms.judged;
  std::vector<Hash256> leaves;
  leaves.reserve(judged.shape.n);
  for (std::size_t i = 0; i < judged.shape.n; ++i) {
    leaves.push_back(Hash256::from(ByteView{sale.manifest}.subspan(32 * i, 32)));
  }
  judged.root_x = trade::merkle_root(leaves);
  BytesSink cipher_leaves;
  const auto root_z = trade::write_cipher_leaves(ViewSource(sale.ciphertext), judged.shape,
                                                 cipher_leaves, quietly(runner));
  INVARIANT(root_z.has_value());
  judged.root_z = *root_z;
}

void finish(Sale& sale) {
  sale.header.terms_digest = trade::terms_digest(sale.terms);
  const trade::DealId id = sale.deal().id();
  sale.signature = crypto::to_bytes_v27(crypto::sign(Hash256{id.raw()}, key_of(Party::kSeller)));
  sale.seal = trade::seal_key(id, {sale.header.bx, sale.header.by}, sale.key, sale.seal_randomness);
}

ExchangeCall lock_call(const Sale& sale) {
  return exchange_call(Party::kBuyer, "lock",
                       {trade::to_abi(sale.header), to_bytes(sale.signature.view())});
}

ExchangeCall announce_call(const Sale& sale) {
  return exchange_call(Party::kSeller, "announce", {Hash256{sale.deal().id().raw()}});
}

ExchangeCall reveal_call(const Sale& sale, const trade::Seal& seal) {
  return exchange_call(Party::kSeller, "reveal",
                       {Hash256{sale.deal().id().raw()}, seal.r.x, seal.r.y, seal.ek});
}

ExchangeCall settle_call(const Sale& sale, Party from) {
  return exchange_call(from, "settle", {trade::to_abi(sale.header)});
}

ExchangeCall refund_call(const Sale& sale) {
  return exchange_call(Party::kWatchtower, "refund", {trade::to_abi(sale.header)});
}

ExchangeCall key_complaint_call(const Sale& sale, const trade::Seal& seal) {
  return exchange_call(Party::kWatchtower, "complainKey",
                       trade::key_complaint(sale.deal(), sale.secret, seal));
}

ExchangeCall chunk_complaint_call(const Sale& sale, const trade::DealKey& key,
                                  std::uint64_t index) {
  SequentialRunner runner;
  BytesSink cipher_leaves;
  const auto root = trade::write_cipher_leaves(ViewSource(sale.ciphertext), sale.terms.judged.shape,
                                               cipher_leaves, quietly(runner));
  INVARIANT(root.has_value());
  auto arguments = trade::chunk_complaint(
      sale.deal(), key, index,
      {ViewSource(sale.ciphertext), ViewSource(sale.manifest), ViewSource(cipher_leaves.bytes())});
  INVARIANT(arguments.has_value());
  return exchange_call(Party::kWatchtower, "complainChunk", *std::move(arguments));
}

}  // namespace datapact::testkit
