#pragma once
// A transport on a loopback port of its own, whose node records what it is told. Waits end with the
// event or, so that a test can fail, after a deadline. Thread contract: one test thread.
#include "base/mutex.hpp"
#include "base/prng.hpp"
#include "p2p/gossip/node_identity.hpp"
#include "p2p/net/transport.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::p2p::test {

inline constexpr std::chrono::seconds kPatience{20};

class RealClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return UnixMillis{0}; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
};

/// What happened so far, in any thread's eyes.
struct Record {
  std::vector<Message> messages;
  std::vector<Request> requests;
  std::vector<Response> responses;
  std::vector<std::pair<RequestId, RequestFailure>> failures;
  std::map<NodeId, Grant> up;
  std::vector<LinkEnd> ends;
};

class LiveHandler final : public Handler, public Admission {
 public:
  bool on_message(Message message) override {
    note([&](Record& record) { record.messages.push_back(std::move(message)); });
    return true;
  }
  bool on_request(Request request) override {
    note([&](Record& record) { record.requests.push_back(std::move(request)); });
    return true;
  }
  void on_response(Response response) override {
    note([&](Record& record) { record.responses.push_back(std::move(response)); });
  }
  void on_request_failed(RequestId id, RequestFailure failure) override {
    note([&](Record& record) { record.failures.emplace_back(id, failure); });
  }
  void on_peer_up(const NodeId& peer, Grant grant) override {
    note([&](Record& record) { record.up[peer] = grant; });
  }
  void on_peer_down(const NodeId& peer, LinkEnd end) override {
    note([&](Record& record) {
      record.up.erase(peer);
      record.ends.push_back(end);
    });
  }
  Grant grant_for(const NodeId& peer) override {
    const Lock lock(mutex_);
    const auto found = grants_.find(peer);
    return found == grants_.end() ? default_grant_ : found->second;
  }

  void set_grant(const NodeId& peer, Grant grant) {
    const Lock lock(mutex_);
    grants_[peer] = grant;
  }
  void set_default_grant(Grant grant) {
    const Lock lock(mutex_);
    default_grant_ = grant;
  }
  /// False when it has not come true in time.
  [[nodiscard]] bool wait(const std::function<bool(const Record&)>& is_true) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    const Lock lock(mutex_);
    while (!is_true(record_)) {
      if (changed_.wait_until(mutex_, deadline) == std::cv_status::timeout) return false;
    }
    return true;
  }
  [[nodiscard]] bool wait_for_peers(std::size_t count) {
    return wait([count](const Record& record) { return record.up.size() == count; });
  }
  [[nodiscard]] bool wait_for_messages(std::size_t count) {
    return wait([count](const Record& record) { return record.messages.size() >= count; });
  }
  [[nodiscard]] Record record() {
    const Lock lock(mutex_);
    return record_;
  }

 private:
  template <class Write>
  void note(const Write& write) {
    const Lock lock(mutex_);
    write(record_);
    changed_.notify_all();
  }

  Mutex mutex_;
  Condition changed_;
  Record record_ GUARDED_BY(mutex_);
  std::map<NodeId, Grant> grants_ GUARDED_BY(mutex_);
  Grant default_grant_ GUARDED_BY(mutex_) = Grant::kFull;
};

inline crypto::PrivateKey key_of(std::uint8_t number) {
  crypto::PrivateKey key;
  key.raw()[31] = number;
  return key;
}

class LiveNode {
 public:
  explicit LiveNode(std::uint8_t number)
      : random_(number), id_(NodeIdentity::make(key_of(number))->id()) {
    config.key = key_of(number);
    config.chain_id = ChainId{7};
    // Short, so that a test of a time-out does not take long.
    config.limits.redial = std::chrono::milliseconds{20};
    config.limits.redial_max = std::chrono::milliseconds{200};
  }

  /// The transport goes before what it borrows.
  ~LiveNode() { stop(); }
  LiveNode(const LiveNode&) = delete;
  LiveNode& operator=(const LiveNode&) = delete;

  Config config;
  LiveHandler handler;

  void start() {
    auto started = Transport::start(config, handler, handler, clock_, random_);
    REQUIRE_MESSAGE(started.has_value(), started.error());
    transport = std::move(*started);
  }
  void stop() { transport.reset(); }
  [[nodiscard]] const NodeId& id() const { return id_; }
  [[nodiscard]] PeerAddress address() const { return {id_, "127.0.0.1", transport->port()}; }
  [[nodiscard]] bool wait_for(const std::function<bool(const Snapshot&)>& is_true) {
    // The counters have no event: they are looked at whenever something else may have happened.
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!is_true(transport->snapshot())) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  std::unique_ptr<Transport> transport;

 private:
  RealClock clock_;
  Prng random_;
  NodeId id_;
};

}  // namespace datapact::p2p::test
