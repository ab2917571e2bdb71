#pragma once
// Mnemonics (BIP-39): a seed of keys as words that people can copy by hand, in English and
// 简体中文. Pure, thread-safe.
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace datapact::crypto {

enum class MnemonicLanguage : std::uint8_t { kEnglish, kSimplifiedChinese };

enum class MnemonicFault : std::uint8_t {
  kWordCount,    ///< not 12, 15, 18, 21 or 24 words
  kUnknownWord,  ///< not in the list of the language
  kChecksum,     ///< all words are known, and some are wrong or in the wrong places
};
[[nodiscard]] std::string_view to_string(MnemonicFault fault) noexcept;

struct MnemonicError {
  MnemonicFault fault = MnemonicFault::kWordCount;
  /// How many words there are, or which is unknown, from 1.
  std::size_t position = 0;
  /// The language by the first word.
  MnemonicLanguage language = MnemonicLanguage::kEnglish;
  /// The unknown word.
  std::string word;
};

/// A secret: `zeroise` it when done.
using MnemonicSeed = FixedBytes<struct MnemonicSeedTag, 64>;

/// The 2,048 words of a language.
[[nodiscard]] std::span<const std::string_view> mnemonic_words(MnemonicLanguage language) noexcept;

/// The words for 16, 20, 24, 28 or 32 bytes of entropy, with single spaces between them.
[[nodiscard]] std::string make_mnemonic(ByteView entropy, MnemonicLanguage language);

/// The same form from what people write: English in any case with any white space, Chinese with or
/// without. Whether it is Chinese says the first letter. A valid checksum is required.
[[nodiscard]] Result<std::string, MnemonicError> read_mnemonic(std::string_view text);

/// PBKDF2-HMAC-SHA512 with 2,048 rounds. `mnemonic` is one that the functions above have returned,
/// `passphrase` is in NFKD, as ASCII always is.
[[nodiscard]] MnemonicSeed mnemonic_seed(std::string_view mnemonic, std::string_view passphrase);

}  // namespace datapact::crypto
