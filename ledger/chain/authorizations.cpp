#include "ledger/chain/authorizations.hpp"

#include "base/bytes.hpp"
#include "base/quantity.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/state.hpp"
#include "vm/code.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace datapact::chain {
namespace {

constexpr std::uint8_t kMagic = 0x05;
constexpr std::uint8_t kDesignatorPrefix[] = {0xef, 0x01, 0x00};

/// Steps 5 and 6 of the EIP: no code but a designator, and the next nonce.
bool is_applicable(const state::State& state, const Authorization& it, const Address& authority) {
  const auto code = state.code(authority);
  if (!code->empty() && !vm::delegate_of(*code)) return false;
  return state.nonce(authority) == it.nonce;
}

void delegate(state::State& state, const Address& authority, const Authorization& it) {
  if (it.address.is_zero()) {
    state.set_code(authority, {});
  } else {
    state.set_code(authority, concat({kDesignatorPrefix, it.address.view()}));
  }
  state.set_nonce(authority, next(it.nonce));
}

}  // namespace

std::optional<Address> recover_authority(const Authorization& it) {
  if (it.y_parity > uint256{1}) return std::nullopt;
  const crypto::Signature signature{it.r, it.s, static_cast<std::uint8_t>(it.y_parity.low_u64())};
  if (!crypto::is_low_s(signature)) return std::nullopt;
  Bytes preimage{kMagic};
  append(preimage,
         rlp::Encoder{}.integer(it.chain_id).string(it.address).integer(it.nonce).as_list());
  return crypto::recover_address(crypto::keccak256(preimage), signature);
}

std::uint64_t apply_authorizations(state::State& state, ChainId chain_id,
                                   const std::vector<Authorization>& authorizations) {
  std::uint64_t refund = 0;
  for (const Authorization& it : authorizations) {
    if (!it.chain_id.is_zero() && it.chain_id != uint256{chain_id.raw()}) continue;
    if (it.nonce.raw() == std::numeric_limits<std::uint64_t>::max()) continue;
    const auto authority = recover_authority(it);
    if (!authority) continue;
    state.warm_account(*authority);
    if (!is_applicable(state, it, *authority)) continue;
    if (state.account(*authority)) refund += kAuthorizationGas - kAuthorizationBaseGas;
    delegate(state, *authority, it);
  }
  return refund;
}

}  // namespace datapact::chain
