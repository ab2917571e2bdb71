#pragma once
// EIP-712 typed data as wallets exchange it (the JSON of eth_signTypedData_v4). The reader is
// strict: what another client could read otherwise is refused. Pure, thread-safe.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

#include <string>

namespace datapact::contracts {

struct TypedDataError {
  std::string message;  ///< where, the rule, and the value
};

/// What is signed, and its parts.
struct TypedDataHashes {
  std::string primary_type;
  /// encodeType of the primary type: "Mail(Person from,Person to,string contents)Person(…)".
  std::string encoded_type;
  Hash256 domain_separator;
  Hash256 message_hash;
  /// keccak256(0x19 0x01 ‖ domain_separator ‖ message_hash).
  Hash256 digest;
};

/// `document` has `types`, `primaryType`, `domain` and `message`, and nothing else. When `types`
/// has no EIP712Domain, it has the members of `domain` in the order of the EIP. Refused are: an
/// unknown or circular type, the aliases uint and int (the EIP has none, and clients differ), a
/// missing or extra member, a value outside its type, and a mixed-case address with a wrong
/// checksum (EIP-55).
[[nodiscard]] Result<TypedDataHashes, TypedDataError> hash_typed_data(const json::Value& document);

}  // namespace datapact::contracts
