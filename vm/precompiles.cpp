#include "vm/precompiles.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "vm/precompile_functions.hpp"
#include "vm/revision.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace datapact::vm {
namespace {

using Run = PrecompileResult (*)(ByteView input, std::int64_t gas);
/// A column a revision.
using RunColumns = std::array<Run, kRevisionCount>;

struct Entry {
  unsigned id;
  std::string_view name;
  /// The first revision whose full set has it. Genesis may name it before.
  Revision since;
  /// Null when this build lacks it.
  RunColumns run;
};

constexpr RunColumns always(Run run) noexcept {
  RunColumns out{};
  out.fill(run);
  return out;
}

constexpr RunColumns until_osaka(Run before, Run from) noexcept {
  RunColumns out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = i < static_cast<std::size_t>(Revision::kOsaka) ? before : from;
  }
  return out;
}

using enum Revision;
namespace run = precompiles;
constexpr std::array kEntries = {
    Entry{0x01, "0x01 (ecrecover)", kCancun, always(run::ecrecover)},
    Entry{0x02, "0x02 (sha256)", kCancun, always(run::sha256)},
    Entry{0x03, "0x03 (ripemd160)", kCancun, always(run::ripemd160)},
    Entry{0x04, "0x04 (identity)", kCancun, always(run::identity)},
    Entry{0x05, "0x05 (modexp)", kCancun, until_osaka(run::modexp, run::modexp_osaka)},
    Entry{0x06, "0x06 (bn254 add)", kCancun, always(run::bn254_add)},
    Entry{0x07, "0x07 (bn254 mul)", kCancun, always(run::bn254_mul)},
    Entry{0x08, "0x08 (bn254 pairing)", kCancun, always(run::bn254_pairing)},
    Entry{0x09, "0x09 (blake2f)", kCancun, always(run::blake2f)},
    Entry{0x0a, "0x0a (KZG point evaluation)", kCancun, always(run::kzg_point_evaluation)},
    Entry{0x0b, "0x0b (BLS12-381 G1 add)", kPrague, always(run::bls_g1_add)},
    Entry{0x0c, "0x0c (BLS12-381 G1 MSM)", kPrague, always(run::bls_g1_msm)},
    Entry{0x0d, "0x0d (BLS12-381 G2 add)", kPrague, always(run::bls_g2_add)},
    Entry{0x0e, "0x0e (BLS12-381 G2 MSM)", kPrague, always(run::bls_g2_msm)},
    Entry{0x0f, "0x0f (BLS12-381 pairing)", kPrague, always(run::bls_pairing)},
    Entry{0x10, "0x10 (BLS12-381 map to G1)", kPrague, always(run::bls_map_to_g1)},
    Entry{0x11, "0x11 (BLS12-381 map to G2)", kPrague, always(run::bls_map_to_g2)},
    Entry{0x100, "0x100 (P-256 verify)", kOsaka, always(run::p256_verify)},
};

constexpr const Entry* entry_of(unsigned id) noexcept {
  for (const Entry& entry : kEntries) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

template <class Predicate>
constexpr PrecompileSet set_of(const Predicate& is_member) noexcept {
  PrecompileSet out;
  for (const Entry& entry : kEntries) {
    if (is_member(entry)) out.insert(entry.id);
  }
  return out;
}

}  // namespace

std::vector<Address> PrecompileSet::addresses() const {
  std::vector<Address> out;
  for (unsigned id = 1; id <= kPrecompileIdMax; ++id) {
    if (contains(id)) out.push_back(to_address(uint256{id}));
  }
  return out;
}

PrecompileSet implemented_precompiles() noexcept {
  // Not a constant: g++ 12 cannot compare functions in one under UBSan.
  static const PrecompileSet implemented =
      set_of([](const Entry& entry) { return entry.run[0] != nullptr; });
  return implemented;
}

PrecompileSet precompiles_of(Revision revision) noexcept {
  return set_of([revision](const Entry& entry) { return entry.since <= revision; });
}

std::string_view precompile_name(const Address& address) noexcept {
  const Entry* entry = entry_of(PrecompileSet::id_of(address));
  return entry == nullptr ? std::string_view{} : entry->name;
}

PrecompileResult run_precompile(Revision revision, const Address& address, ByteView input,
                                std::int64_t gas) {
  const Entry* entry = entry_of(PrecompileSet::id_of(address));
  PRECONDITION(entry != nullptr);
  const Run run = entry->run[static_cast<std::size_t>(revision)];
  PRECONDITION(run != nullptr);
  PRECONDITION(gas >= 0);
  return run(input, gas);
}

}  // namespace datapact::vm
