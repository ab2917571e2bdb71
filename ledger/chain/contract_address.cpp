#include "ledger/chain/contract_address.hpp"

#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"

#include <cstdint>

namespace datapact::chain {
namespace {

Address low_20_bytes(const Hash256& hash) { return Address::from(hash.view().subspan(12)); }

}  // namespace

Address create_address(const Address& sender, Nonce nonce) {
  const Bytes preimage = rlp::Encoder{}.string(sender).integer(nonce).as_list();
  return low_20_bytes(crypto::keccak256(preimage));
}

Address create2_address(const Address& sender, const Hash256& salt, ByteView init_code) {
  constexpr std::uint8_t kMarker[] = {0xff};
  crypto::Keccak256 hash;
  hash.update(kMarker).update(sender.view()).update(salt.view());
  hash.update(crypto::keccak256(init_code).view());
  return low_20_bytes(hash.finish());
}

}  // namespace datapact::chain
