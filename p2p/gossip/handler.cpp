#include "p2p/gossip/handler.hpp"

#include <string_view>

namespace datapact::p2p {

std::string_view to_string(RequestFailure failure) noexcept {
  switch (failure) {
    case RequestFailure::kRefused:
      return "the peer does not have it";
    case RequestFailure::kBusy:
      return "the peer is busy";
    case RequestFailure::kTimedOut:
      return "no answer in time";
    case RequestFailure::kPeerGone:
      return "the peer is gone";
  }
  return "unknown";
}

std::string_view to_string(LinkEnd end) noexcept {
  switch (end) {
    case LinkEnd::kRemoteClosed:
      return "the peer closed the connection";
    case LinkEnd::kReplaced:
      return "another connection of the same two nodes took over";
    case LinkEnd::kOffence:
      return "the peer misbehaved";
    case LinkEnd::kBanned:
      return "the peer is banned";
    case LinkEnd::kNotAdmitted:
      return "the peer is not admitted";
    case LinkEnd::kNoRoom:
      return "too many peers, or memory is short";
    case LinkEnd::kTooOften:
      return "the peer connects too often";
    case LinkEnd::kStopping:
      return "this node stops";
  }
  return "unknown";
}

}  // namespace datapact::p2p
