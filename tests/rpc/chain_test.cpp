#include "base/hex.hpp"
#include "tests/testkit/rpc/ask.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace datapact::rpc {
namespace {

using json::Value;
using testkit::Desk;

chain::Receipt receipt_with_log() {
  chain::Receipt receipt;
  receipt.type = chain::TxnType::kDynamicFee;
  receipt.success = true;
  receipt.gas_used = Gas{21'000};
  receipt.cumulative_gas_used = Gas{21'000};
  receipt.logs.push_back({Address{}, {Hash256{}}, {0x01}});
  return receipt;
}

const std::string kZeroAddress = R"(["0x0000000000000000000000000000000000000000"])";
const std::string kTxn =
    R"(["0xa000000000000000000000000000000000000000000000000000000000000101"])";

std::vector<double> ratios(const Value& list) {
  std::vector<double> out;
  for (const Value& item : *list.as_array()) out.push_back(item.as_double().value_or(-1));
  return out;
}

TEST_SUITE("rpc/chain") {
  TEST_CASE("a block carries every member that clients read, and its transactions when asked") {
    Desk desk;
    desk.node.add_block({receipt_with_log(), receipt_with_log()});
    const Value block = desk.result("eth_getBlockByNumber", R"(["latest",true])");
    for (const char* name : {"baseFeePerGas", "difficulty",     "extraData",
                             "gasLimit",      "gasUsed",        "hash",
                             "logsBloom",     "miner",          "mixHash",
                             "nonce",         "number",         "parentHash",
                             "receiptsRoot",  "sha3Uncles",     "size",
                             "stateRoot",     "timestamp",      "transactionsRoot",
                             "uncles",        "withdrawalsRoot"}) {
      CAPTURE(name);
      CHECK(block.find(name) != nullptr);
    }
    const json::Array& txns = *block.find("transactions")->as_array();
    REQUIRE(txns.size() == 2);
    CHECK(*txns[1].find("transactionIndex") == Value("0x1"));
    CHECK(*txns[1].find("type") == Value("0x2"));
    CHECK(*txns[1].find("chainId") == Value("0x539"));
    const Value hashes = desk.result("eth_getBlockByNumber", R"(["0x1"])");
    CHECK(hashes.find("transactions")->as_array()->at(0).is_string());
  }

  TEST_CASE("blocks, receipts and transactions that do not exist are null") {
    Desk desk;
    CHECK(desk.ask("eth_getBlockByNumber", R"(["0x9",false])").find("result")->is_null());
    CHECK(desk.ask("eth_getTransactionReceipt", kTxn).find("result")->is_null());
    CHECK(desk.ask("eth_getTransactionByHash", kTxn).find("result")->is_null());
    CHECK(desk.ask("eth_getBlockReceipts", R"(["0x9"])").find("result")->is_null());
  }

  TEST_CASE("a receipt is whole: status, price, bloom, contract address and numbered logs") {
    Desk desk;
    desk.node.add_block({receipt_with_log(), receipt_with_log()});
    const Value receipt = desk.result("eth_getTransactionReceipt", kTxn);
    CHECK(*receipt.find("status") == Value("0x1"));
    CHECK(*receipt.find("type") == Value("0x2"));
    CHECK(*receipt.find("effectiveGasPrice") == Value("0x0"));
    CHECK(receipt.find("contractAddress")->is_null());
    CHECK(receipt.find("logsBloom")->as_string()->size() == 514);
    const json::Array& logs = *receipt.find("logs")->as_array();
    REQUIRE(logs.size() == 1);
    CHECK(*logs[0].find("logIndex") == Value("0x1"));
    CHECK(desk.result("eth_getBlockReceipts", R"(["latest"])").as_array()->size() == 2);
  }

  TEST_CASE("a waiting transaction has null block members") {
    Desk desk;
    desk.node.gateway.pending = chain::RecoveredTxn::assume_sender(chain::Transaction{}, Address{});
    const Value txn = desk.result("eth_getTransactionByHash", kTxn);
    CHECK(txn.find("blockHash")->is_null());
    CHECK(txn.find("from")->is_string());
  }

  TEST_CASE("counts, indexes and uncles answer by height and by hash") {
    Desk desk;
    desk.node.add_block({receipt_with_log()});
    const std::string hash =
        R"(["0xb000000000000000000000000000000000000000000000000000000000000001"])";
    CHECK(desk.result("eth_getBlockTransactionCountByNumber", R"(["0x1"])") == Value("0x1"));
    CHECK(desk.result("eth_getBlockTransactionCountByHash", hash) == Value("0x1"));
    CHECK(desk.result("eth_getUncleCountByBlockHash", hash) == Value("0x0"));
    CHECK(desk.result("eth_getTransactionByBlockNumberAndIndex", R"(["0x1","0x0"])").find("hash") !=
          nullptr);
    CHECK(desk.result("eth_getTransactionByBlockNumberAndIndex", R"(["0x1","0x1"])").is_null());
    CHECK(desk.result("debug_getRawTransaction", kTxn) == Value("0x"));
    CHECK(desk.result("eth_getRawTransactionByBlockNumberAndIndex", R"(["0x1","0x0"])")
              .as_string()
              ->starts_with("0x02"));
  }

  TEST_CASE("the genesis configuration is answered as it was read") {
    Desk desk;
    desk.node.genesis_config.raw_config = Value::object({{"chainId", 1337}});
    CHECK(desk.result("data_getGenesisConfig", "[]") == Value::object({{"chainId", 1337}}));
  }

  TEST_CASE("state is read at tags, heights, hashes and EIP-1898 objects") {
    Desk desk;
    desk.node.fake_state->accounts[Address{}] = {Nonce{5}, Wei{uint256{255}}, {}};
    const std::string zero = "[\"0x0000000000000000000000000000000000000000\",";
    for (const char* tag :
         {"\"latest\"", "\"0x0\"", "\"earliest\"", "null", R"({"blockNumber":"0x0"})",
          R"("0xb000000000000000000000000000000000000000000000000000000000000000")"}) {
      CAPTURE(tag);
      CHECK(desk.result("eth_getBalance", zero + tag + "]") == Value("0xff"));
    }
    CHECK(desk.result("eth_getTransactionCount", zero + "\"latest\"]") == Value("0x5"));
    CHECK(desk.result("eth_getTransactionCount", zero + "\"pending\"]") == Value("0x7"));
    CHECK(desk.refusal("eth_getBalance", zero + "\"0x7\"]") == "-32000 header not found");
    CHECK(desk.refusal("eth_getBalance", zero + "\"7\"]") ==
          "-32602 invalid argument 1: hex string without 0x prefix");
    desk.node.oldest_state = Height{1};
    CHECK(desk.refusal("eth_getCode", kZeroAddress) ==
          "-32000 the state at block 0 is not kept by this node");
  }

  TEST_CASE("storage is read by short and long keys, and proofs echo the keys") {
    Desk desk;
    const std::string zero = "[\"0x0000000000000000000000000000000000000000\",";
    CHECK(desk.result("eth_getStorageAt", zero + "\"0x7\",\"latest\"]") ==
          Value("0x" + std::string(63, '0') + "7"));
    CHECK(desk.refusal("eth_getStorageAt", zero + R"("0xasdf","latest"])") ==
          "-32000 unable to decode storage key: hex string invalid");
    const Value proof = desk.result("eth_getProof", zero + R"(["0x07"],"latest"])");
    CHECK(*proof.find("storageProof")->as_array()->at(0).find("key") == Value("0x7"));
    CHECK(proof.find("accountProof")->as_array()->size() == 1);
  }

  TEST_CASE("with a zero base fee every price is 0x0 and the history holds it") {
    Desk desk;
    desk.node.add_block({receipt_with_log()});
    CHECK(desk.result("eth_gasPrice") == Value("0x0"));
    CHECK(desk.result("eth_maxPriorityFeePerGas") == Value("0x0"));
    const Value history = desk.result("eth_feeHistory", R"(["0xa","latest",[20]])");
    CHECK(history.find("baseFeePerGas")->as_array()->size() == 3);
    CHECK(history.find("gasUsedRatio")->as_array()->size() == 2);
    CHECK(history.find("reward")->as_array()->size() == 2);
    CHECK(*history.find("baseFeePerBlobGas") == *json::parse(R"(["0x1","0x1","0x1"])"));
    CHECK(ratios(*history.find("blobGasUsedRatio")) == std::vector<double>{0, 0});
    CHECK(desk.refusal("eth_feeHistory", R"(["0x1","latest",[50,20]])").starts_with("-32000 "));
  }

  TEST_CASE("the fee history has the blob fee of each block and of the next, and the share used") {
    Desk desk;
    desk.node.genesis_config.profile = chain::Profile::kEthereum;
    // Cancun: three blobs a block are the target and six the most; the fee is e^(excess / 3338477).
    desk.node.add_block({}, {}, Gas{3 * 131'072}, Gas{10'000'000});
    desk.node.add_block({}, {}, Gas{6 * 131'072}, Gas{10'000'000});
    const Value history = desk.result("eth_feeHistory", R"(["0x2","latest",[]])");
    CHECK(*history.find("baseFeePerBlobGas") == *json::parse(R"(["0x13","0x13","0x16"])"));
    CHECK(ratios(*history.find("blobGasUsedRatio")) == std::vector<double>{0.5, 1});
  }

  TEST_CASE("small facts: network, client, digest, validators, sync") {
    Desk desk;
    CHECK(desk.result("net_version") == Value("1337"));
    CHECK(desk.result("net_peerCount") == Value("0x2"));
    CHECK(desk.result("net_listening") == Value(true));
    CHECK(desk.result("web3_clientVersion") == Value("datapact/test"));
    CHECK(desk.result("web3_sha3", R"(["0x"])") ==
          Value("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"));
    CHECK(desk.result("eth_accounts") == Value::array());
    CHECK(desk.result("qbft_getValidatorsByBlockNumber", R"(["latest"])").as_array()->size() == 1);
    CHECK(desk.result("qbft_getRequestTimeoutSeconds") == Value(1));
    CHECK(desk.result("eth_syncing") == Value(false));
    desk.node.node_status.syncing = SyncProgress{Height{0}, Height{1}, Height{9}};
    CHECK(*desk.result("eth_syncing").find("highestBlock") == Value("0x9"));
    desk.node.genesis_config.profile = chain::Profile::kEthereum;
    CHECK(desk.refusal("qbft_getRequestTimeoutSeconds").starts_with("-32601 "));
  }

  TEST_CASE("signer metrics count each proposer's blocks as Besu does: the last one is left out") {
    testkit::Desk desk;
    const Address busy{{0xbb}};
    const Address idle{};  // the one validator of the fake chain
    for (int i = 0; i < 3; ++i) desk.node.add_block({}, busy);
    const auto metric = [](const Address& address, const char* count, const char* last) {
      return Value::object({{"address", to_hex0x(address)},
                            {"proposedBlockCount", count},
                            {"lastProposedBlockNumber", last}});
    };
    CHECK(desk.result("qbft_getSignerMetrics") ==
          Value::array({metric(idle, "0x0", "0x0"), metric(busy, "0x2", "0x2")}));
    CHECK(desk.result("qbft_getSignerMetrics", R"(["0x2","latest"])") ==
          Value::array({metric(idle, "0x0", "0x0"), metric(busy, "0x1", "0x2")}));
  }

  TEST_CASE("signer metrics refuse a range that is empty, too long or above the head") {
    testkit::Desk desk(Limits{.logs_blocks_max = 2});
    for (int i = 0; i < 4; ++i) desk.node.add_block({});
    CHECK(desk.refusal("qbft_getSignerMetrics", R"(["0x2","0x2"])") ==
          "-32602 invalid argument 1: must be above the first block 0x2");
    CHECK(desk.refusal("qbft_getSignerMetrics", R"(["0x0","0x3"])") ==
          "-32005 range of more than 2 blocks");
    CHECK(desk.refusal("qbft_getSignerMetrics", R"(["0x0","0x99"])").starts_with("-32000 "));
  }

  TEST_CASE("the consensus state is the node's, or the reason why there is none") {
    testkit::Desk desk;
    CHECK(*desk.result("qbft_getConsensusState").find("mood") == Value("quiet"));
    desk.node.consensus = fail(NodeError{-32005, "the core thread does not answer"});
    CHECK(desk.refusal("qbft_getConsensusState") == "-32005 the core thread does not answer");
    desk.node.genesis_config.profile = chain::Profile::kEthereum;
    CHECK(desk.refusal("qbft_getConsensusState").starts_with("-32601 "));
    CHECK(desk.refusal("qbft_getSignerMetrics").starts_with("-32601 "));
  }
}

}  // namespace
}  // namespace datapact::rpc
