"""Three organisations start a network from cards, and a fifth node joins it and validates. usage: network_test.py BUILD_DIR"""

import json
import re
import shutil

from cluster import STRANGER, Node
from world import Case, free_port, main, run_json, wait_until

PASSWORD = "correct horse"
ORGANISATIONS = ("exchange", "bank", "provider")
# Organisation of each of the first nodes, by index.
FIRST_NODES = (0, 0, 1, 2)


class Network(Case):
    @classmethod
    def setUpClass(cls):
        cls.password = cls.folder / "password"
        cls.password.write_text(PASSWORD + "\n")
        cls.accounts = [cls.make_account(name) for name in ORGANISATIONS]
        cls.cards = [cls.make_keys(f"node-{number}") for number in range(1, len(FIRST_NODES) + 2)]
        cls.network = cls.folder / "network"
        cls.nodes = []

    @classmethod
    def tearDownClass(cls):
        for node in cls.nodes:
            node.stop()

    @classmethod
    def command(cls, *words):
        return run_json([cls.programs.datapact, "--json", "--password-file", cls.password, *words])

    @classmethod
    def make_account(cls, name):
        return cls.command("--home", cls.folder / name, "account", "new", "--light")["address"]

    @classmethod
    def make_keys(cls, name):
        home = cls.folder / "homes" / name
        address = f"127.0.0.1:{free_port()}"
        made = cls.command("network", "node-keys", "--dir", home, "--name", name, "--address", address, "--light")
        (home / "password").write_text(PASSWORD + "\n")
        return made

    def write_spec(self):
        text = "chain_id = 77001\nquorum = 2\nblock_period_ms = 250\n"
        for index, name in enumerate(ORGANISATIONS):
            cards = [f'"homes/node-{n + 1}/card.json"' for n, owner in enumerate(FIRST_NODES) if owner == index]
            text += (
                f'[[organisation]]\nname = "{name}"\ndocument_hash = "0x{index + 1:064x}"\nvotes = true\n'
                f"validators = [{', '.join(cards)}]\n"
                f'[[organisation.account]]\naddress = "{self.accounts[index]}"\nroles = ["admin", "operator"]\n'
            )
        spec = self.folder / "consortium.toml"
        spec.write_text(text)
        return spec

    def start_node(self, name):
        """What its operator does: copies the public files over the home, chooses ports, starts."""
        home = self.folder / "homes" / name
        shutil.copytree(self.network / "nodes" / name, home, dirs_exist_ok=True)
        config = home / "node.toml"
        text = re.sub(r"port = 8545", f"port = {free_port()}", config.read_text())
        config.write_text(text.replace("127.0.0.1:9545", f"127.0.0.1:{free_port()}"))
        node = Node(self.programs, home, len(self.nodes) + 1)
        node.start()
        self.nodes.append(node)
        return node

    def send(self, organisation, *words):
        where = ("--rpc", self.nodes[0].url, "--home", self.folder / ORGANISATIONS[organisation])
        return self.command(*where, "--from", self.accounts[organisation], *words)

    def govern(self, organisation, function, *arguments):
        return self.send(organisation, "contract", "send", "Governance", function, *arguments)

    def validators(self):
        return {v["address"] for v in self.command("--rpc", self.nodes[0].url, "chain", "validators")}

    def test_1_start(self):
        """From four cards comes a network whose nodes find each other; no private key is in its files"""
        made = self.command("network", "new", self.write_spec(), "--dir", self.network)
        self.assertEqual(len(made["nodes"]), len(FIRST_NODES))
        names = {path.name for path in self.network.rglob("*") if path.is_file()}
        self.assertEqual(names, {"genesis.json", "network.json", "node.toml"})
        for number in range(1, len(FIRST_NODES) + 1):
            self.start_node(f"node-{number}")
        wait_until(lambda: self.height_of(self.nodes[0]) >= 0, "the first node to answer")
        self.send(0, "tx", "send", STRANGER)  # A chain that nobody uses takes a minute for its first block.
        for node in self.nodes:
            wait_until(lambda node=node: self.height_of(node) >= 1, f"block 1 on node {node.number}")
        self.assertEqual(self.validators(), {card["validator"] for card in self.cards[:4]})

    def height_of(self, node):
        try:
            return node.height()
        except Exception:  # Not up yet.
            return -1

    def test_2_join(self):
        """A fifth node follows once its organisation lists it, and validates once Governance agrees"""
        card = self.cards[4]
        added = self.command("network", "add-node", card["card"], "--dir", self.network, "--organisation", "2", "--validator")
        self.assertEqual([call["function"] for call in added["calls"]], ["setNodeKey", "proposeValidator", "acknowledgeValidator"])
        key, propose, _ = (call["arguments"] for call in added["calls"])
        self.govern(1, "setNodeKey", *key)
        joined = self.start_node("node-5")
        height = self.nodes[0].height()
        wait_until(lambda: self.height_of(joined) >= height, "the fifth node to catch up")
        self.govern(0, "proposeValidator", *propose)
        self.govern(1, "proposeValidator", *propose)
        height = self.nodes[0].height()
        self.govern(1, "acknowledgeValidator", card["validator"], str(height), self.nodes[0].block_hash(height))
        wait_until(lambda: json.loads(joined.ops("/consensus")[1])["isValidator"], "the fifth node to validate")
        status = self.command("--rpc", self.nodes[0].url, "chain", "status")
        self.assertEqual(len(status["validators"]), 5)


if __name__ == "__main__":
    main(Network, with_world=False)
