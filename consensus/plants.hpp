#pragma once
// Known bugs of BFT implementations, for the simulator alone: it must find each of them. A product
// build has none: there is_planted is the constant false and the compiler removes what asks. The
// simulator compiles these sources once more with DATAPACT_PLANTS and chooses at run time.
#include <array>
#include <cstdint>
#include <string_view>

namespace datapact::consensus {

enum class Plant : std::uint8_t {
  kNone,
  kQuorumMinusOne,            ///< prepares and commits count as a quorum one too early
  kMessagesInsteadOfAuthors,  ///< a repeated vote counts again
  kNoLockAfterRestart,        ///< the prepared certificate is not recalled from the journal
  kForgetfulRestart,          ///< nothing is recalled from the journal
  kVoteBeforeSync,            ///< a vote leaves before it is in the journal
  kSealWithoutRound,          ///< the digest that is voted for leaves out the round
  kRefuseReproposal,          ///< a block that was prepared earlier is not voted for again
  kUncappedTimer,             ///< round time-outs double without end
  kIgnorePrepared,            ///< a proposer of a later round builds a fresh block always
  kUncheckedJustification,    ///< a proposal of a later round needs no round changes
  kLowestPrepared,            ///< the lowest prepared round is proposed again, not the highest
  kPrepareUnexecuted,         ///< a prepare is sent before the block was executed
  kNoCatchUp,                 ///< f + 1 round changes do not pull a validator along
  kNoResend,                  ///< votes are sent once
  kVoteInOldRound,            ///< a commit is cast in a round that was given up
  kSecondProposal,            ///< a second proposal of one round replaces the first
  kNoRoundTimer,              ///< only round 0 has a time-out
  kCommitUnprepared,          ///< the own commit is cast with the prepare
  kHastyRounds,               ///< a round's time-out runs before a quorum has joined it
  kEmptyWithheld,             ///< an empty block is withheld in later rounds, too
  kOldValidators,             ///< a change of the validator set counts after a restart only
  kNoProposalFetch,           ///< a proposal that others vote for is not asked for
  kHashesOnly,                ///< no proposal is asked for or sent again with its transactions
};

struct PlantName {
  Plant plant;
  std::string_view name;
};
inline constexpr std::array kPlants{
    PlantName{Plant::kQuorumMinusOne, "quorum-minus-one"},
    PlantName{Plant::kMessagesInsteadOfAuthors, "messages-instead-of-authors"},
    PlantName{Plant::kNoLockAfterRestart, "no-lock-after-restart"},
    PlantName{Plant::kForgetfulRestart, "forgetful-restart"},
    PlantName{Plant::kVoteBeforeSync, "vote-before-sync"},
    PlantName{Plant::kSealWithoutRound, "seal-without-round"},
    PlantName{Plant::kRefuseReproposal, "refuse-reproposal"},
    PlantName{Plant::kUncappedTimer, "uncapped-timer"},
    PlantName{Plant::kIgnorePrepared, "ignore-prepared"},
    PlantName{Plant::kUncheckedJustification, "unchecked-justification"},
    PlantName{Plant::kLowestPrepared, "lowest-prepared"},
    PlantName{Plant::kPrepareUnexecuted, "prepare-unexecuted"},
    PlantName{Plant::kNoCatchUp, "no-catch-up"},
    PlantName{Plant::kNoResend, "no-resend"},
    PlantName{Plant::kVoteInOldRound, "vote-in-old-round"},
    PlantName{Plant::kSecondProposal, "second-proposal"},
    PlantName{Plant::kNoRoundTimer, "no-round-timer"},
    PlantName{Plant::kCommitUnprepared, "commit-unprepared"},
    PlantName{Plant::kHastyRounds, "hasty-rounds"},
    PlantName{Plant::kEmptyWithheld, "empty-withheld"},
    PlantName{Plant::kOldValidators, "old-validators"},
    PlantName{Plant::kNoProposalFetch, "no-proposal-fetch"},
    PlantName{Plant::kHashesOnly, "hashes-only"},
};

#ifdef DATAPACT_PLANTS
/// Defined by the simulator.
[[nodiscard]] bool is_planted(Plant plant) noexcept;
#else
[[nodiscard]] constexpr bool is_planted(Plant) noexcept { return false; }
#endif

}  // namespace datapact::consensus
