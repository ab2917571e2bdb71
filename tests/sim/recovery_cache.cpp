// The linker sends every call of crypto::recover_address from another library here (--wrap): the
// function is pure, and all nodes of a scenario ask it about the same votes.
#include "tests/sim/recovery_cache.hpp"

#include <cstring>
#include <optional>
#include <unordered_map>

namespace datapact::crypto {

// NOLINTBEGIN(misc-use-internal-linkage): the linker joins them with other libraries
std::optional<Address> recover_anew(const Hash256& hash, const Signature& signature) __asm__(
    "__real_" DATAPACT_RECOVER_SYMBOL);
std::optional<Address> recover_once(const Hash256& hash, const Signature& signature) __asm__(
    "__wrap_" DATAPACT_RECOVER_SYMBOL);
// NOLINTEND(misc-use-internal-linkage)

namespace {

constexpr std::size_t kEntriesMax = 200'000;

struct Question {
  Hash256 hash;
  Signature signature;
  friend bool operator==(const Question&, const Question&) = default;
};
struct QuestionHash {
  std::size_t operator()(const Question& question) const noexcept {
    std::size_t out = 0;
    std::memcpy(&out, question.hash.data(), sizeof out);
    return out ^ static_cast<std::size_t>(question.signature.r.low_u64());
  }
};

using Answers = std::unordered_map<Question, std::optional<Address>, QuestionHash>;

/// One thread, one scenario a process. Never iterated.
Answers& answers() {
  static Answers known;
  if (known.size() > kEntriesMax) known.clear();
  return known;
}

}  // namespace

std::optional<Address> recover_once(const Hash256& hash, const Signature& signature) {
  const auto [at, is_new] = answers().try_emplace({hash, signature});
  if (is_new) at->second = recover_anew(hash, signature);
  return at->second;
}

}  // namespace datapact::crypto

void datapact::sim::remember_signer(const Hash256& hash, const crypto::Signature& signature,
                                    const Address& signer) {
  crypto::answers().try_emplace({hash, signature}, signer);
}
