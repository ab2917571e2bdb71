#pragma once
// A world for the VM in a few maps. Nested calls run for real, failed ones are undone, everything
// the VM asked for can be looked at afterwards. Creations deploy at counted addresses.
#include "vm/precompiles.hpp"
#include "vm/vm.hpp"

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace datapact::testkit {

/// Spreads words and the slots they name; nobody here chooses keys to collide.
struct SlotHash {
  [[nodiscard]] std::size_t operator()(const uint256& word) const noexcept {
    constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio, odd
    std::uint64_t hash = word.limb[0];
    for (unsigned i = 1; i < 4; ++i) hash = hash * kFactor + word.limb[i];
    hash *= kFactor;
    return static_cast<std::size_t>(hash ^ (hash >> 32));
  }
  [[nodiscard]] std::size_t operator()(const std::pair<Address, uint256>& slot) const noexcept {
    return std::hash<Address>{}(slot.first) ^ (*this)(slot.second);
  }
};

struct MemoryAccount {
  uint256 balance;
  std::uint64_t nonce = 0;
  std::shared_ptr<const vm::Code> code = vm::Code::make({});
  std::unordered_map<uint256, uint256, SlotHash> storage;
};

struct MemoryLog {
  Address address;
  std::vector<Hash256> topics;
  Bytes data;
};

/// What a failed call takes back.
struct MemoryWorld {
  std::unordered_map<Address, MemoryAccount> accounts;
  std::unordered_map<std::pair<Address, uint256>, uint256, SlotHash> transient;
  std::unordered_set<Address> warm_accounts;
  std::unordered_set<std::pair<Address, uint256>, SlotHash> warm_slots;
  std::vector<MemoryLog> logs;
  std::vector<std::pair<Address, Address>> destructions;
};

class MemoryHost final : public vm::Host {
 public:
  explicit MemoryHost(vm::Revision revision, vm::Tracer* tracer = nullptr,
                      vm::StopWatch* stop_watch = nullptr)
      : machine_(revision, tracer, stop_watch) {}

  MemoryWorld world;
  /// Storage at the start of the transaction: the original values of EIP-2200.
  std::unordered_map<Address, MemoryAccount> original;
  vm::ExecutionContext environment;
  /// Every nested message, with `input` pointing nowhere.
  std::vector<vm::Message> calls;

  MemoryAccount& account(const Address& address) { return world.accounts[address]; }
  MemoryHost& deploy(const Address& address, ByteView code) {
    account(address).code = vm::Code::make(code);
    return *this;
  }

  /// Runs `message` as the transaction's own: no transfer and no intrinsic gas.
  [[nodiscard]] vm::CallResult run(const vm::Message& message) {
    const auto code = vm::is_create(message.kind) ? vm::Code::make(message.input)
                                                  : account(message.code_address).code;
    return machine_.execute(*this, message, *code);
  }

  [[nodiscard]] const vm::ExecutionContext& context() const override { return environment; }
  [[nodiscard]] Hash256 block_hash(Height height) const override {
    return to_hash256(uint256{height.raw() + 1'000'000});
  }
  [[nodiscard]] bool account_exists(const Address& address) const override {
    const MemoryAccount* found = find(address);
    return found != nullptr &&
           (found->nonce != 0 || !found->balance.is_zero() || found->code->size() != 0);
  }
  [[nodiscard]] uint256 balance(const Address& address) const override {
    const MemoryAccount* found = find(address);
    return found == nullptr ? uint256{} : found->balance;
  }
  [[nodiscard]] std::shared_ptr<const vm::Code> code(const Address& address) const override {
    const MemoryAccount* found = find(address);
    return found == nullptr ? vm::Code::make({}) : found->code;
  }
  /// Not a hash: the size, which is all a test needs to see.
  [[nodiscard]] Hash256 code_hash(const Address& address) const override {
    return account_exists(address) ? to_hash256(uint256{0xc0de00 + code(address)->size()})
                                   : Hash256{};
  }
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const override {
    const MemoryAccount* found = find(address);
    return found == nullptr ? uint256{} : value_of(found->storage, slot);
  }
  vm::StorageStatus set_storage(const Address& address, const uint256& slot,
                                const uint256& value) override {
    const auto before = original.find(address);
    const uint256 first =
        before == original.end() ? uint256{} : value_of(before->second.storage, slot);
    const uint256 current = storage(address, slot);
    account(address).storage[slot] = value;
    return vm::storage_status(first, current, value);
  }
  [[nodiscard]] uint256 transient_storage(const Address& address,
                                          const uint256& slot) const override {
    return value_of(world.transient, {address, slot});
  }
  void set_transient_storage(const Address& address, const uint256& slot,
                             const uint256& value) override {
    world.transient[{address, slot}] = value;
  }
  vm::Access access_account(const Address& address) override {
    if (vm::precompiles_of(machine_.revision()).contains(address)) return vm::Access::kWarm;
    return world.warm_accounts.insert(address).second ? vm::Access::kCold : vm::Access::kWarm;
  }
  vm::Access access_storage(const Address& address, const uint256& slot) override {
    return world.warm_slots.insert({address, slot}).second ? vm::Access::kCold : vm::Access::kWarm;
  }
  void emit_log(const Address& address, std::span<const Hash256> topics, ByteView data) override {
    world.logs.push_back({address, {topics.begin(), topics.end()}, to_bytes(data)});
  }
  void selfdestruct(const Address& address, const Address& beneficiary) override {
    world.destructions.emplace_back(address, beneficiary);
    transfer(address, beneficiary, balance(address));
  }
  vm::CallResult call(const vm::Message& message) override {
    calls.push_back(message);
    calls.back().input = {};
    MemoryWorld before = world;
    vm::CallResult result = vm::is_create(message.kind) ? create(message) : call_code(message);
    if (result.status != vm::Status::kSuccess) world = std::move(before);
    return result;
  }

 private:
  template <class Map>
  static uint256 value_of(const Map& map, const typename Map::key_type& key) {
    const auto found = map.find(key);
    return found == map.end() ? uint256{} : found->second;
  }
  [[nodiscard]] const MemoryAccount* find(const Address& address) const {
    const auto found = world.accounts.find(address);
    return found == world.accounts.end() ? nullptr : &found->second;
  }
  void transfer(const Address& from, const Address& to, const uint256& value) {
    if (value.is_zero() || from == to) return;
    account(from).balance -= value;
    account(to).balance += value;
  }
  vm::CallResult call_code(const vm::Message& message) {
    if (message.kind == vm::CallKind::kCall) {
      transfer(message.sender, message.recipient, message.value);
    }
    const bool is_precompile =
        vm::implemented_precompiles().contains(message.code_address) && !message.is_delegated;
    if (!is_precompile) return machine_.execute(*this, message, *code(message.code_address));
    auto answer =
        vm::run_precompile(machine_.revision(), message.code_address, message.input, message.gas);
    return {answer.status, answer.gas_left, 0, std::move(answer.output), {}};
  }
  vm::CallResult create(const vm::Message& message) {
    vm::Message inner = message;
    inner.recipient = to_address(uint256{0xc0de0000 + ++created_});
    inner.code_address = inner.recipient;
    account(inner.sender).nonce += 1;
    transfer(inner.sender, inner.recipient, inner.value);
    vm::CallResult result = machine_.execute(*this, inner, vm::Code{message.input});
    if (result.status != vm::Status::kSuccess) return result;
    deploy(inner.recipient, result.output);
    result.output.clear();
    result.create_address = inner.recipient;
    return result;
  }

  vm::Vm machine_;
  unsigned created_ = 0;
};

}  // namespace datapact::testkit
