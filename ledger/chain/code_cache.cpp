#include "ledger/chain/code_cache.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "vm/code.hpp"

#include <memory>

namespace datapact::chain {

std::shared_ptr<const vm::Code> CodeCache::find(const Hash256& hash) const {
  const auto found = codes_.find(hash);
  return found == codes_.end() ? nullptr : found->second;
}

std::shared_ptr<const vm::Code> CodeCache::insert(const Hash256& hash, ByteView bytes) {
  if (bytes_ + bytes.size() > kBytesMax) {
    codes_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes.size();
  return codes_.insert_or_assign(hash, vm::Code::make(bytes)).first->second;
}

}  // namespace datapact::chain
