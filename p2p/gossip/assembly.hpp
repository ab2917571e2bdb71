#pragma once
// An entry of one topic that arrives in parts. Memory grows with what has arrived, never with what
// was announced. Thread contract: one thread at a time.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "p2p/gossip/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace datapact::p2p {

enum class AssemblyError : std::uint8_t {
  kTooLarge,    ///< announces more than the topic's limit
  kEmptyPart,   ///< a part without bytes never ends
  kOverrun,     ///< more bytes than announced
  kNotStarted,  ///< a next part without a first one
  kUnfinished,  ///< a first part, or a whole entry, before the last part of the one before
};
[[nodiscard]] std::string_view to_string(AssemblyError error) noexcept;

class Assembly {
 public:
  [[nodiscard]] bool is_active() const noexcept { return total_ != 0; }
  /// Bytes held.
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  /// When its first part came; only while active.
  [[nodiscard]] Instant since() const noexcept { return since_; }
  /// The whole encoded entry once the last part has come.
  [[nodiscard]] Result<std::optional<Bytes>, AssemblyError> add(const Entry& part,
                                                                std::size_t bytes_max, Instant now);

 private:
  std::size_t total_ = 0;
  Bytes bytes_;
  Instant since_{0};
};

}  // namespace datapact::p2p
