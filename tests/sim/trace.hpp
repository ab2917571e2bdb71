#pragma once
// The running hash over everything that happens in a scenario, in order: two runs of one seed are
// the same run exactly when their hashes are.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/types.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

namespace datapact::sim {

class Trace {
 public:
  /// With `print`, every line also goes to standard error.
  explicit Trace(bool print) : print_(print) {}

  void note(std::string_view line) {
    add_text(line);
    if (print_) show(std::string(line));
  }
  /// `details`: texts, numbers, or bytes, of which all are hashed and a few are shown.
  template <class... Details>
  void note(UnixMillis at, std::size_t machine, std::string_view what, const Details&... details) {
    add(static_cast<std::uint64_t>(at.count()));
    add(machine);
    add_text(what);
    (add_detail(details), ...);
    if (!print_) return;
    std::string line = std::to_string(at.count() % 100'000'000) + " n" + std::to_string(machine) +
                       " " + std::string(what);
    (line.append(" ").append(text_of(details)), ...);
    show(line);
  }
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

 private:
  static constexpr std::size_t kShownBytes = 6;

  // Checksums against divergence, not against forgery.
  void add(std::uint64_t word) noexcept {
    hash_ = (hash_ ^ word) * 0x9e3779b97f4a7c15ULL;
    hash_ ^= hash_ >> 29U;
  }
  void add_bytes(const std::uint8_t* bytes, std::size_t size) noexcept {
    std::uint64_t part = 0xcbf29ce484222325ULL;  // FNV-1a
    for (std::size_t i = 0; i < size; ++i) part = (part ^ bytes[i]) * 0x100000001b3ULL;
    add(part);
  }
  void add_text(std::string_view text) noexcept {
    std::uint64_t part = 0xcbf29ce484222325ULL;
    for (const char c : text) part = (part ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    add(part);
  }
  template <class Detail>
  void add_detail(const Detail& detail) noexcept {
    if constexpr (std::is_integral_v<Detail>) {
      add(static_cast<std::uint64_t>(detail));
    } else if constexpr (std::is_convertible_v<Detail, std::string_view>) {
      add_text(detail);
    } else {
      const ByteView bytes{detail};
      add_bytes(bytes.data(), bytes.size());
    }
  }
  template <class Detail>
  static std::string text_of(const Detail& detail) {
    if constexpr (std::is_integral_v<Detail>) {
      return std::to_string(detail);
    } else if constexpr (std::is_convertible_v<Detail, std::string_view>) {
      return std::string(std::string_view(detail));
    } else {
      const ByteView bytes{detail};
      return to_hex(bytes.first(std::min(kShownBytes, bytes.size())));
    }
  }
  static void show(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  bool print_;
};

}  // namespace datapact::sim
