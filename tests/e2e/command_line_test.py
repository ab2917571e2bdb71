"""What is the same in every command: formats, colours, notes, settings and where they come from.
usage: command_line_test.py BUILD_DIR"""

import json
import os
import pty
import re
import shutil
import subprocess

from world import Case, main

RED = "\x1b[31m"
BOLD = "\x1b[1m"


class CommandLine(Case):
    def start(self, *words, env=None, **options):
        """The program itself, without --json or a party's flags."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DATAPACT_") and name != "NO_COLOR"}
        line = [str(word) for word in (self.programs.datapact, *words)]
        return subprocess.Popen(line, env={**clean, "LANG": "C", **(env or {})}, text=True, **options)

    def run_text(self, *words, env=None):
        """Exit code, stdout, stderr; both are pipes."""
        process = self.start(*words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def run_on_terminal(self, *words, env=None):
        """What a terminal shows of stdout and stderr."""
        ours, theirs = pty.openpty()
        process = self.start(*words, env=env, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed
                piece = b""
            if not piece:
                break
            shown += piece
        os.close(ours)
        process.wait(timeout=60)
        return shown.decode()

    # --- formats and colours -----------------------------------------------------------------------------------------

    def test_numbers(self):
        """A number that is negative, too large or none is refused by name, in the words of the rule"""
        for words in (
            ("data", "register", "file", "--lot-bytes"),
            ("data", "register", "file", "--chunk-bytes"),
            ("chain", "block", "--follow", "--count"),
            ("deal", "offer", "request", "--amount", "1", "--lock-for"),
            ("deal", "check", "0x00", "--work-seconds"),
            ("devnet", "up", "--validators"),
        ):
            for bad in ("-1", "99999999999999999999999", "abc", "1.5", "0x10"):
                with self.subTest(words=words, bad=bad):
                    code, _, err = self.run_text(*words[:-1], f"{words[-1]}={bad}")
                    self.assertEqual(code, 2)
                    self.assertIn(f'{words[-1]}: must be a whole decimal number from 0, got "{bad}"', err)

    def test_empty_values(self):
        """The value of a variable that is not set is refused by the name of the flag, and no default takes its place"""
        for words in (
            ("--home", "", "account", "list"),
            ("--rpc", "", "chain", "status"),
            ("--config", "", "config", "show"),
            ("--signer", "", "config", "show"),
            ("--from", "", "config", "show"),
            ("--password-file", "", "account", "new"),
            ("--timeout", "", "config", "show"),
            ("devnet", "up", "--dir", ""),
            ("account", "export", "--out", ""),
            ("deal", "fetch", "0x00", "--url", ""),
        ):
            flag = next(word for word, value in zip(words, words[1:]) if value == "")
            with self.subTest(words=words):
                code, out, err = self.run_text(*words)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(f"error: {flag}: must not be empty\n", err)
        code, _, err = self.run_text("--home=", "config", "show")
        self.assertEqual((code, err), (2, "error: --home: must not be empty\ntry:   datapact --help\n"))
        code, _, err = self.run_text("config", "check", "")
        self.assertEqual(code, 2)
        self.assertIn("FILE: must not be empty", err)
        key = "0x" + "11" * 32
        self.assertEqual(self.run_text("--insecure-key", key, "account", "sign", "")[0], 0)

    def test_descriptors(self):
        """A descriptor that is none is refused, and not taken for one that was not given"""
        for words in (("account", "new", "--password-fd"), ("account", "import", "--mnemonic-fd")):
            for bad in ("-1", "one"):
                with self.subTest(words=words, bad=bad):
                    code, _, err = self.run_text(*words, bad)
                    self.assertEqual(code, 2)
                    self.assertIn(f'{words[-1]}: must be a whole decimal number from 0, got "{bad}"', err)

    def test_wrong_values(self):
        """A wrong value is refused by the name of its own flag, with the rule that it breaks"""
        (self.folder / "file").write_text("data")
        for words, message in (
            (("data", "serve", "--listen", "abc"), '--listen must be HOST:PORT with a port up to 65535, got "abc"'),
            (("data", "serve", "--listen", ":80"), '--listen must be HOST:PORT with a port up to 65535, got ":80"'),
            (("data", "serve", "--listen", "h:x"), '--listen must be HOST:PORT with a port up to 65535, got "h:x"'),
            (("chain", "logs", "--from-block", "x"), '--from-block must be a height in decimal or 0x, or latest, earliest, '
                                                     'pending, safe or finalized, got "x"'),
            (("chain", "logs", "--to-block", "1.5"), "--to-block must be a height"),
            (("chain", "logs", "--follow", "--from-block", "x"), "--from-block must be a height"),
            (("chain", "logs", "--from-block", "5", "--to-block", "3"),
             "--from-block must not be above --to-block, got 5 and 3"),
            (("chain", "validators", "--at", "x"), "--at must be a decimal or 0x number"),
            (("--home", self.folder / "h", "--insecure-key", "0x" + "11" * 32, "data", "register", self.folder / "file",
              "--chunk-bytes", "33"), "--chunk-bytes must be a multiple of 32 from 1024 to 65536, got 33"),
        ):  # fmt: skip
            with self.subTest(words=words):
                code, out, err = self.run_text(*words)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(f"error: {message}", err)

    def test_two_formats(self):
        """--json and --plain exclude each other"""
        code, out, err = self.run_text("--json", "--plain", "config", "show")
        self.assertEqual((code, err), (2, ""))
        self.assertIn("--json excludes --plain", json.loads(out)["error"]["message"])

    def test_hint_of_a_command(self):
        """The hint after a line that was not understood is the help of the command that it names"""
        for words, place in (
            (("deal", "offer", "--no-such-flag"), "datapact deal offer"),
            (("deal", "offer"), "datapact deal offer"),
            (("deal",), "datapact deal"),
            (("--no-such-flag",), "datapact"),
            (("rpc",), "datapact rpc"),
            (("account", "import", "--mnemonic", "these", "words"), "datapact account import"),
        ):
            with self.subTest(words=words):
                code, _, err = self.run_text(*words)
                self.assertEqual(code, 2)
                self.assertTrue(err.endswith(f"try:   {place} --help\n"), err)

    def test_colours(self):
        """Colours are for terminals, unless they are asked for or refused"""
        wrong = ("sell",)
        self.assertIn(f"{RED}error: ", self.run_on_terminal(*wrong))
        self.assertNotIn("\x1b", self.run_on_terminal(*wrong, env={"NO_COLOR": "1"}))
        self.assertIn(RED, self.run_on_terminal(*wrong, env={"NO_COLOR": ""}))
        self.assertNotIn("\x1b", self.run_on_terminal("--color", "never", *wrong))
        self.assertNotIn("\x1b", self.run_text(*wrong)[2])
        self.assertIn(RED, self.run_text("--color=always", *wrong)[2])
        self.assertIn(f"{BOLD}setting", self.run_on_terminal("config", "show"))
        self.assertIn(f"{BOLD}setting", self.run_text("config", "show", env={"DATAPACT_OUTPUT_COLOR": "always"})[1])
        code, _, err = self.run_text("--color", "blue", "config", "show")
        self.assertEqual((code, err), (2, 'error: --color must be auto, always or never, got "blue"\n'))

    def test_plain(self):
        """Tab-separated values have no heading and no colour, and escape what would end a value"""
        code, out, _ = self.run_text("--plain", "--color", "always", "config", "show", "--home", "a\tb\nc\\d")
        self.assertEqual(code, 0)
        rows = [line.split("\t") for line in out.splitlines()]
        self.assertEqual({len(row) for row in rows}, {3})
        self.assertEqual(rows[0][0], "rpc.url")
        self.assertEqual(next(row[1] for row in rows if row[0] == "home.path"), "a\\tb\\nc\\\\d")

    def test_quiet_and_verbose(self):
        """-v says what is asked of whom and which files are used, -q says nothing, and stdout stays the same"""
        home = self.folder / "home"
        password = self.folder / "password"
        password.write_text("secret\n")
        new = ("--home", home, "--password-file", password, "account", "new", "--light")
        code, out, err = self.run_text("-v", "--json", *new)
        self.assertEqual(code, 0, err)
        address = json.loads(out)["address"]
        self.assertIn(f"read {password}\n", err)
        self.assertIn(f"wrote {home}/keystore/{address}.json\n", err)
        self.assertNotIn("secret", err)
        code, out, err = self.run_text("-v", "--rpc", self.world.url, "rpc", "eth_chainId")
        self.assertEqual((code, out), (0, "0x4f24\n"))
        self.assertRegex(err, rf"^endpoint {self.world.url} \(flag --rpc\)\neth_chainId \d+\.\d ms\n$")
        self.assertEqual(self.run_text("-q", "--rpc", self.world.url, "rpc", "eth_chainId"), (0, "0x4f24\n", ""))
        buyer = self.world.buyer
        line = buyer.command("tx", "send", buyer.address, "--value", "0")[1:]
        code, _, err = self.run_text("-v", *line)
        self.assertEqual(code, 0, err)
        self.assertRegex(err, r"\ngas \d+: the estimate of \d+ and a fifth more; nonce \d+\neth_sendRawTransaction \d")
        self.assertEqual(self.run_text("-q", "-v", "config", "show")[0], 2)

    # --- help, manual ----------------------------------------------------------------------------------------

    def test_help(self):
        """The first help has a dozen groups, --all the rest; a command's help has an example"""
        code, first, _ = self.run_text("--help")
        groups = re.findall(r"^  ([a-z]+) {2,}", first.partition("Subcommands:")[2], re.M)
        self.assertEqual((code, len(groups)), (0, 12), first)
        self.assertNotIn("completion", groups)
        self.assertRegex(self.run_text("--help", "--all")[1], r"\n  completion +a script")
        self.assertIn("Example: datapact deal offer request.json --amount", self.run_text("deal", "offer", "--help")[1])

    def test_chinese(self):
        """Help, headings and hints are Chinese by --lang, setting or LANG; tab-separated values and documents stay"""
        for words, env in ((("--lang", "zh_CN"), {}), (("--lang=zh_CN",), {}), ((), {"DATAPACT_OUTPUT_LANGUAGE": "zh_CN"}),
                           ((), {"LANG": "zh_CN.UTF-8"})):  # fmt: skip
            with self.subTest(words, env=env):
                self.assertRegex(self.run_text(*words, "deal", "--help", env=env)[1], r"\n  lock +再次检查全部并锁定价款\n")
                self.assertRegex(self.run_text(*words, "config", "show", env=env)[1], r"^配置项 +值 +含义\n")
        self.assertIn("check everything again", self.run_text("--lang", "en", "deal", "--help", env={"LANG": "zh_CN.UTF-8"})[1])
        _, _, err = self.run_text("--lang", "zh_CN", "--rpc", "http://127.0.0.1:9", "chain", "status")
        self.assertRegex(err, "^错误：.*\n建议：服务器在运行吗？")
        chinese = ("--lang", "zh_CN", "--rpc", self.world.url)
        self.assertRegex(self.run_text(*chinese, "chain", "status")[1], "^链 .*\n链头 ")
        self.assertRegex(self.run_text(*chinese, "--plain", "chain", "status")[1], "^chain\t.*\nhead\t")
        self.assertIn("mood", json.loads(self.run_text(*chinese, "--json", "chain", "status")[1]))

    def test_chinese_errors(self):
        """Errors and hints are Chinese, what the user wrote in them stays, and so do name and code in the error document"""
        chinese = ("--lang", "zh_CN")
        for words, message, hint in (
            (("sell",), "datapact 没有“sell”命令", "您是否想用"),
            (("deal", "offer"), "必须给出 REQUEST", "datapact deal offer --help"),
            (("deal", "show", "x", "more"), "多出的参数：more", "datapact deal show --help"),
            (("--home", "", "config", "show"), "--home：不得为空", "datapact config show --help"),
            (("devnet", "up", "--validators", "x"), "--validators：必须为从 0 起的十进制整数，所给为“x”", ""),
            (("--json", "--plain", "config", "show"), "--json 不能与 --plain 同用", ""),
            (("--color", "data", "config", "show"), "--color 必须为 auto、always 或 never，所给为“data”", ""),
            (("config", "check", "/nowhere/offer"), "没有此文件：/nowhere/offer", ""),
            (("account", "sign", "text"), "没有用于签名的账户", "请给出 --from"),
            (("--rpc", "http://127.0.0.1:9", "chain", "status"), "http://127.0.0.1:9：连接被拒绝", "服务器在运行吗？"),
            (("chain", "receipt", "0x12"), "TXN 必须为哈希：0x 加 64 位十六进制数字，所给为“0x12”", ""),
            (("--rpc", self.world.url, "chain", "block", "99999999"), "没有区块 99999999", ""),
            (("data", "show", "offer"), "VERSION 必须为哈希", ""),
            (("account", "export", "--out", "/etc/passwd"), "/etc/passwd 已存在：明文密钥只写入新文件", ""),
        ):
            with self.subTest(words=words):
                _, out, err = self.run_text(*chinese, *words)
                if "--json" in words:
                    err = "错误：" + json.loads(out)["error"]["message"]
                self.assertIn(f"错误：{message}", err)
                self.assertRegex(err, f"建议：.*{re.escape(hint)}" if hint else "^")
        code, out, _ = self.run_text(*chinese, "--json", "account", "sign", "text")
        error = json.loads(out)["error"]
        self.assertEqual((code, error["code"], error["name"], error["message"]), (6, 6, "no-account", "没有用于签名的账户"))
        self.assertIn("请给出 --from", error["hint"])

    def test_chinese_help(self):
        """A help has no English sentence left, headings and the parser's own flags included"""
        for words in ((), ("deal",), ("deal", "lock"), ("account", "new"), ("--all",)):
            with self.subTest(words=words):
                _, out, _ = self.run_text("--lang", "zh_CN", *words, "--help")
                self.assertIn("用法:", out)
                for line in out.splitlines():
                    rest = re.sub(r"^ +\S+( \S+)?|--?[a-zA-Z-]+|datapact[ a-z-]*", "", line) if line.startswith(" ") else line
                    if re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", rest) and not line.startswith("示例："):
                        self.assertRegex(line, "[\u4e00-\u9fff]")

    def test_manual(self):
        """Manual pages are written for the program and each group, and groff finds nothing to warn of"""
        folder = self.folder / "man1"
        code, out, err = self.run_text("--json", "reference", "--man", folder)
        self.assertEqual(code, 0, err)
        pages = json.loads(out)
        self.assertIn(f"{folder}/datapact.1", pages)
        self.assertIn(f"{folder}/datapact-deal.1", pages)
        if not shutil.which("groff"):
            self.skipTest("no groff")
        for page in pages:
            done = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-z", page], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)

    # --- settings ----------------------------------------------------------------------------------------------------

    def test_origins(self):
        """Flag, then environment, then file, then default; and each setting says which it was"""
        path = self.folder / "origins.toml"
        path.write_text('[rpc]\nurl = "http://127.0.0.1:1"\ntimeout_s = 5\n\n[home]\npath = "/from/file"\n')
        words = ("--config", path, "--rpc", "http://127.0.0.1:3", "--json", "config", "show", "--origin")
        variables = {"DATAPACT_RPC_URL": "http://127.0.0.1:2", "DATAPACT_RPC_TIMEOUT_S": "6"}
        code, out, err = self.run_text(*words, env=variables)
        self.assertEqual(code, 0, err)
        shown = json.loads(out)
        self.assertEqual(shown["rpc.url"], {"value": "http://127.0.0.1:3", "origin": "flag --rpc"})
        self.assertEqual(shown["rpc.timeout_s"], {"value": "6", "origin": "environment DATAPACT_RPC_TIMEOUT_S"})
        self.assertEqual(shown["home.path"], {"value": "/from/file", "origin": str(path)})
        self.assertEqual(shown["account.from"], {"value": "", "origin": "default"})
        _, out, _ = self.run_text(*[word for word in words if word != "--json"], env=variables)
        self.assertRegex(out, r"^setting +value +from +meaning\n")
        self.assertRegex(out, r"\nrpc\.url +http://127\.0\.0\.1:3 +flag --rpc +JSON-RPC endpoint of a node\n")

    def test_misspelt_variables(self):
        """A variable that is nearly a setting is an error that names what was meant; variables of others are no concern"""
        for name, hint in (
            ("DATAPACT_RPC_URLL", "did you mean DATAPACT_RPC_URL?"),
            ("DATAPACT_HOME", "datapact config show lists every key"),
            ("DATAPACT_RPC_TIMEOUT", "did you mean DATAPACT_RPC_TIMEOUT_S?"),
            ("DATAPACT_ACOUNT_FROM", "did you mean DATAPACT_ACCOUNT_FROM?"),
            ("DATAPACT_OUTPUT_X_Y_Z_OF_NOTHING", "datapact config show lists every key"),
            ("DATAPACT_FIXTURES", None),
            ("DATAPACT_UNITY", None),
        ):
            with self.subTest(name):
                code, _, err = self.run_text("config", "show", env={name: "1"})
                if hint is None:
                    self.assertEqual((code, err), (0, ""))
                else:
                    self.assertEqual((code, err), (3, f"error: unknown environment variable {name}\ntry:   {hint}\n"))
        code, _, err = self.run_text("config", "show", env={"DATAPACT_HOME_PATH": ""})
        self.assertEqual((code, err), (3, "error: home.path must not be empty (environment DATAPACT_HOME_PATH)\n"))

    def test_config_check(self):
        """config check accepts a good file and names the first thing wrong in another, with its place"""
        path = self.folder / "checked.toml"
        path.write_text("[rpc]\ntimeout_s = 5\n")
        self.assertEqual(self.run_text("config", "check", path), (0, f"{path}: ok\n", ""))
        for content, message, hint in (
            ("[rpc]\n\nurl = \n", f"{path}:3: ", ""),
            ("[rpc]\ntimeout = 5\n", f"{path}: unknown key rpc.timeout", "did you mean rpc.timeout_s?"),
            ('rpc = "x"\n', f'{path}: "rpc" must be a [section]', ""),
            ("[rpc]\nurl = [1]\n", f"{path}: rpc.url must be a text, a whole number or true/false", ""),
            ("[wallet]\ncolour = 1\n", f"{path}: unknown key wallet.colour", "datapact config show lists every key"),
        ):
            path.write_text(content)
            with self.subTest(content):
                code, out, _ = self.run_text("--json", "config", "check", path)
                error = json.loads(out)["error"]
                self.assertEqual((code, error["name"], error.get("hint", "")), (3, "config", hint))
                self.assertRegex(error["message"], "^" + re.escape(message))
        code, _, err = self.run_text("config", "check", self.folder / "nowhere.toml")
        self.assertEqual((code, err), (3, f"error: no such file: {self.folder}/nowhere.toml\n"))


if __name__ == "__main__":
    main(CommandLine)
