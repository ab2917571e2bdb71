#include "node/event_log.hpp"

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "consensus/events.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/messages.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/transaction.hpp"
#include "node/block_tasks.hpp"
#include "node/core_event.hpp"
#include "node/core_loop.hpp"
#include "node/fetched_block.hpp"
#include "node/peer_messages.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::node {
namespace {

/// On disk: never renumber.
enum class Kind : std::uint8_t {
  kBegin = 1,
  kTxn = 2,
  kMessage = 3,
  kTimer = 4,
  kBuilt = 5,
  kChecked = 6,
  kPeerUp = 7,
  kPeerDown = 8,
  kPeerHead = 9,
  kBlocks = 10,
  kRequestFailed = 11,
  kSyncTimer = 12,
  kSynced = 13,
  kClock = 14,
};

rlp::Encoder item(Kind kind, UnixMillis now) {
  rlp::Encoder out;
  out.integer(static_cast<std::uint64_t>(kind)).integer(static_cast<std::uint64_t>(now.count()));
  return out;
}

struct Writer {
  UnixMillis now;
  [[nodiscard]] Bytes operator()(const TxnSubmitted& e) const {
    return item(Kind::kTxn, now).string(chain::encode(e.txn->txn())).as_list();
  }
  [[nodiscard]] Bytes operator()(const PeerMessage& e) const {
    return item(Kind::kMessage, now).string(consensus::encode_message(e.message)).as_list();
  }
  [[nodiscard]] Bytes operator()(const TimerExpired& e) const {
    return item(Kind::kTimer, now)
        .integer(static_cast<std::uint64_t>(e.timer.kind))
        .integer(e.timer.height)
        .integer(e.timer.round)
        .as_list();
  }
  [[nodiscard]] Bytes operator()(const BlockBuilt& e) const {
    return item(Kind::kBuilt, now).integer(e.considered).as_list();
  }
  [[nodiscard]] Bytes operator()(const BlockChecked&) const {
    return item(Kind::kChecked, now).as_list();
  }
  [[nodiscard]] Bytes operator()(const PeerUp& e) const {
    return item(Kind::kPeerUp, now).string(e.peer).string(e.validator).as_list();
  }
  [[nodiscard]] Bytes operator()(const PeerDown& e) const {
    return item(Kind::kPeerDown, now).string(e.peer).string(e.validator).as_list();
  }
  [[nodiscard]] Bytes operator()(const PeerHead& e) const {
    return item(Kind::kPeerHead, now).string(e.peer).string(encode(e.head)).as_list();
  }
  [[nodiscard]] Bytes operator()(const BlocksArrived& e) const {
    std::vector<Bytes> blocks;
    blocks.reserve(e.blocks.size());
    for (const auto& fetched : e.blocks) blocks.push_back(chain::encode(*fetched.block()));
    return item(Kind::kBlocks, now)
        .string(e.peer)
        .integer(e.id)
        .string(encode_blocks(blocks))
        .as_list();
  }
  [[nodiscard]] Bytes operator()(const RequestFailed& e) const {
    return item(Kind::kRequestFailed, now).integer(e.id).as_list();
  }
  [[nodiscard]] Bytes operator()(const SyncTimer&) const {
    return item(Kind::kSyncTimer, now).as_list();
  }
  [[nodiscard]] Bytes operator()(const BlockSynced&) const {
    return item(Kind::kSynced, now).as_list();
  }
  [[nodiscard]] Bytes operator()(const ClockCompared& e) const {
    const auto& sample = e.sample;
    return item(Kind::kClock, now)
        .string(sample.validator)
        .integer(std::uint64_t{sample.ahead.count() < 0})
        .integer(static_cast<std::uint64_t>(std::chrono::abs(sample.ahead).count()))
        .integer(static_cast<std::uint64_t>(sample.uncertainty.count()))
        .as_list();
  }
  [[nodiscard]] Bytes operator()(const PoolQuery&) const { return {}; }
  [[nodiscard]] Bytes operator()(const StatusQuery&) const { return {}; }
};

template <class T, class E>
Result<T, std::string> said(Result<T, E> result) {
  if (!result.has_value()) return fail(std::string(to_string(result.error())));
  return std::move(*result);
}

Result<CoreEvent, std::string> decode_timer(rlp::Decoder& in) {
  consensus::TimerFired timer;
  TRY(const auto kind, said(in.u64()));
  if (kind > static_cast<std::uint64_t>(consensus::TimerKind::kResend)) return fail("timer kind");
  timer.kind = static_cast<consensus::TimerKind>(kind);
  TRY(timer.height, said(in.quantity<Height>()));
  TRY(timer.round, said(in.quantity<Round>()));
  return CoreEvent{TimerExpired{timer}};
}

Result<CoreEvent, std::string> decode_txn(rlp::Decoder& in) {
  TRY(const auto bytes, said(in.string()));
  TRY(auto txn, said(chain::decode_transaction(bytes)));
  TRY(auto recovered, said(chain::RecoveredTxn::recover(std::move(txn))));
  return CoreEvent{
      TxnSubmitted{std::make_shared<const chain::RecoveredTxn>(std::move(recovered)), nullptr}};
}

Result<CoreEvent, std::string> decode_blocks_arrived(rlp::Decoder& in) {
  BlocksArrived event;
  TRY(event.peer, said(in.fixed<p2p::NodeId>()));
  TRY(event.id, said(in.quantity<FetchId>()));
  TRY(const auto bytes, said(in.string()));
  TRY(auto blocks, said(decode_blocks(bytes)));
  for (auto& sent : blocks) {
    TRY(auto fetched, said(FetchedBlock::check(std::move(sent.block), sent.bytes)));
    event.blocks.push_back(std::move(fetched));
  }
  return CoreEvent{std::move(event)};
}

Result<CoreEvent, std::string> answered(std::optional<CoreEvent> answer) {
  if (!answer) return fail(std::string("an answer nobody asked for"));
  return std::move(*answer);
}

/// What follows kind and time of one record.
struct Reader {
  rlp::Decoder& in;
  const consensus::Domain& domain;
  ReplayTasks& tasks;

  Result<CoreEvent, std::string> message() {
    TRY(const auto bytes, said(in.string()));
    TRY(auto message, said(consensus::decode_message(bytes, domain)));
    return CoreEvent{PeerMessage{std::move(message), bytes.size()}};
  }
  Result<CoreEvent, std::string> built() {
    TRY(const auto considered, said(in.u64()));
    return answered(tasks.answer_build(considered));
  }
  Result<CoreEvent, std::string> peer_head() {
    PeerHead event;
    TRY(event.peer, said(in.fixed<p2p::NodeId>()));
    TRY(const auto bytes, said(in.string()));
    TRY(event.head, said(decode_head(bytes)));
    return CoreEvent{event};
  }
  Result<CoreEvent, std::string> request_failed() {
    TRY(const auto id, said(in.quantity<FetchId>()));
    return CoreEvent{RequestFailed{id}};
  }
  Result<CoreEvent, std::string> clock() {
    consensus::ClockSample sample;
    TRY(sample.validator, said(in.fixed<Address>()));
    TRY(const auto is_behind, said(in.u64()));
    TRY(const auto distance, said(in.u64()));
    TRY(const auto uncertainty, said(in.u64()));
    constexpr std::uint64_t kMillisMax = 1ULL << 53U;
    if (is_behind > 1 || distance > kMillisMax || uncertainty > kMillisMax) return fail("clock");
    const std::chrono::milliseconds ahead{static_cast<std::int64_t>(distance)};
    sample.ahead = is_behind == 1 ? -ahead : ahead;
    sample.uncertainty = std::chrono::milliseconds{static_cast<std::int64_t>(uncertainty)};
    return CoreEvent{ClockCompared{sample}};
  }
  template <class Event>
  Result<CoreEvent, std::string> peer_event() {
    TRY(const auto peer, said(in.fixed<p2p::NodeId>()));
    TRY(const auto validator, said(in.fixed<Address>()));
    return CoreEvent{Event{peer, validator}};
  }

  Result<CoreEvent, std::string> read(Kind kind) {
    switch (kind) {
      case Kind::kTxn:
        return decode_txn(in);
      case Kind::kMessage:
        return message();
      case Kind::kTimer:
        return decode_timer(in);
      case Kind::kBuilt:
        return built();
      case Kind::kChecked:
        return answered(tasks.answer_check());
      case Kind::kPeerUp:
        return peer_event<PeerUp>();
      case Kind::kPeerDown:
        return peer_event<PeerDown>();
      case Kind::kPeerHead:
        return peer_head();
      case Kind::kBlocks:
        return decode_blocks_arrived(in);
      case Kind::kRequestFailed:
        return request_failed();
      case Kind::kSyncTimer:
        return CoreEvent{SyncTimer{}};
      case Kind::kSynced:
        return answered(tasks.answer_sync());
      case Kind::kClock:
        return clock();
      case Kind::kBegin:
        break;
    }
    return fail(std::string("unknown kind"));
  }
};

}  // namespace

void EventRecorder::Close::operator()(std::FILE* file) const noexcept { std::fclose(file); }

Result<std::unique_ptr<EventRecorder>, std::string> EventRecorder::open(
    const std::filesystem::path& file) {
  File handle(std::fopen(file.c_str(), "wb"));
  if (!handle)
    return fail("event log " + file.string() + ": " + std::generic_category().message(errno));
  return std::unique_ptr<EventRecorder>(new EventRecorder(std::move(handle)));
}

void EventRecorder::begin(UnixMillis now) { write(item(Kind::kBegin, now).as_list()); }

void EventRecorder::record(const CoreEvent& event, UnixMillis now) {
  write(std::visit(Writer{now}, event));
}

void EventRecorder::write(ByteView item) {
  if (!file_ || item.empty()) return;
  const bool written = std::fwrite(item.data(), 1, item.size(), file_.get()) == item.size();
  if (written && std::fflush(file_.get()) == 0) return;
  log::warning("events", std::string("recording ended: ") + std::generic_category().message(errno));
  file_.reset();
}

std::optional<CoreEvent> ReplayTasks::answer_build(std::uint64_t considered) {
  if (builds_.empty()) return std::nullopt;
  const auto task = std::move(builds_.front());
  builds_.pop_front();
  return CoreEvent{run(task, {config_, ledger_}, [left = considered]() mutable {
    if (left == 0) return true;
    --left;
    return false;
  })};
}

std::optional<CoreEvent> ReplayTasks::answer_check() {
  if (checks_.empty()) return std::nullopt;
  const auto task = std::move(checks_.front());
  checks_.pop_front();
  return CoreEvent{run(task, {config_, ledger_})};
}

std::optional<CoreEvent> ReplayTasks::answer_sync() {
  if (const auto task = std::exchange(sync_, std::nullopt)) {
    run(*task, {config_, ledger_}, [this](BlockSynced synced) {
      synced_.push_back(std::move(synced));
      return true;
    });
  }
  if (synced_.empty()) return std::nullopt;
  CoreEvent answer = std::move(synced_.front());
  synced_.pop_front();
  return answer;
}

Result<void, std::string> replay(ByteView log, const consensus::Domain& domain, CoreLoop& loop,
                                 ReplayTasks& tasks) {
  rlp::Decoder records(log);
  for (std::size_t index = 0; !records.at_end(); ++index) {
    const auto at = [&](const std::string& why) {
      return fail("event " + std::to_string(index) + ": " + why);
    };
    auto in = records.list();
    if (!in.has_value()) return at(std::string(rlp::to_string(in.error())));
    const auto kind = in->u64();
    const auto time = in->u64();
    if (!kind.has_value() || !time.has_value()) return at("no kind or time");
    const UnixMillis now{static_cast<std::int64_t>(*time)};
    if (*kind == static_cast<std::uint64_t>(Kind::kBegin)) {
      loop.begin(now);
      continue;
    }
    auto event =
        Reader{*in, domain, tasks}.read(static_cast<Kind>(std::min<std::uint64_t>(*kind, 0xff)));
    if (!event.has_value()) return at(event.error());
    loop.handle(std::move(*event), now);
    if (loop.failure()) return at(*loop.failure());
  }
  return {};
}

}  // namespace datapact::node
