#pragma once
#include "base/bytes.hpp"
#include "base/types.hpp"

#include <span>

namespace datapact::state {

/// out[i] = keccak256(inputs[i]), as crypto::keccak256_many does it. A parameter, so that a bench
/// can compare ways of hashing.
using HashMany = void (*)(std::span<const ByteView> inputs, std::span<Hash256> out) noexcept;

}  // namespace datapact::state
