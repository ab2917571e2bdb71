#include "vm/machine.hpp"

#include "vm/memory.hpp"

#include <cstddef>
#include <cstdint>

namespace datapact::vm {

std::int64_t grow_memory(Memory& memory, std::int64_t gas, std::uint64_t end) {
  const std::int64_t words = words_of(end);
  gas -= Memory::cost(words) - Memory::cost(words_of(memory.size()));
  if (gas >= 0) memory.grow(static_cast<std::size_t>(words) * 32);
  return gas;
}

}  // namespace datapact::vm
