"""datapact devnet up --production-like: the files of docs/operating.md, and a network that runs from them. usage: production_test.py BUILD_DIR"""

import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import stat
import subprocess
import tomllib

from cluster import STRANGER, Node
from world import Case, free_port, main, run_json, wait_until

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "operating.md"
HOSTS = ["bank-1", "buyer-1", "exchange-1", "provider-1"]
# What a node adds to its home by running in the background.
RUNTIME = {"data", "log", "pid"}


def guide_files():
    """{name: mode} of the guide's table of a home."""
    rows = re.findall(r"^\| `([a-z.]+)` \| (0\d{3}) \|", GUIDE.read_text(), re.M)
    return {name: int(mode, 8) for name, mode in rows}


def guide_config():
    """The guide's node.toml."""
    blocks = re.findall(r"^```toml\n(.*?)^```", GUIDE.read_text(), re.M | re.S)
    return tomllib.loads(next(block for block in blocks if "[validator]" in block))


class ProductionLike(Case):
    @classmethod
    def setUpClass(cls):
        cls.net = cls.folder / "rehearsal"
        command = [str(cls.programs.datapact), "devnet", "up", "--production-like", "--port", "0", "--dir", str(cls.net)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        cls.said = done.stderr.strip().splitlines()
        cls.url = re.search(r"^endpoint +(\S+)$", done.stdout, re.M)[1]
        cls.homes = [cls.net / "hosts" / name for name in HOSTS]

    @classmethod
    def tearDownClass(cls):
        run_json([cls.programs.datapact, "--json", "devnet", "down", "--dir", cls.net])

    def config(self, home):
        return tomllib.loads((home / "node.toml").read_text())

    def devnet(self, *words):
        return run_json([self.programs.datapact, "--json", "devnet", *words, "--dir", self.net])

    def party(self, role, *words):
        return run_json([self.programs.datapact, "--json", "--config", self.net / role / "datapact.toml", *words])

    def peers(self, home, url=None):
        url = url or f"http://127.0.0.1:{self.config(home)['rpc']['port']}"
        return int(run_json([self.programs.datapact, "--json", "--rpc", url, "rpc", "net_peerCount"]), 16)

    def test_files(self):
        """Every home has the files that the guide names, with its modes, and nothing else but what a running node makes"""
        self.assertEqual(sorted(path.name for path in (self.net / "hosts").iterdir()), HOSTS)
        expected = guide_files()
        self.assertEqual(len(expected), 6)
        for home in self.homes:
            found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir() if path.name not in RUNTIME}
            self.assertEqual(found, expected)
            self.assertEqual(stat.S_IMODE(home.stat().st_mode), 0o700)

    def test_config(self):
        """A node's settings are the guide's, but for ports and peers"""
        for home in self.homes:
            ours, guide = self.config(home), guide_config()
            self.assertEqual(ours["p2p"]["listen"].rpartition(":")[0], "127.0.0.1")
            self.assertEqual(len(ours["p2p"]["peers"]), len(HOSTS) - 1)
            for section, key in (("rpc", "port"), ("p2p", "listen"), ("p2p", "peers"), ("ops", "listen")):
                del ours[section][key], guide[section][key]
            self.assertEqual(ours, guide)

    def test_network_new(self):
        """The files are those that `network new` writes from the consortium.toml and the cards beside it"""
        again = self.folder / "by-hand"
        shutil.copytree(self.net / "cards", again / "cards")
        shutil.copy(self.net / "consortium.toml", again)
        run_json([self.programs.datapact, "--json", "network", "new", again / "consortium.toml", "--dir", again / "network"])
        names = [sorted(str(path.relative_to(net)) for path in net.rglob("*")) for net in (again / "network", self.net / "network")]
        self.assertEqual(names[0], names[1])
        for home in self.homes:
            given = self.net / "network" / "nodes" / home.name
            for file in given.iterdir():
                self.assertEqual((home / file.name).read_bytes(), file.read_bytes())
            by_hand = (again / "network" / "nodes" / home.name / "node.toml").read_text()
            config = self.config(home)
            by_hand = by_hand.replace("port = 8545", f"port = {config['rpc']['port']}").replace("127.0.0.1:9545", config["ops"]["listen"])
            self.assertEqual((home / "node.toml").read_text(), by_hand)
            self.assertEqual((home / "card.json").read_bytes(), (self.net / "cards" / f"{home.name}.json").read_bytes())

    def test_keys(self):
        """Each validator has a keystore of its own under a password of its own, marked so that loopback is all it serves"""
        passwords = {(home / "password").read_text() for home in self.homes}
        addresses = {json.loads((home / "validator.json").read_text())["address"] for home in self.homes}
        self.assertEqual((len(passwords), len(addresses)), (len(HOSTS), len(HOSTS)))
        away = self.folder / "away"
        shutil.copytree(self.homes[0], away, ignore=shutil.ignore_patterns("data"))
        config = away / "node.toml"
        config.write_text(re.sub(r'listen = "127\.0\.0\.1:\d+"', 'listen = "0.0.0.0:0"', config.read_text(), count=1))
        done = subprocess.run([self.programs.datapactd, "--config", config], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 6)
        self.assertIn("development key: it may serve loopback only, not 0.0.0.0 (p2p.listen)", done.stderr)

    def test_runs(self):
        """Four validators run from these files, each with the three others for peers, and take a transaction"""
        self.assertEqual([self.peers(home) for home in self.homes], [3, 3, 3, 3])
        sent = self.party("provider", "tx", "send", STRANGER, "--value", "1")
        self.assertEqual(sent["status"], "0x1")
        validators = run_json([self.programs.datapact, "--json", "--rpc", self.url, "chain", "validators"])
        cards = [json.loads((home / "card.json").read_text())["validator"] for home in self.homes]
        self.assertEqual({entry["address"] for entry in validators}, set(cards))

    def test_commands(self):
        """The three commands that are printed register a data set, sell it and verify the evidence"""
        first, *commands = self.said
        self.assertEqual((first, len(commands)), ("next:", 3))
        for line in commands:
            done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd="/", timeout=120, check=False)
            self.assertEqual(done.returncode, 0, f"{line}: {done.stdout} {done.stderr}")
        self.assertRegex(done.stdout, r"(?m)^status +settled at height \d+$")

    def test_tls(self):
        """Nodes speak TLS 1.3 only: who speaks in the clear, or an older version, gets no answer"""
        port = int(self.config(self.homes[0])["p2p"]["listen"].rpartition(":")[2])
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain) as secure:
            self.assertEqual(secure.version(), "TLSv1.3")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with socket.create_connection(("127.0.0.1", port)) as plain, self.assertRaises(OSError):
            context.wrap_socket(plain)
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(b"GET /datapact/p2p/1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            self.assertFalse(plain.recv(4096).startswith(b"HTTP"))

    def test_stranger(self):
        """A node whose transport key Governance does not list is refused by every node, with the network's genesis and settings"""
        home = self.folder / "stranger"
        password = self.folder / "stranger-password"
        password.write_text("correct horse\n")
        keys = ("network", "node-keys", "--dir", home, "--name", "stranger", "--address", f"127.0.0.1:{free_port()}", "--light")
        run_json([self.programs.datapact, "--json", "--password-file", password, *keys])
        shutil.copy(password, home / "password")
        shutil.copy(self.homes[0] / "genesis.json", home)
        config = (self.homes[0] / "node.toml").read_text()
        config = re.sub(r"port = \d+", f"port = {free_port()}", config)
        config = re.sub(r'listen = "127\.0\.0\.1:\d+"', 'listen = "127.0.0.1:0"', config)
        (home / "node.toml").write_text(config)
        stranger = Node(self.programs, home, 9)
        before = [self.failures(one) for one in self.homes[1:]]
        stranger.start()
        try:
            wait_until(lambda: all(self.failures(one) > was for one, was in zip(self.homes[1:], before, strict=True)), "refusals")
            self.assertEqual(self.peers(home, stranger.url), 0)
            self.assertEqual([self.peers(one) for one in self.homes], [3, 3, 3, 3])
        finally:
            stranger.stop()

    def failures(self, home):
        """Handshakes that a node has refused."""
        port = int(self.config(home)["ops"]["listen"].rpartition(":")[2])
        done = subprocess.run(["curl", "-sf", f"http://127.0.0.1:{port}/metrics"], capture_output=True, text=True, check=True)
        return float(re.search(r"^datapact_p2p_handshakes_failed_total (\S+)$", done.stdout, re.M)[1])

    def test_unit(self):
        """The unit is the one that `network unit` prints: it waits for READY=1, which datapactd sends when it serves"""
        printed = subprocess.run([self.programs.datapact, "network", "unit"], capture_output=True, text=True, check=True).stdout
        unit = (self.net / "datapactd@.service").read_text()
        self.assertEqual(unit, printed)
        self.assertRegex(unit, r"(?m)^Type=notify$")
        program = re.search(r"(?m)^ExecStart=(\S+) --config node\.toml run$", unit)[1]
        self.assertEqual(pathlib.Path(program), self.programs.datapactd)
        self.assertRegex(unit, r"(?m)^WorkingDirectory=/var/lib/datapact/%i$")

    def test_zz_again(self):
        """Switched off and on it has the same files and goes on; a node that died is started again; other flags are refused"""
        before = {path: path.read_bytes() for home in self.homes for path in home.iterdir() if path.name in guide_files()}
        height = int(run_json([self.programs.datapact, "--json", "--rpc", self.url, "rpc", "eth_blockNumber"]), 16)
        self.devnet("down")
        again = self.devnet("up")
        self.assertEqual(again["url"], self.url)
        self.assertGreaterEqual(int(run_json([self.programs.datapact, "--json", "--rpc", self.url, "rpc", "eth_blockNumber"]), 16), height)
        os.kill(int(next(node["pid"] for node in again["nodes"] if node["name"] == "buyer-1")), 9)
        wait_until(lambda: len(self.devnet("status")["nodes"]) == 3, "the node to have ended")
        key = self.homes[1] / "validator.json"
        key.rename(key.with_suffix(".away"))
        with self.refused(3, "no-key", f"there is no {key}: genesis.json names 4 validators, and buyer-1 cannot run without it"):
            self.devnet("up")
        key.with_suffix(".away").rename(key)
        self.assertEqual([node["name"] for node in self.devnet("up", "--production-like")["started"]], ["buyer-1"])
        self.assertEqual({path: path.read_bytes() for path in before}, before)
        with self.refused(2, "usage", "--validators must be 4"):
            self.devnet("up", "--validators", "5")

    def test_plain_network(self):
        """A network that was made without the flag is not made another one"""
        plain = self.folder / "plain"
        run_json([self.programs.datapact, "--json", "devnet", "up", "--dir", plain, "--port", "0", "--validators", "1"])
        run_json([self.programs.datapact, "--json", "devnet", "down", "--dir", plain])
        with self.refused(2, "usage", f"--production-like must be left out: the network in {plain} was made without it"):
            run_json([self.programs.datapact, "--json", "devnet", "up", "--dir", plain, "--production-like"])

    def test_ready(self):
        """A service manager hears READY=1 once the node serves, and STOPPING=1 when it is asked to stop"""
        home = self.folder / "service"
        shutil.copytree(self.homes[0], home, ignore=shutil.ignore_patterns(*RUNTIME))
        config = re.sub(r"port = \d+", f"port = {free_port()}", (home / "node.toml").read_text())
        config = re.sub(r"peers = \[.*?\]", "peers = []", config, flags=re.S)  # Its key also votes in the network.
        (home / "node.toml").write_text(re.sub(r'listen = "127\.0\.0\.1:\d+"', 'listen = "127.0.0.1:0"', config))
        for name in (str(self.folder / "notify"), f"@datapact-{os.getpid()}"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind(name.replace("@", "\0"))
                manager.settimeout(60)
                node = subprocess.Popen(
                    [self.programs.datapactd, "--config", home / "node.toml"], env={**os.environ, "NOTIFY_SOCKET": name},
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
                try:
                    self.assertEqual(manager.recv(100), b"READY=1")
                    port = self.config(home)["rpc"]["port"]
                    self.assertEqual(self.peers(home, f"http://127.0.0.1:{port}"), 0)
                finally:
                    node.terminate()
                self.assertEqual(manager.recv(100), b"STOPPING=1")
                self.assertEqual(node.wait(timeout=60), 0)


if __name__ == "__main__":
    main(ProductionLike, with_world=False)
