"""datapact devnet: up, what it prints, down and up again. usage: devnet_test.py BUILD_DIR"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor

from world import MICRO, Case, Refused, free_port, main, run_json, wait_until


class Devnet(Case):
    def up(self, folder, *words):
        return run_json([self.programs.datapact, "--json", "devnet", "up", "--dir", folder, *words])

    def down(self, folder):
        return run_json([self.programs.datapact, "--json", "devnet", "down", "--dir", folder])

    def test_next_commands(self):
        """The three commands that devnet up prints register a data set, sell it and verify the evidence when they are pasted"""
        folder = self.folder / "pasted; it's a folder"
        command = [str(self.programs.datapact), "devnet", "up", "--dir", str(folder), "--port", "0"]
        # The node keeps no descriptor of its starter: with pipes this would wait for the node's end.
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        try:
            self.assertRegex(done.stdout, r"first final +[0-9.]+ s after the command")
            first, register, sell, verify = done.stderr.strip().splitlines()
            self.assertEqual(first, "next:")
            version = re.search(r"^version +(0x\w{64})$", self.paste(register), re.M)[1]
            listed = self.party(folder, "buyer", "data", "list", "--chain")
            self.assertEqual([entry["version"] for entry in listed], [version])
            provider = re.search(r"^provider +(0x\w{40})$", done.stdout, re.M)[1]
            self.check_sale(folder, provider, self.paste(sell))
            # Offline: what the evidence proves stands when the network is gone.
            self.down(folder)
            self.assertRegex(self.paste(verify), r"(?m)^status +settled at height \d+$")
        finally:
            with contextlib.suppress(Refused):
                self.down(folder)

    def check_sale(self, folder, provider, said):
        """The buyer has the file, the provider the price, and both say that the deal is settled."""
        (deal,) = (path.name for path in (folder / "buyer" / "deals").iterdir())
        self.assertIn(deal, said)
        self.assertEqual((folder / "bought").read_bytes(), (folder / "genesis.json").read_bytes())
        for party in ("provider", "buyer"):
            self.assertEqual(self.party(folder, party, "deal", "show", deal)["status"], "settled")
        balance = self.party(folder, "auditor", "contract", "call", "Settlement", "balanceOf", provider)[0]
        # Of its first 1,000 it keeps 20 deposited for the bond.
        self.assertEqual(int(balance), (1_000 - 20 + 100) * MICRO)

    def paste(self, line):
        """A line as it was printed, in a shell that knows nothing of the network."""
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd="/", timeout=120, check=False)
        self.assertEqual(done.returncode, 0, f"{line}: {done.stdout} {done.stderr}")
        return done.stdout

    def party(self, folder, role, *words):
        return run_json([self.programs.datapact, "--json", "--config", folder / role / "datapact.toml", *words])

    def test_again(self):
        """A network that was switched off goes on where it was, on the port of its files"""
        folder, port = self.folder / "again", free_port()
        first = self.up(folder, "--port", port)
        before = self.read(first["url"], "eth_blockNumber")
        self.down(folder)
        second = self.up(folder)
        try:
            self.assertEqual((second["url"], second["genesis"]), (first["url"], first["genesis"]))
            self.assertGreaterEqual(int(self.read(first["url"], "eth_blockNumber"), 16), int(before, 16))
            with self.refused(1, "already-up", f"the network in {folder} is running already"):
                self.up(folder)
        finally:
            self.down(folder)
        with self.refused(2, "usage", f"--port must be {port}, which {folder}/node1/node.toml fixes, got 1"):
            self.up(folder, "--port", "1")
        with self.refused(7, "not-found", f"no network is running in {folder}"):
            self.down(folder)

    def test_lost_port(self):
        """A network whose port another program takes before its node listens starts with other ports"""
        for attempt in range(10):
            folder = self.folder / f"robbed{attempt}"
            with socket.socket() as thief, ThreadPoolExecutor(1) as pool:
                started = pool.submit(self.up, folder, "--port", "0", "--validators", "1")
                taken = self.take_port(folder, thief, started)
                url = started.result()["url"]
                try:
                    self.assertEqual(int(self.read(url, "net_version")), 20260)
                    settings = tomllib.loads((folder / "buyer" / "datapact.toml").read_text())
                    self.assertEqual(settings["rpc"]["url"], url)
                finally:
                    self.down(folder)
            if taken:
                self.assertNotEqual(int(url.rpartition(":")[2]), taken)
                return
        self.fail("no port could be taken before its node listened")

    def test_no_needless_starts(self):
        """Only a node that says by its exit code that a port was lost is started again, whatever its old log ends with"""
        folder = self.folder / "starts"
        self.up(folder, "--port", "0", "--validators", "1")
        self.down(folder)
        log, starts = folder / "node1" / "log", folder / "starts"
        for code, name, expected in ((3, "node-failed", 1), (4, "port-lost", 5)):
            with log.open("a") as text:
                text.write("datapactd: cannot listen on 127.0.0.1:1: Address already in use\n")
            starts.unlink(missing_ok=True)
            command = self.with_node(folder, f"echo >>{starts}; echo from the script; exit {code}")
            with self.refused(3, name, "^node1 did not start: from the script\n$"):
                run_json([command, "--json", "devnet", "up", "--dir", folder])
            self.assertEqual(len(starts.read_text().splitlines()), expected)

    def with_node(self, folder, script):
        """A copy of the command line that finds a script in the node's place."""
        place = folder / "programs"
        place.mkdir(exist_ok=True)
        shutil.copy(self.programs.datapact, place / "datapact")
        node = place / "datapactd"
        node.write_text(f"#!/bin/sh\n{script}\n")
        node.chmod(0o755)
        return place / "datapact"

    def take_port(self, folder, thief, started):
        """Listens on the first node's JSON-RPC port as soon as its settings say it; nothing when the node was faster."""
        settings = folder / "node1" / "node.toml"
        while not started.done():
            with contextlib.suppress(OSError, KeyError, tomllib.TOMLDecodeError):
                port = tomllib.loads(settings.read_text())["rpc"]["port"]
                thief.bind(("127.0.0.1", port))
                thief.listen()
                return port
            if settings.exists() and (folder / "node1" / "data").exists():
                return None
        return None

    def test_block_period(self):
        """A new network takes its block period from the command; one that is there refuses another"""
        folder = self.folder / "quick"
        for wrong in ("0", "60001"):
            with self.refused(2, "usage", f"--block-period-ms must be from 1 to 60000, got {wrong}"):
                self.up(folder, "--block-period-ms", wrong)
        self.up(folder, "--port", "0", "--validators", "1", "--block-period-ms", "20")
        self.down(folder)
        config = json.loads((folder / "genesis.json").read_text())["config"]
        self.assertEqual(config["qbft"]["blockPeriodMs"], 20)
        with self.refused(2, "usage", f"--block-period-ms must be 20, which {folder}/genesis.json fixes, got 30"):
            self.up(folder, "--block-period-ms", "30")
        with self.refused(2, "usage", f"--validators must be 1, which {folder}/genesis.json fixes, got 7"):
            self.up(folder, "--validators", "7")
        self.up(folder, "--validators", "1", "--block-period-ms", "20")
        self.assertEqual(self.say_down(folder), "stopped 1 node\n")

    def say_down(self, folder):
        command = [self.programs.datapact, "devnet", "down", "--dir", folder]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    def test_dead_node(self):
        """devnet up starts the nodes of a running network that have died, and leaves the others alone"""
        folder = self.folder / "bereaved"
        first = {node["name"]: int(node["pid"]) for node in self.up(folder, "--port", "0")["nodes"]}
        try:
            for dead in (["node2"], ["node1", "node4"]):
                before = self.pids(folder)
                for name in dead:
                    os.kill(int(before[name]), signal.SIGKILL)
                wait_until(lambda dead=dead: not set(dead) & set(self.pids(folder)), "the nodes to have ended")
                again = self.up(folder)
                self.assertEqual([node["name"] for node in again["started"]], dead)
                after = self.pids(folder)
                self.assertEqual(sorted(after), sorted(first))
                self.assertEqual({name: pid for name, pid in after.items() if name not in dead},
                                 {name: pid for name, pid in before.items() if name not in dead})  # fmt: skip
                self.assertEqual(self.read(again["url"], "net_peerCount"), "0x3")
            sent = self.party(folder, "provider", "tx", "send", "0x000000000000000000000000000000000000bEEF", "--value", "1")
            self.assertEqual(sent["status"], "0x1")
        finally:
            self.down(folder)

    def pids(self, folder):
        """Of the nodes that run; devnet status refuses when none does."""
        status = run_json([self.programs.datapact, "--json", "devnet", "status", "--dir", folder])
        return {node["name"]: node["pid"] for node in status["nodes"]}

    def test_other_process(self):
        """A pid file whose number has gone to a node of another network names no process of this one"""
        ours, others = self.folder / "ours", self.folder / "others"
        self.up(ours, "--port", "0", "--validators", "1")
        self.down(ours)
        self.up(others, "--port", "0", "--validators", "1")
        try:
            shutil.copy(others / "node1" / "pid", ours / "node1" / "pid")
            with self.refused(7, "not-found", f"no network is running in {ours}"):
                self.down(ours)
            self.assertEqual(list(self.pids(others)), ["node1"])
        finally:
            self.down(others)

    def test_lost_key(self):
        """A network that lacks a node's key is not started with fewer nodes: the file is named, nothing is written over"""
        folder = self.folder / "keyless"
        self.up(folder, "--port", "0")
        self.down(folder)
        for number, name in ((2, "validator.key"), (4, "transport.key")):
            key = folder / f"node{number}" / name
            content = key.read_text()
            key.unlink()
            before = self.content_of(folder)
            with self.refused(3, "no-key", f"there is no {key}: genesis.json names 4 validators") as refused:
                self.up(folder)
            self.assertIn("put the file back from a copy", refused.error.hint)
            self.assertEqual(self.content_of(folder), before)
            key.write_text(content)

    def content_of(self, folder):
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_foreign_folder(self):
        """devnet up writes nothing into a folder that holds something else than a network of its own"""
        folder = self.folder / "foreign"
        (folder / "provider").mkdir(parents=True)
        (folder / "password").write_text("of somebody's wallet\n")
        (folder / "provider" / "letter").write_text("dear")
        self.check_foreign(folder, "is not empty and holds no development network: there is password, provider")
        for number in range(7):
            (folder / f"a{number}").touch()
        self.check_foreign(folder, "there is a0, a1, a2, a3, a4 and 4 more")
        shutil.copy(pathlib.Path(__file__).parents[2] / "genesis.json", folder)
        self.check_foreign(folder, "holds a genesis.json but no nodes: there is a0, a1, ")
        genesis = json.loads((folder / "genesis.json").read_text())
        (folder / "genesis.json").write_text("{}")
        self.check_foreign(folder, "genesis.json: ", "genesis")
        self.assertIn("config", genesis)
        file = self.folder / "a-file"
        file.write_text("mine")
        with self.refused(3, "foreign-folder", f"{file} is a file, not a folder"):
            self.up(file, "--port", "0")

    def check_foreign(self, folder, message, name="foreign-folder"):
        before = self.content_of(folder)
        with self.refused(3, name, message):
            self.up(folder, "--port", "0")
        self.assertEqual(self.content_of(folder), before)

    def test_interrupted(self):
        """A network whose making was interrupted is made when devnet up runs again"""
        folder = self.folder / "interrupted"
        (folder / "provider").mkdir(parents=True)
        (folder / "password").write_text("devnet\n")
        (folder / "genesis.json.tmp").write_text("{")
        self.up(folder, "--port", "0", "--validators", "1")
        self.down(folder)

    def read(self, url, method):
        return run_json([self.programs.datapact, "--json", "--rpc", url, "rpc", method])

    def test_deterministic(self):
        """Keys, accounts and genesis depend on nothing but the time"""
        genesis = [run_json([self.programs.datapact, "devnet", "genesis", "--time", "7"]) for _ in range(2)]
        self.assertEqual(genesis[0], genesis[1])
        self.assertTrue(all(re.fullmatch("0x[0-9a-f]{40}", address) for address in genesis[0]["alloc"]))


if __name__ == "__main__":
    main(Devnet, with_world=False)
