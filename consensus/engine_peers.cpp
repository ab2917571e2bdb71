// What a validator knows of the others besides their votes: sessions and clocks (QBFT.md sections
// 8, 13.5 and 15).
#include "consensus/clock_watch.hpp"
#include "consensus/effects.hpp"
#include "consensus/engine.hpp"
#include "consensus/events.hpp"

namespace datapact::consensus {

void Engine::on(const PeerConnected& event) {
  leaders_.connected(event.validator);
  // It may have missed our votes.
  resend_own_votes();
}

void Engine::on(const PeerDisconnected& event) {
  if (!at_.is_validator(event.validator)) return;
  leaders_.disconnected(event.validator);
  clock_.forget(event.validator);
  judge_clock();
  give_up_doubtful_leader();
}

void Engine::on(const ClockSample& event) {
  if (!at_.is_validator(event.validator) || event.validator == self_) return;
  clock_.saw(event);
  judge_clock();
}

void Engine::judge_clock() {
  const auto before = clock_level_;
  clock_level_ = clock_.level(at_.validators);
  if (clock_level_ == before) return;
  effects_.emplace_back(ClockJudged{clock_level_, clock_.ahead(at_.validators)});
  if (before != ClockLevel::kWrong || finished_) return;
  // What was not signed meanwhile is made up for.
  if (due_) try_propose(round_);
  advance(round_);
}

}  // namespace datapact::consensus
