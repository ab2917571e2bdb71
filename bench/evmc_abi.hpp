#pragma once
// The C interface of EVMC, ABI version 12, as far as a bench drives it: the layouts and numbers
// that a shared library of its kind agrees on, in words of our own. Source: the EVMC specification,
// release 12.1.0, https://github.com/ethereum/evmc. Addresses and words are our FixedBytes, which
// are their bytes; words are big-endian. Host functions must not throw.
#include "base/types.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace datapact::bench::evmc {

inline constexpr int kAbiVersion = 12;

// Enumerations of C have the size of an int.
enum class CallKind : int { kCall, kDelegateCall, kCallCode, kCreate, kCreate2 };
enum class StatusCode : int {
  kSuccess = 0,
  kFailure = 1,
  kRevert = 2,
  kOutOfGas = 3,
  kRejected = -2
};
enum class StorageStatus : int { kAssigned = 0, kModifiedRestored = 8 };
enum class AccessStatus : int { kCold = 0, kWarm = 1 };
enum class Revision : int { kCancun = 12, kPrague = 13, kOsaka = 14 };
enum class SetOption : int { kSuccess = 0, kInvalidName = 1, kInvalidValue = 2 };

inline constexpr std::uint32_t kStaticFlag = 1;

struct Message {
  CallKind kind = CallKind::kCall;
  std::uint32_t flags = 0;
  std::int32_t depth = 0;
  std::int64_t gas = 0;
  Address recipient;
  Address sender;
  const std::uint8_t* input = nullptr;
  std::size_t input_size = 0;
  Hash256 value;
  Hash256 salt;
  Address code_address;
  const std::uint8_t* code = nullptr;
  std::size_t code_size = 0;
};

struct TxContext {
  Hash256 gas_price;
  Address origin;
  Address coinbase;
  std::int64_t height = 0;
  std::int64_t timestamp = 0;
  std::int64_t gas_limit = 0;
  Hash256 prev_randao;
  Hash256 chain_id;
  Hash256 base_fee;
  Hash256 blob_base_fee;
  const Hash256* blob_hashes = nullptr;
  std::size_t blob_hash_count = 0;
  const void* initcodes = nullptr;
  std::size_t initcode_count = 0;
};

struct Result {
  StatusCode status = StatusCode::kSuccess;
  std::int64_t gas_left = 0;
  std::int64_t gas_refund = 0;
  const std::uint8_t* output = nullptr;
  std::size_t output_size = 0;
  /// Gives the output back to who made it; may be null.
  void (*release)(const Result* result) = nullptr;
  Address create_address;
  std::uint8_t padding[4]{};
};

/// What the machine asks of the world; `context` is what execute() was given.
struct HostInterface {
  bool (*account_exists)(void* context, const Address* address);
  Hash256 (*get_storage)(void* context, const Address* address, const Hash256* slot);
  StorageStatus (*set_storage)(void* context, const Address* address, const Hash256* slot,
                               const Hash256* value);
  Hash256 (*get_balance)(void* context, const Address* address);
  std::size_t (*get_code_size)(void* context, const Address* address);
  Hash256 (*get_code_hash)(void* context, const Address* address);
  std::size_t (*copy_code)(void* context, const Address* address, std::size_t offset,
                           std::uint8_t* out, std::size_t size);
  bool (*selfdestruct)(void* context, const Address* address, const Address* beneficiary);
  Result (*call)(void* context, const Message* message);
  TxContext (*get_tx_context)(void* context);
  Hash256 (*get_block_hash)(void* context, std::int64_t height);
  void (*emit_log)(void* context, const Address* address, const std::uint8_t* data,
                   std::size_t size, const Hash256* topics, std::size_t topic_count);
  AccessStatus (*access_account)(void* context, const Address* address);
  AccessStatus (*access_storage)(void* context, const Address* address, const Hash256* slot);
  Hash256 (*get_transient_storage)(void* context, const Address* address, const Hash256* slot);
  void (*set_transient_storage)(void* context, const Address* address, const Hash256* slot,
                                const Hash256* value);
};

/// A virtual machine, made by its library's create function and its own to destroy.
struct Vm {
  int abi_version;
  const char* name;
  const char* version;
  void (*destroy)(Vm* vm);
  Result (*execute)(Vm* vm, const HostInterface* host, void* context, Revision revision,
                    const Message* message, const std::uint8_t* code, std::size_t code_size);
  std::uint32_t (*get_capabilities)(Vm* vm);
  /// May be null.
  SetOption (*set_option)(Vm* vm, const char* name, const char* value);
};

using CreateFunction = Vm* (*)();

static_assert(sizeof(Address) == 20 && sizeof(Hash256) == 32);
static_assert(std::is_standard_layout_v<Hash256> && std::is_trivially_copyable_v<Hash256>);
static_assert(std::is_standard_layout_v<Message> && std::is_trivially_copyable_v<Message>);
static_assert(std::is_standard_layout_v<TxContext> && std::is_trivially_copyable_v<TxContext>);
static_assert(std::is_standard_layout_v<Result> && std::is_trivially_copyable_v<Result>);
// With 64-bit pointers.
static_assert(offsetof(Message, gas) == 16 && offsetof(Message, input) == 64);
static_assert(offsetof(Message, code_address) == 144 && sizeof(Message) == 184);
static_assert(offsetof(TxContext, height) == 72 && sizeof(TxContext) == 256);
static_assert(offsetof(Result, create_address) == 48 && sizeof(Result) == 72);
static_assert(sizeof(HostInterface) == 16 * sizeof(void*));

}  // namespace datapact::bench::evmc
