#include "node/block_server.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/store/ledger.hpp"
#include "node/peer_messages.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::node {

std::optional<Bytes> serve_blocks(const store::Ledger& ledger, const BlocksRequest& request) {
  const Height head = ledger.head()->height;
  if (request.from == Height{} || request.from > head) return std::nullopt;
  const std::uint64_t available = head.raw() - request.from.raw() + 1;
  std::vector<Bytes> blocks;
  std::size_t bytes = 0;
  for (std::uint64_t i = 0; i < std::min(request.count, available); ++i) {
    const auto stored = ledger.block(Height{request.from.raw() + i});
    if (!stored) break;
    blocks.push_back(chain::encode(stored->block));
    bytes += blocks.back().size();
    if (bytes >= kAnswerBytesTarget) break;
  }
  if (blocks.empty()) return std::nullopt;
  return encode_blocks(blocks);
}

}  // namespace datapact::node
