"""Commands that only read: the chain's events and proofs, the data sets of a home and of the chain, a node's log.
usage: reading_test.py BUILD_DIR"""

import json
import subprocess

from retold_node import RetoldNode
from world import PATIENCE_SECONDS, Case, main, run_json

REGISTRY = "0x0000000000000000000000000000000000001002"
NOWHERE = "0x00000000000000000000000000000000000000ff"


class Reading(Case):
    def text(self, party, *words):
        """What a command says to people, line by line."""
        command = [str(word) for word in party.command(*words) if word != "--json"]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True).stdout.splitlines()

    def publish(self, name):
        """A new version with the event of its publication, as the receipt has it."""
        registered = self.world.provider.run("data", "register", self.world.make_file(name, 5000))
        receipt = self.world.auditor.run("chain", "receipt", registered["steps"][-1]["transaction"])
        (event,) = receipt["logs"]
        return registered["version"], event

    def test_logs(self):
        """chain logs shows the events between two heights, of one contract when asked, by name where it is known"""
        auditor = self.world.auditor
        _, event = self.publish("logs")
        height = int(event["blockNumber"], 16)
        between = ("--from-block", str(height), "--to-block", hex(height))
        self.assertIn(event, auditor.run("chain", "logs", *between))
        self.assertEqual(auditor.run("chain", "logs", "--address", REGISTRY, *between), [event])
        self.assertEqual(auditor.run("chain", "logs", "--address", NOWHERE, *between), [])
        self.assertNotIn(event, auditor.run("chain", "logs", "--to-block", str(height - 1)))
        contracts = {log["address"] for log in auditor.run("chain", "logs")}
        self.assertGreater(len(contracts), 1, "without limits: everything since genesis")
        lines = [line.split() for line in self.text(auditor, "chain", "logs", "--address", REGISTRY, *between)]
        self.assertEqual(lines, [["height", "address", "event"], [str(height), "DatasetRegistry", "VersionPublished"]])
        with self.refused(2, "usage", '--address must be an address: 0x and 40 hex digits, got "0x1002"'):
            auditor.run("chain", "logs", "--address", "0x1002")
        with self.refused(2, "usage", '--to-block must be a height .*, got "soon"'):
            auditor.run("chain", "logs", "--to-block", "soon")
        with self.refused(2, "usage", "--from-block must not be above --to-block, got 2 and 1"):
            auditor.run("chain", "logs", "--from-block", "2", "--to-block", "1")

    def test_narrow_node(self):
        """A node that gives the logs of few heights at once is asked more often, and loses none"""
        auditor = self.world.auditor
        self.publish("narrow")
        whole = auditor.run("chain", "logs")
        published = auditor.run("data", "list", "--chain")
        with RetoldNode(self.world.url, logs_blocks_max=2) as node:
            self.assertEqual(auditor.run("data", "list", "--chain", rpc=node.url), published)
            self.assertEqual(auditor.run("chain", "logs", rpc=node.url), whole)
            self.assertEqual(auditor.run("chain", "logs", "--to-block", "99999999", rpc=node.url), whole)
            self.assertEqual(auditor.run("chain", "logs", "--from-block", "99999999", rpc=node.url), [])
            words = ("chain", "logs", "--follow", "--from-block", "0", "--count", str(len(whole)))
            command = list(map(str, auditor.command(*words, rpc=node.url)))
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        self.assertEqual((done.returncode, [json.loads(line) for line in done.stdout.splitlines()]), (0, whole))

    def test_bad_answers(self):
        """An answer that is no list of logs, or no object, is refused"""
        auditor = self.world.auditor
        log = auditor.run("chain", "logs")[0]
        follow = ("--follow", "--from-block", "0")
        for answer in (None, {}, "0x", [{**log, "topics": None}], [{**log, "topics": [1]}], [None]):
            with self.subTest(answer), RetoldNode(self.world.url, results={"eth_getLogs": answer}) as node:
                for words in (("chain", "logs"), ("chain", "logs", *follow)):
                    with self.refused(4, "bad-answer", "the node's answer does not fit: "):
                        auditor.run(*words, rpc=node.url)
        with RetoldNode(self.world.url, results={"eth_getLogs": None}) as node:
            for words in (("deal", "watch", "0x" + "ab" * 32, "--follow"), ("data", "list", "--chain")):
                with self.refused(4, "bad-answer", "is not a list"):
                    auditor.run(*words, rpc=node.url)
        with RetoldNode(self.world.url, results={"qbft_getValidatorsByBlockNumber": 5}) as node:
            with self.refused(4, "bad-answer", "validators is not a list"):
                auditor.run("chain", "validators", rpc=node.url)
        with RetoldNode(self.world.url, results={"eth_getProof": []}) as node:
            with self.refused(4, "bad-answer", "is not an object"):
                auditor.run("chain", "proof", NOWHERE, rpc=node.url)

    def test_proof(self):
        """chain proof shows an account and a slot with proofs whose roots are those of the block and of the account"""
        auditor, provider = self.world.auditor, self.world.provider
        self.publish("proof")
        count = auditor.run("contract", "call", "DatasetRegistry", "datasetCount")[0]
        roots = [auditor.run("chain", "block")["stateRoot"]]
        proof = auditor.run("chain", "proof", REGISTRY, "0")
        roots.append(auditor.run("chain", "block")["stateRoot"])
        (slot,) = proof["storageProof"]
        self.assertEqual((proof["address"], int(slot["key"], 16), int(slot["value"], 16)), (REGISTRY, 0, int(count)))
        self.assertIn(self.hash(proof["accountProof"][0]), roots)
        self.assertEqual(self.hash(slot["proof"][0]), proof["storageHash"])

        own = auditor.run("chain", "proof", provider.address)
        nonce = auditor.run("rpc", "eth_getTransactionCount", provider.address, "latest")
        self.assertEqual((own["address"], own["nonce"], own["storageProof"]), (provider.address, nonce, []))
        rows = dict(line.split(maxsplit=1) for line in self.text(auditor, "chain", "proof", provider.address))
        self.assertEqual((rows["nonce"], rows["storageProof"]), (nonce, "0 items"))
        self.assertEqual(rows["accountProof"], f"{len(own['accountProof'])} items")
        with self.refused(2, "usage", 'ADDRESS must be an address: 0x and 40 hex digits, got "registry"'):
            auditor.run("chain", "proof", "registry")
        with self.refused(2, "usage", 'SLOT must be a decimal or 0x number below 2\\^256, got "first"'):
            auditor.run("chain", "proof", REGISTRY, "first")

    def hash(self, data):
        return self.world.auditor.run("rpc", "web3_sha3", data)

    def test_list(self):
        """data list shows the versions of the own home with their files, and those of everybody with --chain"""
        provider, buyer = self.world.provider, self.world.buyer
        version, event = self.publish("list")
        length = str((self.world.folder / "list").stat().st_size)
        (own,) = (entry for entry in provider.run("data", "list") if entry["version"] == version)
        self.assertEqual((own["number"], own["length"]), ("1", length))
        self.assertEqual(own["file"], str(self.world.folder / "list"))
        self.assertEqual(buyer.run("data", "list"), [])
        (public,) = (entry for entry in buyer.run("data", "list", "--chain") if entry["version"] == version)
        expected = {"version": version, "dataset": own["dataset"], "number": "1", "height": event["blockNumber"]}
        self.assertEqual(public, expected)

        heading, *lines = [line.split() for line in self.text(provider, "data", "list")]
        self.assertEqual(heading, ["version", "data", "set", "no", "lots", "bytes", "file"])
        self.assertIn([version, own["dataset"], "1", "1", length, own["file"]], lines)
        self.assertEqual(len(self.text(buyer, "data", "list")), 1, "the heading alone")
        heading, *lines = [line.split() for line in self.text(buyer, "data", "list", "--chain")]
        self.assertEqual(heading, ["version", "data", "set", "no", "height"])
        self.assertIn([version, own["dataset"], "1", str(int(event["blockNumber"], 16))], lines)

        record = provider.home / "datasets" / version / "dataset.json"
        content = record.read_text()
        try:
            record.write_text(content[: len(content) // 2])
            with self.refused(3, "not-json", f"{record} is not JSON"):
                provider.run("data", "list")
        finally:
            record.write_text(content)

    def test_node_logs(self):
        """devnet logs shows what the node with that number wrote, as text or as one document"""
        devnet = [self.world.programs.datapact, "devnet", "logs", "--dir", self.world.net]
        for number in (1, 4):
            file = self.world.net / f"node{number}" / "log"
            before = file.read_text()
            self.assertIn("serving http://127.0.0.1:", before)
            command = [*map(str, devnet), "--node", str(number)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True)
            shown = run_json([devnet[0], "--json", *command[1:]])
            # The node goes on writing.
            after = file.read_text()
            for text in (done.stdout.removesuffix("\n"), shown.removesuffix("\n")):
                self.assertTrue(text.startswith(before.removesuffix("\n")), text)
                self.assertTrue(after.startswith(text), text)
        for number in ("0", "9"):
            with self.refused(2, "usage", f"--node must be from 1 to 4, the nodes in {self.world.net}, got {number}"):
                run_json([devnet[0], "--json", *devnet[1:], "--node", number])
        with self.refused(2, "usage", "--node"):
            run_json([devnet[0], "--json", *devnet[1:], "--node", "first"])


if __name__ == "__main__":
    main(Reading)
