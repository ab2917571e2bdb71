"""Validators as processes whose every link goes through a relay, and clients that write meanwhile."""

import http.client
import itertools
import json
import pathlib
import re
import signal
import subprocess
import threading
import time
import tomllib

from relay import Relay
from world import run_json

STRANGER = "0x000000000000000000000000000000000000bEEF"


class Unreachable(Exception):
    """The node does not answer."""


def node_id(programs, config):
    """What `datapactd init` prints last; it makes the transport key when there is none."""
    done = subprocess.run([programs.datapactd, "--config", config, "init"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


class Node:
    """One process with its folder; numbered from 1."""

    def __init__(self, programs, folder, number):
        self.programs, self.folder, self.number = programs, folder, number
        self.config = folder / "node.toml"
        settings = tomllib.loads(self.config.read_text())
        self.rpc_port = settings["rpc"]["port"]
        self.p2p_port = int(settings["p2p"]["listen"].rpartition(":")[2])
        self.ops_port = int(settings["ops"]["listen"].rpartition(":")[2])
        self.id = node_id(programs, self.config)
        self.url = f"http://127.0.0.1:{self.rpc_port}"
        self.process = None

    def redirect(self, port_of):
        """Dials its peers under other ports: {port in the file: port to use}."""
        text = self.config.read_text()
        self.config.write_text(
            re.sub(r"@127\.0\.0\.1:(\d+)", lambda m: f"@127.0.0.1:{port_of.get(int(m[1]), m[1])}", text)
        )

    def start(self):
        log = (self.folder / "log").open("ab")
        command = [self.programs.datapactd, "--config", self.config, "run"]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(timeout=20)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def call(self, method, *params, timeout=5):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        connection = http.client.HTTPConnection("127.0.0.1", self.rpc_port, timeout=timeout)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())["result"]
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            raise Unreachable(f"node {self.number}: {error!r}") from error
        finally:
            connection.close()

    def ops(self, path):
        """Status and text of the ops listener."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ops_port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def height(self):
        return int(self.call("eth_blockNumber"), 16)

    def block_hash(self, height):
        block = self.call("eth_getBlockByNumber", hex(height), False)
        return block and block["hash"]


class Cluster:
    """A development network of `size` validators, its links relayed."""

    def __init__(self, programs, folder, size, options=()):
        """`options` go to `devnet up`."""
        self.programs, self.folder = programs, pathlib.Path(folder)
        devnet = [programs.datapact, "--json", "devnet"]
        where = ["--dir", self.folder, "--port", "0", "--validators", size]
        up = run_json([*devnet, "up", *where, *options])
        run_json([*devnet, "down", "--dir", self.folder])
        self.accounts = up["accounts"]
        self.relay = Relay()
        self.nodes = [Node(programs, self.folder / f"node{number}", number) for number in range(1, size + 1)]
        for node in self.nodes:
            others = [other for other in self.nodes if other is not node]
            node.redirect({o.p2p_port: self.relay.open(node.number, o.number, o.p2p_port) for o in others})
        for node in self.nodes:
            node.start()

    def run(self, role, *words, node=None):
        command = [
            self.programs.datapact, "--json", "--rpc", (node or self.nodes[0]).url, "--home", self.folder / role,
            "--from", self.accounts[role], "--password-file", self.folder / "password", *words,
        ]  # fmt: skip
        return run_json(command)

    def keep_busy(self, blocks, seconds):
        """Sends transactions until every node has `blocks` more."""
        target = self.top() + blocks
        while self.top() < target:
            self.run("provider", "tx", "send", STRANGER, "--value", "1")
        self.wait_for_height(target, seconds)

    def links(self):
        return list(itertools.combinations(range(1, len(self.nodes) + 1), 2))

    def heights(self):
        out = []
        for node in self.nodes:
            try:
                out.append(node.height())
            except Unreachable:
                out.append(None)
        return out

    def top(self):
        return max((height for height in self.heights() if height is not None), default=-1)

    def wait_for_growth(self, blocks, seconds, nodes=None):
        """Each of `nodes` (default: all) gets `blocks` more than the highest has now; returns the seconds it took."""
        target = self.top() + blocks
        return self.wait_for_height(target, seconds, nodes)

    def wait_for_height(self, target, seconds, nodes=None):
        begin = time.monotonic()
        waiting = list(nodes or self.nodes)
        while waiting:
            if time.monotonic() > begin + seconds:
                raise AssertionError(f"height {target} not reached in {seconds} s: {self.heights()}")
            try:
                if waiting[0].height() >= target:
                    waiting.pop(0)
                    continue
            except Unreachable:
                pass
            time.sleep(0.02)
        return time.monotonic() - begin

    def stop(self):
        for node in self.nodes:
            if node.process and node.process.poll() is None:
                node.process.send_signal(signal.SIGCONT)
                node.process.terminate()
        for node in self.nodes:
            if node.process:
                node.process.wait(timeout=20)
        self.relay.stop()


class Writer:
    """A client of its own account that sends one transaction after another to whichever node answers."""

    def __init__(self, cluster, role):
        self.cluster, self.role = cluster, role
        self.acknowledged = {}
        self.failures = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def _send(self, node):
        command = [
            self.cluster.programs.datapact, "--json", "--rpc", node.url, "--home", self.cluster.folder / self.role,
            "--from", self.cluster.accounts[self.role], "--password-file", self.cluster.folder / "password",
            "--timeout", "5", "tx", "send", STRANGER, "--value", "1",
        ]  # fmt: skip
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            self.failures += 1
            return
        receipt = json.loads(done.stdout)
        self.acknowledged[receipt["transactionHash"]] = receipt["blockHash"]

    def _write(self):
        for node in itertools.cycle(self.cluster.nodes):
            if self._stop.is_set():
                return
            if node.process and node.process.poll() is None:
                self._send(node)

    def stop(self):
        self._stop.set()
        self._thread.join(timeout=120)
