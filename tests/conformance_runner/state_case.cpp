#include "tests/conformance_runner/state_case.hpp"

#include "crypto/keccak.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "tests/conformance_runner/accounts.hpp"
#include "tests/conformance_runner/forks.hpp"
#include "tests/conformance_runner/read.hpp"

#include <fmt/format.h>

#include <utility>

namespace datapact::conformance {
namespace {

Parsed<chain::BlockContext> read_block(const json::Value& test, vm::Revision revision,
                                       const chain::BlobParams& blobs) {
  chain::BlockContext out;
  out.revision = revision;
  out.precompiles = vm::precompiles_of(revision);
  // The format's convention: the hash of a block is that of its height in decimal digits.
  out.block_hash = [](Height height) {
    return crypto::keccak256(as_bytes(std::to_string(height.raw())));
  };
  TRY(const json::Value* env, member(test, "env"));
  TRY(out.block.coinbase, fixed<Address>(*env, "currentCoinbase"));
  TRY(const auto height, small_number(*env, "currentNumber"));
  TRY(out.block.timestamp, small_number(*env, "currentTimestamp"));
  TRY(out.block.gas_limit, small_number(*env, "currentGasLimit"));
  TRY(out.block.base_fee, number(*env, "currentBaseFee"));
  TRY(out.block.prev_randao, number(*env, "currentRandom"));
  TRY(const auto excess, small_number_or(*env, "currentExcessBlobGas", 0));
  out.block.height = Height{height};
  out.block.blob_base_fee = chain::blob_base_fee(Gas{excess}, blobs);
  std::uint64_t chain_id = 1;
  if (const json::Value* config = test.find("config")) {
    TRY(chain_id, small_number_or(*config, "chainid", 1));
  }
  out.block.chain_id = ChainId{chain_id};
  return out;
}

Parsed<std::string> read_indexes(const json::Value& post) {
  TRY(const json::Value* indexes, member(post, "indexes"));
  std::string out;
  for (const auto* name : {"data", "gas", "value"}) {
    TRY(const json::Value* index, member(*indexes, name));
    if (!index->as_u64()) return fail(fmt::format("index {} is no number", name));
    out += fmt::format("{}{}", out.empty() ? "" : ",", *index->as_u64());
  }
  return out;
}

Parsed<StateCase> read_case(const json::Value& post) {
  StateCase out;
  TRY(out.id, read_indexes(post));
  TRY(out.txn_bytes, bytes(post, "txbytes"));
  TRY(out.state_root, fixed<Hash256>(post, "hash"));
  TRY(out.logs_hash, fixed<Hash256>(post, "logs"));
  if (const json::Value* exception = post.find("expectException")) {
    out.exception = exception->as_string() != nullptr ? *exception->as_string() : "unnamed";
  }
  if (const json::Value* accounts = post.find("state")) {
    TRY(out.post, read_accounts(*accounts));
  }
  return out;
}

Result<void, std::string> read_test(const std::string& name, const json::Value& test,
                                    StateFile& into) {
  TRY(const json::Value* pre_accounts, member(test, "pre"));
  TRY(auto pre_diff, read_accounts(*pre_accounts));
  const auto pre = std::make_shared<const state::StateDiff>(std::move(pre_diff));
  TRY(const json::Value* posts, member(test, "post"));
  if (posts->as_object() == nullptr) return fail(std::string{"member post is no object"});
  for (const auto& [fork, list] : *posts->as_object()) {
    if (list.as_array() == nullptr) return fail(fmt::format("post.{} is no array", fork));
    const auto revision = revision_named(fork);
    if (!revision) {
      into.foreign += list.as_array()->size();
      continue;
    }
    TRY(const auto blobs, blobs_of(fork, test.find("config")));
    TRY(const auto block, read_block(test, *revision, blobs));
    for (const json::Value& post : *list.as_array()) {
      TRY(auto one, read_case(post));
      one.id = fmt::format("{} {} {}", fork, name, one.id);
      one.fork = fork;
      one.pre = pre;
      one.block = block;
      one.blobs = blobs;
      into.cases.push_back(std::move(one));
    }
  }
  return {};
}

}  // namespace

Result<StateFile, std::string> read_state_file(const json::Value& document) {
  if (document.as_object() == nullptr) return fail(std::string{"the file is no JSON object"});
  StateFile out;
  for (const auto& [name, test] : *document.as_object()) {
    auto read = read_test(name, test, out);
    if (!read) return fail(fmt::format("{}: {}", name, read.error()));
  }
  return out;
}

}  // namespace datapact::conformance
