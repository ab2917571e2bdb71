#pragma once
// Transactions of types 0, 1, 2, 3 and 4: the value, its encodings, its hash and its signature.
// Passports: Transaction -> RecoveredTxn (signature checked, sender known) -> AdmittedTxn (the
// pool's). Sources: EIP-155, 2718, 2930, 1559, 4844, 7702. Pure, thread-safe.
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::chain {

/// EIP-2718 type byte.
enum class TxnType : std::uint8_t {
  kLegacy = 0,
  kAccessList = 1,
  kDynamicFee = 2,
  kBlob = 3,
  kSetCode = 4
};

struct AccessListEntry {
  Address address;
  std::vector<Hash256> storage_keys;
  friend bool operator==(const AccessListEntry&, const AccessListEntry&) = default;
};
using AccessList = std::vector<AccessListEntry>;

/// EIP-7702.
struct Authorization {
  uint256 chain_id;
  Address address;
  Nonce nonce;
  uint256 y_parity;  ///< as decoded; only 0 and 1 can be valid
  uint256 r;
  uint256 s;
  friend bool operator==(const Authorization&, const Authorization&) = default;
};

struct Transaction {
  TxnType type = TxnType::kLegacy;
  /// Absent only in a legacy transaction without replay protection.
  std::optional<ChainId> chain_id;
  Nonce nonce;
  /// Types 0 and 1: both hold the gas price.
  uint256 max_priority_fee_per_gas;
  uint256 max_fee_per_gas;
  Gas gas_limit;
  /// Absent: contract creation.
  std::optional<Address> to;
  Wei value;
  Bytes data;
  AccessList access_list;
  uint256 max_fee_per_blob_gas;
  std::vector<Hash256> blob_hashes;
  std::vector<Authorization> authorizations;
  crypto::Signature signature;
};

enum class TxnError : std::uint8_t {
  kMalformed,         ///< not the RLP of its type
  kUnknownType,       ///< a type byte this node does not know
  kInvalidSignature,  ///< r or s out of range, or no key recovers
  kHighS,             ///< EIP-2: s above half the group order
  kInvalidV,  ///< a legacy v that is neither 27, 28 nor an EIP-155 value, or a y parity above 1
};
[[nodiscard]] std::string_view to_string(TxnError error) noexcept;

/// Canonical EIP-2718 encoding: RLP for type 0, the type byte and RLP for the others.
[[nodiscard]] Bytes encode(const Transaction& txn);
/// As an item of a block body: type 0 as a list, the others as an RLP string of their encoding.
[[nodiscard]] Bytes encode_in_block(const Transaction& txn);
[[nodiscard]] Result<Transaction, TxnError> decode_transaction(ByteView encoded);
/// What the sender signs.
[[nodiscard]] Hash256 signing_hash(const Transaction& txn);
[[nodiscard]] TxnHash hash_of(const Transaction& txn);
/// Fills the signature.
void sign(Transaction& txn, const crypto::PrivateKey& key);

/// Price per gas actually paid under `base_fee` (EIP-1559); the fee cap must not be below the base
/// fee.
[[nodiscard]] uint256 effective_gas_price(const Transaction& txn, const uint256& base_fee);

/// Remembers senders. Thread contract: any thread.
class SenderSource {
 public:
  virtual ~SenderSource() = default;
  /// What RecoveredTxn::recover found for the transaction with this hash; nothing when it is not
  /// remembered.
  [[nodiscard]] virtual std::optional<Address> sender_of(const TxnHash& hash) const = 0;
};

/// A transaction whose signature holds. Copies share nothing; moving is cheap.
class RecoveredTxn {
 public:
  /// From the signature, unless `known` (borrowed, may be null) remembers the sender.
  [[nodiscard]] static Result<RecoveredTxn, TxnError> recover(Transaction txn,
                                                              const SenderSource* known = nullptr);
  /// For state tests and eth_call, where the sender is given and nothing is signed.
  [[nodiscard]] static RecoveredTxn assume_sender(Transaction txn, const Address& sender);

  [[nodiscard]] const Transaction& txn() const noexcept { return txn_; }
  [[nodiscard]] const Address& sender() const noexcept { return sender_; }
  [[nodiscard]] const TxnHash& hash() const noexcept { return hash_; }

 private:
  RecoveredTxn(Transaction txn, const Address& sender, const TxnHash& hash)
      : txn_(std::move(txn)), sender_(sender), hash_(hash) {}
  Transaction txn_;
  Address sender_;
  TxnHash hash_;
};

}  // namespace datapact::chain
