#pragma once
#include "base/types.hpp"
#include "vm/code.hpp"

#include <cstddef>
#include <memory>
#include <unordered_map>

namespace datapact::chain {

/// Analysed code by hash. Forgets everything when it holds kBytesMax bytes of code. Thread
/// contract: one thread at a time.
class CodeCache {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{64} << 20;

  /// Null when not cached.
  [[nodiscard]] std::shared_ptr<const vm::Code> find(const Hash256& hash) const;
  /// `bytes` must have that hash.
  std::shared_ptr<const vm::Code> insert(const Hash256& hash, ByteView bytes);

 private:
  std::unordered_map<Hash256, std::shared_ptr<const vm::Code>> codes_;
  std::size_t bytes_ = 0;
};

}  // namespace datapact::chain
