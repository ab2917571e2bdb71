#pragma once
// What the ledger knows of one account (Yellow Paper, section 4.1), without its storage root: the
// trie derives that.
#include "base/types.hpp"

#include <array>

namespace datapact::state {

/// keccak256 of no bytes.
inline constexpr Hash256 kEmptyCodeHash{
    std::array<std::uint8_t, 32>{0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d,
                                 0xb2, 0xdc, 0xc7, 0x03, 0xc0, 0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82,
                                 0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70}};
/// Root of a trie without entries: keccak256(RLP of the empty string).
inline constexpr Hash256 kEmptyTrieRoot{
    std::array<std::uint8_t, 32>{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45,
                                 0xe6, 0x92, 0xc0, 0xf8, 0x6e, 0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c,
                                 0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21}};

struct Account {
  Nonce nonce;
  Wei balance;
  Hash256 code_hash = kEmptyCodeHash;
  /// EIP-161.
  [[nodiscard]] bool is_empty() const noexcept {
    return nonce == Nonce{} && balance == Wei{} && code_hash == kEmptyCodeHash;
  }
  friend bool operator==(const Account&, const Account&) = default;
};

}  // namespace datapact::state
