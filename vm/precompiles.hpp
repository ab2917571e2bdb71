#pragma once
// The precompiled contracts. Which of them a chain has is fixed by its genesis, never by the build:
// the caller carries a PrecompileSet and refuses, by name, what implemented() lacks.
#include "base/types.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace datapact::vm {

/// Largest address any revision gives to a precompile (P256VERIFY, EIP-7951).
inline constexpr unsigned kPrecompileIdMax = 0x100;

class PrecompileSet {
 public:
  constexpr PrecompileSet() noexcept = default;
  /// The addresses first to last.
  [[nodiscard]] static constexpr PrecompileSet range(unsigned first, unsigned last) noexcept {
    PrecompileSet out;
    for (unsigned id = first; id <= last; ++id) out.insert(id);
    return out;
  }
  constexpr void insert(unsigned id) noexcept { words_[id / 64] |= std::uint64_t{1} << (id % 64); }
  /// False when the address is no possible precompile's.
  constexpr bool insert(const Address& address) noexcept {
    const unsigned id = id_of(address);
    if (id != 0) insert(id);
    return id != 0;
  }
  [[nodiscard]] constexpr bool contains(unsigned id) const noexcept {
    return id <= kPrecompileIdMax && ((words_[id / 64] >> (id % 64)) & 1) != 0;
  }
  [[nodiscard]] constexpr bool contains(const Address& address) const noexcept {
    return contains(id_of(address));
  }
  /// Ascending.
  [[nodiscard]] std::vector<Address> addresses() const;
  /// What is here and not in `other`.
  [[nodiscard]] constexpr PrecompileSet without(const PrecompileSet& other) const noexcept {
    PrecompileSet out;
    for (unsigned i = 0; i < kWords; ++i) out.words_[i] = words_[i] & ~other.words_[i];
    return out;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return *this == PrecompileSet{}; }
  friend constexpr bool operator==(const PrecompileSet&, const PrecompileSet&) noexcept = default;

  /// The address as a number up to kPrecompileIdMax, else 0.
  [[nodiscard]] static constexpr unsigned id_of(const Address& address) noexcept {
    const auto& bytes = address.raw();
    std::uint8_t high = 0;
    for (unsigned i = 0; i < 18; ++i) high = static_cast<std::uint8_t>(high | bytes[i]);
    const unsigned id = (unsigned{bytes[18]} << 8) | bytes[19];
    return high == 0 && id <= kPrecompileIdMax ? id : 0;
  }

 private:
  static constexpr unsigned kWords = kPrecompileIdMax / 64 + 1;
  std::uint64_t words_[kWords]{};
};

struct PrecompileResult {
  Status status = Status::kSuccess;
  /// Zero unless successful.
  std::int64_t gas_left = 0;
  Bytes output;
};

/// What this build can run.
[[nodiscard]] PrecompileSet implemented_precompiles() noexcept;
/// What the protocol gives the revision, implemented here or not.
[[nodiscard]] PrecompileSet precompiles_of(Revision revision) noexcept;
/// For messages to people, such as "0x08 (bn254 pairing)"; empty for an unknown address.
[[nodiscard]] std::string_view precompile_name(const Address& address) noexcept;

/// Runs one; `address` must be in implemented_precompiles(). kOutOfGas or kPrecompileFailure
/// consume everything.
[[nodiscard]] PrecompileResult run_precompile(Revision revision, const Address& address,
                                              ByteView input, std::int64_t gas);

}  // namespace datapact::vm
