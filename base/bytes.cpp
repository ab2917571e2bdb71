#include "base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace datapact {

Bytes concat(std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  Bytes out;
  out.reserve(size);
  for (const auto part : parts) append(out, part);
  return out;
}

bool equal(ByteView a, ByteView b) noexcept { return std::ranges::equal(a, b); }

}  // namespace datapact
