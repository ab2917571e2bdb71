#include "node/system_random.hpp"

#include "base/bytes.hpp"

#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <sys/random.h>

namespace datapact::node {

void SystemRandom::fill(MutableBytes out) {
  while (!out.empty()) {
    const auto count = ::getrandom(out.data(), out.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw std::runtime_error("the system gave no random bytes");
    out = out.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace datapact::node
