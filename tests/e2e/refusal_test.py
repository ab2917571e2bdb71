"""Bad input: one clear error that names the thing, the right exit code, the error document, and nothing lost.
usage: refusal_test.py BUILD_DIR"""

import json
import shutil
import socket

from world import MICRO, Case, LoneNode, free_port, main, run_json

STRANGER_KEY = "0x" + "42" * 32


class Refusals(Case):
    def bought(self, name):
        """A fresh deal with its files at the buyer."""
        version = self.world.register(self.world.make_file(name, 60_000))
        deal = self.world.offer(version)
        self.world.fetch(deal)
        return deal

    def flip(self, path, offset=1000):
        content = bytearray(path.read_bytes())
        content[offset % len(content)] ^= 0x40
        path.write_bytes(content)

    # --- files of a deal ---------------------------------------------------------------------------------------------

    def test_tampered_ciphertext(self):
        """A tampered ciphertext is refused before any money is locked, and a fresh download mends it"""
        buyer = self.world.buyer
        deal = self.bought("tampered")
        before = buyer.balance()
        path = buyer.deal_folder(deal) / "ciphertext"
        self.flip(path)
        for verb in ("check", "lock"):
            with self.refused(8, "offer-refused", "ciphertext: the ciphertext hashes to root 0x.*, expected 0x"):
                buyer.run("deal", verb, deal)
        self.assertEqual((buyer.balance(), self.world.status(deal)), (before, "none"))
        path.unlink()
        self.world.fetch(deal)
        buyer.run("deal", "lock", deal)
        self.assertEqual(before - buyer.balance(), 10 * MICRO)

    def test_tampered_manifest(self):
        """A tampered manifest is refused before any money is locked"""
        deal = self.bought("manifest")
        self.flip(self.world.buyer.deal_folder(deal) / "manifest")
        with self.refused(8, "offer-refused", "manifest: the manifest hashes to root 0x.*, expected 0x"):
            self.world.buyer.run("deal", "lock", deal)

    def test_truncated_ciphertext(self):
        """A truncated ciphertext is refused with both lengths"""
        deal = self.bought("truncated")
        path = self.world.buyer.deal_folder(deal) / "ciphertext"
        size = path.stat().st_size
        path.write_bytes(path.read_bytes()[:-1])
        with self.refused(8, "offer-refused", f"ciphertext: the ciphertext has {size - 1} bytes, expected {size}"):
            self.world.buyer.run("deal", "check", deal)

    def test_changed_price(self):
        """An offer whose price was changed is another deal's"""
        deal = self.bought("price")
        path = self.world.buyer.deal_folder(deal) / "offer.json"
        offer = json.loads(path.read_text())
        offer["header"]["amount"] = "1"
        path.write_text(json.dumps(offer))
        with self.refused(8, "wrong-offer", f"{path} was changed: it is the offer of 0x"):
            self.world.buyer.run("deal", "lock", deal)

    def test_foreign_files(self):
        """A request that is no JSON, is truncated, or is another document, is refused by name"""
        world = self.world
        good = world.request(world.register(world.make_file("foreign", 3000)))
        path = world.folder / "foreign.json"
        text = good.read_text()
        for content, name, message in (
            ("villages", "not-json", f"{path} is not JSON: .* at byte 0"),
            (text[: len(text) // 2], "not-json", f"{path} is not JSON"),
            ("{}", "malformed-document", f"{path}: format"),
            (text.replace("datapact-request/1", "datapact-offer/1"), "malformed-document", f"{path}: format"),
            (text.replace('"seller"', '"vendor"'), "malformed-document", f"{path}: seller"),
        ):
            path.write_text(content)
            with self.subTest(content[:40]), self.refused(3, name, message):
                world.provider.run("deal", "offer", path, "--amount", "10")
        with self.refused(3, "no-such-file", "no such file: .*nowhere.json"):
            world.provider.run("deal", "offer", world.folder / "nowhere.json", "--amount", "10")

    def test_empty_file(self):
        """An empty file cannot be registered"""
        path = self.world.folder / "empty"
        path.touch()
        with self.refused(2, "usage", f"{path}: a lot must hold at least one byte"):
            self.world.provider.run("data", "register", path)

    def test_out_is_a_folder(self):
        """A file that cannot be written is refused before the work, and nothing is left behind"""
        world = self.world
        version = world.register(world.make_file("out-folder", 60_000))
        deal = world.locked_deal(version)
        world.provider.run("deal", "reveal", deal)
        target = world.folder / "a-folder"
        target.mkdir()
        for words in (("deal", "decrypt", deal), ("data", "join", version), ("evidence", "export", deal)):
            with self.subTest(words[1]), self.refused(2, "usage", f"--out must name a file, not a folder, got \"{target}\""):
                world.buyer.run(*words, "--out", target)
        self.assertEqual([*target.iterdir(), *world.folder.glob("a-folder.*")], [])
        self.assertEqual([*world.buyer.deal_folder(deal).glob("decrypt-*"), *world.buyer.home.glob("joins/*")], [])

    def test_unknown_dataset(self):
        """A version of a data set that is not there, or is another's, is refused before anything is made"""
        world = self.world
        provider = world.provider
        file = world.make_file("no-dataset", 60_000)
        for number in ("0", "999", str(2**64 + 1)):
            with self.refused(7, "not-found", f"there is no data set {number}: the registry has [0-9]+, from 1 on"):
                provider.run("data", "register", file, "--dataset", number)
        with self.refused(2, "usage", '--dataset must be a decimal or 0x number .*, got "soon"'):
            provider.run("data", "register", file, "--dataset", "soon")
        own = provider.run("data", "register", file)["dataset"]
        rule = f"--dataset must be a data set of {world.auditor.address}, and {own} is of {provider.address}"
        with self.refused(2, "usage", rule):
            world.auditor.run("data", "register", file, "--dataset", own)
        left = [*provider.home.glob("datasets/register-*"), *world.auditor.home.glob("datasets/register-*")]
        self.assertEqual(left, [])

    def test_description(self):
        """A description is an object, and a title beside it must not contradict it"""
        world = self.world
        file = world.make_file("described", 3000)
        text = world.folder / "description.json"
        register = ("data", "register", file, "--description", text)
        for content in ("[]", '"villages"', "7"):
            text.write_text(content)
            with self.refused(3, "malformed-document", f"{text}: a description must be a JSON object, got "):
                world.provider.run(*register, "--title", "Villages")
        text.write_text('{"title": "Villages", "rows": 7}')
        rule = f'--title must be the title in {text}, or one of them must be left out: got "Towns" and "Villages"'
        with self.refused(2, "usage", rule):
            world.provider.run(*register, "--title", "Towns")
        titles = []
        for content, title in (('{"title": "Villages"}', "Villages"), ('{"rows": 7}', "Towns")):
            text.write_text(content)
            version = world.provider.run(*register, "--title", title)["version"]
            record = json.loads((world.provider.home / "datasets" / version / "dataset.json").read_text())
            titles.append(record["description"]["title"])
        self.assertEqual(titles, ["Villages", "Towns"])

    # --- keys, authority ---------------------------------------------------------------------------------------------

    def test_wrong_password(self):
        """A wrong password says which keystore it does not open, and the right one still does"""
        world = self.world
        wrong = world.folder / "wrong-password"
        wrong.write_text("guess\n")
        with self.refused(6, "keystore", f"{world.buyer.address}.json: .*password"):
            world.buyer.run("account", "sign", "text", password_file=wrong)
        world.buyer.run("account", "sign", "text")

    def test_no_account(self):
        """An account without a keystore is named, with the folder that was searched"""
        address = "0x" + "12" * 20
        with self.refused(6, "no-such-account", f"no keystore of {address} in {self.world.buyer.home}/keystore"):
            self.world.buyer.run("account", "sign", "text", **{"from": address})

    def test_truncated_keystore(self):
        """A truncated keystore is refused by name"""
        source = next((self.world.buyer.home / "keystore").iterdir())
        path = self.world.folder / "truncated-keystore.json"
        path.write_text(source.read_text()[:200])
        with self.refused(3, "not-json", f"{path} is not JSON"):
            self.world.buyer.run("account", "sign", "text", **{"from": path})

    def test_stranger(self):
        """A stranger's transaction is refused: nobody has admitted that account"""
        with self.refused(6, "not-permitted", "0x[0-9a-f]{40}: sender is not registered in Governance"):
            self.world.auditor.run("tx", "send", self.world.buyer.address, insecure_key=STRANGER_KEY)

    def test_other_buyer(self):
        """A ciphertext is handed to the buyer of the deal only"""
        version = self.world.register(self.world.make_file("private", 3000))
        deal = self.world.offer(version)
        with self.world.data_server() as url, self.refused(6, "not-the-buyer", "403 not the buyer's signature"):
            self.world.auditor.run("deal", "fetch", deal, "--url", url)

    def test_not_the_bank(self):
        """Who is not the bank cannot credit money"""
        with self.refused(5, "reverted", "the contract refused: NotBank"):
            self.world.buyer.run("contract", "send", "Settlement", "deposit", self.world.buyer.address, "1", "0x" + "07" * 32)

    # --- transactions and blocks -------------------------------------------------------------------------------------

    def test_malformed_transaction(self):
        """A malformed transaction is refused by the command and by the node, with the rule it breaks"""
        with self.refused(1, "malformed-transaction", "."):
            self.world.auditor.run("tx", "decode", "0x02c0")
        with self.refused(1, "rpc-error", "."):
            self.world.auditor.run("rpc", "eth_sendRawTransaction", "0x02c0")
        with self.refused(2, "usage", 'TO must be an address: 0x and 40 hex digits, got "0x12"'):
            self.world.buyer.run("tx", "send", "0x12")

    def test_unknown_things(self):
        """What does not exist is named, with exit code 7"""
        ghost = "0x" + "ab" * 32
        for words, message in (
            (("data", "show", ghost), f"no version {ghost}"),
            (("deal", "lock", ghost), f"no deal {ghost}"),
            (("chain", "receipt", ghost), f"no final transaction {ghost}"),
            (("chain", "block", "999999999"), "no block 999999999"),
        ):
            with self.subTest(words), self.refused(7, "not-found", message):
                self.world.buyer.run(*words)

    def test_usage(self):
        """A wrong command line is a usage error, also as a document"""
        for words, message in (
            (("deal", "offer"), "REQUEST"),
            (("sell",), '"sell" is no command of datapact$'),
            (("deal", "sell"), '"sell" is no command of datapact deal$'),
            (("chain", "block", "soon"), 'BLOCK must be .*, got "soon"'),
            (("deal", "deposit", "1.1234567"), 'AMOUNT must be an amount with at most six decimals, got "1.1234567"'),
        ):
            with self.subTest(words), self.refused(2, "usage", message):
                self.world.buyer.run(*words)

    def test_config(self):
        """An unknown key in a configuration file is an error with a suggestion"""
        path = self.world.folder / "datapact.toml"
        path.write_text('[rpc]\nurll = "http://127.0.0.1:1"\n')
        with self.refused(3, "config", f"{path}: unknown key rpc.urll") as refusal:
            self.world.buyer.run("config", "show", "--config", path)
        self.assertEqual(refusal.error.hint, "did you mean rpc.url?")

    # --- ports and nodes ---------------------------------------------------------------------------------------------

    def test_no_node(self):
        """A node that is not there is a connection error that names the address"""
        port = free_port()
        with self.refused(4, "connection", f"http://127.0.0.1:{port}: Connection refused"):
            self.world.buyer.run("chain", "block", rpc=f"http://127.0.0.1:{port}")

    def test_occupied_port(self):
        """An occupied port is named, by the data server and by a new network"""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            with self.refused(4, "port-occupied", f"cannot listen on 127.0.0.1:{port}: Address already in use"):
                self.world.provider.run("data", "serve", "--listen", f"127.0.0.1:{port}")
        other = self.world.folder / "other-net"
        up = [self.programs.datapact, "--json", "devnet", "up", "--dir", other, "--port", self.world.port]
        with self.refused(4, "port-occupied", str(self.world.port)):
            run_json(up)
        self.assertEqual(self.world.auditor.run("rpc", "eth_chainId"), "0x4f24")

    def test_wrong_genesis(self):
        """A data directory of another genesis is refused, and keeps its chain"""
        node = LoneNode(self.programs, self.folder / "wrong-genesis")
        first = node.init()
        self.assertEqual(first.returncode, 0, first.stderr)
        genesis = node.folder / "genesis.json"
        right = genesis.read_text()
        shutil.copy(self.world.net / "genesis.json", genesis)
        refused = node.init()
        self.assertEqual(refused.returncode, 3, refused.stderr)
        self.assertRegex(refused.stderr, "^datapactd: .*data.*genesis.*\n$")
        genesis.write_text(right)
        self.assertEqual(node.init().stdout, first.stdout)


if __name__ == "__main__":
    main(Refusals)
