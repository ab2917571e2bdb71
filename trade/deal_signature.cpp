#include "trade/deal_signature.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "trade/terms.hpp"

namespace datapact::trade {

bool is_signed_by_own_key(const DealId& deal, const Address& seller, ByteView signature) {
  const auto parsed = crypto::signature_from_bytes_v27(signature);
  if (!parsed || !crypto::is_low_s(*parsed)) return false;
  return crypto::recover_address(Hash256{deal.raw()}, *parsed) == seller;
}

}  // namespace datapact::trade
