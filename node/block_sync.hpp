#pragma once
// Catching up: which blocks to ask which peer for, and which of those that came are next. Believes
// nobody: a claimed height only leads to questions, and a block counts once it was executed here.
// Several peers are asked at once, downloads run ahead of execution within bounds of count and
// bytes, and a peer that does not answer or answers badly is left alone for a while. What a slow
// link brings late is used: the range is meanwhile asked of one other peer, never of all, and the
// slow one is asked for less and given longer. Time is an argument. Not thread-safe: the core
// thread owns it.
#include "base/types.hpp"
#include "ledger/chain/seal.hpp"
#include "node/ports.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::node {

struct SyncLimits {
  std::size_t blocks_per_request = 32;
  /// How far above the head blocks are asked for.
  std::size_t blocks_ahead_max = 512;
  /// Of blocks that wait for their turn.
  std::size_t waiting_bytes_max = 64U << 20U;
  std::size_t requests_per_peer_max = 2;
  std::size_t peers_max = 256;
  /// What an answer may take beside the bytes in it, at the speed measured of the peer; doubled for
  /// a range that others were late with.
  std::chrono::milliseconds request_timeout{5'000};
  std::chrono::milliseconds request_timeout_max{60'000};
  /// Of one peer, requests whose time is over and whose answers are still of use.
  std::size_t late_per_peer_max = 4;
  /// A peer that failed is left alone this long, doubled with each failure in a row.
  std::chrono::milliseconds pause_min{500};
  std::chrono::milliseconds pause_max{60'000};
  /// One block behind may be one vote behind: consensus is given this long to finish itself.
  std::chrono::milliseconds patience{300};
  /// Blocks in one SyncTask.
  std::size_t run_blocks_max = 32;
};

class BlockSync {
 public:
  /// Borrows `network`.
  BlockSync(Network& network, const SyncLimits& limits) : network_(network), limits_(limits) {}

  /// A new own head. Blocks that do not stand on it go.
  void head_is(Height height, const BlockHash& hash, UnixMillis now);
  void peer_at(const p2p::NodeId& peer, Height height, UnixMillis now);
  void peer_gone(const p2p::NodeId& peer, UnixMillis now);
  void blocks_arrived(const p2p::NodeId& peer, FetchId id, std::vector<FetchedBlock> blocks,
                      UnixMillis now);
  void request_failed(FetchId id, UnixMillis now);
  void woken(UnixMillis now) { ask(now); }

  /// The blocks that follow the head; nothing while an earlier run is not finished.
  [[nodiscard]] std::vector<FetchedBlock> take_run(UnixMillis now);
  void run_finished() noexcept { running_ = false; }
  /// The block at `height` was refused when executed: who sent it is to blame.
  void refused(Height height, std::string_view reason, UnixMillis now);

  /// How long until woken() should be called; nothing when there is nothing to wait for.
  [[nodiscard]] std::optional<std::chrono::milliseconds> wakes_in(UnixMillis now) const;
  [[nodiscard]] bool has_claims() const noexcept { return !peers_.empty(); }
  /// Nothing for a peer that has not said.
  [[nodiscard]] std::optional<Height> height_of(const p2p::NodeId& peer) const;
  /// The highest height that more than `faulty` peers claim to have reached, at least the own.
  [[nodiscard]] Height claimed_by_more_than(std::size_t faulty) const;
  /// The highest block above the head that is proven to be final: `validators`, those in force
  /// above the head, have sealed it. The head itself when there is none.
  [[nodiscard]] Height highest_proven(const chain::ValidatorSet& validators) const;

 private:
  struct Peer {
    Height height;
    /// In time, and late.
    std::size_t requests = 0;
    std::size_t late = 0;
    std::uint32_t failures = 0;
    UnixMillis paused_until{0};
    /// Measured over answers, also late ones; 0: not yet.
    std::uint64_t bytes_per_second = 0;
  };
  struct Request {
    p2p::NodeId peer;
    Height from;
    std::size_t count = 0;
    UnixMillis asked_at{0};
    UnixMillis deadline{0};
    bool is_late = false;

    [[nodiscard]] bool covers(Height height) const noexcept {
      return height >= from && height.raw() - from.raw() < count;
    }
  };
  struct Waiting {
    FetchedBlock block;
    p2p::NodeId peer;
  };
  using Requests = std::map<FetchId, Request>;

  void ask(UnixMillis now);
  void expire(UnixMillis now);
  /// Nothing to ask for while consensus may still finish the one block that is missing.
  [[nodiscard]] bool is_patient(UnixMillis now);
  /// The lowest height above the head that is neither here nor asked for.
  [[nodiscard]] Height next_missing() const;
  /// How many from `from` on are missing and may be asked of `peer` in one request.
  [[nodiscard]] std::size_t missing_from(Height from, const Peer& peer) const;
  /// One that is in time.
  [[nodiscard]] const Request* request_for(Height height) const;
  [[nodiscard]] bool may_be_asked(const Peer& peer, UnixMillis now) const;
  /// As many blocks as `peer` brings within the time of a request.
  [[nodiscard]] std::size_t count_for(const Peer& peer) const;
  [[nodiscard]] std::chrono::milliseconds timeout_for(const Peer& peer, Height from,
                                                      std::size_t count) const;
  void measure(Peer& peer, const Request& request, const std::vector<FetchedBlock>& blocks,
               UnixMillis now);
  /// Its time is over: the range is free for others, the answer still welcome.
  void call_late(Requests::iterator request);
  /// Who is at `height` and least busy; null when nobody may be asked.
  [[nodiscard]] std::pair<const p2p::NodeId, Peer>* peer_for(Height height, UnixMillis now);
  void punish(const p2p::NodeId& peer, UnixMillis now);
  void close(Requests::iterator request);
  void keep(const p2p::NodeId& peer, FetchedBlock block);
  std::map<Height, Waiting>::iterator drop(std::map<Height, Waiting>::iterator at);
  [[nodiscard]] bool has_room() const;

  Network& network_;
  const SyncLimits limits_;
  Height head_;
  BlockHash head_hash_;
  std::map<p2p::NodeId, Peer> peers_;
  Requests requests_;
  std::map<Height, Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  /// Of the blocks that came lately; 0: none yet.
  std::uint64_t block_bytes_ = 0;
  FetchId next_id_;
  bool running_ = false;
  /// Since when a peer has been exactly one block ahead.
  std::optional<UnixMillis> behind_since_;
};

}  // namespace datapact::node
