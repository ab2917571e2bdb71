// A key of 32 bytes and nodes, each behind its length as two bytes. The root is the first node's
// hash, so that the walk begins. A proof that holds stops holding with a node more; a node that
// decodes encodes to the same bytes.
#include "crypto/keccak.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/trie_node.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  constexpr std::size_t kKeyBytes = 32;
  if (size < kKeyBytes) return 0;
  const ByteView key{data, kKeyBytes};
  ByteView rest = ByteView{data, size}.subspan(kKeyBytes);
  state::Proof proof;
  while (rest.size() >= 2) {
    const std::size_t length =
        std::min<std::size_t>(load_be<std::uint16_t>(rest.data()), rest.size() - 2);
    proof.push_back(to_bytes(rest.subspan(2, length)));
    rest = rest.subspan(2 + length);
  }
  for (const Bytes& node : proof) {
    state::Arena arena;
    const state::TrieNode* decoded = state::decode_trie_node(node, arena);
    INVARIANT(decoded == nullptr || equal(encode(*decoded, arena), node));
  }
  const Hash256 root = proof.empty() ? Hash256{} : crypto::keccak256(proof[0]);
  const bool holds = state::verify_proof(root, key, proof).ok();
  proof.push_back({0xc0});
  INVARIANT(!holds || !state::verify_proof(root, key, proof).ok());
  return 0;
}
