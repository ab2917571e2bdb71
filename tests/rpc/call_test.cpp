#include "base/hex.hpp"
#include "ledger/chain/revert_reason.hpp"
#include "tests/testkit/rpc/ask.hpp"

#include <doctest/doctest.h>

namespace datapact::rpc {
namespace {

using json::Value;
using testkit::Desk;

/// A call that needs `needed` gas in hand and reports `used`.
auto needs(std::uint64_t needed, std::uint64_t used) {
  return [=](const CallRequest& request) -> Result<CallOutcome, NodeError> {
    CallOutcome out;
    out.gas_used = Gas{used};
    if (request.txn.gas_limit.raw() < 21'000) {
      return fail(NodeError{-32000, "intrinsic gas too low"});
    }
    if (request.txn.gas_limit.raw() < needed) {
      out.status = CallStatus::kFailed;
      out.failure = "out of gas";
    }
    return out;
  };
}

std::uint64_t estimate(Desk& desk) {
  const Value result =
      desk.result("eth_estimateGas", R"([{"to":"0x0000000000000000000000000000000000000001"}])");
  return result.is_string() ? u64_from_quantity(*result.as_string()).value_or(0) : 0;
}

Bytes bytes_of(std::string_view hex) { return from_hex(hex).value_or(Bytes{}); }

const std::string kUserError =
    "0x08c379a00000000000000000000000000000000000000000000000000000000000000020"
    "000000000000000000000000000000000000000000000000000000000000000a"
    "75736572206572726f7200000000000000000000000000000000000000000000";

TEST_SUITE("rpc/call") {
  TEST_CASE("an access list is asked for until it settles, and an error stands beside it") {
    Desk desk;
    const chain::AccessList touched{{Address{}, {Hash256{}}}};
    int calls = 0;
    desk.node.on_call = [&](const CallRequest& request) {
      ++calls;
      CHECK(request.wants_accesses);
      CallOutcome out;
      out.gas_used = Gas{request.txn.access_list.empty() ? 30'000U : 31'000U};
      out.accessed = touched;
      out.status = CallStatus::kFailed;
      out.failure = "out of gas";
      return out;
    };
    const Value result = desk.result("eth_createAccessList", R"([{"data":"0x00"}])");
    CHECK(calls == 2);
    CHECK(result.find("accessList")->as_array()->size() == 1);
    CHECK(*result.find("gasUsed") == Value("0x7918"));
    CHECK(*result.find("error") == Value("out of gas"));
  }

  TEST_CASE("an access list that does not settle is refused") {
    Desk desk;
    std::uint8_t calls = 0;
    desk.node.on_call = [&](const CallRequest&) {
      CallOutcome out;
      out.accessed = {{Address{std::array<std::uint8_t, 20>{++calls}}, {}}};
      return out;
    };
    CHECK(desk.refusal("eth_createAccessList", "[{}]") == "-32000 the access list does not settle");
  }

  TEST_CASE("a call's blob hashes and blob fee cap reach the execution of an Ethereum chain") {
    Desk desk;
    desk.node.genesis_config.profile = chain::Profile::kEthereum;
    const std::string hash = "0x01" + std::string(62, 'a');
    std::optional<chain::Transaction> seen;
    desk.node.on_call = [&](const CallRequest& request) {
      seen = request.txn;
      return CallOutcome{};
    };
    desk.result("eth_call",
                R"([{"maxFeePerBlobGas":"0x9","blobVersionedHashes":[")" + hash + R"("]}])");
    REQUIRE(seen);
    CHECK(seen->type == chain::TxnType::kBlob);
    REQUIRE(seen->blob_hashes.size() == 1);
    CHECK(to_hex0x(seen->blob_hashes[0]) == hash);
    CHECK(seen->max_fee_per_blob_gas == uint256{9});
  }

  TEST_CASE("a call's blob fields are refused by name when malformed") {
    Desk desk;
    desk.node.genesis_config.profile = chain::Profile::kEthereum;
    CHECK(desk.refusal("eth_call", R"([{"blobVersionedHashes":[]}])") ==
          "-32000 blob transaction missing blob hashes");
    CHECK(desk.refusal("eth_call", R"([{"blobVersionedHashes":["0x01"]}])") ==
          "-32602 invalid argument 0: blobVersionedHashes: a hash is 32 bytes in 0x hex");
    CHECK(desk.refusal("eth_call", R"([{"blobVersionedHashes":"0x01"}])") ==
          "-32602 invalid argument 0: blobVersionedHashes: an array is expected");
    CHECK(
        desk.refusal("eth_call", R"([{"blobs":[]}])") ==
        "-32602 invalid argument 0: blobs: not taken by calls, which see blobVersionedHashes only");
  }

  TEST_CASE("a consortium chain, which has no type 3, refuses each blob field by name") {
    Desk desk;
    for (const std::string_view method : {"eth_call", "eth_estimateGas", "eth_createAccessList"}) {
      for (const std::string name : {"blobVersionedHashes", "maxFeePerBlobGas", "blobs"}) {
        CHECK(desk.refusal(method, "[{\"" + name + "\":\"0x1\"}]") ==
              "-32602 invalid argument 0: " + name +
                  ": blob transactions (type 3) do not exist on this chain");
      }
    }
  }

  TEST_CASE("an estimate with blobs their fee cap makes unaffordable is refused") {
    Desk desk;
    desk.node.genesis_config.profile = chain::Profile::kEthereum;
    desk.node.on_call = needs(21'000, 21'000);
    const std::string fields =
        R"([{"to":"0x0000000000000000000000000000000000000001","maxFeePerGas":"0x1",)"
        R"("maxFeePerBlobGas":"0xffffffffffffffffffffffffffff","blobVersionedHashes":["0x01)";
    CHECK(desk.refusal("eth_estimateGas", fields + std::string(62, 'a') + R"("]}])") ==
          "-32000 insufficient funds for gas * price + value");
  }

  TEST_CASE("a revert is code 3 with its bytes and its reason") {
    Desk desk;
    desk.node.on_call = [](const CallRequest&) {
      CallOutcome out;
      out.status = CallStatus::kReverted;
      out.output = bytes_of(kUserError);
      return out;
    };
    const Value response = desk.ask("eth_call", "[{},\"latest\"]");
    CHECK(*response.find("error")->find("code") == Value(3));
    CHECK(*response.find("error")->find("message") == Value("execution reverted: user error"));
    CHECK(*response.find("error")->find("data") == Value(kUserError));
    CHECK(desk.refusal("eth_estimateGas", R"([{"data":"0x00"}])") ==
          "3 execution reverted: user error");
  }

  TEST_CASE("panics are named, other data is not guessed at, and no prefix is misread") {
    CHECK(chain::revert_reason(bytes_of("0x4e487b71" + std::string(63, '0') + "1")) ==
          "assert(false)");
    CHECK(chain::revert_reason(bytes_of("0x77726f6e67")) == std::nullopt);
    const Bytes whole = bytes_of(kUserError);
    for (std::size_t size = 0; size < 4 + 64 + 10; ++size) {
      CAPTURE(size);
      CHECK(chain::revert_reason(ByteView(whole).first(size)) == std::nullopt);
    }
  }

  TEST_CASE("a halt is named, and a refusal of the node keeps code and words") {
    Desk desk;
    desk.node.on_call = needs(90'000'000, 0);
    CHECK(desk.refusal("eth_call", "[{}]") == "-32000 out of gas");
    CHECK(desk.refusal("eth_call", R"([{"gas":"0x1"}])") == "-32000 intrinsic gas too low");
  }

  TEST_CASE("a call gets at most the limit of gas, sees the block it names and its sender") {
    Desk desk;
    CallRequest seen;
    desk.node.on_call = [&](const CallRequest& request) {
      seen = request;
      return CallOutcome{};
    };
    desk.result("eth_call", R"([{"from":"0x00000000000000000000000000000000000000aa",)"
                            R"("gas":"0xffffffffff","input":"0x01","data":"0x01"},"pending"])");
    CHECK(seen.txn.gas_limit == Gas{50'000'000});
    CHECK(seen.sender.raw()[19] == 0xaa);
    CHECK(seen.txn.data == Bytes{0x01});
    CHECK(seen.pending);
  }

  TEST_CASE("contradictions in the transaction object are refused in the words of geth") {
    Desk desk;
    CHECK(desk.refusal("eth_call", R"([{"data":"0x01","input":"0x02"}])")
              .starts_with("-32602 both \"data\" and \"input\" are set and not equal"));
    CHECK(desk.refusal("eth_call", R"([{"gasPrice":"0x1","maxFeePerGas":"0x1"}])")
              .starts_with("-32602 both gasPrice and"));
    CHECK(desk.refusal("eth_call", R"([{"chainId":"0x1"}])") ==
          "-32000 chainId does not match node's (have=1, want=1337)");
    CHECK(desk.refusal("eth_call", R"([{},"latest",{"0x00":{}}])").starts_with("-32602 "));
    CHECK(desk.refusal("eth_call", R"([{"value":"1"}])").starts_with("-32602 "));
    CHECK(desk.refusal("eth_call", "[7]").starts_with("-32602 "));
  }

  TEST_CASE("an estimate is enough and at most 1/64 above what is needed") {
    for (const std::uint64_t needed :
         {21'000ULL, 21'001ULL, 53'412ULL, 1'000'000ULL, 31'000'000ULL, 49'999'999ULL}) {
      CAPTURE(needed);
      Desk desk;
      desk.node.on_call = needs(needed, needed * 4 / 5 < 21'000 ? 21'000 : needed * 4 / 5);
      const std::uint64_t found = estimate(desk);
      CHECK(found >= needed);
      CHECK(found <= needed + needed / 32);
    }
  }

  TEST_CASE("an estimate is exact when the gas used is the gas needed") {
    Desk desk;
    desk.node.on_call = needs(21'000, 21'000);
    CHECK(estimate(desk) == 21'000);
    desk.node.on_call = needs(46'123, 46'123);
    CHECK(estimate(desk) == 46'123);
  }

  TEST_CASE("an estimate says when no gas limit is enough, funds are short or time is up") {
    Desk desk;
    desk.node.on_call = needs(90'000'000, 0);
    CHECK(desk.refusal("eth_estimateGas", R"([{"data":"0x00"}])") ==
          "-32000 gas required exceeds allowance (50000000)");
    CHECK(desk.refusal("eth_estimateGas", R"([{"data":"0x00","gasPrice":"0x1","value":"0x1"}])") ==
          "-32000 insufficient funds for gas * price + value");
    CHECK(desk.refusal("eth_estimateGas", "[{}]").starts_with("-32000 contract creation"));
    desk.clock.set_step(std::chrono::seconds(3));
    CHECK(desk.refusal("eth_estimateGas", R"([{"data":"0x00"}])").starts_with("-32000"));
    desk.node.on_call = needs(31'000'000, 21'000);
    CHECK(desk.refusal("eth_estimateGas", R"([{"data":"0x00"}])").starts_with("-32005"));
  }

  TEST_CASE("an estimate speaks of the pending block unless told otherwise") {
    Desk desk;
    bool pending = false;
    desk.node.on_call = [&](const CallRequest& request) {
      pending = request.pending;
      CallOutcome out;
      out.gas_used = Gas{21'000};
      return out;
    };
    desk.result("eth_estimateGas", R"([{"data":"0x00"}])");
    CHECK(pending);
    desk.result("eth_estimateGas", R"([{"data":"0x00"},"latest"])");
    CHECK_FALSE(pending);
  }

  TEST_CASE("a sent transaction answers its hash, or the pool's words") {
    Desk desk;
    CHECK(desk.result("eth_sendRawTransaction", R"(["0x02"])") ==
          Value("0x" + std::string(64, '0')));
    desk.node.gateway.result = fail(NodeError{-32000, "nonce too low"});
    CHECK(desk.refusal("eth_sendRawTransaction", R"(["0x02"])") == "-32000 nonce too low");
    CHECK(desk.refusal("eth_sendRawTransaction", R"(["02"])") ==
          "-32602 invalid argument 0: hex string without 0x prefix");
  }
}

}  // namespace
}  // namespace datapact::rpc
