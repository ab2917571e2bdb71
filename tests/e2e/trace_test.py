"""tx trace: what a transaction did, as a tree, as instructions and as a change of state.
usage: trace_test.py BUILD_DIR"""

import json
import subprocess

from retold_node import RetoldNode
from world import PATIENCE_SECONDS, Case, main

SETTLEMENT = "0x0000000000000000000000000000000000001001"
UNKNOWN = "0x" + "12" * 32


class Trace(Case):
    def text(self, *words):
        """What a command says to people, line by line."""
        command = [str(word) for word in self.world.auditor.command(*words) if word != "--json"]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True).stdout.splitlines()

    def deposit(self):
        """The hash of a transaction in which FairExchange takes money from Settlement."""
        self.world.provider.run("deal", "deposit", "1")
        return self.world.auditor.run("chain", "logs")[-1]["transactionHash"]

    def test_tree(self):
        """Known contracts have names, their functions arguments and results; calls stand below their caller"""
        txn = self.deposit()
        heading, first, *below = self.text("tx", "trace", txn)
        self.assertEqual(heading.split(), ["call", "contract", "function", "value", "gas", "result"])
        self.assertRegex(first, r"^CALL +(FairExchange|Settlement) +\w+\(.*\) +\d+")
        self.assertTrue(any(line.startswith("  ") for line in below), below)
        self.assertFalse(any("LOG" in line for line in below))
        logs = [line for line in self.text("tx", "trace", txn, "--logs") if line.lstrip().startswith("LOG")]
        receipt = self.world.auditor.run("chain", "receipt", txn)
        self.assertEqual(len(logs), len(receipt["logs"]))
        self.assertTrue(any("LOG" in line and 'FairExchange  Deposited {"settlement":' in line for line in logs), logs)

    def test_documents(self):
        """With --json each form is the node's document"""
        auditor, txn = self.world.auditor, self.deposit()

        def asked(options):
            return auditor.run("rpc", "debug_traceTransaction", txn, json.dumps(options))

        tree = auditor.run("tx", "trace", txn)
        self.assertEqual(tree, asked({"tracer": "callTracer"}))
        self.assertIn(SETTLEMENT, json.dumps(tree))
        logs = auditor.run("tx", "trace", txn, "--logs")
        self.assertEqual(logs, asked({"tracer": "callTracer", "tracerConfig": {"withLog": True}}))
        state = auditor.run("tx", "trace", txn, "--state")
        self.assertEqual(state, asked({"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}}))
        steps = auditor.run("tx", "trace", txn, "--steps", "--limit", "7")
        self.assertEqual(len(steps["structLogs"]), 7)
        self.assertEqual(steps["structLogs"], asked({})["structLogs"][:7])

    def test_tables(self):
        """Instructions and changes of state are tables, tab-separated with --plain"""
        txn = self.deposit()
        steps = [line.split("\t") for line in self.text("--plain", "tx", "trace", txn, "--steps", "--limit", "3")]
        self.assertEqual([row[:3] for row in steps], [["1", "0", "PUSH1"], ["1", "2", "DUP1"], ["1", "3", "PUSH1"]])
        state = [line.split("\t") for line in self.text("--plain", "tx", "trace", txn, "--state")]
        self.assertIn([self.world.provider.address, "nonce"], [row[:2] for row in state])
        self.assertTrue(any(row[0] == "Settlement" and row[1].startswith("slot 0x") for row in state), state)
        tree = [line.split("\t") for line in self.text("--plain", "tx", "trace", txn)]
        self.assertEqual(tree[0][:2], ["0", "CALL"])
        self.assertEqual(tree[1][0], "1")

    def test_absent(self):
        """A transaction that is unknown is told from one that waits for a block; both are not found"""
        auditor = self.world.auditor
        with self.refused(7, "not-found", f"no transaction {UNKNOWN} at this node") as refusal:
            auditor.run("tx", "trace", UNKNOWN)
        self.assertIn("datapact chain status", refusal.error.hint)
        with RetoldNode(self.world.url, results={"eth_getTransactionByHash": {"blockHash": None}}) as node:
            with self.refused(7, "not-found", f"transaction {UNKNOWN} waits for a block: there is nothing to trace yet") as refusal:
                auditor.run("tx", "trace", UNKNOWN, rpc=node.url)
        self.assertEqual(refusal.error.hint, f"datapact tx wait {UNKNOWN}")

    def test_usage(self):
        """What does not go together is refused, and so is a hash that is none"""
        auditor = self.world.auditor
        with self.refused(2, "usage", 'TXN must be .*, got "0x12"'):
            auditor.run("tx", "trace", "0x12")
        with self.refused(2, "usage", "--limit must be 1 or more"):
            auditor.run("tx", "trace", UNKNOWN, "--steps", "--limit", "0")
        with self.refused(2, "usage", "--steps excludes --state"):
            auditor.run("tx", "trace", UNKNOWN, "--steps", "--state")
        with self.refused(2, "usage", "--limit requires --steps"):
            auditor.run("tx", "trace", UNKNOWN, "--limit", "5")

    def test_bad_answers(self):
        """A trace that is none is refused by the member that is missing"""
        auditor, txn = self.world.auditor, self.deposit()
        for answer in (None, {}, {"type": "CALL"}, []):
            with self.subTest(answer), RetoldNode(self.world.url, results={"debug_traceTransaction": answer}) as node:
                command = [str(word) for word in auditor.command("tx", "trace", txn, rpc=node.url) if word != "--json"]
                done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
                self.assertEqual((done.returncode, done.stdout), (4, ""), done.stderr)


if __name__ == "__main__":
    main(Trace)
