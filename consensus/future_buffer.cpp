#include "consensus/future_buffer.hpp"

#include "consensus/params.hpp"

#include <utility>

namespace datapact::consensus {

bool FutureBuffer::add(MessageReceived message) {
  auto& share = shares_[author_of(message.message)];
  if (share.messages >= kBufferedMessagesMax || message.bytes > kBufferedBytesMax - share.bytes) {
    return false;
  }
  ++share.messages;
  share.bytes += message.bytes;
  by_height_[height_of(message.message)].push_back(std::move(message));
  return true;
}

std::vector<MessageReceived> FutureBuffer::take(Height height) {
  std::vector<MessageReceived> out;
  while (!by_height_.empty() && by_height_.begin()->first <= height) {
    auto& [at, messages] = *by_height_.begin();
    for (const auto& message : messages) release(message);
    if (at == height) out = std::move(messages);
    by_height_.erase(by_height_.begin());
  }
  return out;
}

void FutureBuffer::release(const MessageReceived& message) {
  const auto at = shares_.find(author_of(message.message));
  --at->second.messages;
  at->second.bytes -= message.bytes;
  if (at->second.messages == 0) shares_.erase(at);
}

}  // namespace datapact::consensus
