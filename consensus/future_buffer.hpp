#pragma once
// Messages for heights that have not begun here, bounded by count and bytes for each author
// (QBFT.md section 11): a count alone is no bound on memory. Authors who are no validators yet
// share one bound. What does not fit is dropped; its sender sends it again.
#include "base/types.hpp"
#include "consensus/events.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace datapact::consensus {

class FutureBuffer {
 public:
  enum class Author : std::uint8_t { kValidator, kStranger };
  /// False when the author's share is used up.
  bool add(MessageReceived message, Author author);
  /// Hands over what waits for `height`, in order of arrival, and forgets what is below it.
  [[nodiscard]] std::vector<MessageReceived> take(Height height);

 private:
  struct Share {
    std::size_t messages = 0;
    std::size_t bytes = 0;
  };
  struct Waiting {
    MessageReceived message;
    /// Whose share it takes: zero for all strangers together.
    Address payer;
  };
  void release(const Waiting& waiting);

  std::map<Height, std::vector<Waiting>> by_height_;
  std::map<Address, Share> shares_;
};

}  // namespace datapact::consensus
