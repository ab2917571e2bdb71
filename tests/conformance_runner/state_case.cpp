#include "tests/conformance_runner/state_case.hpp"

#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/txn_rules.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace datapact::conformance {
namespace {

template <class T>
using Parsed = Result<T, std::string>;

Parsed<const json::Value*> member(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  if (found == nullptr) return fail(fmt::format("member {} is missing", name));
  return found;
}

Parsed<std::string_view> text(const json::Value& value, std::string_view name) {
  TRY(const json::Value* found, member(value, name));
  if (found->as_string() == nullptr) return fail(fmt::format("member {} is no string", name));
  return std::string_view{*found->as_string()};
}

/// Fixtures pad numbers with zeros, so these are no QUANTITYs.
Parsed<uint256> number(const json::Value& value, std::string_view name) {
  TRY(const auto digits, text(value, name));
  const auto parsed = uint256::parse(digits);
  if (!parsed) return fail(fmt::format("member {} is no number: {}", name, digits));
  return *parsed;
}

Parsed<std::uint64_t> small_number(const json::Value& value, std::string_view name) {
  TRY(const auto parsed, number(value, name));
  if (!parsed.fits_u64()) return fail(fmt::format("member {} is above 2^64", name));
  return parsed.low_u64();
}

Parsed<std::uint64_t> small_number_or(const json::Value& value, std::string_view name,
                                      std::uint64_t otherwise) {
  if (value.find(name) == nullptr) return otherwise;
  return small_number(value, name);
}

Parsed<Bytes> bytes(const json::Value& value, std::string_view name) {
  TRY(const auto digits, text(value, name));
  auto parsed = from_hex(digits);
  if (!parsed) return fail(fmt::format("member {} is not hexadecimal", name));
  return std::move(*parsed);
}

template <class Fixed>
Parsed<Fixed> fixed(const json::Value& value, std::string_view name) {
  TRY(const auto parsed, bytes(value, name));
  if (parsed.size() != Fixed::kSize) return fail(fmt::format("member {} has a wrong length", name));
  return Fixed::from(parsed);
}

Parsed<state::AccountDiff> read_account(const json::Value& value, state::StateDiff& into) {
  state::AccountDiff out;
  TRY(const auto nonce, small_number(value, "nonce"));
  TRY(const auto balance, number(value, "balance"));
  TRY(auto code, bytes(value, "code"));
  state::Account account{Nonce{nonce}, Wei{balance}, crypto::keccak256(code)};
  if (!code.empty()) {
    into.codes[account.code_hash] = std::make_shared<const Bytes>(std::move(code));
  }
  out.account = account;
  TRY(const json::Value* storage, member(value, "storage"));
  if (storage->as_object() == nullptr) return fail(std::string{"member storage is no object"});
  for (const auto& [slot, word] : *storage->as_object()) {
    const auto key = uint256::parse(slot);
    if (!key) return fail(fmt::format("storage key {} is no number", slot));
    TRY(const auto content, number(*storage, slot));
    if (!content.is_zero()) out.storage.emplace(*key, content);
  }
  return out;
}

Parsed<state::StateDiff> read_accounts(const json::Value& value) {
  if (value.as_object() == nullptr) return fail(std::string{"the accounts are no object"});
  state::StateDiff out;
  for (const auto& [name, content] : *value.as_object()) {
    const auto address = fixed_from_hex<Address>(name);
    if (!address) return fail(fmt::format("{} is no address", name));
    TRY(auto account, read_account(content, out));
    out.accounts.emplace(*address, std::move(account));
  }
  return out;
}

std::optional<vm::Revision> revision_named(std::string_view name) {
  for (const auto revision : {vm::Revision::kCancun, vm::Revision::kPrague}) {
    if (to_string(revision) == name) return revision;
  }
  return std::nullopt;
}

Parsed<chain::BlockContext> read_block(const json::Value& test, vm::Revision revision) {
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
  out.block.blob_base_fee = chain::blob_base_fee(Gas{excess}, revision);
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
    TRY(const auto block, read_block(test, *revision));
    for (const json::Value& post : *list.as_array()) {
      TRY(auto one, read_case(post));
      one.id = fmt::format("{} {} {}", fork, name, one.id);
      one.fork = fork;
      one.pre = pre;
      one.block = block;
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
