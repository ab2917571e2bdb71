#pragma once
// The running hash over everything that happens in a scenario, in order: two runs of one seed are
// the same run exactly when their hashes are.
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace datapact::sim {

class Trace {
 public:
  /// With `print`, every line also goes to standard error.
  explicit Trace(bool print) : print_(print) {}

  void note(std::string_view line) {
    // FNV-1a: a checksum against divergence, not against forgery.
    for (const char c : line) add(static_cast<unsigned char>(c));
    add('\n');
    if (print_) std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  }
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

 private:
  void add(unsigned char byte) noexcept {
    hash_ ^= byte;
    hash_ *= 0x100000001b3ULL;
  }

  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  bool print_;
};

}  // namespace datapact::sim
