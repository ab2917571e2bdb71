#pragma once
// Merkle Patricia proofs: the nodes from the root to a key, and their verification from nothing but
// the root. Pure.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/state/node_source.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace datapact::state {

/// RLP of each node from the root downwards (EIP-1186): nodes that live inside their parent are not
/// listed. Ends where the key is found or its absence is plain; empty for an empty trie.
using Proof = std::vector<Bytes>;

/// The trie's root must be `state_root`, a missing node is a corrupt database (INVARIANT).
[[nodiscard]] Proof prove_account(const NodeSource& nodes, const Hash256& state_root,
                                  const Address& address);
[[nodiscard]] Proof prove_storage(const NodeSource& nodes, const Hash256& state_root,
                                  const Address& address, const uint256& slot);
/// Of item `index` in the trie of ordered_trie_root; `index` must be below items.size().
[[nodiscard]] Proof prove_ordered(std::span<const Bytes> items, std::size_t index);

enum class ProofError : std::uint8_t {
  kMissingNode,    ///< the proof ends before the key is found or its absence is plain
  kHashMismatch,   ///< a node does not hash to what its parent (or the root) says
  kMalformedNode,  ///< a node is no canonical RLP of a leaf, extension or branch
  kUnusedNodes,    ///< nodes follow the one that decides
};
[[nodiscard]] std::string_view to_string(ProofError error) noexcept;

/// The value at `key`, or nothing when the proof shows that there is none. Every byte of the proof
/// counts: a proof with any change is an error. `key` is the path as the trie has it: hashed for
/// the state tries, see account_key and the others.
[[nodiscard]] Result<std::optional<Bytes>, ProofError> verify_proof(const Hash256& root,
                                                                    ByteView key,
                                                                    std::span<const Bytes> proof);

/// keccak256(address).
[[nodiscard]] Hash256 account_key(const Address& address);
/// keccak256(slot as 32 bytes).
[[nodiscard]] Hash256 storage_key(const uint256& slot);
/// RLP(index).
[[nodiscard]] Bytes ordered_key(std::size_t index);

}  // namespace datapact::state
