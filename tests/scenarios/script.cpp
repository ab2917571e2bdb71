#include "tests/scenarios/script.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace datapact::consensus::scenarios {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& line) {
  std::istringstream in(line.substr(0, line.find('#')));
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::optional<std::uint64_t> number(const std::string& word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<MessageCode> code_named(const std::string& word) {
  if (word == "proposal") return MessageCode::kProposal;
  if (word == "prepare") return MessageCode::kPrepare;
  if (word == "commit") return MessageCode::kCommit;
  if (word == "roundchange") return MessageCode::kRoundChange;
  return std::nullopt;
}

/// The type of message that is the second word, if it is one.
std::optional<MessageCode> code_in(const Words& words) {
  if (words.size() < 2) return std::nullopt;
  return code_named(words[1]);
}

/// The value after `key`, if the words have it.
std::optional<std::uint64_t> value_of(const Words& words, const std::string& key) {
  const auto at = std::ranges::find(words, key);
  if (at == words.end() || at + 1 == words.end()) return std::nullopt;
  return number(*(at + 1));
}

std::optional<std::size_t> actor_named(const std::string& word, const Stage& stage) {
  if (word.size() != 1 || word[0] < 'A') return std::nullopt;
  const auto index = static_cast<std::size_t>(word[0] - 'A');
  return index < stage.size() ? std::optional{index} : std::nullopt;
}

/// The actors named after `key` up to a word that is none; `all` names every one.
std::set<std::size_t> actors_after(const Words& words, const std::string& key, const Stage& stage) {
  std::set<std::size_t> out;
  auto at = std::ranges::find(words, key);
  if (at == words.end()) return out;
  for (++at; at != words.end(); ++at) {
    if (*at == "all") {
      for (std::size_t i = 0; i < stage.size(); ++i) out.insert(i);
      return out;
    }
    const auto actor = actor_named(*at, stage);
    if (!actor) break;
    out.insert(*actor);
  }
  return out;
}

/// [TYPE] [round R] [height H] [from X..] [to Y..]
Stage::Filter filter_of(const Words& words, const Stage& stage) {
  const auto code = code_in(words);
  const auto round = value_of(words, "round");
  const auto height = value_of(words, "height");
  const auto from = actors_after(words, "from", stage);
  const auto to = actors_after(words, "to", stage);
  return [=](const Letter& letter) {
    return (!code || code_of(letter.message) == *code) &&
           (!round || round_of(letter.message).raw() == *round) &&
           (!height || height_of(letter.message).raw() == *height) &&
           (from.empty() || from.contains(letter.from)) && (to.empty() || to.contains(letter.to));
  };
}

std::string got(const std::string& what, std::uint64_t value) {
  return what + " is " + std::to_string(value);
}
std::string same(const std::string& what, std::uint64_t value, std::uint64_t wanted) {
  return value == wanted ? "" : got(what, value);
}

}  // namespace

std::optional<std::string> Script::play(const std::string& text) {
  Script script;
  std::istringstream in(text);
  std::string line;
  for (std::size_t row = 1; std::getline(in, line); ++row) {
    const auto words = split(line);
    if (words.empty()) continue;
    auto outcome = script.run(words);
    if (outcome.empty() && script.stage_ && !script.stage_->violations().empty()) {
      outcome = script.stage_->violations().front();
    }
    if (!outcome.empty()) return "line " + std::to_string(row) + ": " + line + "\n  " + outcome;
  }
  return std::nullopt;
}

Script::Outcome Script::run(const Words& words) {
  const auto& command = words[0];
  if (command == "validators") return begin(words);
  if (!stage_) return "a scenario begins with: validators N";
  if (command == "start") return stage_->start(), "";
  if (command == "pass") {
    const auto time = words.size() == 2 ? number(words[1]) : std::nullopt;
    if (!time) return "pass MILLISECONDS";
    return stage_->pass(std::chrono::milliseconds{*time}), "";
  }
  if (command == "work" || command == "blocks") {
    if (words.size() != 2) return command + " takes one word";
    if (command == "work") stage_->has_work = words[1] == "yes";
    if (command == "blocks") stage_->refuses_blocks = words[1] == "invalid";
    return "";
  }
  if (command == "deliver" || command == "drop") return move(words);
  if (command == "forge") return forge(words);
  if (command == "fetch") return fetch(words);
  if (command == "expect") return expect(words);
  return for_actors(words);
}

Script::Outcome Script::begin(const Words& words) {
  const auto count = words.size() == 2 ? number(words[1]) : std::nullopt;
  if (!count || *count == 0 || *count > 20) return "validators 1..20";
  stage_ = std::make_unique<Stage>(*count);
  return "";
}

Script::Outcome Script::for_actors(const Words& words) {
  const auto& command = words[0];
  const auto actors = actors_after(words, command, *stage_);
  if (actors.empty()) return "unknown command, or no validator named";
  for (const auto actor : actors) {
    if (command == "kill") {
      stage_->kill(actor);
    } else if (command == "restart") {
      stage_->restart(actor);
    } else if (command == "wipe") {
      stage_->wipe(actor);
    } else if (command == "timeout" || command == "resend") {
      const auto kind = command == "timeout" ? TimerKind::kRound : TimerKind::kResend;
      if (stage_->is_running(actor) && !stage_->fire(actor, kind)) return "no such timer runs";
    } else if (command == "workat") {
      stage_->tell(actor, WorkArrived{});
    } else if (command == "reconnect") {
      stage_->tell(actor, PeerConnected{});
    } else if (command == "loses") {
      const auto peer = actors_after(words, "sight", *stage_);
      for (const auto other : peer) {
        stage_->tell(actor, PeerDisconnected{stage_->address(other)});
      }
    } else {
      return "unknown command";
    }
  }
  return "";
}

Script::Outcome Script::move(const Words& words) {
  const bool is_all = words.size() == 2 && words[1] == "all";
  if (words[0] == "deliver" && is_all) return stage_->deliver_all(), "";
  const auto filter =
      is_all ? Stage::Filter{[](const Letter&) { return true; }} : filter_of(words, *stage_);
  const auto count = words[0] == "deliver" ? stage_->deliver(filter) : stage_->drop(filter);
  return count > 0 ? "" : "no such message is under way";
}

Script::Outcome Script::forge(const Words& words) {
  const auto from = actors_after(words, "from", *stage_);
  const auto to = actors_after(words, "to", *stage_);
  const auto round = value_of(words, "round");
  const auto code = code_in(words);
  if (from.size() != 1 || to.empty() || !round || !code) {
    return "forge proposal|prepare from X round R to Y...";
  }
  const Round at{static_cast<std::uint32_t>(*round)};
  if (code == MessageCode::kProposal) return stage_->forge_proposal(*from.begin(), at, to), "";
  if (code == MessageCode::kPrepare) return stage_->forge_prepare(*from.begin(), at, to), "";
  return "only a proposal or a prepare is forged";
}

Script::Outcome Script::fetch(const Words& words) {
  const auto to = actors_after(words, "fetch", *stage_);
  const auto from = actors_after(words, "from", *stage_);
  if (to.empty() || from.size() != 1) return "fetch X... from Y";
  for (const auto actor : to) {
    if (!stage_->fetch(actor, *from.begin())) return "there is nothing to fetch";
  }
  return "";
}

/// expect X... CONDITION | expect no [TYPE] ... | expect some [TYPE] ...
Script::Outcome Script::expect(const Words& words) {
  if (words.size() < 2) return "expect what?";
  if (words[1] == "no" || words[1] == "some") {
    const auto count = stage_->waiting(filter_of({words.begin() + 1, words.end()}, *stage_));
    if ((count == 0) == (words[1] == "no")) return "";
    return got("the number of such messages under way", count);
  }
  const auto actors = actors_after(words, "expect", *stage_);
  if (actors.empty()) return "expect whom?";
  const std::size_t named = words[1] == "all" ? 1 : actors.size();
  const Words rest(words.begin() + 1 + static_cast<std::ptrdiff_t>(named), words.end());
  if (rest.empty()) return "expect what?";
  for (const auto actor : actors) {
    if (!stage_->is_running(actor)) continue;
    auto outcome = expect_of(actor, rest);
    if (!outcome.empty()) return std::string(1, static_cast<char>('A' + actor)) + ": " + outcome;
  }
  return "";
}

Script::Outcome Script::expect_of(std::size_t actor, const Words& words) {
  const auto& engine = stage_->engine(actor);
  const auto& what = words[0];
  const auto value = value_of(words, what);
  if (what == "round" && value) return same("the round", engine.round().raw(), *value);
  if (what == "height" && value) return same("the height", engine.height().raw(), *value);
  if (what == "final") return expect_final(actor, words);
  if (what == "voted" || what == "unvoted") return expect_vote(actor, words, what == "voted");
  if (what == "quiet") return engine.is_quiet() ? "" : "it is not quiet";
  if (what == "awake") return engine.is_quiet() ? "it is quiet" : "";
  if (what == "silenced") return engine.may_sign() ? "it may sign" : "";
  if (what == "proofs" && value) {
    return same("the number of proofs", engine.double_votes().size(), *value);
  }
  if (what == "rejections" && value) {
    return same("the number of rejections", stage_->rejections(actor), *value);
  }
  return "unknown condition";
}

/// final HEIGHT [round R] [by X]
Script::Outcome Script::expect_final(std::size_t actor, const Words& words) {
  const auto height = value_of(words, "final");
  if (!height) return "final HEIGHT";
  const auto have = stage_->final_height(actor);
  if (have != *height) return got("the final height", have);
  if (*height == 0) return "";
  const auto round = value_of(words, "round");
  const auto decided = stage_->final_round(actor, have);
  if (round && decided.raw() != *round) return got("the round it was decided in", decided.raw());
  const auto by = actors_after(words, "by", *stage_);
  if (by.size() == 1 && stage_->final_proposer(actor, have) != stage_->address(*by.begin())) {
    return "the block is another validator's";
  }
  return "";
}

/// voted TYPE round R
Script::Outcome Script::expect_vote(std::size_t actor, const Words& words, bool is_wanted) {
  const auto code = code_in(words);
  const auto round = value_of(words, "round");
  if (!code || !round) return "voted TYPE round R";
  const auto height = stage_->engine(actor).height();
  const auto& journal = stage_->journal(actor);
  const bool has = std::ranges::any_of(journal, [&](const JournalEntry& entry) {
    return entry.height == height && entry.code == *code && entry.round.raw() == *round;
  });
  if (has == is_wanted) return "";
  return has ? "its journal has that vote" : "its journal has no such vote";
}

}  // namespace datapact::consensus::scenarios
