// A branch's RLP behind its length as two bytes, then changes of it, each behind its own, the
// newest first. What comes out is a branch that the same changes leave as it is.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "ledger/state/branch_change.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  std::vector<Bytes> pieces;
  ByteView rest{data, size};
  while (rest.size() >= 2) {
    const std::size_t length =
        std::min<std::size_t>(load_be<std::uint16_t>(rest.data()), rest.size() - 2);
    pieces.push_back(to_bytes(rest.subspan(2, length)));
    rest = rest.subspan(2 + length);
  }
  if (pieces.empty()) return 0;
  const Bytes whole = pieces.front();
  pieces.erase(pieces.begin());
  const auto once = state::apply_branch_changes(whole, pieces);
  // One that lost its children is no branch any more.
  if (!once || !state::apply_branch_changes(*once, {})) return 0;
  INVARIANT(state::apply_branch_changes(*once, pieces) == once);
  return 0;
}
