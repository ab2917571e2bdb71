#include "p2p/gossip/assembly.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "p2p/gossip/frame.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace datapact::p2p {

std::string_view to_string(AssemblyError error) noexcept {
  switch (error) {
    case AssemblyError::kTooLarge:
      return "a message in parts announces more than its limit";
    case AssemblyError::kEmptyPart:
      return "a part without bytes";
    case AssemblyError::kOverrun:
      return "more bytes than the message in parts announced";
    case AssemblyError::kNotStarted:
      return "a part of a message that has not begun";
    case AssemblyError::kUnfinished:
      return "a new entry before the last part of the one before";
  }
  return "unknown";
}

Result<std::optional<Bytes>, AssemblyError> Assembly::add(const Entry& part, std::size_t bytes_max,
                                                          Instant now) {
  const bool is_first = part.kind == EntryKind::kFirstPart;
  if (is_first && is_active()) return fail(AssemblyError::kUnfinished);
  if (!is_first && !is_active()) return fail(AssemblyError::kNotStarted);
  if (is_first && part.number > bytes_max) return fail(AssemblyError::kTooLarge);
  if (part.bytes.empty()) return fail(AssemblyError::kEmptyPart);
  if (is_first) {
    total_ = static_cast<std::size_t>(part.number);
    since_ = now;
  }
  if (part.bytes.size() > total_ - bytes_.size()) return fail(AssemblyError::kOverrun);
  append(bytes_, part.bytes);
  if (bytes_.size() < total_) return std::optional<Bytes>{};
  total_ = 0;
  return std::optional<Bytes>{std::exchange(bytes_, {})};
}

}  // namespace datapact::p2p
