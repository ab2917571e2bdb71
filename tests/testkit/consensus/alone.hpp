#pragma once
// One engine fed by hand, for tests of single steps.
#include "consensus/engine.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::consensus::test {

template <class E>
[[nodiscard]] std::size_t count_of(const std::vector<Effect>& effects) {
  std::size_t count = 0;
  for (const auto& effect : effects) count += std::holds_alternative<E>(effect) ? 1 : 0;
  return count;
}

/// One engine among four, fed by hand.
struct Alone {
  std::vector<TestSigner> signers = make_signers(4);
  HeightContext at = first_height(signers);
  /// Not the proposer of rounds 0 and 1.
  Engine engine{Timing{}, at.proposer(Round{3}), {}};
  UnixMillis now{1000};
  BlockPtr block =
      make_block({.at = at, .coinbase = at.proposer(Round{}), .time = UnixMillis{250}});

  Alone() {
    [[maybe_unused]] const auto effects =
        step(HeadChanged{Height{}, at.parent_hash, UnixMillis{0}, Address{}, at.validators, true});
  }
  std::vector<Effect> step(const Event& event) { return engine.step(event, now); }
  std::vector<Effect> receive(Message message) {
    return step(MessageReceived{std::move(message), 100});
  }
  TestSigner& by_round(std::uint32_t round) {
    for (auto& s : signers) {
      if (s.address() == at.proposer(Round{round})) return s;
    }
    return signers[0];
  }
  Proposal proposal(const BlockPtr& of) {
    return signed_as<Proposal>(
        by_round(0), ProposalDraft{{at.height, Round{}, digest_of_block(of, Round{})}, of, {}, {}});
  }
  Prepare prepare(TestSigner& by, const BlockPtr& of) {
    return signed_as<Prepare>(by, PreparePayload{at.height, Round{}, digest_of_block(of, Round{})});
  }
};

}  // namespace datapact::consensus::test
