#pragma once
// One stack and one memory per nested call, kept for the next call at the same depth.
#include "base/uint256.hpp"
#include "vm/memory.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace datapact::vm {

inline constexpr std::size_t kStackItemsMax = 1024;

struct Frame {
  /// Slot 0 lies below the bottom item, so that an empty stack has a top to point at.
  alignas(64) uint256 stack[kStackItemsMax + 1];
  Memory memory;
};

class FramePool {
 public:
  [[nodiscard]] Frame& acquire() {
    if (in_use_ == frames_.size()) frames_.push_back(std::make_unique<Frame>());
    return *frames_[in_use_++];
  }
  /// Gives back the frame acquired last.
  void release() noexcept { frames_[--in_use_]->memory.reset(); }

 private:
  std::vector<std::unique_ptr<Frame>> frames_;
  std::size_t in_use_ = 0;
};

}  // namespace datapact::vm
