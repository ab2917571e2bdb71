#pragma once
// One sale as an honest seller prepares it with the client's own functions: file, manifest,
// ciphertext, key, terms, header, signature, seal. Tests spoil a part and `finish` what follows
// from it.
#include "base/prng.hpp"
#include "base/task_runner.hpp"
#include "crypto/secp256k1.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"
#include "trade/complaint.hpp"
#include "trade/lot.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

namespace datapact::testkit {

inline constexpr std::uint64_t kSaleAmount = 1'000'000;
inline constexpr std::uint64_t kSaleBond = 200'000;
inline constexpr std::uint64_t kSalePenalty = 50'000;
inline constexpr std::uint32_t kRevealWindowSeconds = 600;
inline constexpr std::uint32_t kComplainWindowSeconds = 3600;
inline constexpr std::uint32_t kMinBlocks = 40;

struct Sale {
  trade::ExchangeDomain domain;
  Bytes file;
  trade::LotSeed seed;
  Bytes manifest;
  Bytes ciphertext;
  trade::DealKey key;
  trade::BuyerSecret secret;
  Hash256 seal_randomness;
  trade::Terms terms;
  trade::DealHeader header;
  crypto::SignatureBytes signature;
  trade::Seal seal;

  [[nodiscard]] trade::OfferedDeal deal() const { return {domain, header, terms}; }
};

/// Random content of that length in chunks of `s`; `nonce` is the deal's.
[[nodiscard]] Sale make_sale(const trade::ExchangeDomain& domain, const trade::LotShape& shape,
                             std::uint64_t nonce, Prng& prng);

/// Encrypts the file under `key`, which need not be the one committed to.
void encrypt(Sale& sale, const trade::DealKey& key);
/// Roots of manifest and ciphertext as they are now.
void commit_to_files(Sale& sale);
/// Digest, signature and seal as they follow from the terms.
void finish(Sale& sale);

[[nodiscard]] ExchangeCall lock_call(const Sale& sale);
[[nodiscard]] ExchangeCall announce_call(const Sale& sale);
[[nodiscard]] ExchangeCall reveal_call(const Sale& sale, const trade::Seal& seal);
[[nodiscard]] ExchangeCall settle_call(const Sale& sale, Party from);
[[nodiscard]] ExchangeCall refund_call(const Sale& sale);
[[nodiscard]] ExchangeCall key_complaint_call(const Sale& sale, const trade::Seal& seal);
[[nodiscard]] ExchangeCall chunk_complaint_call(const Sale& sale, const trade::DealKey& key,
                                                std::uint64_t index);

}  // namespace datapact::testkit
