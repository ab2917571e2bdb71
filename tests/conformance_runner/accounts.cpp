#include "tests/conformance_runner/accounts.hpp"

#include "crypto/keccak.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

namespace datapact::conformance {
namespace {

Parsed<state::AccountDiff> read_account(const json::Value& value, state::StateDiff& into) {
  state::AccountDiff out;
  TRY(const auto nonce, small_number(value, "nonce"));
  TRY(const auto balance, number(value, "balance"));
  TRY(auto code, bytes(value, "code"));
  const state::Account account{Nonce{nonce}, Wei{balance}, crypto::keccak256(code)};
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

std::string describe(const std::optional<state::Account>& account) {
  if (!account) return "no account";
  return fmt::format("nonce {} balance {} code {}", account->nonce.raw(),
                     to_decimal(account->balance.raw()), to_hex0x(account->code_hash));
}

}  // namespace

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

void compare_accounts(const state::StateDiff& expected, const state::MemoryState& got,
                      const state::StateDiff& before, Mismatches& mismatches) {
  for (const auto& [address, wanted] : expected.accounts) {
    const auto account = got.account(address);
    if (account != wanted.account) {
      expect_equal(to_hex0x(address), describe(wanted.account), describe(account), mismatches);
    }
    for (const auto& [slot, value] : wanted.storage) {
      expect_equal(fmt::format("{} slot {}", to_hex0x(address), to_quantity(slot)),
                   to_quantity(value), to_quantity(got.storage(address, slot)), mismatches);
    }
  }
  for (const auto& [address, ignored] : before.accounts) {
    if (!expected.accounts.contains(address) && got.account(address)) {
      expect_equal(to_hex0x(address), "no account", describe(got.account(address)), mismatches);
    }
  }
}

}  // namespace datapact::conformance
