// datapact account: new, import, list, export, passwd; the rest is in account_signing.cpp.
#include "tools/commands/account.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/keystore.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/mnemonic.hpp"
#include "tools/cli/new_password.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/signer.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace datapact::tools {
namespace {

/// How the keystore of a new account is written.
struct NewKeystore {
  std::string password;
  bool light = false;
};

void store_at(Session& session, const fs::path& path, const crypto::PrivateKey& key,
              const NewKeystore& how, const Rows& more = {}) {
  const Address address = crypto::address_of(key);
  const auto document = crypto::encrypt_keystore(
      key, how.password, how.light ? crypto::kLightScrypt : crypto::ScryptParams{}, session.random);
  write_file_durably(path, json::to_pretty_text(document), true);
  Rows rows{{"address", to_hex0x(address)}, {"keystore", path.string()}};
  rows.insert(rows.end(), more.begin(), more.end());
  json::Value result = json::Value::object({});
  for (const auto& [name, text] : rows) result.set(name, text);
  session.out.result(result, rows);
}

void store(Session& session, const crypto::PrivateKey& key, const NewKeystore& how,
           const Rows& more = {}) {
  store_at(session, keystore_path(session.home(), crypto::address_of(key)), key, how, more);
}

void refuse_existing(Session& session, const Address& address) {
  const fs::path path = keystore_path(session.home(), address);
  if (fs::exists(path)) {
    throw CliError(ExitCode::kAuthority, "account-exists",
                   fmt::format("{} exists already", path.string()),
                   "datapact account passwd changes its password");
  }
}

struct CreateFlags {
  bool light = false;
  NewMnemonicFlags mnemonic;
};

void create(Session& session, const CreateFlags& flags) {
  check(flags.mnemonic);
  if (flags.mnemonic.wanted) {
    const std::string words = new_mnemonic(session, flags.mnemonic);
    auto found = key_of_mnemonic(session.out, words, flags.mnemonic.key, true);
    Rows more{{"path", found.path}};
    if (flags.mnemonic.show) more.emplace_back("mnemonic", words);
    store(session, found.key, {new_password(session, ""), flags.light}, more);
    crypto::zeroise(found.key);
    return;
  }
  crypto::PrivateKey key;
  do {
    key = random_fixed<crypto::PrivateKey>(session.random);
  } while (!crypto::is_valid(key));  // The chance of one more turn is 2^-128.
  store(session, key, {new_password(session, ""), flags.light});
  crypto::zeroise(key);
}

struct ImportFlags {
  std::string keystore;
  std::string key_file;
  std::string new_password_file;
  bool light = false;
  KnownMnemonicFlags mnemonic;
};

void require_one_source(const ImportFlags& flags) {
  const bool given[] = {!flags.keystore.empty(), !flags.key_file.empty(), flags.mnemonic.prompt,
                        !flags.mnemonic.file.empty(), flags.mnemonic.descriptor >= 0};
  if (flags.mnemonic.key.is_given() && !flags.mnemonic.wanted())
    fail_usage("--index, --path, --passphrase and --passphrase-file are about a mnemonic");
  if (std::ranges::count(given, true) == 1) return;
  fail_usage(
      "give one of --keystore FILE, --key-file FILE, --mnemonic, --mnemonic-file FILE, "
      "--mnemonic-fd N");
}

void import_mnemonic(Session& session, const ImportFlags& flags) {
  const std::string words = known_mnemonic(session.out, flags.mnemonic);
  auto found = key_of_mnemonic(session.out, words, flags.mnemonic.key, false);
  refuse_existing(session, crypto::address_of(found.key));
  store(session, found.key, {new_password(session, flags.new_password_file), flags.light},
        {{"path", found.path}});
  crypto::zeroise(found.key);
}

void import(Session& session, const ImportFlags& flags) {
  require_one_source(flags);
  if (flags.mnemonic.wanted()) {
    import_mnemonic(session, flags);
    return;
  }
  if (!flags.keystore.empty()) {
    refuse_literal_key("--keystore", flags.keystore);
    session.settings.set_flag("account", "from", flags.keystore, "--keystore");
    session.insecure_key.reset();
    refuse_existing(session, session.key_signer().address());
    store(session, session.key_signer().key(),
          {new_password(session, flags.new_password_file), flags.light});
    return;
  }
  refuse_literal_key("--key-file", flags.key_file);
  std::string text = read_text_file(flags.key_file, 128);
  text.resize(std::min(text.find_last_not_of("\r\n") + 1, text.size()));
  auto key = fixed_from_hex<crypto::PrivateKey>(text);
  if (!key || !crypto::is_valid(*key)) {
    fail_file("malformed-key",
              flags.key_file + " must hold 64 hex digits of a valid secp256k1 key");
  }
  refuse_existing(session, crypto::address_of(*key));
  store(session, *key, {new_password(session, flags.new_password_file), flags.light});
  crypto::zeroise(*key);
}

void list(Session& session) {
  Table table{{"address", "keystore"}, {}};
  json::Value document = json::Value::array();
  const fs::path folder = session.home() / "keystore";
  std::vector<fs::path> files;
  if (fs::exists(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& path : files) {
    const auto address = fixed_from_hex<Address>(path.stem().string());
    if (!address || path.extension() != ".json") continue;
    table.rows.push_back({to_hex0x(*address), path.string()});
    document.push(
        json::Value::object({{"address", to_hex0x(*address)}, {"keystore", path.string()}}));
  }
  session.out.result(document, table);
}

void export_key(Session& session, const std::string& out) {
  if (fs::exists(fs::symlink_status(out)))
    fail_file("file-exists", out + " exists already: a key in clear goes into a new file");
  const KeySigner& signer = session.key_signer();
  write_file_durably(out, to_hex0x(signer.key()) + "\n", true);
  session.out.result(json::Value::object({{"address", to_hex0x(signer.address())}, {"file", out}}),
                     "private key of " + to_hex0x(signer.address()) + " in clear in " + out);
}

void passwd(Session& session, const std::string& file) {
  const fs::path path = session.keystore_file();
  session.insecure_key.reset();
  const auto& key = session.key_signer().key();
  store_at(session, path, key, {new_password(session, file, PasswordReuse::kRefused)});
}

}  // namespace

void add_account_commands(Commands& commands) {
  CLI::App& group =
      commands.group("account", "keys: new, import, list, export, passwd, sign, verify");
  auto fresh = std::make_shared<CreateFlags>();
  CLI::App& n = commands.verb(group, "new", "make a key and keep it under a password",
                              [fresh](Session& s) { create(s, *fresh); });
  n.add_flag("--light", fresh->light, "weak password hashing, for development networks");
  add_new_mnemonic_flags(n, fresh->mnemonic);
  auto flags = std::make_shared<ImportFlags>();
  CLI::App& i = commands.verb(group, "import", "take in a keystore, a key file or a mnemonic",
                              [flags](Session& s) { import(s, *flags); });
  i.add_option("--keystore", flags->keystore, "a web3 keystore, version 3");
  i.add_option("--key-file", flags->key_file, "a file with the private key in hex");
  i.add_option("--new-password-file", flags->new_password_file, "password of the new keystore");
  i.add_flag("--light", flags->light, "weak password hashing, for development networks");
  add_known_mnemonic_flags(i, flags->mnemonic);
  commands.verb(group, "list", "keystores of this home", list);
  auto out = std::make_shared<std::string>();
  commands
      .verb(group, "export", "write a private key in clear to a file",
            [out](Session& s) { export_key(s, *out); })
      .add_option("--out", *out, "the file, mode 0600")
      ->required();
  auto password = std::make_shared<std::string>();
  commands
      .verb(group, "passwd", "change a keystore's password",
            [password](Session& s) { passwd(s, *password); })
      .add_option("--new-password-file", *password, "file with the new password");
  add_account_signing_verbs(commands, group);
}

}  // namespace datapact::tools
