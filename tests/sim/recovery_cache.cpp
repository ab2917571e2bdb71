// The linker sends every call of crypto::recover_address from another library here (--wrap): the
// function is pure, and all nodes of a scenario ask it about the same votes.
#include "crypto/secp256k1.hpp"

#include <cstring>
#include <optional>
#include <unordered_map>

namespace datapact::crypto {

std::optional<Address> recover_anew(const Hash256& hash, const Signature& signature) __asm__(
    "__real_" DATAPACT_RECOVER_SYMBOL);
std::optional<Address> recover_once(const Hash256& hash, const Signature& signature) __asm__(
    "__wrap_" DATAPACT_RECOVER_SYMBOL);

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

}  // namespace

std::optional<Address> recover_once(const Hash256& hash, const Signature& signature) {
  // One thread, one scenario a process. Never iterated.
  static std::unordered_map<Question, std::optional<Address>, QuestionHash> known;
  if (known.size() > kEntriesMax) known.clear();
  const auto [at, is_new] = known.try_emplace({hash, signature});
  if (is_new) at->second = recover_anew(hash, signature);
  return at->second;
}

}  // namespace datapact::crypto
