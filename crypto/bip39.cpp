#include "crypto/bip39.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/bip39_words.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/sha256.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::crypto {
namespace {

constexpr std::size_t kWords = 2048;
constexpr unsigned kBitsPerWord = 11;
constexpr int kRounds = 2048;

struct WordList {
  std::array<std::string_view, kWords> words;
  std::map<std::string_view, std::size_t> places;
};

WordList read_list(std::string_view text) {
  WordList out;
  for (std::size_t i = 0; i < kWords; ++i) {
    const auto end = text.find('\n');
    INVARIANT(end != std::string_view::npos);
    out.words[i] = text.substr(0, end);
    out.places.emplace(out.words[i], i);
    text.remove_prefix(end + 1);
  }
  INVARIANT(text.empty());
  INVARIANT(out.places.size() == kWords);
  return out;
}

const WordList& list_of(MnemonicLanguage language) noexcept {
  static const WordList english = read_list(embedded::kEnglishWords);
  static const WordList chinese = read_list(embedded::kSimplifiedChineseWords);
  return language == MnemonicLanguage::kEnglish ? english : chinese;
}

bool is_entropy_size(std::size_t bytes) { return bytes >= 16 && bytes <= 32 && bytes % 4 == 0; }

/// One bit of checksum for 32 of entropy.
std::uint8_t checksum(ByteView entropy) {
  return static_cast<std::uint8_t>(sha256(entropy).data()[0] >> (8 - entropy.size() / 4));
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// Bytes of the UTF-8 letter at the beginning.
std::size_t letter_size(std::string_view text) {
  std::size_t size = 1;
  // Every further byte of a letter begins with the bits 10.
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  return size;
}

/// Words between white space; letters outside ASCII are words of their own, and the ideographic
/// space is one of the spaces.
std::vector<std::string> split(std::string_view text) {
  constexpr std::string_view kWideSpace = "\u3000";
  std::vector<std::string> out;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) out.push_back(word);
    word.clear();
  };
  while (!text.empty()) {
    const std::string_view letter = text.substr(0, letter_size(text));
    text.remove_prefix(letter.size());
    const char first = letter[0];
    if (is_ascii(first) && !is_space(first)) {
      word.push_back(first >= 'A' && first <= 'Z' ? static_cast<char>(first + ('a' - 'A')) : first);
      continue;
    }
    finish();
    if (!is_ascii(first) && letter != kWideSpace) out.emplace_back(letter);
  }
  finish();
  return out;
}

/// The `width` low bits of `value`, most significant first, from bit `at` of `out` on.
void put_bits(Bytes& out, std::size_t at, unsigned width, std::size_t value) {
  for (unsigned i = 0; i < width; ++i, ++at) {
    const bool bit = ((value >> (width - 1 - i)) & 1) != 0;
    if (bit) out[at / 8] = static_cast<std::uint8_t>(out[at / 8] | (0x80 >> (at % 8)));
  }
}

std::size_t take_bits(ByteView in, std::size_t at, unsigned width) {
  std::size_t out = 0;
  for (unsigned i = 0; i < width; ++i, ++at)
    out = out << 1 | ((in[at / 8] >> (7 - at % 8)) & std::size_t{1});
  return out;
}

}  // namespace

std::string_view to_string(MnemonicFault fault) noexcept {
  switch (fault) {
    case MnemonicFault::kWordCount:
      return "a mnemonic has 12, 15, 18, 21 or 24 words";
    case MnemonicFault::kUnknownWord:
      return "a word is not in the list of BIP-39";
    case MnemonicFault::kChecksum:
      return "the checksum of the mnemonic is wrong";
  }
  return "unknown mnemonic fault";
}

std::span<const std::string_view> mnemonic_words(MnemonicLanguage language) noexcept {
  return list_of(language).words;
}

std::string make_mnemonic(ByteView entropy, MnemonicLanguage language) {
  PRECONDITION(is_entropy_size(entropy.size()));
  const auto sum_bits = static_cast<unsigned>(entropy.size() / 4);
  Bytes bits = to_bytes(entropy);
  bits.push_back(0);
  put_bits(bits, entropy.size() * 8, sum_bits, checksum(entropy));
  std::string out;
  for (std::size_t at = 0; at < entropy.size() * 8 + sum_bits; at += kBitsPerWord) {
    if (!out.empty()) out.push_back(' ');
    out += list_of(language).words[take_bits(bits, at, kBitsPerWord)];
  }
  zeroise(bits);
  return out;
}

Result<std::string, MnemonicError> read_mnemonic(std::string_view text) {
  std::vector<std::string> words = split(text);
  const bool is_chinese = !words.empty() && !is_ascii(words[0][0]);
  const auto language =
      is_chinese ? MnemonicLanguage::kSimplifiedChinese : MnemonicLanguage::kEnglish;
  if (words.size() < 12 || words.size() > 24 || words.size() % 3 != 0)
    return fail(MnemonicError{MnemonicFault::kWordCount, words.size(), language, {}});
  // 33 bits for three words, of which one is of the checksum.
  const std::size_t size = words.size() / 3 * 4;
  Bytes bits(size + 1);
  const auto& places = list_of(language).places;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto found = places.find(words[i]);
    if (found == places.end())
      return fail(MnemonicError{MnemonicFault::kUnknownWord, i + 1, language, words[i]});
    put_bits(bits, i * kBitsPerWord, kBitsPerWord, found->second);
  }
  const ByteView entropy = ByteView(bits).first(size);
  const auto sum_bits = static_cast<unsigned>(size / 4);
  const bool is_right = take_bits(bits, size * 8, sum_bits) == checksum(entropy);
  std::string out = is_right ? make_mnemonic(entropy, language) : std::string();
  zeroise(bits);
  if (!is_right) return fail(MnemonicError{MnemonicFault::kChecksum, words.size(), language, {}});
  return out;
}

MnemonicSeed mnemonic_seed(std::string_view mnemonic, std::string_view passphrase) {
  const std::string salt = "mnemonic" + std::string(passphrase);
  MnemonicSeed out;
  const int derived =
      PKCS5_PBKDF2_HMAC(mnemonic.data(), static_cast<int>(mnemonic.size()), as_bytes(salt).data(),
                        static_cast<int>(salt.size()), kRounds, EVP_sha512(),
                        static_cast<int>(MnemonicSeed::kSize), out.data());
  INVARIANT(derived == 1);
  return out;
}

}  // namespace datapact::crypto
