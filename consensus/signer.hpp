#pragma once
// The validator key as consensus sees it. It signs QBFT messages and block seals, nothing else
// (QBFT.md section 15).
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"

#include <string>

namespace datapact::consensus {

struct SignerError {
  std::string message;
};

class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual Address address() const = 0;
  [[nodiscard]] virtual Result<crypto::Signature, SignerError> sign(const Hash256& hash) = 0;
};

}  // namespace datapact::consensus
