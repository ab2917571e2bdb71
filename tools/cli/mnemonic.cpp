#include "tools/cli/mnemonic.hpp"

#include "base/bytes.hpp"
#include "crypto/bip32.hpp"
#include "crypto/bip39.hpp"
#include "crypto/constant_time.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/settings.hpp"
#include "tools/cli/unicode.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using crypto::MnemonicError;
using crypto::MnemonicFault;
using crypto::MnemonicLanguage;

constexpr std::size_t kTextMax = 4096;
constexpr unsigned kWordsDefault = 12;

MnemonicLanguage parse_language(std::string_view text) {
  if (text.empty() || text == "en") return MnemonicLanguage::kEnglish;
  if (text.starts_with("zh")) return MnemonicLanguage::kSimplifiedChinese;
  fail_usage(fmt::format("--mnemonic-language must be en or zh_CN, got \"{}\"", text));
}

bool is_count(unsigned words) { return words >= 12 && words <= 24 && words % 3 == 0; }

[[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) {
  throw CliError(ExitCode::kAuthority, "mnemonic", message, hint);
}

[[noreturn]] void refuse(const MnemonicError& error) {
  const std::string rule(crypto::to_string(error.fault));
  switch (error.fault) {
    case MnemonicFault::kWordCount:
      refuse(fmt::format("{}, got {}", rule, error.position));
    case MnemonicFault::kUnknownWord: {
      const auto all = crypto::mnemonic_words(error.language);
      const bool is_english = error.language == MnemonicLanguage::kEnglish;
      const auto meant = closest(error.word, std::vector<std::string>(all.begin(), all.end()));
      refuse(fmt::format("word {}, \"{}\", is not in the {} list of BIP-39", error.position,
                         error.word, is_english ? "English" : "simplified Chinese"),
             is_english && meant ? fmt::format("did you mean {}?", *meant) : "");
    }
    case MnemonicFault::kChecksum:
      refuse(rule + ": a word is another one, or in another place");
  }
  refuse(rule);
}

crypto::KeyPath path_of(const MnemonicKeyFlags& flags) {
  if (!flags.path.empty() && !flags.index.empty()) fail_usage("give either --path or --index");
  if (!flags.path.empty()) {
    const auto path = crypto::parse_key_path(flags.path);
    if (!path)
      fail_usage("--path must be such as m/44'/60'/0'/0/0 (BIP-32), got \"" + flags.path + "\"");
    return *path;
  }
  std::uint32_t index = 0;
  if (!flags.index.empty()) {
    const char* last = flags.index.data() + flags.index.size();
    const auto parsed = std::from_chars(flags.index.data(), last, index);
    if (parsed.ec != std::errc{} || parsed.ptr != last || index >= crypto::kHardened)
      fail_usage("--index must be a number below 2147483648, got \"" + flags.index + "\"");
  }
  return crypto::ethereum_path(index);
}

std::string passphrase_of(const Output& out, const MnemonicKeyFlags& flags, bool twice) {
  std::string text;
  if (!flags.passphrase_file.empty()) {
    text = password_from_file("--passphrase-file", flags.passphrase_file);
  } else if (flags.asks_passphrase) {
    constexpr auto kHint = "give --passphrase-file FILE";
    text = prompt_password(out, "passphrase of the mnemonic", kHint);
    if (twice && prompt_password(out, "once more", kHint) != text)
      fail_usage("the two passphrases differ");
  }
  // What is typed depends on the keyboard: BIP-39 has one form for what looks the same.
  auto normalised = nfkd(text);
  if (!normalised) refuse("the passphrase of a mnemonic must be UTF-8");
  return std::move(*normalised);
}

void add_key_flags(CLI::App& verb, MnemonicKeyFlags& flags) {
  verb.add_option("--index", flags.index,
                  "which account of the mnemonic, from 0: m/44'/60'/0'/0/INDEX");
  verb.add_option("--path", flags.path, "another path of its key (BIP-32)");
  verb.add_flag("--passphrase", flags.asks_passphrase,
                "ask for the passphrase of the mnemonic, which decides its keys too");
  verb.add_option("--passphrase-file", flags.passphrase_file,
                  "file whose first line is that passphrase");
}

}  // namespace

void add_new_mnemonic_flags(CLI::App& verb, NewMnemonicFlags& flags) {
  verb.add_flag("--mnemonic", flags.wanted, "make words (BIP-39) and take the key from them");
  verb.add_flag("--show-mnemonic", flags.show, "print the words, once; nothing keeps them");
  verb.add_option("--mnemonic-out", flags.out, "write the words to this new file, mode 0600");
  verb.add_option("--words", flags.words, "how many: 12, 15, 18, 21 or 24; 12 when not given");
  verb.add_option("--mnemonic-language", flags.language, "en or zh_CN; en when not given");
  add_key_flags(verb, flags.key);
}

void add_known_mnemonic_flags(CLI::App& verb, KnownMnemonicFlags& flags) {
  verb.add_flag("--mnemonic", flags.prompt, "ask for the words of a mnemonic (BIP-39)");
  verb.add_option("--mnemonic-file", flags.file, "file with the words, in English or Chinese");
  verb.add_option("--mnemonic-fd", flags.descriptor, "descriptor to read a line of words from");
  add_key_flags(verb, flags.key);
}

void check(const NewMnemonicFlags& flags) {
  const std::pair<const char*, bool> given[] = {
      {"--show-mnemonic", flags.show},
      {"--mnemonic-out", !flags.out.empty()},
      {"--words", flags.words.has_value()},
      {"--mnemonic-language", !flags.language.empty()},
      {"--index", !flags.key.index.empty()},
      {"--path", !flags.key.path.empty()},
      {"--passphrase", flags.key.asks_passphrase},
      {"--passphrase-file", !flags.key.passphrase_file.empty()},
  };
  for (const auto& [flag, is_given] : given) {
    if (is_given && !flags.wanted)
      fail_usage(fmt::format("{} is about a mnemonic, and needs --mnemonic", flag));
  }
  if (!flags.wanted) return;
  if (!flags.show && flags.out.empty()) {
    fail_usage("the words would be lost: give --show-mnemonic or --mnemonic-out FILE");
  }
  if (flags.words && !is_count(*flags.words))
    fail_usage(fmt::format("--words must be 12, 15, 18, 21 or 24, got {}", *flags.words));
  (void)parse_language(flags.language);
  (void)path_of(flags.key);
  if (!flags.out.empty() && fs::exists(flags.out))
    fail_file("file-exists", flags.out + " exists already: it may hold other words");
}

std::string new_mnemonic(Session& session, const NewMnemonicFlags& flags) {
  Bytes entropy(flags.words.value_or(kWordsDefault) / 3 * 4);
  session.random.fill(entropy);
  std::string out = crypto::make_mnemonic(entropy, parse_language(flags.language));
  crypto::zeroise(entropy);
  if (!flags.out.empty()) write_file_durably(flags.out, out + "\n", true);
  return out;
}

std::string known_mnemonic(const Output& out, const KnownMnemonicFlags& flags) {
  (void)path_of(flags.key);
  std::string text;
  if (!flags.file.empty()) {
    refuse_literal_key("--mnemonic-file", flags.file);
    if (crypto::read_mnemonic(flags.file)) {
      throw CliError(
          ExitCode::kUsage, "literal-key",
          "--mnemonic-file is given words, which every user of this machine can read on a "
          "command line: keep them in a file of mode 0600");
    }
    text = read_text_file(flags.file, kTextMax);
  } else if (flags.descriptor >= 0) {
    text = line_of_descriptor("--mnemonic-fd", flags.descriptor, "no-mnemonic");
  } else {
    text = prompt_password(out, "words of the mnemonic",
                           "give --mnemonic-file FILE or --mnemonic-fd N");
  }
  auto words = crypto::read_mnemonic(text);
  if (!words) refuse(words.error());
  return std::move(*words);
}

MnemonicKey key_of_mnemonic(const Output& out, std::string_view mnemonic,
                            const MnemonicKeyFlags& flags, bool twice) {
  const auto path = path_of(flags);
  const std::string passphrase = passphrase_of(out, flags, twice);
  auto seed = crypto::mnemonic_seed(mnemonic, passphrase);
  const auto key = crypto::derive_key(seed.view(), path);
  crypto::zeroise(seed);
  if (!key) refuse(crypto::to_string(path) + " has no key (BIP-32): take the next index");
  return {*key, crypto::to_string(path)};
}

}  // namespace datapact::tools
