#pragma once
// Reads and plays a scenario: one command a line, `#` begins a comment. Validators are A, B, C, ...
// in the order of their addresses, which is the order in which they propose: A has height 1.
// The commands are described in README.md beside the scenarios.
#include "tests/scenarios/stage.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace datapact::consensus::scenarios {

class Script {
 public:
  /// Plays the whole text. Nothing, or the first line that did not hold with the reason.
  [[nodiscard]] static std::optional<std::string> play(const std::string& text);

 private:
  using Words = std::vector<std::string>;
  /// A reason, or empty.
  using Outcome = std::string;

  Outcome run(const Words& words);
  Outcome begin(const Words& words);
  Outcome for_actors(const Words& words);
  Outcome move(const Words& words);
  Outcome forge(const Words& words);
  Outcome fetch(const Words& words);
  Outcome expect(const Words& words);
  Outcome expect_of(std::size_t actor, const Words& words);
  Outcome expect_final(std::size_t actor, const Words& words);
  Outcome expect_vote(std::size_t actor, const Words& words, bool is_wanted);

  std::unique_ptr<Stage> stage_;
};

}  // namespace datapact::consensus::scenarios
