#pragma once
// Routers joined in memory: what one writes the other receives at once, in order. Records what each
// node is told. Single-threaded.
#include "base/prng.hpp"
#include "p2p/gossip/router.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::p2p::test {

inline NodeId node_id(std::uint8_t number) {
  NodeId id;
  id.raw()[0] = number;
  return id;
}

/// A node that takes everything, unless told otherwise, and remembers it.
class RecordingHandler final : public Handler {
 public:
  bool takes_messages = true;
  bool takes_requests = true;
  std::vector<Message> messages;
  std::vector<Request> requests;
  std::vector<Response> responses;
  std::vector<RequestFailed> failures;
  std::vector<PeerUp> ups;
  std::vector<PeerDown> downs;

  bool on_message(Message message) override {
    if (takes_messages) messages.push_back(std::move(message));
    return takes_messages;
  }
  bool on_request(Request request) override {
    if (takes_requests) requests.push_back(std::move(request));
    return takes_requests;
  }
  void on_response(Response response) override { responses.push_back(std::move(response)); }
  void on_request_failed(RequestId id, RequestFailure failure) override {
    failures.push_back({id, failure});
  }
  void on_peer_up(const NodeId& peer, Grant grant) override { ups.push_back({peer, grant}); }
  void on_peer_down(const NodeId& peer, LinkEnd end) override { downs.push_back({peer, end}); }
};

struct TestNode {
  NodeId id;
  std::unique_ptr<Router> router;
  RecordingHandler node;
  std::vector<PeerOffended> offences;
  std::vector<CloseLink> closed;
};

/// Nodes 1 to N; every pair that was joined has one link, of the same id at both ends.
class RouterNet {
 public:
  explicit RouterNet(std::size_t nodes, const Limits& limits = {}) {
    for (std::size_t i = 0; i < nodes; ++i) {
      auto node = std::make_unique<TestNode>();
      node->id = node_id(static_cast<std::uint8_t>(i + 1));
      node->router = std::make_unique<Router>(node->id, limits, random_);
      nodes_.push_back(std::move(node));
    }
  }

  TestNode& operator[](std::size_t i) { return *nodes_[i]; }
  [[nodiscard]] Instant now() const { return now_; }

  /// Node `a` dials node `b`.
  LinkId join(std::size_t a, std::size_t b, Grant granted_by_a = Grant::kFull,
              Grant granted_by_b = Grant::kFull) {
    const LinkId id{++last_link_};
    const Link at_a{id, nodes_[b]->id, true, granted_by_a, granted_by_b, "b"};
    const Link at_b{id, nodes_[a]->id, false, granted_by_b, granted_by_a, "a"};
    ends_[id] = {a, b};
    REQUIRE_FALSE(nodes_[a]->router->open(at_a, now_).has_value());
    REQUIRE_FALSE(nodes_[b]->router->open(at_b, now_).has_value());
    settle();
    return id;
  }
  void join_all() {
    for (std::size_t a = 0; a < nodes_.size(); ++a) {
      for (std::size_t b = a + 1; b < nodes_.size(); ++b) join(a, b);
    }
  }

  /// Moves frames and events until nothing moves.
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        hand_over(*nodes_[i]);
        for (const LinkId link : nodes_[i]->router->take_writable()) {
          moved = carry(i, link) || moved;
        }
      }
    }
    for (auto& node : nodes_) hand_over(*node);
  }
  void advance(std::chrono::nanoseconds by) {
    now_ += by;
    for (auto& node : nodes_) node->router->tick(now_);
    settle();
  }
  /// A frame that no router wrote.
  void inject(std::size_t to, LinkId link, ByteView frame) {
    (void)nodes_[to]->router->receive(link, frame, now_);
    settle();
  }
  /// Nobody reads that node's frames on that link any more.
  void stop_reading(LinkId link, std::size_t from) { stuck_[link] = from; }

 private:
  bool carry(std::size_t from, LinkId link) {
    if (const auto stuck = stuck_.find(link); stuck != stuck_.end() && stuck->second == from) {
      (void)nodes_[from]->router->next_frame(link, now_);
      return false;
    }
    const auto frame = nodes_[from]->router->next_frame(link, now_);
    if (!frame) return false;
    const auto [a, b] = ends_.at(link);
    (void)nodes_[from == a ? b : a]->router->receive(link, *frame, now_);
    nodes_[from]->router->frame_written(link);
    return true;
  }
  void hand_over(TestNode& node) {
    for (auto& event : node.router->take_events()) {
      if (const auto* offended = std::get_if<PeerOffended>(&event)) {
        node.offences.push_back(*offended);
      }
      if (const auto* closed = std::get_if<CloseLink>(&event)) {
        node.closed.push_back(*closed);
        close_other_end(node, closed->link);
      }
      const auto not_taken = dispatch(std::move(event), node.node);
      if (not_taken) node.router->not_taken(*not_taken, now_);
    }
  }
  void close_other_end(const TestNode& node, LinkId link) {
    const auto found = ends_.find(link);
    if (found == ends_.end()) return;
    const auto [a, b] = found->second;
    TestNode& other = &node == nodes_[a].get() ? *nodes_[b] : *nodes_[a];
    other.router->close(link, LinkEnd::kRemoteClosed);
  }

  Prng random_{7};
  std::vector<std::unique_ptr<TestNode>> nodes_;
  std::map<LinkId, std::pair<std::size_t, std::size_t>> ends_;
  std::map<LinkId, std::size_t> stuck_;
  std::uint64_t last_link_ = 0;
  Instant now_{0};
};

inline std::uint64_t offences_of(const Snapshot& snapshot, Offence offence) {
  return snapshot.offences[index_of(offence)];
}

}  // namespace datapact::p2p::test
