#pragma once
// Random corruptions of a sale, judged twice: by the C++ client and by the real FairExchange in our
// VM. Two properties must hold in every case (FAIR_EXCHANGE section 4): an honest seller is never
// refunded against, and an honest buyer never pays for a wrong file. Same seed, same verdicts.
#include "tests/testkit/trade/exchange_chain.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::testkit {

/// What is spoiled.
enum class Part : std::uint8_t { kCiphertext, kManifest, kKey, kSealedKey, kPoint };
[[nodiscard]] std::string_view to_string(Part part) noexcept;

/// When, and so by whom.
enum class Stage : std::uint8_t {
  kDelivered,   ///< on the way to the buyer: the terms commit to the right one
  kCommitted,   ///< by the seller before the offer: the terms commit to the spoiled one
  kRevealed,    ///< by the seller in the reveal
  kComplained,  ///< by a liar in a complaint against an honest deal
};
[[nodiscard]] std::string_view to_string(Stage stage) noexcept;

struct CaseResult {
  Part part = Part::kCiphertext;
  Stage stage = Stage::kDelivered;
  std::uint64_t n = 0;
  std::uint32_t s = 0;
  std::string client;
  std::string contract;
  /// What was not as it must be; empty in a case that passed.
  std::string fault;
};

/// The case of that number, by itself. Thread contract: one player a thread.
[[nodiscard]] CaseResult run_case(const ExchangeChain& chain, ExchangePlayer& player,
                                  std::uint64_t seed, std::uint64_t number);

struct CampaignRequest {
  std::uint64_t seed = 0;
  std::uint64_t cases = 0;
  unsigned threads = 1;
};
/// In the order of their numbers, whatever the threads do.
[[nodiscard]] std::vector<CaseResult> run_campaign(const CampaignRequest& request);

/// How often each pair of verdicts came, by "part stage: client; contract".
[[nodiscard]] std::map<std::string, std::size_t> count_verdicts(
    const std::vector<CaseResult>& results);

/// How often each number of chunks, 1 and 2^k - 1, 2^k, 2^k + 1, and each part was drawn; 0 for
/// those that never were.
struct Counts {
  std::map<std::uint64_t, std::size_t> of_chunks;
  std::map<Part, std::size_t> of_parts;
};
[[nodiscard]] Counts count_choices(const std::vector<CaseResult>& results);
/// What was drawn less than half or more than twice as often as an even draw would have.
[[nodiscard]] std::vector<std::string> find_uneven(const Counts& counts);

}  // namespace datapact::testkit
