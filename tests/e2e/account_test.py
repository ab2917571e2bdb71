"""Keys in a home of their own, without a network: new, import, list, export, passwd, sign, verify.
usage: account_test.py BUILD_DIR"""

import contextlib
import json
import os
import pty
import re
import signal
import stat
import subprocess
import time

from world import PATIENCE_SECONDS, Case, main, run_json

# The first account of the development mnemonic that every Ethereum tool knows.
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
ADDRESS = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"
JUNK = "test test test test test test test test test test test junk"
SECOND_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
SECOND_ADDRESS = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"
# By ethers 6: the first account of JUNK with the passphrase "TREZOR", and of the Chinese words for 16 bytes of zeros.
JUNK_TREZOR_ADDRESS = "0x9313778b3753108128b9c476ebdd42fbd566f4ed"
ZEROS_CHINESE = " ".join(["的"] * 11 + ["在"])
ZEROS_CHINESE_ADDRESS = "0xc76e30854248d3a32ddf963b83af86cdb7f0e463"
# "hello", signed by ethers 6 with KEY.
HELLO = (
    "0xf16ea9a3478698f695fd1401bfe27e9e4a7e8e3da94aa72b021125e31fa899cc"
    "573c48ea3fe1d4ab61a9db10c19032026e3ed2dbccba5a178235ac27f94504311c"
)

TYPED = {
    "types": {"Vote": [{"name": "for", "type": "bool"}]},
    "primaryType": "Vote",
    "domain": {"chainId": 1},
    "message": {"for": True},
}
# Of TYPED, by ethers 6 with KEY.
VOTE_HASH = "0x81236d5dfe90c7ace4847bdf6da472b0e6a4c9411bc15ffafa767af9316b8dbe"
VOTE_DIGEST = "0x41665d65858be69eafbe1c2e6179bb91e720a07fb86ebd06b0a507cc0b5e08ef"
VOTE_SIGNATURE = (
    "0x17c9a1ec50be33bf0625d612fd6937ca943fe930a5c7d2025fc13e19b4255f09"
    "71da5ab7089876ed23fda6c7988bc1a5bc30a0729bfd0960978da9faecf988e71b"
)


def run_with_descriptor(command, text):
    """Runs with the text to be read from a descriptor that `command(N)` names."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    try:
        return run_json(command(reader), stdin=subprocess.DEVNULL, pass_fds=(reader,))
    finally:
        os.close(reader)


class Terminal:
    """A command that asks on a terminal."""

    def __init__(self, command):
        self.screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=inside, stdout=subprocess.PIPE, stderr=inside, text=True,
            start_new_session=True,
        )  # fmt: skip
        os.close(inside)
        self.seen = ""

    def wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not re.search(pattern, self.seen):
            assert time.monotonic() < deadline, f"in vain waited for {pattern} in {self.seen}"
            self.seen += os.read(self.screen, 4096).decode()
        self.seen = ""

    def answer(self, pattern, text):
        self.wait_for(pattern)
        os.write(self.screen, text.encode() + b"\n")

    def end(self):
        """Exit code, standard output, and what the terminal showed since the last answer."""
        out, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        with contextlib.suppress(OSError):  # The other end is closed.
            while piece := os.read(self.screen, 4096):
                self.seen += piece.decode()
        os.close(self.screen)
        return self.process.returncode, out, self.seen


class Accounts(Case):
    def setUp(self):
        self.home = self.folder / self.id().rpartition(".")[2]
        self.home.mkdir()
        self.password = self.file("password", "correct horse\n")

    def file(self, name, text):
        path = self.home / name
        path.write_text(text)
        return path

    def command(self, *words, home=None, **flags):
        given = {"home": home or self.home, "password_file": self.password, **flags}
        line = [self.programs.datapact, "--json"]
        for name, value in given.items():
            if value is not None:
                line += ["--" + name.replace("_", "-"), value]
        return line + list(words)

    def run_command(self, *words, **flags):
        return run_json(self.command(*words, **flags), stdin=subprocess.DEVNULL)

    def import_key(self, key=KEY, **flags):
        path = self.file("key", key + "\n")
        return self.run_command("account", "import", "--light", "--key-file", path, **flags)

    def mode_of(self, path):
        return stat.S_IMODE(os.stat(path).st_mode)

    # --- making, taking in, listing ----------------------------------------------------------------------------------

    def test_new(self):
        """A new key lies under its address in a keystore of mode 0600, and no output has it"""
        os.umask(0)
        made = self.run_command("account", "new", "--light")
        path = self.home / "keystore" / f"{made['address']}.json"
        self.assertEqual(made, {"address": made["address"], "keystore": str(path)})
        self.assertEqual((self.mode_of(path), self.mode_of(path.parent)), (0o600, 0o700))
        keystore = json.loads(path.read_text())
        self.assertEqual((keystore["version"], "0x" + keystore["address"]), (3, made["address"]))
        other = self.run_command("account", "new", "--light")
        self.assertNotEqual(made["address"], other["address"])

    def test_new_is_slow(self):
        """Without --light a keystore has the scrypt parameters of wallets"""
        made = self.run_command("account", "new")
        kdf = json.loads((self.home / "keystore" / f"{made['address']}.json").read_text())["crypto"]["kdfparams"]
        self.assertEqual((kdf["n"], kdf["r"], kdf["p"]), (262144, 8, 1))

    def test_list(self):
        """list shows the keystores of the home in the order of their addresses, and nothing else that lies there"""
        self.assertEqual(self.run_command("account", "list"), [])
        self.import_key(KEY)
        self.import_key(SECOND_KEY)
        (self.home / "keystore" / "README.json").write_text("{}")
        (self.home / "keystore" / f"{SECOND_ADDRESS}.json.bak").write_text("{}")
        listed = self.run_command("account", "list", password_file=None)
        folder = self.home / "keystore"
        self.assertEqual(
            listed,
            [{"address": name, "keystore": str(folder / f"{name}.json")} for name in (SECOND_ADDRESS, ADDRESS)],
        )

    def test_import_twice(self):
        """An account that is there is not replaced"""
        self.import_key()
        before = (self.home / "keystore" / f"{ADDRESS}.json").read_bytes()
        with self.refused(6, "account-exists", f"{ADDRESS}.json exists already"):
            self.import_key()
        self.assertEqual((self.home / "keystore" / f"{ADDRESS}.json").read_bytes(), before)

    def test_import_keystore(self):
        """A keystore goes to another home under a password of its own, and the first one stays as it was"""
        self.import_key()
        source = self.home / "keystore" / f"{ADDRESS}.json"
        other, fresh = self.home / "other", self.file("fresh", "battery staple\n")
        words = ("account", "import", "--light", "--keystore", source)
        taken = self.run_command(*words, "--new-password-file", fresh, home=other)
        self.assertEqual(taken["address"], ADDRESS)
        copy = other / "keystore" / f"{ADDRESS}.json"
        self.assertEqual(self.mode_of(copy), 0o600)
        own = {"home": other, "from": ADDRESS}
        with self.refused(6, "keystore", f"{copy}: wrong password"):
            self.run_command("account", "sign", "hello", **own)
        signed = self.run_command("account", "sign", "hello", **{**own, "password_file": fresh})
        self.assertEqual(signed["signature"], HELLO)
        self.assertEqual(self.run_command("account", "sign", "hello", **{"from": source})["signature"], HELLO)
        with self.refused(6, "account-exists", f"{copy} exists already"):
            self.run_command(*words, home=other)

    def test_import_keystore_takes_the_named_one(self):
        """A keystore is taken in as named, whatever account the command line signs with otherwise"""
        self.import_key()
        source = self.home / "keystore" / f"{ADDRESS}.json"
        words = ("account", "import", "--light", "--keystore", source)
        taken = self.run_command(*words, home=self.home / "other", insecure_key=SECOND_KEY)
        self.assertEqual(taken["address"], ADDRESS)

    def test_import_malformed(self):
        """A key file that holds no key is refused without showing what it holds"""
        for text in ("", "0x12", KEY + "00", "0x" + "00" * 32, "0x" + "ff" * 32, "correct horse"):
            with self.subTest(text), self.refused(3, "malformed-key", "64 hex digits") as refusal:
                self.import_key(text)
            if text:
                self.assertNotIn(text, str(refusal.error))
        for words in ((), ("--keystore", "a", "--key-file", "b"), ("--mnemonic", "--mnemonic-fd", "0")):
            with self.subTest(words), self.refused(2, "usage", "give one of --keystore FILE, --key-file FILE"):
                self.run_command("account", "import", *words)

    # --- mnemonics ---------------------------------------------------------------------------------------------------

    def import_words(self, words, *flags, **options):
        return self.run_command(
            "account", "import", "--light", "--mnemonic-file", self.file("words", words), *flags, **options
        )  # fmt: skip

    def test_import_mnemonic(self):
        """A mnemonic gives the accounts that other wallets find: by index, by path, in any case and spacing"""
        for number, (words, flags, address, path) in enumerate((
            (JUNK, (), ADDRESS, "m/44'/60'/0'/0/0"),
            (JUNK, ("--index", "1"), SECOND_ADDRESS, "m/44'/60'/0'/0/1"),
            (JUNK, ("--path", "m/44h/60h/0h/0/1"), SECOND_ADDRESS, "m/44'/60'/0'/0/1"),
            (JUNK.upper().replace(" ", "\n") + "\r\n", (), ADDRESS, "m/44'/60'/0'/0/0"),
            (ZEROS_CHINESE, (), ZEROS_CHINESE_ADDRESS, "m/44'/60'/0'/0/0"),
            (ZEROS_CHINESE.replace(" ", ""), (), ZEROS_CHINESE_ADDRESS, "m/44'/60'/0'/0/0"),
        )):  # fmt: skip
            home = self.home / f"home-{number}"
            with self.subTest(words, flags=flags):
                taken = self.import_words(words, *flags, home=home)
                keystore = str(home / "keystore" / f"{address}.json")
                self.assertEqual(taken, {"address": address, "keystore": keystore, "path": path})
        signed = self.run_command("account", "sign", "hello", **{"home": self.home / "home-0", "from": ADDRESS})
        self.assertEqual(signed["signature"], HELLO)
        with self.refused(6, "account-exists", f"{ADDRESS}.json exists already"):
            self.import_words(JUNK, home=self.home / "home-0")

    def test_mnemonic_descriptor(self):
        """The words are read from a descriptor, or asked for without echo"""

        def words(descriptor):
            return self.command("account", "import", "--light", "--mnemonic-fd", descriptor)

        self.assertEqual(run_with_descriptor(words, JUNK + "\nmore\n")["address"], ADDRESS)
        with self.refused(6, "no-mnemonic", "--mnemonic-fd has no line"):
            run_with_descriptor(words, "")
        with self.refused(6, "no-password", "no terminal") as refusal:
            self.run_command("account", "import", "--mnemonic")
        self.assertIn("--mnemonic-file", refusal.error.hint)
        terminal = Terminal(self.command("account", "import", "--light", "--mnemonic", "--index", "1"))
        terminal.answer("words of the mnemonic: ", JUNK)
        code, out, seen = terminal.end()
        self.assertEqual((code, json.loads(out)["address"], "junk" in seen), (0, SECOND_ADDRESS, False))

    def test_wrong_mnemonic(self):
        """A wrong mnemonic is one clear error: their number, the word with what was meant, or the checksum"""
        for words, message, hint in (
            ("", "a mnemonic has 12, 15, 18, 21 or 24 words, got 0", ""),
            (JUNK + " junk", "a mnemonic has 12, 15, 18, 21 or 24 words, got 13", ""),
            (
                JUNK.replace("junk", "juunk"), 'word 12, "juunk", is not in the English list of BIP-39',
                "did you mean junk?",
            ),
            (ZEROS_CHINESE.replace("在", "汎"), 'word 12, "汎", is not in the simplified Chinese list of BIP-39', ""),
            (JUNK.replace("junk", "test"), "the checksum of the mnemonic is wrong: a word is another one", ""),
        ):  # fmt: skip
            with self.subTest(words), self.refused(6, "mnemonic", re.escape(message)) as refusal:
                self.import_words(words)
            self.assertEqual(refusal.error.hint, hint)
        self.assertFalse((self.home / "keystore").exists())

    def test_mnemonic_usage(self):
        """Paths, indexes and flags that do not fit are usage errors, and words are no value of a flag"""
        for flags, message in (
            (("--index", "2147483648"), "--index must be a number below 2147483648"),
            (("--index", "one"), "--index must be"),
            (("--path", "44'/60'"), "--path must be such as m/44'/60'/0'/0/0"),
            (("--path", "m", "--index", "0"), "either --path or --index"),
        ):
            with self.subTest(flags), self.refused(2, "usage", message):
                self.import_words(JUNK, *flags)
        with self.refused(2, "literal-key", "--mnemonic-file is given words") as refusal:
            self.run_command("account", "import", "--mnemonic-file", JUNK)
        self.assertNotIn("junk", refusal.error.message + refusal.error.hint)
        with self.refused(2, "usage", "are about a mnemonic"):
            self.run_command("account", "import", "--key-file", "key", "--index", "1")
        for flags, message in (
            (("--mnemonic",), "the words would be lost"),
            (("--show-mnemonic",), "--show-mnemonic is about a mnemonic, and needs --mnemonic"),
            (("--index", "1"), "--index is about a mnemonic, and needs --mnemonic"),
            (("--words", "24"), "--words is about a mnemonic, and needs --mnemonic"),
            (("--mnemonic-language", "zh_CN"), "--mnemonic-language is about a mnemonic, and needs --mnemonic"),
            (("--mnemonic", "--show-mnemonic", "--words", "0"), "--words must be 12, 15, 18, 21 or 24, got 0"),
            (("--mnemonic", "--show-mnemonic", "--words", "13"), "--words must be 12, 15, 18, 21 or 24, got 13"),
            (("--mnemonic", "--show-mnemonic", "--mnemonic-language", "fr"), "--mnemonic-language must be en or zh_CN"),
            (("--mnemonic", "--show-mnemonic", "--path", "x"), "--path must be"),
        ):
            with self.subTest(flags), self.refused(2, "usage", message):
                self.run_command("account", "new", "--light", *flags)
        self.assertFalse((self.home / "keystore").exists())

    def test_passphrase(self):
        """A passphrase decides the account, whichever way its letters were typed"""
        phrase = self.file("phrase", "TREZOR\n")
        taken = self.import_words(JUNK, "--passphrase-file", phrase)
        self.assertEqual(taken["address"], JUNK_TREZOR_ADDRESS)
        forms = ("\u00e9 \uff21", "e\u0301 \uff21", "e\u0301 A")
        found = set()
        for number, text in enumerate(forms):
            phrase = self.file("phrase", text + "\n")
            found.add(self.import_words(JUNK, "--passphrase-file", phrase, home=self.home / str(number))["address"])
        self.assertEqual(len(found), 1)
        (self.home / "phrase").write_bytes(b"\xff\n")
        with self.refused(6, "mnemonic", "passphrase of a mnemonic must be UTF-8"):
            self.import_words(JUNK, "--passphrase-file", self.home / "phrase")
        terminal = Terminal(
            self.command("account", "new", "--light", "--mnemonic", "--show-mnemonic", "--passphrase")
        )  # fmt: skip
        terminal.answer("passphrase of the mnemonic: ", "TREZOR")
        terminal.answer("once more: ", "TREZOR")
        code, out, _ = terminal.end()
        made = json.loads(out)
        self.assertEqual(code, 0)
        again = self.import_words(made["mnemonic"], "--passphrase-file", self.file("phrase", "TREZOR"), home=self.home / "2")
        self.assertEqual(again["address"], made["address"])

    def test_new_mnemonic(self):
        """New words are shown once by name, or go to a new file of mode 0600; they give the account again"""
        os.umask(0)
        for number, (count, language) in enumerate(((12, "en"), (15, "zh_CN"), (18, "en"), (21, "en"), (24, "zh_CN"))):
            out, home = self.home / f"words-{number}", self.home / f"home-{number}"
            flags = ("--words", str(count), "--mnemonic-language", language, "--index", str(number))
            made = self.run_command("account", "new", "--light", "--mnemonic", "--mnemonic-out", out, *flags)
            self.assertEqual(set(made), {"address", "keystore", "path"})
            self.assertEqual((made["path"], self.mode_of(out)), (f"m/44'/60'/0'/0/{number}", 0o600))
            words = out.read_text()
            self.assertEqual((len(words.split()), words.isascii()), (count, language == "en"))
            again = self.import_words(words, "--index", str(number), home=home)
            self.assertEqual(again["address"], made["address"])
            with self.refused(3, "file-exists", f"{out} exists already"):
                self.run_command("account", "new", "--light", "--mnemonic", "--mnemonic-out", out)
            self.assertEqual(out.read_text(), words)
        shown = self.run_command("account", "new", "--light", "--mnemonic", "--show-mnemonic")
        self.assertEqual(len(shown["mnemonic"].split()), 12)
        again = self.import_words(shown["mnemonic"], home=self.home / "shown")
        self.assertEqual(again["address"], shown["address"])

    def test_export_to_what_exists(self):
        """A key in clear goes into a new file only: nothing that is there is overwritten, and no link is followed"""
        self.import_key()
        there = self.file("there", "precious\n")
        link = self.home / "link"
        link.symlink_to(self.home / "nowhere")
        for out in (there, link):
            with self.subTest(out), self.refused(3, "file-exists", "exists already"):
                self.run_command("account", "export", "--out", out, **{"from": ADDRESS})
        self.assertEqual(there.read_text(), "precious\n")
        self.assertFalse((self.home / "nowhere").exists())

    # --- passwords ---------------------------------------------------------------------------------------------------

    def test_wrong_password(self):
        """A wrong password is refused by every command that opens the keystore"""
        self.import_key()
        wrong = self.file("wrong", "guess\n")
        for words in (
            ("sign", "text"),
            ("passwd", "--new-password-file", self.password),
            ("export", "--out", self.home / "clear"),
        ):
            with self.subTest(words), self.refused(6, "keystore", f"{ADDRESS}.json: wrong password"):
                self.run_command("account", *words, **{"from": ADDRESS, "password_file": wrong})
        self.assertFalse((self.home / "clear").exists())

    def test_password_descriptor(self):
        """The password is read from a descriptor, up to the end of its first line"""
        self.import_key()

        def sign(descriptor):
            flags = {"from": ADDRESS, "password_file": None, "password_fd": descriptor}
            return self.command("account", "sign", "hello", **flags)

        for text in ("correct horse\nmore\n", "correct horse", "correct horse\r\n"):
            with self.subTest(text):
                self.assertEqual(run_with_descriptor(sign, text)["signature"], HELLO)
        with self.refused(6, "keystore", "wrong password"):
            run_with_descriptor(sign, "guess\n")

        def new(descriptor):
            return self.command("account", "new", "--light", password_file=None, password_fd=descriptor)

        made = run_with_descriptor(new, "correct horse\n")
        self.run_command("account", "sign", "hello", **{"from": made["address"]})
        with self.refused(6, "no-password", "descriptor 999"):
            self.run_command("account", "sign", "x", **{"from": ADDRESS, "password_file": None, "password_fd": 999})

    def test_no_password(self):
        """Without a password and without a terminal to ask on, the flags to give are named"""
        self.import_key()
        with self.refused(6, "no-password", "no terminal") as refusal:
            self.run_command("account", "sign", "hello", **{"from": ADDRESS, "password_file": None})
        self.assertIn("--password-file", refusal.error.hint)

    def test_passwd(self):
        """passwd changes the password: the old one does not open the keystore any more, the key is the same"""
        self.import_key()
        path = self.home / "keystore" / f"{ADDRESS}.json"
        fresh = self.file("fresh", "battery staple\n")
        self.run_command("account", "passwd", "--new-password-file", fresh, **{"from": ADDRESS})
        self.assertEqual(self.mode_of(path), 0o600)
        with self.refused(6, "keystore", "wrong password"):
            self.run_command("account", "sign", "hello", **{"from": ADDRESS})
        signed = self.run_command("account", "sign", "hello", **{"from": ADDRESS, "password_file": fresh})
        self.assertEqual(signed["signature"], HELLO)

    def test_passwd_of_a_file(self):
        """passwd changes the keystore that it was given, also outside the home"""
        self.import_key()
        inside = self.home / "keystore" / f"{ADDRESS}.json"
        outside = self.home / "outside.json"
        inside.rename(outside)
        fresh = self.file("fresh", "battery staple\n")
        done = self.run_command("account", "passwd", "--new-password-file", fresh, **{"from": outside})
        self.assertEqual((done["keystore"], inside.exists()), (str(outside), False))
        with self.refused(6, "keystore", "wrong password"):
            self.run_command("account", "sign", "hello", **{"from": outside})

    def test_empty_password(self):
        """A password file, a descriptor or an answer that is empty gives no new keystore, and says so"""
        empty = self.file("empty", "\nsecond line\n")
        new = ("account", "new", "--light")
        with self.refused(6, "empty-password", f"must not be empty, and the first line of {empty} has none"):
            self.run_command(*new, password_file=empty)
        with self.refused(6, "empty-password", "must not be empty, and the line of --password-fd has none"):
            run_with_descriptor(lambda n: self.command(*new, password_file=None, password_fd=n), "\n")
        terminal = Terminal(self.command(*new, password_file=None))
        terminal.answer("new password: ", "")
        code, out, _ = terminal.end()
        self.assertEqual((code, json.loads(out)["error"]["name"]), (6, "empty-password"))
        self.assertFalse((self.home / "keystore").exists())
        self.import_key()
        with self.refused(6, "empty-password", "must not be empty"):
            self.run_command("account", "passwd", "--new-password-file", empty, **{"from": ADDRESS})
        self.assertEqual(self.run_command("account", "sign", "hello", **{"from": ADDRESS})["signature"], HELLO)

    def test_passwd_asks(self):
        """passwd never takes the old password's file for the new one's"""
        self.import_key()
        before = (self.home / "keystore" / f"{ADDRESS}.json").read_bytes()
        with self.refused(6, "no-password", "no terminal"):
            self.run_command("account", "passwd", **{"from": ADDRESS})
        self.assertEqual((self.home / "keystore" / f"{ADDRESS}.json").read_bytes(), before)

    def test_prompt(self):
        """A new password is asked for twice, without echo; the two must be equal"""
        terminal = Terminal(self.command("account", "new", "--light", password_file=None))
        terminal.answer("new password: ", "first")
        terminal.answer("once more: ", "second")
        code, out, seen = terminal.end()
        self.assertEqual((code, json.loads(out)["error"]["message"]), (2, "the two passwords differ"))
        terminal = Terminal(self.command("account", "new", "--light", password_file=None))
        terminal.answer("new password: ", "correct horse")
        terminal.answer("once more: ", "correct horse")
        code, out, seen = terminal.end()
        self.assertEqual((code, "horse" in seen), (0, False))
        self.run_command("account", "sign", "hello", **{"from": json.loads(out)["address"]})

    def test_interrupted_prompt(self):
        """Ctrl-C at a prompt ends the command with 130 and leaves no keystore"""
        terminal = Terminal(self.command("account", "new", "--light", password_file=None))
        terminal.wait_for("new password: ")
        terminal.process.send_signal(signal.SIGINT)
        code, out, _ = terminal.end()
        self.assertEqual((code, json.loads(out)["error"]["name"]), (130, "interrupted"))
        self.assertFalse((self.home / "keystore").exists())

    # --- keys in clear -----------------------------------------------------------------------------------------------

    def test_export(self):
        """The key in clear goes to the file that was named, of mode 0600, and nowhere else"""
        self.import_key()
        os.umask(0)
        for form in ("--json", "--plain", "--quiet"):
            out = self.home / f"clear{form}"
            line = self.command("account", "export", "--out", out, **{"from": ADDRESS})
            line[line.index("--json")] = form
            done = subprocess.run(
                [str(word) for word in line], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
            )
            self.assertEqual((out.read_text(), self.mode_of(out)), (KEY + "\n", 0o600))
            self.assertNotIn(KEY[2:], done.stdout + done.stderr)
        with self.refused(2, "usage", "--out is required"):
            self.run_command("account", "export", **{"from": ADDRESS})
        self.assertEqual(self.import_key(out.read_text().strip(), home=self.home / "other")["address"], ADDRESS)

    def test_words_on_the_line(self):
        """Words of a mnemonic on the command line are refused, and no error repeats them"""
        for words in (("--mnemonic", "abandon", "ability"), ("--mnemonic=abandon ability",), ("--mnemonic", "abandon ability")):
            with self.subTest(words), self.refused(2, "literal-key", "every user of this machine can read") as refusal:
                self.run_command("account", "import", *words)
            self.assertNotIn("abandon", refusal.error.message + refusal.error.hint)

    def test_literal_key(self):
        """A private key as the value of a flag is refused, and not shown; only --insecure-key takes one"""
        self.import_key()
        for key in (KEY, KEY[2:]):
            for words, flags in (
                (("account", "sign", "hello"), {"from": key}),
                (("account", "import", "--key-file", key), {}),
                (("account", "import", "--keystore", key), {}),
                (("account", "sign", "hello"), {"from": ADDRESS, "password_file": key}),
            ):
                with self.subTest(words, **flags), self.refused(2, "literal-key", "^--.*--insecure-key") as refusal:
                    self.run_command(*words, **flags)
                self.assertNotIn(KEY[2:], refusal.error.message + refusal.error.hint)
        self.assertEqual(self.run_command("account", "sign", "hello", insecure_key=KEY)["signature"], HELLO)
        with self.refused(2, "usage", "--insecure-key must be 64 hex digits.*hidden"):
            self.run_command("account", "sign", "hello", insecure_key=KEY[:-2])

    # --- signatures --------------------------------------------------------------------------------------------------

    def test_sign(self):
        """A text is signed as EIP-191 has it; texts may be empty or in any language"""
        self.import_key()
        signed = self.run_command("account", "sign", "hello", **{"from": ADDRESS})
        self.assertEqual(signed, {"address": ADDRESS, "message": "hello", "signature": HELLO})
        for text in ("", "数据", "a" * 1000, "two\nlines"):
            with self.subTest(text[:9]):
                signature = self.run_command("account", "sign", text, insecure_key=KEY)["signature"]
                verified = self.run_command("account", "verify", ADDRESS, text, signature)
                self.assertEqual(verified, {"address": ADDRESS, "ok": True})

    def test_verify(self):
        """A signature of another text or key is refused with exit code 8; who signed is named when it was somebody"""
        words = ("account", "verify", ADDRESS, "hello")
        self.assertEqual(self.run_command(*words, HELLO), {"address": ADDRESS, "ok": True})
        with self.refused(8, "wrong-signer", f"signed by {ADDRESS}, not by {SECOND_ADDRESS}"):
            self.run_command("account", "verify", SECOND_ADDRESS, "hello", HELLO)
        with self.refused(8, "wrong-signer", "signed by 0x[0-9a-f]{40}, not by"):
            self.run_command("account", "verify", ADDRESS, "hullo", HELLO)
        order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
        s = int(HELLO[66:130], 16)
        high = f"{HELLO[:66]}{order - s:064x}1b"
        for signature in (high, HELLO[:-2] + "1d", HELLO[:-2] + "00", "0x" + "00" * 64 + "1b"):
            with self.subTest(signature), self.refused(8, "wrong-signer", "recovers nobody"):
                self.run_command(*words, signature)
        for signature in (HELLO[:-2], HELLO + "00", "signature"):
            with self.subTest(signature), self.refused(2, "usage", "SIGNATURE must be 65 bytes in hex"):
                self.run_command(*words, signature)

    def test_typed_data(self):
        """Typed data is signed and verified as EIP-712 has it, with the hashes of its parts"""
        path = self.file("typed.json", json.dumps(TYPED))
        signed = self.run_command("account", "sign", "--typed", path, insecure_key=KEY)
        signature = signed.pop("signature")
        self.assertEqual(
            signed,
            {
                "address": ADDRESS,
                "primaryType": "Vote",
                "domainSeparator": "0x2d9145f2f941cb14d4c738374c6ebde69c75a737e93da5905ee040bab57e46a8",
                "messageHash": VOTE_HASH,
                "digest": VOTE_DIGEST,
            },
        )
        self.assertEqual(signature, VOTE_SIGNATURE)
        verify = ("account", "verify", ADDRESS, signature, "--typed", path)
        self.assertEqual(self.run_command(*verify), {"address": ADDRESS, "ok": True})
        other = self.file("other.json", json.dumps({**TYPED, "message": {"for": False}}))
        with self.refused(8, "wrong-signer", f"signed by 0x[0-9a-f]*, not by {ADDRESS}"):
            self.run_command("account", "verify", ADDRESS, signature, "--typed", other)

    def test_typed_data_usage(self):
        """Typed data that is malformed is refused with its place; a text and typed data do not go together"""
        path = self.file("typed.json", json.dumps({**TYPED, "message": {"for": 1}}))
        with self.refused(3, "malformed-typed-data", f"{path}: message.for: bool must be true or false, got 1"):
            self.run_command("account", "sign", "--typed", path, insecure_key=KEY)
        with self.refused(3, "not-json", f"{self.file('text', 'x')} is not JSON"):
            self.run_command("account", "sign", "--typed", self.home / "text", insecure_key=KEY)
        for words in (("sign",), ("sign", "text", "--typed", path)):
            with self.subTest(words), self.refused(2, "usage", "either MESSAGE or --typed FILE"):
                self.run_command("account", *words, insecure_key=KEY)
        for words in ((ADDRESS, HELLO), (ADDRESS, "hello", HELLO, "--typed", path)):
            with self.subTest(words), self.refused(2, "usage", "ADDRESS SIGNATURE --typed FILE"):
                self.run_command("account", "verify", *words)


if __name__ == "__main__":
    main(Accounts, with_world=False)
