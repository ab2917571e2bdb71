#pragma once
// Sealed terms and public header of one deal (FAIR_EXCHANGE section 2, Offer) and their digests.
// Pure.
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "trade/data_layout.hpp"

#include <cstdint>

namespace datapact::trade {

/// The part of the terms that a complaint opens.
struct JudgedTerms {
  Hash256 root_x;
  LotShape shape;
  Hash256 root_z;
  Hash256 key_commit;
  HashSuite suite = HashSuite::kSha256;
  friend bool operator==(const JudgedTerms&, const JudgedTerms&) = default;
};

/// The part that stays sealed.
struct RestTerms {
  /// Digest of the agreement; zero when there is none.
  Hash256 agreement;
  /// Id of the registered version.
  Hash256 version;
  std::uint32_t lot = 0;
  /// keccak256 of the FairExchange code the parties signed for (TRADE rule 17).
  Hash256 code_hash;
  Hash256 salt;
  friend bool operator==(const RestTerms&, const RestTerms&) = default;
};

struct Terms {
  JudgedTerms judged;
  RestTerms rest;
};

[[nodiscard]] Hash256 judged_hash(const JudgedTerms& judged);
[[nodiscard]] Hash256 rest_hash(const RestTerms& rest);
/// H("DX.t" | H(judged) | H(rest)).
[[nodiscard]] Hash256 terms_digest(const Terms& terms);

/// The public header; field order and widths are those of the EIP-712 type.
struct DealHeader {
  Hash256 terms_digest;
  Address seller;
  Address buyer;
  /// The buyer's bn254 key for this deal, affine.
  uint256 bx;
  uint256 by;
  Address payee;
  Address settlement;
  /// Money in 10^-6 of the currency, each below 2^128.
  uint256 amount;
  uint256 bond;
  uint256 withhold_penalty;
  Nonce nonce;
  std::uint64_t lock_by_seconds = 0;
  std::uint32_t reveal_window_seconds = 0;
  std::uint32_t complain_window_seconds = 0;
  std::uint32_t min_blocks = 0;
  friend bool operator==(const DealHeader&, const DealHeader&) = default;
};

/// Where a deal lives: replay on another chain or contract gives another id.
struct ExchangeDomain {
  ChainId chain_id;
  Address contract;
  friend bool operator==(const ExchangeDomain&, const ExchangeDomain&) = default;
};

using DealId = FixedBytes<struct DealIdTag, 32>;
/// EIP-712 digest of the header: what the seller signs.
[[nodiscard]] DealId deal_id(const ExchangeDomain& domain, const DealHeader& header);

/// H("DX.l" | u32 lot | u32 s | rootX | u64 n | u64 length), the leaf of a version's tree of lots.
[[nodiscard]] Hash256 lot_leaf(std::uint32_t lot, const Hash256& root_x, const LotShape& shape);

/// H("DX.v" | chain id | registry | data set | number): the id of a registered version.
[[nodiscard]] Hash256 version_id(const ExchangeDomain& registry, std::uint64_t dataset,
                                 std::uint32_t number);
/// H(salt | digest): how the SHA-256 of a whole file, or the JCS text of a document, is anchored.
[[nodiscard]] Hash256 salted_digest(const Hash256& salt, const Hash256& digest);

/// The header as the contract's tuple.
[[nodiscard]] contracts::AbiValue to_abi(const DealHeader& header);
[[nodiscard]] contracts::AbiValue to_abi(const JudgedTerms& judged);

}  // namespace datapact::trade
