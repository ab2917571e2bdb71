#pragma once
// The words of a mnemonic (BIP-39) on the command line: read from where people keep them, never
// from the value of a flag, and made into a key at a path (BIP-44).
#include "crypto/bip39.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/session.hpp"

#include <cstdint>
#include <optional>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the library's name
namespace CLI {
class App;
}

namespace datapact::tools {

/// Which key of a mnemonic.
struct MnemonicKeyFlags {
  std::string path;
  std::string index;
  std::string passphrase_file;
  bool asks_passphrase = false;
  [[nodiscard]] bool is_given() const noexcept {
    return !path.empty() || !index.empty() || !passphrase_file.empty() || asks_passphrase;
  }
};

/// Where the words of a new account come from and go to.
struct NewMnemonicFlags {
  bool wanted = false;
  std::optional<unsigned> words;
  std::string language;
  bool show = false;
  std::string out;
  MnemonicKeyFlags key;
};

/// Where known words are: one of the three.
struct KnownMnemonicFlags {
  bool prompt = false;
  std::string file;
  int descriptor = -1;
  MnemonicKeyFlags key;
  [[nodiscard]] bool wanted() const noexcept { return prompt || !file.empty() || descriptor >= 0; }
};

struct MnemonicKey {
  crypto::PrivateKey key;
  /// "m/44'/60'/0'/0/0".
  std::string path;
};

void add_new_mnemonic_flags(CLI::App& verb, NewMnemonicFlags& flags);
void add_known_mnemonic_flags(CLI::App& verb, KnownMnemonicFlags& flags);

/// Refuses what does not fit together, before anything is drawn or asked.
void check(const NewMnemonicFlags& flags);
/// Fresh words; on return they are in --mnemonic-out, if that was given.
[[nodiscard]] std::string new_mnemonic(Session& session, const NewMnemonicFlags& flags);
/// The words in their usual form, or a CliError that says which word is wrong.
[[nodiscard]] std::string known_mnemonic(const Output& out, const KnownMnemonicFlags& flags);
/// `twice`: a passphrase that is asked for is new.
[[nodiscard]] MnemonicKey key_of_mnemonic(const Output& out, std::string_view mnemonic,
                                          const MnemonicKeyFlags& flags, bool twice);

}  // namespace datapact::tools
