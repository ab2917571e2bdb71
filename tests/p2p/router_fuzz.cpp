// The router's entry: frames of a hostile peer, cut from the input by 16-bit lengths, between which
// time passes and the node answers. Memory stays bounded and an honest peer keeps its link.
#include "base/prng.hpp"
#include "p2p/gossip/router.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>

namespace {

using namespace datapact;
using namespace datapact::p2p;

constexpr LinkId kHostile{1};
constexpr LinkId kHonest{2};

void answer(Router& router, RouterEvent& event, Instant now) {
  if (const auto* request = std::get_if<Request>(&event)) {
    (void)router.respond(request->peer, request->id, request->body, now);
  }
  if (const auto* message = std::get_if<Message>(&event)) {
    router.relay(message->topic, message->bytes, {}, now);
    if (message->bytes.front() % 4 == 0) {
      router.not_taken({message->peer, message->topic, message->id, std::nullopt}, now);
    }
    if (message->bytes.front() % 8 == 1) router.report(message->peer, Offence::kStaleMessage, now);
  }
}

void write_all(Router& router, Instant now) {
  for (const LinkId link : router.take_writable()) {
    const auto frame = router.next_frame(link, now);
    if (frame && frame->size() > kFrameBytesMax) std::abort();
    // The hostile peer reads nothing.
    if (link == kHonest) router.frame_written(link);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Limits limits;
  limits.assembly_bytes_total_max = 4'096;
  Prng random{1};
  NodeId self;
  Router router(self, limits, random);
  NodeId hostile;
  hostile.raw()[0] = 1;
  NodeId honest;
  honest.raw()[0] = 2;
  Instant now{0};
  (void)router.open({kHonest, honest, true, Grant::kFull, Grant::kFull, {}}, now);
  (void)router.open({kHostile, hostile, false, Grant::kFull, Grant::kFull, {}}, now);
  (void)router.request(hostile, {}, now);
  ByteView rest{data, size};
  while (rest.size() >= 2) {
    const std::size_t length =
        std::min<std::size_t>(load_be<std::uint16_t>(rest.data()), rest.size() - 2);
    (void)router.receive(kHostile, rest.subspan(2, length), now);
    rest = rest.subspan(2 + length);
    for (auto& event : router.take_events()) answer(router, event, now);
    write_all(router, now);
    now += std::chrono::milliseconds{100};
    router.tick(now);
  }
  if (!router.grant_of(honest)) std::abort();
  if (router.snapshot(now).pending_send_bytes > limits.queue_bytes_total_max) std::abort();
  return 0;
}
