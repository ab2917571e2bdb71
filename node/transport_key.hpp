#pragma once
// The node's transport key (QBFT.md section 15: another key than the validator's): 64 hexadecimal
// digits in a file that only its owner may read.
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "crypto/secp256k1.hpp"
#include "node/start_error.hpp"

#include <filesystem>

namespace datapact::node {

/// Refuses a file that others may read.
[[nodiscard]] Result<crypto::PrivateKey, StartError> load_transport_key(
    const std::filesystem::path& file);
/// Loads it, or makes one when there is no such file.
[[nodiscard]] Result<crypto::PrivateKey, StartError> ensure_transport_key(
    const std::filesystem::path& file, RandomSource& random);

}  // namespace datapact::node
