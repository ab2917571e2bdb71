#pragma once
// What the VM asks of the world around it. The ledger implements it over its journal; tests over a
// map. The VM calls it from one thread, in the order the byte code dictates; nothing may throw.
#include "base/types.hpp"
#include "vm/code.hpp"
#include "vm/message.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace datapact::vm {

struct BlockContext {
  Address coinbase;
  Height height;
  /// Unix time in seconds.
  std::uint64_t timestamp = 0;
  std::uint64_t gas_limit = 0;
  uint256 prev_randao;
  uint256 base_fee;
  uint256 blob_base_fee;
  ChainId chain_id;
};

struct TxnContext {
  Address origin;
  uint256 gas_price;
  std::vector<Hash256> blob_hashes;
};

struct ExecutionContext {
  BlockContext block;
  TxnContext txn;
};

/// What SSTORE did, from the value at the start of the transaction (original), before (current) and
/// after (new): the columns of EIP-2200. The VM derives gas and refund from it.
enum class StorageStatus : std::uint8_t {
  kUnchanged,        ///< current = new, or a dirty slot moved between non-zero, non-original values
  kAdded,            ///< 0 -> 0 -> z
  kDeleted,          ///< x -> x -> 0
  kModified,         ///< x -> x -> z
  kDeletedAdded,     ///< x -> 0 -> z
  kModifiedDeleted,  ///< x -> y -> 0
  kDeletedRestored,  ///< x -> 0 -> x
  kAddedDeleted,     ///< 0 -> y -> 0
  kModifiedRestored,  ///< x -> y -> x
};

[[nodiscard]] StorageStatus storage_status(const uint256& original, const uint256& current,
                                           const uint256& value) noexcept;

enum class Access : std::uint8_t { kCold, kWarm };

class Host {
 public:
  virtual ~Host() = default;

  [[nodiscard]] virtual const ExecutionContext& context() const = 0;
  /// Hash of one of the 256 blocks before this one; the VM asks for no other.
  [[nodiscard]] virtual Hash256 block_hash(Height height) const = 0;

  /// False for accounts that are empty in the sense of EIP-161.
  [[nodiscard]] virtual bool account_exists(const Address& address) const = 0;
  [[nodiscard]] virtual uint256 balance(const Address& address) const = 0;
  /// Never null: an account without code has empty code. A designator (EIP-7702) is returned as it
  /// is, not followed.
  [[nodiscard]] virtual std::shared_ptr<const Code> code(const Address& address) const = 0;
  /// Zero for accounts that do not exist (EIP-1052).
  [[nodiscard]] virtual Hash256 code_hash(const Address& address) const = 0;

  [[nodiscard]] virtual uint256 storage(const Address& address, const uint256& slot) const = 0;
  virtual StorageStatus set_storage(const Address& address, const uint256& slot,
                                    const uint256& value) = 0;
  /// EIP-1153.
  [[nodiscard]] virtual uint256 transient_storage(const Address& address,
                                                  const uint256& slot) const = 0;
  virtual void set_transient_storage(const Address& address, const uint256& slot,
                                     const uint256& value) = 0;

  /// EIP-2929: whether the transaction touched it before; warm from now on. Precompiles are warm.
  virtual Access access_account(const Address& address) = 0;
  virtual Access access_storage(const Address& address, const uint256& slot) = 0;

  virtual void emit_log(const Address& address, std::span<const Hash256> topics, ByteView data) = 0;
  /// EIP-6780: moves the balance; destroys only what this transaction created.
  virtual void selfdestruct(const Address& address, const Address& beneficiary) = 0;

  /// Runs a nested message: transfer, precompile or code, and for creations nonce, address,
  /// collision, code deposit and its rules. State changes of a failed call are undone before it
  /// returns. The VM has checked depth, balance and init code size and has charged everything up
  /// to the call itself.
  virtual CallResult call(const Message& message) = 0;
};

}  // namespace datapact::vm
