#include "consensus/future_buffer.hpp"

#include "base/types.hpp"
#include "consensus/events.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"

#include <utility>
#include <vector>

namespace datapact::consensus {

bool FutureBuffer::add(MessageReceived message, Author author) {
  const Address payer = author == Author::kValidator ? author_of(message.message) : Address{};
  auto& share = shares_[payer];
  if (share.messages >= kBufferedMessagesMax || message.bytes > kBufferedBytesMax - share.bytes) {
    return false;
  }
  ++share.messages;
  share.bytes += message.bytes;
  by_height_[height_of(message.message)].push_back({std::move(message), payer});
  return true;
}

std::vector<MessageReceived> FutureBuffer::take(Height height) {
  std::vector<MessageReceived> out;
  while (!by_height_.empty() && by_height_.begin()->first <= height) {
    auto& [at, messages] = *by_height_.begin();
    for (auto& waiting : messages) {
      release(waiting);
      if (at == height) out.push_back(std::move(waiting.message));
    }
    by_height_.erase(by_height_.begin());
  }
  return out;
}

void FutureBuffer::release(const Waiting& waiting) {
  const auto at = shares_.find(waiting.payer);
  --at->second.messages;
  at->second.bytes -= waiting.message.bytes;
  if (at->second.messages == 0) shares_.erase(at);
}

}  // namespace datapact::consensus
