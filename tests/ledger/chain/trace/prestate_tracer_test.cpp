#include "ledger/chain/trace/prestate_tracer.hpp"

#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/contract_address.hpp"
#include "tests/testkit/trace_world.hpp"

#include <string>
#include <vector>

namespace datapact::chain {
namespace {

using json::Value;
using testkit::at;
using testkit::Bytecode;
using testkit::kCoinbase;
using testkit::kContract;
using testkit::kSender;
using testkit::TraceWorld;
using vm::Opcode;

const Address kOther = state::address_no(0x07e4);
const Address kThird = state::address_no(0x3d3d);

Value trace_of(TraceWorld& world, const PrestateOptions& options = {},
               const Transaction& txn = TraceWorld::call()) {
  return world.trace<PrestateTracer>(options, txn);
}
Value trace_of(const Bytecode& code, const PrestateOptions& options = {}) {
  TraceWorld world;
  world.contract(kContract, code);
  return trace_of(world, options);
}
std::string word(std::uint64_t number) { return to_hex0x(to_hash256(uint256{number})); }
std::vector<std::string> names(const Value& object) {
  std::vector<std::string> out;
  for (const auto& [name, value] : *object.as_object()) out.push_back(name);
  return out;
}
uint256 to_uint256_of(const Bytecode& code) { return uint256::from_be(code.bytes()); }
bool has(const Value& object, const Address& address) {
  return object.find(to_hex0x(address)) != nullptr;
}

}  // namespace

TEST_SUITE("chain/prestate_tracer") {
  TEST_CASE("accounts stand there as they were before the transaction paid for anything") {
    TraceWorld world;
    world.world().account(testkit::kReceiver, 3, 11);
    world.world().account(kCoinbase, 0, 1);
    const Value trace = trace_of(world, {}, testkit::ExecutionWorld::transfer());
    CHECK(json::to_text(at(trace, to_hex0x(kSender))) == R"({"balance":"0xe8d4a51000"})");
    CHECK(json::to_text(at(trace, to_hex0x(testkit::kReceiver))) ==
          R"({"balance":"0xb","nonce":3})");
    CHECK(json::to_text(at(trace, to_hex0x(kCoinbase))) == R"({"balance":"0x1"})");
  }

  TEST_CASE("an account that was empty is left out unless it is asked for") {
    TraceWorld world;
    const Value trace = trace_of(world, {}, testkit::ExecutionWorld::transfer());
    CHECK(names(trace) == std::vector<std::string>{to_hex0x(kSender)});
    TraceWorld again;
    const Value all = trace_of(again, {.include_empty = true}, testkit::ExecutionWorld::transfer());
    CHECK(has(all, kCoinbase));
    CHECK(json::to_text(at(all, to_hex0x(testkit::kReceiver))) == R"({"balance":"0x0"})");
  }

  TEST_CASE("slots that are loaded or stored stand there, with code and its hash") {
    const auto code = Bytecode{}.sstore(1, 7).push(2).op(Opcode::kSload);
    const Value contract = at(trace_of(code), to_hex0x(kContract));
    CHECK(at(contract, "storage") == Value::object({{word(1), word(0)}, {word(2), word(0)}}));
    CHECK(at(contract, "code") == Value(to_hex0x(code.bytes())));
    CHECK(at(contract, "codeHash") == Value(to_hex0x(crypto::keccak256(code.bytes()))));
    CHECK(at(contract, "nonce") == Value(1));
    const Value bare =
        at(trace_of(code, {.disable_code = true, .disable_storage = true}), to_hex0x(kContract));
    CHECK(names(bare) == std::vector<std::string>{"balance", "codeHash", "nonce"});
  }

  TEST_CASE("accounts an instruction asks about are looked at, and whom a callee delegates to") {
    TraceWorld world;
    world.world().account(kOther, 1, 1);
    Bytecode designator;
    designator.raw(testkit::unhex("ef0100")).raw(kThird.view());
    world.contract(state::address_no(0xde1e), designator);
    world.contract(kThird, Bytecode{}.op(Opcode::kStop));
    Bytecode code = Bytecode{}.push(kOther).op(Opcode::kBalance);
    for (int i = 0; i < 4; ++i) code.push(0);
    code.push(state::address_no(0xde1e)).push(1000).op(Opcode::kStaticcall);
    world.contract(kContract, code);
    const Value trace = trace_of(world);
    CHECK(has(trace, kOther));
    CHECK(has(trace, state::address_no(0xde1e)));
    CHECK(has(trace, kThird));
  }

  TEST_CASE("what an instruction that ran out of gas would have looked at stays unseen") {
    TraceWorld world;
    world.world().account(kOther, 1, 1);
    world.contract(kContract,
                   Bytecode{}.push(1).op(Opcode::kSload).push(kOther).op(Opcode::kBalance));
    Transaction txn = TraceWorld::call();
    txn.gas_limit = Gas{21'000 + 3 + 2100 + 3 + 2599};
    const Value trace = trace_of(world, {}, txn);
    CHECK_FALSE(has(trace, kOther));
    CHECK(at(trace, to_hex0x(kContract) + "/storage").as_object()->size() == 1);
  }

  TEST_CASE("a difference has what changed alone, before and after") {
    TraceWorld world;
    world.contract(kContract, Bytecode{}.sstore(1, 7).push(2).op(Opcode::kSload));
    world.world().account(kOther, 1, 1);
    const Value trace = trace_of(world, {.diff_mode = true});
    CHECK(names(trace) == std::vector<std::string>{"post", "pre"});
    CHECK(json::to_text(at(trace, "post/" + to_hex0x(kContract))) ==
          R"({"storage":{")" + word(1) + R"(":")" + word(7) + R"("}})");
    // The slot was zero, which a difference leaves out.
    CHECK(at(trace, "pre/" + to_hex0x(kContract) + "/storage").is_null());
    CHECK(at(trace, "pre/" + to_hex0x(kSender) + "/nonce").is_null());
    CHECK(at(trace, "post/" + to_hex0x(kSender) + "/nonce") == Value(1));
    CHECK(has(at(trace, "post"), kCoinbase));
    CHECK_FALSE(has(at(trace, "pre"), kCoinbase));
  }

  TEST_CASE("a contract that a difference shows anew has no state before") {
    TraceWorld world;
    const auto init = Bytecode{}.sstore(1, 5).mstore(0, 0x2a).return_memory(31, 1);
    const Value trace = trace_of(world, {.diff_mode = true}, TraceWorld::creation(init));
    const Address created = create_address(kSender, Nonce{0});
    CHECK_FALSE(has(at(trace, "pre"), created));
    const Value after = at(trace, "post/" + to_hex0x(created));
    CHECK(at(after, "code") == Value("0x2a"));
    CHECK(at(after, "nonce") == Value(1));
    CHECK(at(after, "storage") == Value::object({{word(1), word(5)}}));
  }

  TEST_CASE("contracts that a contract creates are seen under their addresses") {
    TraceWorld world;
    // The init code, one STOP, lies in memory after the store.
    world.contract(kContract, Bytecode{}
                                  .push(1)
                                  .push(0)
                                  .push(0)
                                  .op(Opcode::kCreate)
                                  .push(9)
                                  .push(1)
                                  .push(0)
                                  .push(0)
                                  .op(Opcode::kCreate2));
    Transaction txn = TraceWorld::call();
    txn.gas_limit = Gas{200'000};
    const Value trace = trace_of(world, {.diff_mode = true}, txn);
    CHECK(has(at(trace, "post"), create_address(kContract, Nonce{1})));
    CHECK(has(at(trace, "post"), create2_address(kContract, to_hash256(uint256{9}), Bytes{0})));
  }

  TEST_CASE("a contract created and destroyed at once is in no difference") {
    TraceWorld world;
    const auto init = Bytecode{}.push(kOther).op(Opcode::kSelfdestruct);
    Transaction txn = TraceWorld::creation(init);
    txn.value = Wei{uint256{3}};
    const Value trace = trace_of(world, {.diff_mode = true}, txn);
    const Address created = create_address(kSender, Nonce{0});
    CHECK_FALSE(has(at(trace, "pre"), created));
    CHECK_FALSE(has(at(trace, "post"), created));
    CHECK(at(trace, "post/" + to_hex0x(kOther) + "/balance") == Value("0x3"));
  }

  TEST_CASE("a new contract whose destruction failed was missing from the difference") {
    TraceWorld world;
    const Bytecode runtime = Bytecode{}.op(Opcode::kCaller).op(Opcode::kSelfdestruct);
    const Bytecode init = Bytecode{}.mstore(0, to_uint256_of(runtime)).return_memory(30, 2);
    const Address created = create_address(kContract, Nonce{1});
    const std::size_t length = init.bytes().size();
    world.contract(kContract, Bytecode{}
                                  .mstore(0, to_uint256_of(init))
                                  .push(length)
                                  .push(32 - length)
                                  .push(0)
                                  .op(Opcode::kCreate)
                                  .push(0)
                                  .push(0)
                                  .push(0)
                                  .push(0)
                                  .push(created)
                                  .push(10'000)
                                  .op(Opcode::kStaticcall));
    Transaction txn = TraceWorld::call();
    txn.gas_limit = Gas{200'000};
    const Value trace = trace_of(world, {.diff_mode = true}, txn);
    CHECK(at(trace, "post/" + to_hex0x(created) + "/code") == Value("0x33ff"));
  }

  TEST_CASE("an authority is seen as it was before its authorization (EIP-7702)") {
    crypto::PrivateKey key;
    key.raw()[31] = 7;
    const Address authority = crypto::address_of(key);
    TraceWorld world;
    world.world().account(authority, 0, 5);
    world.contract(kContract, Bytecode{}.op(Opcode::kStop));
    Authorization authorization;
    authorization.chain_id = uint256{1};
    authorization.address = kContract;
    Bytes preimage{0x05};
    append(
        preimage,
        rlp::Encoder{}.integer(uint256{1}).string(kContract).integer(std::uint64_t{0}).as_list());
    const auto signature = crypto::sign(crypto::keccak256(preimage), key);
    authorization.y_parity = signature.y_parity;
    authorization.r = signature.r;
    authorization.s = signature.s;
    Transaction txn = TraceWorld::call();
    txn.type = TxnType::kSetCode;
    txn.authorizations = {authorization};
    const Value trace = trace_of(world, {.diff_mode = true}, txn);
    CHECK(json::to_text(at(trace, "pre/" + to_hex0x(authority))) == R"({"balance":"0x5"})");
    CHECK(at(trace, "post/" + to_hex0x(authority) + "/code") ==
          Value("0xef0100" + to_hex(kContract.view())));
    CHECK(at(trace, "post/" + to_hex0x(authority) + "/nonce") == Value(1));
  }
}

}  // namespace datapact::chain
