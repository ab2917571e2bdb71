#pragma once
// Numbers of the protocol (QBFT.md sections 6, 8, 11 and 15), each with its unit, and the timings
// that genesis sets. Pure.
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/protocol_params.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace datapact::consensus {

/// First byte of every message, and part of what is signed.
inline constexpr std::uint8_t kProtocolVersion = 1;
/// Rounds above this are refused (QBFT.md section 7: a cap against memory exhaustion).
inline constexpr Round kRoundMax{1000};
/// Signed parts (round changes, prepares) of one message: one for each validator at most.
inline constexpr std::size_t kPartsMax = chain::kValidatorsMax;
/// A round change or prepare as part of another message: at most 59 bytes of payload, 67 of
/// signature and the lengths around both.
inline constexpr std::size_t kPartBytesMax = 160;
/// No message of an honest validator is longer: a block, two lists of parts, the signed part.
inline constexpr std::size_t kMessageBytesMax =
    chain::kConsortiumBlockBytesMax + chain::kSealsBytesMax + 2 * kPartsMax * kPartBytesMax + 1024;
/// Prepares and commits are kept for at most this many rounds ahead of ours.
inline constexpr std::uint32_t kRoundsAheadMax = 8;
/// Messages are kept for at most this many heights ahead of ours.
inline constexpr std::uint64_t kHeightsAheadMax = 10;
/// What one validator may occupy in the buffer of future heights.
inline constexpr std::size_t kBufferedMessagesMax = 64;
inline constexpr std::size_t kBufferedBytesMax = 4U << 20U;
/// Rounds given up are kept for this many rounds: their commits may still arrive.
inline constexpr std::uint32_t kRoundsBehindMax = 8;
/// How far a proposal's time may lie ahead of our clock (EVM.md section 4), and how far our clock
/// from the validators' while we sign.
inline constexpr std::chrono::milliseconds kClockDriftMax{1000};
/// A clock that is this far off is worth a warning.
inline constexpr std::chrono::milliseconds kClockWarning{200};
/// A proposer of whom no vote arrived for this many heights is not waited for.
inline constexpr std::uint32_t kSilentHeightsMax = 2;
/// A proposer without a block in this many turns running is not waited for ...
inline constexpr std::uint32_t kMissedTurnsMax = 2;
/// ... but gets a chance again after this many.
inline constexpr std::uint32_t kSkippedTurnsMax = 8;
/// Own votes of an unfinished round are sent again at least this often.
inline constexpr std::chrono::milliseconds kResendPeriodMax{5000};

static_assert(kPartsMax >= 4);
static_assert(kClockWarning < kClockDriftMax);
static_assert(kMissedTurnsMax >= 1);

struct Timing {
  std::chrono::milliseconds block_period{250};
  std::chrono::milliseconds empty_block_period{60'000};
  std::chrono::milliseconds request_timeout{1'000};
  std::chrono::milliseconds request_timeout_max{30'000};
};
[[nodiscard]] Timing timing_of(const chain::QbftConfig& config) noexcept;

/// min(request_timeout * 2^round, request_timeout_max): growth is capped, because an uncapped one
/// is QBFT's worst fault in operation.
[[nodiscard]] std::chrono::milliseconds round_timeout(const Timing& timing, Round round) noexcept;
/// min(round_timeout / 2, kResendPeriodMax).
[[nodiscard]] std::chrono::milliseconds resend_period(const Timing& timing, Round round) noexcept;

}  // namespace datapact::consensus
