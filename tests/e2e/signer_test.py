"""An external signer: what it is asked, what it may answer, and how it fails. usage: signer_test.py BUILD_DIR"""

import json
import pathlib
import shlex
import subprocess
import sys
import time

from signer import N
from world import MICRO, PATIENCE_SECONDS, Case, interrupt, main, run_json, wait_until

SIGNER = pathlib.Path(__file__).with_name("signer.py")
WITH_CHAIN = {"nonce", "type", "chainId", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "data"}


class Signers(Case):
    def setUp(self):
        self.place = self.folder / self.id().rpartition(".")[2]
        self.place.mkdir()

    def key_of(self, party):
        path = self.place / f"{party.role}.key"
        if not path.exists():
            party.run("account", "export", "--out", path)
        return path

    def signer(self, party):
        """The words of a command that signs for the party."""
        words = (sys.executable, "-B", SIGNER, self.key_of(party), self.place / "asked")
        return shlex.join(str(word) for word in words)

    def script(self, text):
        """A signer that is this shell script."""
        path = self.place / f"signer-{time.monotonic_ns()}.sh"
        path.write_text(text)
        return f"exec sh {path}"

    def run_by(self, party, signer, *words, **flags):
        """Without the keystore's password: only the signer can sign."""
        return party.run(*words, signer=signer, password_file=None, **flags)

    def asked(self):
        """The requests since the last look."""
        log = self.place / "asked"
        lines = log.read_text().splitlines()
        log.unlink()
        return [json.loads(line) for line in lines]

    # --- what is asked -----------------------------------------------------------------------------------------------

    def test_message(self):
        """A text goes to the signer whole, with the digest that EIP-191 gives it"""
        buyer = self.world.buyer
        for text in ("hello", "", "数据 \"quoted\" $HOME `id` \\ '"):
            signed = self.run_by(buyer, self.signer(buyer), "account", "sign", "--", text)
            (request,) = self.asked()
            self.assertEqual(
                {**request, "digest": None},
                {
                    "format": "datapact-signing-request/1", "address": buyer.address, "digest": None, "kind": "message",
                    "message": text,
                },
            )  # fmt: skip
            buyer.run("account", "verify", "--", buyer.address, text, signed["signature"])

    def test_no_keystore(self):
        """The account of a signer needs no keystore in the home"""
        buyer = self.world.buyer
        signed = self.run_by(buyer, self.signer(buyer), "account", "sign", "hello", home=self.place / "empty")
        buyer.run("account", "verify", buyer.address, "hello", signed["signature"])

    def test_typed_data(self):
        """Typed data goes to the signer as the file has it"""
        buyer = self.world.buyer
        document = {
            "types": {"Vote": [{"name": "for", "type": "bool"}]}, "primaryType": "Vote", "domain": {"chainId": 1},
            "message": {"for": True},
        }  # fmt: skip
        path = self.place / "typed.json"
        path.write_text(json.dumps(document))
        signed = self.run_by(buyer, self.signer(buyer), "account", "sign", "--typed", path)
        (request,) = self.asked()
        self.assertEqual((request["kind"], request["typedData"]), ("typedData", document))
        self.assertEqual(request["digest"], signed["digest"])
        buyer.run("account", "verify", buyer.address, signed["signature"], "--typed", path)

    def test_transaction(self):
        """A transaction goes to the signer field by field, and what it signs becomes final"""
        world = self.world
        receipt = self.run_by(
            world.buyer, self.signer(world.buyer), "tx", "send", world.provider.address, "--value", "7", "--data", "0x0102"
        )  # fmt: skip
        self.assertEqual((receipt["status"], receipt["from"]), ("0x1", world.buyer.address))
        (request,) = self.asked()
        fields = request["transaction"]
        self.assertEqual((request["kind"], set(fields)), ("transaction", WITH_CHAIN))
        sent = world.buyer.run("rpc", "eth_getTransactionByHash", json.dumps([receipt["transactionHash"]]))
        self.assertEqual({name: sent[name] for name in fields if name != "data"} | {"data": sent["input"]}, fields)

    def test_sale(self):
        """Seller and buyer of a whole sale sign by commands: the offer as typed data whose digest is the deal"""
        world = self.world
        version = world.register(world.make_file("signed", 50_000))
        request = world.request(version)
        seller, buyer = self.signer(world.provider), self.signer(world.buyer)
        words = ("deal", "offer", request, "--amount", "10", "--bond", "4", "--penalty", "1")
        deal = self.run_by(world.provider, seller, *words)["deal"]
        (asked,) = self.asked()
        self.assertEqual((asked["kind"], asked["digest"]), ("typedData", deal))
        header = asked["typedData"]["message"]
        self.assertEqual(asked["typedData"]["domain"]["name"], "Datapact FairExchange")
        self.assertEqual((header["amount"], header["buyer"]), (str(10 * MICRO), world.buyer.address))
        # The document alone is enough for every other program.
        path = self.place / "header.json"
        path.write_text(json.dumps(asked["typedData"]))
        self.assertEqual(world.auditor.run("account", "sign", "--typed", path)["digest"], deal)
        with world.data_server() as url:
            self.run_by(world.buyer, buyer, "deal", "fetch", deal, "--url", url)
        self.run_by(world.buyer, buyer, "deal", "lock", deal)
        self.run_by(world.provider, seller, "deal", "reveal", deal)
        self.assertEqual([each["kind"] for each in self.asked()], ["message", "transaction", "transaction"])
        world.buyer.run("deal", "decrypt", deal, "--out", self.place / "bought")
        self.assertEqual((self.place / "bought").read_bytes(), (world.folder / "signed").read_bytes())

    def test_setting(self):
        """The command may come from the settings; the shell runs it, so that it may be a pipe"""
        buyer = self.world.buyer
        config = self.place / "datapact.toml"
        config.write_text(f"[account]\nsigner = '''cat | {self.signer(buyer)}'''\n")
        signed = buyer.run("account", "sign", "hello", config=config, password_file=None)
        buyer.run("account", "verify", buyer.address, "hello", signed["signature"])

    # --- what is refused ---------------------------------------------------------------------------------------------

    def test_usage(self):
        """A signer needs to know its account, and is no way to a key"""
        buyer = self.world.buyer
        signer = self.signer(buyer)
        with self.refused(6, "no-account", "no account to sign with"):
            self.run_by(buyer, signer, "account", "sign", "x", **{"from": None})
        with self.refused(2, "usage", "either --signer or --insecure-key"):
            self.run_by(buyer, signer, "account", "sign", "x", insecure_key="0x" + "42" * 32)
        with self.refused(6, "no-password", "no terminal"):
            run_json(
                buyer.command("account", "export", "--out", self.place / "no", signer=signer, password_file=None),
                stdin=subprocess.DEVNULL,
            )
        self.assertFalse((self.place / "no").exists())

    def test_refusal(self):
        """What the signer says is told on one line, whatever its exit code"""
        buyer = self.world.buyer
        said = self.place / "said"
        said.write_text(json.dumps({"error": "not on a \x1b[31mFriday\nat all"}))
        for code in (0, 3):
            script = self.script(f"cat >/dev/null; cat {said}; exit {code}")
            with self.refused(6, "signer-refused", r"refuses: not on a  \[31mFriday at all$"):
                self.run_by(buyer, script, "account", "sign", "x")

    def test_failure(self):
        """A signer that fails, dies or is not there is refused with its exit code"""
        buyer = self.world.buyer
        for script, message in (
            ("exit 3", "ended with exit code 3$"),
            ("cat; exit 1", "ended with exit code 1$"),
            ("kill -9 $$", "died of signal 9$"),
            ("/nowhere/at/all", "ended with exit code 127$"),
        ):
            with self.subTest(script), self.refused(6, "signer-failed", message):
                self.run_by(buyer, f"{script}", "account", "sign", "x")

    def test_secret(self):
        """Of the signer's command an error names the program alone: an argument may be a secret"""
        buyer = self.world.buyer
        for secret in ("/nowhere/hsm --pin 1234", "PIN=1234 /nowhere/hsm", "  PIN=1234\t/nowhere/hsm\t1234"):
            with self.subTest(secret), self.refused(6, "signer-failed", '^the signer "/nowhere/hsm" ended') as refusal:
                self.run_by(buyer, secret, "account", "sign", "x")
            self.assertNotIn("1234", str(refusal.error.message) + refusal.error.hint)

    def test_garbage(self):
        """An answer that is no signature is refused"""
        buyer = self.world.buyer
        for answer, message in (
            ("", "what is not JSON"),
            ("0x00", "what is not JSON"),
            ("{}", "must answer"),
            ("[]", "must answer"),
            ("null", "must answer"),
            ('{"signature": 7}', "must answer"),
            ('{"signature": "0x00"}', "must answer"),
            ('{"signature": "0x' + "00" * 65 + '", "more": 1}', "must answer"),
            ('{"signature": "0x' + "00" * 65 + '"}', "a signature of nobody, not of 0x"),
            ('{"signature": "0x' + "00" * 64 + '1d"}', "a signature of nobody, not of 0x"),
        ):
            script = self.script(f"cat >/dev/null; echo '{answer}'")
            with self.subTest(answer), self.refused(6, "signer-answer", message):
                self.run_by(buyer, script, "account", "sign", "x")
        with self.refused(6, "signer-answer", "more than one document"):
            self.run_by(buyer, self.script("yes '{}'"), "account", "sign", "x")

    def test_other_key(self):
        """A signature of another key, or with a high s, is refused before anything is sent"""
        world = self.world
        count = world.buyer.run("rpc", "eth_getTransactionCount", json.dumps([world.buyer.address, "latest"]))
        with self.refused(6, "signer-answer", f"a signature of {world.bank.address}, not of {world.buyer.address}"):
            self.run_by(world.buyer, self.signer(world.bank), "tx", "send", world.provider.address)
        after = world.buyer.run("rpc", "eth_getTransactionCount", json.dumps([world.buyer.address, "latest"]))
        self.assertEqual(after, count)
        good = self.run_by(world.buyer, self.signer(world.buyer), "account", "sign", "x")["signature"]
        high = f"{N - int(good[66:130], 16):064x}{27 + 28 - int(good[130:], 16):02x}"
        for signature, right in ((good[:130] + f"{int(good[130:], 16) - 27:02x}", True), (good[:66] + high, False)):
            script = self.script(f'cat >/dev/null; echo \'{{"signature": "{signature}"}}\'')
            with self.subTest(signature):
                if right:
                    self.assertEqual(self.run_by(world.buyer, script, "account", "sign", "x")["signature"], good)
                else:
                    with self.refused(6, "signer-answer", "a signature of nobody"):
                        self.run_by(world.buyer, script, "account", "sign", "x")

    def test_hang(self):
        """A signer that does not answer is stopped when its time is up, also one that does not care to be asked to end"""
        buyer = self.world.buyer
        for text in ("exec sleep 1000", "trap '' TERM; while :; do sleep 1; done", "exec >&-; exec sleep 1000"):
            config = self.place / "datapact.toml"
            config.write_text("[account]\nsigner_timeout_s = 1\n")
            started = time.monotonic()
            with self.subTest(text), self.refused(4, "timeout", "has not answered within 1 s"):
                self.run_by(buyer, self.script(f"echo $$ >{self.place}/pid; {text}"), "account", "sign", "x", config=config)
            self.assertLess(time.monotonic() - started, 20)
            self.assertFalse(pathlib.Path(f"/proc/{(self.place / 'pid').read_text().strip()}").exists())

    def test_interrupt(self):
        """Ctrl-C while the signer is waited for ends the command with 130, and the signer"""
        buyer = self.world.buyer
        signer = self.script(f"echo $$ >{self.place}/pid; exec sleep 1000")
        command = buyer.command("account", "sign", "x", signer=signer, password_file=None)
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        pid = wait_until(lambda: (self.place / "pid").exists() and (self.place / "pid").read_text().strip(), "the signer")
        interrupt(process)
        out, _ = process.communicate(timeout=PATIENCE_SECONDS)
        self.assertEqual((process.returncode, json.loads(out)["error"]["name"]), (130, "interrupted"))
        self.assertFalse(pathlib.Path(f"/proc/{pid}").exists())

    def test_large_request(self):
        """A request longer than a pipe holds arrives whole; a signer that does not read it may answer all the same"""
        buyer = self.world.buyer
        text = "long " * 20_000
        signed = self.run_by(buyer, self.signer(buyer), "account", "sign", text)
        self.assertEqual(self.asked()[0]["message"], text)
        script = self.script(f'echo \'{{"signature": "{signed["signature"]}"}}\'')
        self.assertEqual(self.run_by(buyer, script, "account", "sign", text)["signature"], signed["signature"])


if __name__ == "__main__":
    main(Signers)
