#include "p2p/net/session.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "p2p/gossip/handshake.hpp"
#include "p2p/gossip/handshake_messages.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/types.hpp"
#include "p2p/net/channel.hpp"
#include "p2p/net/hub.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace datapact::p2p {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
/// A refused peer that is still sending would lose the refusal to a reset: so many more of its
/// messages are read.
constexpr int kDrainedMessagesMax = 8;

std::optional<Offence> offence_of(ReadEnd end) {
  switch (end) {
    case ReadEnd::kTooLarge:
      return Offence::kOversize;
    case ReadEnd::kText:
      return Offence::kProtocol;
    case ReadEnd::kGarbage:
      return Offence::kGarbage;
    case ReadEnd::kMessage:
    case ReadEnd::kClosed:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Session::Session(Hub& hub, std::unique_ptr<Channel> channel, std::string remote,
                 const asio::any_io_executor& executor)
    : hub_(hub),
      channel_(std::move(channel)),
      remote_(std::move(remote)),
      writer_wait_(executor),
      read_pause_(executor) {}

void Session::wake_writer() { writer_wait_.cancel(); }

void Session::abort() {
  is_over_ = true;
  channel_->abort();
  writer_wait_.cancel();
  read_pause_.cancel();
}

void Session::check_flood() {
  if (is_over_ || !channel_->is_flooded()) return;
  if (link_) hub_.report(peer_, Offence::kEndlessFrames);
  abort();
}

awaitable<std::optional<Bytes>> Session::read_handshake() {
  const auto self = shared_from_this();
  const ReadEnd end = co_await channel_->read(kHandshakeBytesMax);
  if (end == ReadEnd::kMessage) co_return to_bytes(channel_->message());
  // Nothing is no handshake message either: the next step refuses it.
  if (end != ReadEnd::kClosed) co_return Bytes{};
  co_return std::nullopt;
}

awaitable<bool> Session::write(Bytes message) {
  const auto self = shared_from_this();
  const auto error = co_await channel_->write(std::move(message));
  co_return !error;
}

awaitable<bool> Session::fail_with(HandshakeFailure failure) {
  hub_.handshake_failed(remote_, failure);
  abort();
  co_return false;
}

awaitable<bool> Session::refuse(HandshakeFailure failure) {
  const auto self = shared_from_this();
  if (!failure.told_by_peer) {
    const bool written = co_await write(encode_refusal(failure.error));
    if (written) channel_->end_of_writing();
    for (int i = 0; written && i < kDrainedMessagesMax; ++i) {
      const ReadEnd end = co_await channel_->read(kHandshakeBytesMax);
      if (end != ReadEnd::kMessage) break;
    }
  }
  co_return co_await fail_with(std::move(failure));
}

awaitable<bool> Session::shake_hands_as_listener() {
  const auto self = shared_from_this();
  HandshakeFailure lost{.error = HandshakeError::kLost, .told_by_peer = false, .detail = {}};
  const auto error = co_await channel_->accept();
  if (error) {
    lost.detail = "TLS or WebSocket: " + error.message();
    co_return co_await fail_with(std::move(lost));
  }
  ListenerHandshake handshake(hub_.identity(), hub_.terms(channel_->exporter()),
                              hub_.fresh_nonce());
  const auto hello = co_await read_handshake();
  if (!hello) co_return co_await fail_with(std::move(lost));
  if (auto read = handshake.read_hello(*hello); !read.has_value()) {
    co_return co_await refuse(std::move(read.error()));
  }
  const bool challenged = co_await write(handshake.challenge());
  if (!challenged) co_return co_await fail_with(std::move(lost));
  const auto proof = co_await read_handshake();
  if (!proof) co_return co_await fail_with(std::move(lost));
  auto peer = handshake.read_proof(*proof);
  if (!peer.has_value()) co_return co_await refuse(std::move(peer.error()));
  co_return co_await welcome(*peer);
}

awaitable<bool> Session::welcome(ProvenPeer peer) {
  const auto self = shared_from_this();
  const auto grant = hub_.admit(peer.id, false);
  if (!grant.has_value()) {
    HandshakeFailure refused{
        .error = grant.error(), .told_by_peer = false, .detail = "node " + to_hex0x(peer.id)};
    co_return co_await refuse(std::move(refused));
  }
  const bool welcomed = co_await write(ListenerHandshake::welcome(*grant));
  co_return welcomed&& open(peer.id, false, *grant, peer.remote_grant);
}

awaitable<bool> Session::shake_hands_as_dialler(PeerAddress address) {
  const auto self = shared_from_this();
  HandshakeFailure lost{.error = HandshakeError::kLost, .told_by_peer = false, .detail = {}};
  const auto error = co_await channel_->connect(address.host);
  if (error) {
    lost.detail = "TLS or WebSocket: " + error.message();
    co_return co_await fail_with(std::move(lost));
  }
  DiallerHandshake handshake(hub_.identity(), hub_.terms(channel_->exporter()), hub_.fresh_nonce(),
                             address.id);
  const bool greeted = co_await write(handshake.hello());
  if (!greeted) co_return co_await fail_with(std::move(lost));
  const auto challenge = co_await read_handshake();
  if (!challenge) co_return co_await fail_with(std::move(lost));
  if (auto read = handshake.read_challenge(*challenge); !read.has_value()) {
    co_return co_await refuse(std::move(read.error()));
  }
  const auto grant = hub_.admit(address.id, true);
  if (!grant.has_value()) {
    HandshakeFailure refused{.error = grant.error(), .told_by_peer = false, .detail = {}};
    co_return co_await refuse(std::move(refused));
  }
  const bool proved = co_await write(handshake.proof(*grant));
  if (!proved) co_return co_await fail_with(std::move(lost));
  const auto answer = co_await read_handshake();
  if (!answer) co_return co_await fail_with(std::move(lost));
  auto remote_grant = DiallerHandshake::read_welcome(*answer);
  if (!remote_grant.has_value()) co_return co_await refuse(std::move(remote_grant.error()));
  co_return open(address.id, true, *grant, *remote_grant);
}

bool Session::open(const NodeId& peer, bool dialled_by_us, Grant local, Grant remote) {
  if (is_over_) return false;
  peer_ = peer;
  link_ = hub_.open(shared_from_this(), {.id = {},
                                         .peer = peer,
                                         .dialled_by_us = dialled_by_us,
                                         .local_grant = local,
                                         .remote_grant = remote,
                                         .remote = remote_});
  if (!link_) abort();
  return link_.has_value();
}

awaitable<void> Session::run() {
  const auto self = shared_from_this();
  INVARIANT(link_.has_value());
  const LinkId link = *link_;
  auto writer = write_loop(link);
  asio::co_spawn(writer_wait_.get_executor(), std::move(writer), asio::detached);
  co_await read_loop(link);
  abort();
  hub_.closed(link);
}

awaitable<void> Session::read_loop(LinkId link) {
  const auto self = shared_from_this();
  while (!is_over_) {
    const ReadEnd end = co_await channel_->read(kFrameBytesMax);
    if (const auto offence = offence_of(end)) hub_.report(peer_, *offence);
    if (end != ReadEnd::kMessage) co_return;
    const auto wait = hub_.receive(link, channel_->message());
    if (wait.count() > 0) co_await pause(wait);
  }
}

awaitable<void> Session::pause(std::chrono::nanoseconds duration) {
  const auto self = shared_from_this();
  if (is_over_) co_return;
  read_pause_.expires_after(duration);
  co_await read_pause_.async_wait(kToken);
}

awaitable<void> Session::write_loop(LinkId link) {
  const auto self = shared_from_this();
  while (!is_over_) {
    auto frame = hub_.next_frame(link);
    if (!frame) {
      writer_wait_.expires_at(asio::steady_timer::time_point::max());
      co_await writer_wait_.async_wait(kToken);
      continue;
    }
    const bool written = co_await write(std::move(*frame));
    if (!written) break;
    hub_.frame_written(link);
  }
  abort();
}

}  // namespace datapact::p2p
