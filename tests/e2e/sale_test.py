"""A sale from registration to settlement, each party a process with its own home. usage: sale_test.py BUILD_DIR"""

import json
import pathlib
import re

from world import MICRO, Case, Refused, interrupt, main, run_json, wait_until

# FAIR_EXCHANGE: an honest sale (lock, reveal, settle) under the genesis rules, payee and seller having traded before.
SALE_GAS_MAX = 195_000
ANNOUNCED_SALE_GAS_MAX = 240_000
# Between two sales of the same shape: random bytes that are zero cost 12 gas less each.
ZERO_BYTES_GAS_MAX = 150


def gas(step):
    return int(step["gasUsed"], 16)


def gas_of_page():
    """What docs/formats/fair-exchange.md says that a node's receipts show, by step."""
    page = pathlib.Path(__file__).resolve().parents[2] / "docs" / "formats" / "fair-exchange.md"
    rows = re.findall(r"^\| `(\w+)` \| ([0-9,]+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {step: int(figure.replace(",", "")) for step, figure in rows}


class Sale(Case):
    def test_sale(self):
        """The buyer pays and gets the registered file, byte for byte"""
        world = self.world
        file = world.make_file("rows.csv", 3_000_000)
        version = world.register(file)
        world.locked_deal(version)
        deal = world.offer(version)
        with world.data_server() as url:
            self.interrupt_a_download(deal, url)
            world.buyer.run("deal", "fetch", deal, "--url", url)
        for check in world.buyer.run("deal", "check", deal):
            self.assertTrue(check["ok"], check)
        before = world.provider.balance(), world.buyer.balance()
        steps = [world.buyer.run("deal", "lock", deal), world.provider.run("deal", "reveal", deal)]
        bought = world.folder / "bought.csv"
        world.buyer.run("deal", "decrypt", deal, "--out", bought)
        steps.append(world.buyer.run("deal", "settle", deal))
        self.assertEqual(bought.read_bytes(), file.read_bytes())
        self.assertEqual(world.status(deal), "settled")
        after = world.provider.balance(), world.buyer.balance()
        self.assertEqual((after[0] - before[0], after[1] - before[1]), (10 * MICRO, -10 * MICRO))
        self.assertLessEqual(sum(map(gas, steps)), SALE_GAS_MAX)

    def interrupt_a_download(self, deal, url):
        download = self.world.buyer.start("deal", "fetch", deal, "--url", url, "--limit-rate", "1000000")
        part = self.world.buyer.deal_folder(deal) / "ciphertext.part"
        wait_until(lambda: part.exists() and part.stat().st_size > 0, "the first bytes")
        interrupt(download)
        out, _ = download.communicate(timeout=10)
        self.assertEqual(download.returncode, 130)
        self.assertEqual(json.loads(out)["error"]["name"], "interrupted")
        self.assertGreater(part.stat().st_size, 0)

    def test_announced_sale_gas(self):
        """A sale with a short reveal window is announced first and stays below 240,000 gas"""
        world = self.world
        version = world.register(world.make_file("announced", 5000))
        # The first deal of a buyer with a seller opens a word of nonces, which costs more.
        world.locked_deal(version)
        deal = world.locked_deal(version, "--reveal-window", "20")
        world.provider.run("deal", "reveal", deal)
        world.buyer.run("deal", "settle", deal)
        used = {}
        for step, event in (("lock", "Locked"), ("announce", "Announced"), ("reveal", "Revealed"), ("settle", "Settled")):
            used[step] = self.gas_of_event(event, deal)
        self.assertLessEqual(sum(used.values()), ANNOUNCED_SALE_GAS_MAX)
        documented = gas_of_page()
        for step, gas_used in used.items():
            self.assertAlmostEqual(gas_used, documented[step], delta=ZERO_BYTES_GAS_MAX, msg=step)

    def gas_of_event(self, event, deal):
        abi = self.world.auditor.run("contract", "abi", "FairExchange")
        inputs = next(entry["inputs"] for entry in abi if entry["type"] == "event" and entry["name"] == event)
        signature = f"{event}({','.join(item['type'] for item in inputs)})"
        topic = self.world.auditor.run("rpc", "web3_sha3", "0x" + signature.encode().hex())
        filter_text = json.dumps({"fromBlock": "0x0", "toBlock": "latest", "topics": [topic, deal]})
        (log,) = self.world.auditor.run("rpc", "eth_getLogs", filter_text)
        return gas(self.world.auditor.run("chain", "receipt", log["transactionHash"]))

    def test_evidence(self):
        """The evidence of a sale verifies without a node, and a forged, foreign or truncated bundle does not"""
        world = self.world
        deal = world.locked_deal(world.register(world.make_file("evidence", 50_000)))
        world.provider.run("deal", "reveal", deal)
        world.buyer.run("deal", "settle", deal)
        bundle = world.folder / "evidence.json"
        world.buyer.run("evidence", "export", deal, "--out", bundle)
        nowhere = {"rpc": "http://127.0.0.1:1"}
        verify = ("evidence", "verify", bundle, "--genesis", world.genesis)
        self.assertEqual(world.auditor.run(*verify, **nowhere)["deal"], deal)
        with self.refused(8, "genesis hash", "expected 0x1111"):
            world.auditor.run("evidence", "verify", bundle, "--genesis", "0x" + "11" * 32, **nowhere)
        text = bundle.read_text()
        seller, other = world.provider.address[2:], world.auditor.address[2:]
        self.assertIn(seller, text)
        bundle.write_text(text.replace(seller, other, 1))
        with self.assertRaises(Refused) as refusal:
            world.auditor.run(*verify, **nowhere)
        self.assertEqual(refusal.exception.code, 8, refusal.exception)
        bundle.write_text(text[: len(text) // 2])
        with self.refused(3, "not-json", f"{bundle} is not JSON"):
            world.auditor.run(*verify, **nowhere)

    def account_seller(self, *words):
        """What the helper for a seller that is an account contract says to the provider's home."""
        return run_json([self.programs.account_seller, *words])

    def order(self, account, data):
        self.world.provider.run("tx", "send", account, "--data", data)

    def account_of_provider(self, money):
        """An account contract (EIP-1271) that obeys the provider's key, a member of its organisation, with money."""
        world = self.world
        artefact = world.folder / "account.json"
        artefact.write_text(json.dumps(self.account_seller("artefact")))
        account = world.provider.run("contract", "deploy", artefact)["contractAddress"]
        organisation = world.provider.run("contract", "call", "Governance", "accountOf", world.provider.address)[0]
        world.provider.run("contract", "send", "Governance", "setAccount", account, organisation, "1")
        posting = "0x" + "ac" * 32
        world.bank.run("contract", "send", "Settlement", "deposit", account, str(money), posting)
        return account

    def test_account_contract_sells(self):
        """A seller that is an account contract sells by the command line of its buyer, and the evidence verifies offline"""
        world = self.world
        file = world.make_file("account", 50_000)
        version = world.register(file)
        honest = world.offer(version)
        account = self.account_of_provider(200 * MICRO)
        dataset = int(world.auditor.run("contract", "call", "DatasetRegistry", "datasetCount")[0]) + 1
        registered = self.account_seller("orders", world.provider.home, version, str(dataset))
        for data in registered["orders"]:
            self.order(account, data)
        deal = self.account_seller("offer", world.provider.home, honest, world.request(registered["version"]))
        world.fetch(deal)
        checks = {check["check"]: check["detail"] for check in world.buyer.run("deal", "check", deal)}
        self.assertEqual(checks["seller's signature"], f"accepted by the account contract {account}")
        world.buyer.run("deal", "lock", deal)
        self.order(account, self.account_seller("reveal", world.provider.home, deal))
        bought = world.folder / "bought-from-account"
        world.buyer.run("deal", "decrypt", deal, "--out", bought)
        self.assertEqual(bought.read_bytes(), file.read_bytes())
        world.buyer.run("deal", "settle", deal)
        bundle = world.folder / "account-evidence.json"
        world.buyer.run("evidence", "export", deal, "--out", bundle)
        nowhere = {"rpc": "http://127.0.0.1:1"}
        verify = ("evidence", "verify", bundle, "--genesis", world.genesis)
        report = world.auditor.run(*verify, **nowhere)
        self.assertEqual((report["deal"], report["status"]), (deal, "settled"))
        code = world.auditor.run("rpc", "eth_getCode", account, "latest")
        self.assertEqual(report["sellerAccountCode"], world.auditor.run("rpc", "web3_sha3", code))
        self.assertIsNone(report["buyerAccountCode"])
        document = json.loads(bundle.read_text())
        del document["deal"]["sellerAccount"]
        bundle.write_text(json.dumps(document))
        with self.refused(8, "seller's signature", "no account contract of the seller is shown"):
            world.auditor.run(*verify, **nowhere)

    def test_attested(self):
        """A version is shown as attested once the registrar has attested its digest"""
        world = self.world
        version = world.register(world.make_file("attested", 5000))
        shown = world.buyer.run("data", "show", version)
        self.assertFalse(shown["attested"])
        world.registrar.run("contract", "send", "DatasetRegistry", "attest", version, shown["fileDigest"])
        self.assertTrue(world.buyer.run("data", "show", version)["attested"])

    def test_one_byte(self):
        """A file of one byte is sold like any other"""
        world = self.world
        file = world.make_file("tiny", 1)
        deal = world.locked_deal(world.register(file))
        world.provider.run("deal", "reveal", deal)
        world.buyer.run("deal", "decrypt", deal, "--out", world.folder / "bought-tiny")
        self.assertEqual((world.folder / "bought-tiny").read_bytes(), file.read_bytes())


if __name__ == "__main__":
    main(Sale)
