#include "base/byte_stream.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace datapact {

Result<void, StreamError> ViewSource::read_at(std::uint64_t offset, MutableBytes out) const {
  if (offset > size_ || size_ - offset < out.size()) {
    return fail(StreamError{"read of " + std::to_string(out.size()) + " bytes at " +
                            std::to_string(offset) + " is beyond the end at " +
                            std::to_string(size_)});
  }
  std::copy_n(data_ + offset, out.size(), out.begin());
  return {};
}

Result<void, StreamError> BytesSink::write_at(std::uint64_t offset, ByteView data) {
  if (bytes_.size() < offset + data.size()) bytes_.resize(offset + data.size());
  std::ranges::copy(data, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  return {};
}

}  // namespace datapact
