#include "ledger/chain/seal.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/protocol_params.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::chain {

/// The key to FinalBlock's constructor, here and nowhere else.
struct FinalBlockMaker {
  static FinalBlock make(std::shared_ptr<const ExecutedBlock> executed, BlockHeader sealed) {
    return FinalBlock{std::move(executed), std::move(sealed)};
  }
};

namespace {

constexpr std::size_t kVanityZeros = 24;
/// Year 287396: sums of times and periods below it cannot overflow.
constexpr std::uint64_t kMillisMax = 1ULL << 53U;

template <class T>
Result<T, SealError> shape(rlp::Result<T> read) {
  if (!read.has_value()) return fail(SealError::kMalformedExtra);
  return *std::move(read);
}

bool is_strictly_ascending(const ValidatorSet& set) {
  return std::ranges::adjacent_find(set, std::greater_equal<>{}) == set.end();
}

Result<void, SealError> read_empty_vote(rlp::Decoder& in) {
  TRY(const rlp::Decoder vote, shape(in.list()));
  if (!vote.at_end()) return fail(SealError::kVotePresent);
  return {};
}

Result<ValidatorSet, SealError> read_validators(rlp::Decoder& in) {
  TRY(rlp::Decoder list, shape(in.list()));
  ValidatorSet validators;
  while (!list.at_end()) {  // Ends at kValidatorsMax.
    if (validators.size() == kValidatorsMax) return fail(SealError::kTooManyValidators);
    TRY(const Address validator, shape(list.fixed<Address>()));
    validators.push_back(validator);
  }
  return validators;
}

Result<std::vector<crypto::Signature>, SealError> read_seals(rlp::Decoder& in) {
  TRY(rlp::Decoder list, shape(in.list()));
  std::vector<crypto::Signature> seals;
  while (!list.at_end()) {  // Ends at kValidatorsMax.
    if (seals.size() == kValidatorsMax) return fail(SealError::kTooManySeals);
    TRY(const ByteView bytes, shape(list.string()));
    const auto seal = crypto::signature_from_bytes(bytes);
    if (!seal) return fail(SealError::kMalformedExtra);
    seals.push_back(*seal);
  }
  return seals;
}

Hash256 hash_with(const BlockHeader& header, const QbftExtra& extra) {
  BlockHeader copy = header;
  copy.extra_data = encode(extra);
  return crypto::keccak256(encode(copy));
}

}  // namespace

std::string_view to_string(SealError error) noexcept {
  switch (error) {
    case SealError::kMalformedExtra:
      return "extraData is not RLP [vanity, validators, vote, round, seals]";
    case SealError::kVotePresent:
      return "extraData carries a vote";
    case SealError::kUnsortedValidators:
      return "the validators in extraData are not strictly ascending";
    case SealError::kTooManyValidators:
      return "extraData names more validators than a consortium may have";
    case SealError::kWrongValidators:
      return "the header names another validator set than the one in force";
    case SealError::kInvalidSeal:
      return "a seal is not a valid signature";
    case SealError::kForeignSeal:
      return "a seal is by someone who is no validator of this height";
    case SealError::kDuplicateSeal:
      return "two seals are by one validator";
    case SealError::kTooFewSeals:
      return "the seals are fewer than the quorum";
    case SealError::kTooManySeals:
      return "more seals than a consortium may have validators";
  }
  return {};
}

Bytes encode(const QbftExtra& extra) {
  rlp::Encoder validators;
  for (const Address& validator : extra.validators) validators.string(validator);
  rlp::Encoder seals;
  for (const crypto::Signature& seal : extra.seals) seals.string(crypto::to_bytes(seal));
  rlp::Encoder out;
  out.string(extra.vanity).list(validators).list(rlp::Encoder{});
  out.integer(std::uint64_t{extra.round.raw()}).list(seals);
  return out.as_list();
}

Result<QbftExtra, SealError> decode_extra(ByteView extra_data) {
  TRY(rlp::Decoder in, shape(rlp::decode_list(extra_data)));
  QbftExtra extra;
  TRY(extra.vanity, shape(in.fixed<Hash256>()));
  TRY(extra.validators, read_validators(in));
  TRY_VOID(read_empty_vote(in));
  TRY(extra.round, shape(in.quantity<Round>()));
  TRY(extra.seals, read_seals(in));
  if (!in.at_end()) return fail(SealError::kMalformedExtra);
  if (!is_strictly_ascending(extra.validators)) return fail(SealError::kUnsortedValidators);
  return extra;
}

Hash256 vanity_of(UnixMillis time) noexcept {
  Hash256 vanity;
  store_be(vanity.data() + kVanityZeros, static_cast<std::uint64_t>(time.count()));
  return vanity;
}

std::optional<UnixMillis> time_from_vanity(const Hash256& vanity) noexcept {
  const auto zeros = vanity.view().first(kVanityZeros);
  if (std::ranges::any_of(zeros, [](std::uint8_t b) { return b != 0; })) return {};
  const auto ms = load_be<std::uint64_t>(vanity.data() + kVanityZeros);
  if (ms > kMillisMax) return {};
  return UnixMillis{static_cast<std::int64_t>(ms)};
}

Result<BlockHash, SealError> chain_hash(const BlockHeader& header) {
  TRY(QbftExtra extra, decode_extra(header.extra_data));
  extra.round = Round{0};
  extra.seals.clear();
  return BlockHash{hash_with(header, extra).raw()};
}

Result<Hash256, SealError> seal_hash(const BlockHeader& header) {
  TRY(QbftExtra extra, decode_extra(header.extra_data));
  extra.seals.clear();
  return hash_with(header, extra);
}

Result<Hash256, SealError> seal_hash(const BlockHeader& header, Round round) {
  TRY(QbftExtra extra, decode_extra(header.extra_data));
  extra.round = round;
  extra.seals.clear();
  return hash_with(header, extra);
}

Result<BlockHeader, SealError> with_seals(const BlockHeader& header, Round round,
                                          std::vector<crypto::Signature> seals) {
  TRY(QbftExtra extra, decode_extra(header.extra_data));
  extra.round = round;
  extra.seals = std::move(seals);
  BlockHeader out = header;
  out.extra_data = encode(extra);
  return out;
}

Address proposer(const ValidatorSet& validators, const Address& parent_coinbase, Round round) {
  PRECONDITION(!validators.empty());
  const auto at = std::ranges::lower_bound(validators, parent_coinbase);
  const bool is_member = at != validators.end() && *at == parent_coinbase;
  const auto base = static_cast<std::uint64_t>(std::distance(validators.begin(), at));
  const std::uint64_t index = base + (is_member ? 1 : 0) + round.raw();
  // A removed proposer greater than all gives base = n, which wraps to the first.
  const std::uint64_t n = validators.size();
  if (!is_member && base == n) return validators[round.raw() % n];
  return validators[index % n];
}

Hash256 validators_hash(const ValidatorSet& validators) {
  rlp::Encoder out;
  for (const Address& validator : validators) out.string(validator);
  return crypto::keccak256(out.as_list());
}

Result<void, SealError> verify_seals(const BlockHeader& header, const ValidatorSet& validators) {
  TRY(const QbftExtra extra, decode_extra(header.extra_data));
  if (extra.validators != validators) return fail(SealError::kWrongValidators);
  TRY(const Hash256 digest, seal_hash(header));
  // ECDSA signatures are not unique per author: count authors, never signatures (QBFT.md 7).
  std::set<Address> authors;
  for (const crypto::Signature& seal : extra.seals) {
    if (!crypto::is_low_s(seal)) return fail(SealError::kInvalidSeal);
    const auto author = crypto::recover_address(digest, seal);
    if (!author) return fail(SealError::kInvalidSeal);
    if (!std::ranges::binary_search(validators, *author)) {
      return fail(SealError::kForeignSeal);
    }
    if (!authors.insert(*author).second) return fail(SealError::kDuplicateSeal);
  }
  if (authors.empty() || authors.size() < quorum(validators.size())) {
    return fail(SealError::kTooFewSeals);
  }
  return {};
}

Result<FinalBlock, SealError> make_final(std::shared_ptr<const ExecutedBlock> executed, Round round,
                                         std::vector<crypto::Signature> seals,
                                         const ValidatorSet& validators) {
  TRY(BlockHeader sealed, with_seals(executed->block.header, round, std::move(seals)));
  TRY_VOID(verify_seals(sealed, validators));
  return FinalBlockMaker::make(std::move(executed), std::move(sealed));
}

FinalBlock make_final_unsealed(std::shared_ptr<const ExecutedBlock> executed) {
  BlockHeader header = executed->block.header;
  return FinalBlockMaker::make(std::move(executed), std::move(header));
}

ValidatorHistory::ValidatorHistory(ValidatorSet first) {
  sets_.emplace(Height{1}, std::move(first));
}

void ValidatorHistory::record(Height from, ValidatorSet set) {
  PRECONDITION(from >= sets_.rbegin()->first);
  if (sets_.rbegin()->second == set) return;
  sets_.insert_or_assign(from, std::move(set));
}

const ValidatorSet& ValidatorHistory::at(Height height) const {
  const auto after = sets_.upper_bound(height);
  // Height 0 has no validators of its own; the first set answers.
  return after == sets_.begin() ? after->second : std::prev(after)->second;
}

}  // namespace datapact::chain
