#pragma once
// What makes a consortium block final (QBFT.md sections 3, 4 and 15): the codec of extraData, the
// hash that validators seal, quorums, the rotation of proposers and the check of the seals. Pure,
// thread-safe.
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"  // IWYU pragma: export
#include "ledger/chain/block.hpp"
#include "ledger/chain/executed_block.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace datapact::chain {

/// Ascending and without repetition: who may propose and seal one height.
using ValidatorSet = std::vector<Address>;

enum class SealError : std::uint8_t {
  kMalformedExtra,      ///< extraData is not RLP [vanity, validators, vote, round, seals]
  kVotePresent,         ///< header voting does not exist here
  kUnsortedValidators,  ///< the validators are not strictly ascending
  kTooManyValidators,   ///< more than kValidatorsMax
  kWrongValidators,     ///< the header names another set than the one in force
  kInvalidSeal,         ///< a seal is no signature with low s, or no key recovers from it
  kForeignSeal,         ///< a seal by someone who is no validator of this height
  kDuplicateSeal,       ///< two seals by one validator
  kTooFewSeals,         ///< fewer distinct validators than the quorum
  kTooManySeals,        ///< more than kValidatorsMax
};
[[nodiscard]] std::string_view to_string(SealError error) noexcept;

struct QbftExtra {
  /// Genesis: keccak256(JCS(config)). Above: 24 zero bytes and the Unix time in ms as big-endian
  /// u64.
  Hash256 vanity;
  ValidatorSet validators;
  /// The round the block was committed in.
  Round round;
  std::vector<crypto::Signature> seals;
  friend bool operator==(const QbftExtra&, const QbftExtra&) = default;
};

/// RLP [vanity, validators, [] , round, seals]; the list always has five items.
[[nodiscard]] Bytes encode(const QbftExtra& extra);
/// Refuses a vote, validators that are not strictly ascending, and more than kValidatorsMax of them
/// or of seals.
[[nodiscard]] Result<QbftExtra, SealError> decode_extra(ByteView extra_data);
/// Nothing but a reading of time: the vanity of a height >= 1.
[[nodiscard]] Hash256 vanity_of(UnixMillis time) noexcept;
/// Nothing when the first 24 bytes are not zero or the time does not fit.
[[nodiscard]] std::optional<UnixMillis> time_from_vanity(const Hash256& vanity) noexcept;

/// H_chain: keccak256 of the header with round 0 and no seals. Fails as decode_extra.
[[nodiscard]] Result<BlockHash, SealError> chain_hash(const BlockHeader& header);
/// H_seal: keccak256 of the header with its round and no seals: the digest of prepares and commits,
/// and what a commit seal signs.
[[nodiscard]] Result<Hash256, SealError> seal_hash(const BlockHeader& header);
/// H_seal of the same block proposed in another round.
[[nodiscard]] Result<Hash256, SealError> seal_hash(const BlockHeader& header, Round round);
/// The header re-stamped with `round` and `seals`; H_chain stays.
[[nodiscard]] Result<BlockHeader, SealError> with_seals(const BlockHeader& header, Round round,
                                                        std::vector<crypto::Signature> seals);

/// f(n) = floor((n - 1) / 3): how many faulty validators a set of n bears. n >= 1.
[[nodiscard]] constexpr std::size_t faults_max(std::size_t n) noexcept { return (n - 1) / 3; }
/// q(n) = ceil(2n / 3). n >= 1.
[[nodiscard]] constexpr std::size_t quorum(std::size_t n) noexcept { return (2 * n + 2) / 3; }

/// Who proposes in `round` on top of a block by `parent_coinbase` (QBFT.md section 4): the one
/// after him; when he left the set, the first address greater than his, else the first. Height 1
/// follows from the coinbase of genesis. `validators` must not be empty.
[[nodiscard]] Address proposer(const ValidatorSet& validators, const Address& parent_coinbase,
                               Round round);

/// keccak256(RLP of the list of 20-byte addresses, ascending), as Governance stores it.
[[nodiscard]] Hash256 validators_hash(const ValidatorSet& validators);

/// The header names exactly `validators` and carries seals over its H_seal by a quorum of them. A
/// seal by a stranger and a second seal by one author are errors, whatever else is there.
[[nodiscard]] Result<void, SealError> verify_seals(const BlockHeader& header,
                                                   const ValidatorSet& validators);

/// Stamps `round` and `seals` into the executed block's header and verifies them.
[[nodiscard]] Result<FinalBlock, SealError> make_final(
    std::shared_ptr<const ExecutedBlock> executed, Round round,
    std::vector<crypto::Signature> seals, const ValidatorSet& validators);

/// For chains whose blocks carry no seal (the Ethereum profile: imported fixtures). The profile
/// must not be the consortium's.
[[nodiscard]] FinalBlock make_final_unsealed(std::shared_ptr<const ExecutedBlock> executed);

/// Which set was in force at which height: one entry per change. Not thread-safe.
class ValidatorHistory {
 public:
  /// `first` is in force from height 1 on.
  explicit ValidatorHistory(ValidatorSet first);
  /// `set` is in force from `from` on, which must not be below an earlier entry. Recording the set
  /// already in force changes nothing.
  void record(Height from, ValidatorSet set);
  /// The set in force at `height` as far as recorded.
  [[nodiscard]] const ValidatorSet& at(Height height) const;

 private:
  std::map<Height, ValidatorSet> sets_;
};

}  // namespace datapact::chain
