#include "consensus/effects.hpp"

#include "base/hex.hpp"
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "consensus/events.hpp"
#include "consensus/messages.hpp"
#include "consensus/unsigned_vote.hpp"

#include <string>
#include <variant>

namespace datapact::consensus {
namespace {

std::string at(Height height, Round round) {
  return " " + std::to_string(height.raw()) + "/" + std::to_string(round.raw());
}
std::string at(const Message& message) { return at(height_of(message), round_of(message)); }

std::string name(TimerKind kind) {
  switch (kind) {
    case TimerKind::kBlock:
      return "block";
    case TimerKind::kRound:
      return "round";
    case TimerKind::kResend:
      return "resend";
  }
  return "unknown";
}

std::string name(ClockLevel level) {
  switch (level) {
    case ClockLevel::kGood:
      return "good";
    case ClockLevel::kSkewed:
      return "skewed";
    case ClockLevel::kWrong:
      return "wrong";
  }
  return "unknown";
}

struct Describer {
  std::string operator()(const CastVote& e) const {
    const auto point = point_of(e.vote);
    return "cast " + std::string(to_string(point.code)) + at(point.height, point.round) + " " +
           to_hex0x(point.digest);
  }
  std::string operator()(const Resend& e) const {
    return "resend " + std::string(to_string(code_of(e.message))) + at(e.message);
  }
  std::string operator()(const StartTimer& e) const {
    return "timer " + name(e.kind) + at(e.height, e.round) + " " + std::to_string(e.delay.count()) +
           " ms";
  }
  std::string operator()(const BuildProposal& e) const { return "build" + at(e.height, e.round); }
  std::string operator()(const ExecuteBlock& e) const { return "execute " + to_hex0x(e.hash); }
  std::string operator()(const BlockPrepared& e) const { return "prepared " + to_hex0x(e.hash); }
  std::string operator()(const ProposalMissing& e) const {
    return std::string(e.is_overdue ? "still " : "") + "missing proposal" + at(e.height, e.round) +
           " " + to_hex0x(e.digest) + ", voted for by " + std::to_string(e.authors.size());
  }
  std::string operator()(const ForgetBlock& e) const { return "forget " + to_hex0x(e.hash); }
  std::string operator()(const CommitBlock& e) const {
    return "commit " + to_hex0x(e.hash) + " round " + std::to_string(e.round.raw());
  }
  std::string operator()(const ReportDoubleVote& e) const {
    return "double vote by " + to_hex0x(e.proof.author) + at(e.proof.height, e.proof.round);
  }
  std::string operator()(const ClockJudged& e) const {
    return "clock " + name(e.level) + ", ahead by " + std::to_string(e.ahead.count()) + " ms";
  }
  std::string operator()(const StoppedSigning& e) const {
    return "another process signs with this key:" + at(e.evidence);
  }
  std::string operator()(const RejectedMessage& e) const {
    return "rejected " + std::string(to_string(e.code)) + " by " + to_hex0x(e.author) + ": " +
           std::string(e.reason);
  }
};

}  // namespace

std::string describe(const Effect& effect) { return std::visit(Describer{}, effect); }

}  // namespace datapact::consensus
