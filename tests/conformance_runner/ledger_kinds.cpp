// The kinds of conformance_runner.
#include "tests/conformance_runner/kind.hpp"

#include <vector>

namespace datapact::conformance {

std::vector<KindPtr> all_kinds() {
  std::vector<KindPtr> out;
  out.push_back(make_state_kind());
  out.push_back(make_blockchain_kind());
  out.push_back(make_transaction_kind());
  out.push_back(make_trie_kind());
  out.push_back(make_rlp_kind());
  out.push_back(make_abi_kind());
  out.push_back(make_precompile_kind());
  out.push_back(make_opcode_kind());
  out.push_back(make_keystore_kind());
  out.push_back(make_basic_kind());
  return out;
}

}  // namespace datapact::conformance
