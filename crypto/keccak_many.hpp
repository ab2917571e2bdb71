#pragma once
// Keccak-256 of many byte strings at a time: transactions, nodes of a level of a trie. Where the
// processor has wide registers several are hashed at once. Pure, thread-safe.
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak_permute.hpp"

#include <span>

namespace datapact::crypto {

/// out[i] = keccak256(inputs[i]). `out` must have as many places as there are inputs. Inputs may
/// have any lengths; alike ones side by side are no faster than mixed ones.
void keccak256_many(std::span<const ByteView> inputs, std::span<Hash256> out) noexcept;

namespace detail {
/// The same with one of keccak_forms().
void keccak256_many(const KeccakForm& form, std::span<const ByteView> inputs,
                    std::span<Hash256> out) noexcept;
}  // namespace detail

}  // namespace datapact::crypto
