"""The validator set and the rules change while the chain runs. usage: governance_test.py BUILD_DIR [NAME…]"""

import secrets
import subprocess

from cluster import Cluster, Node, Unreachable, Writer
from world import Case, Refused, free_port, main, run_json

BOUND_SECONDS = 60
AUDITOR_ORGANISATION = "5"


class Growing:
    """A cluster to which nodes of the auditor's organisation are added, and from which validators are removed."""

    def __init__(self, programs, folder, size):
        self.cluster = Cluster(programs, folder, size)
        self.cluster.wait_for_height(1, BOUND_SECONDS)

    def run(self, role, *words, node=None):
        return self.cluster.run(role, *words, node=node)

    def validators(self):
        return self.cluster.nodes[0].call("qbft_getValidatorsByBlockNumber", "latest")

    def make_node(self):
        """A node with fresh keys that dials all others; its validator address."""
        number = len(self.cluster.nodes) + 1
        folder = self.cluster.folder / f"node{number}"
        folder.mkdir()
        key = folder / "validator.key"
        key.write_text("0x" + secrets.token_hex(32) + "\n")
        address = run_json([
            self.cluster.programs.datapact, "--json", "--home", folder / "home", "account", "import", "--key-file", key,
            "--light", "--new-password-file", self.cluster.folder / "password",
        ])["address"]  # fmt: skip
        peers = "".join(f'  "{node.id}@127.0.0.1:{node.p2p_port}",\n' for node in self.cluster.nodes)
        (folder / "node.toml").write_text(
            '[node]\ngenesis = "../genesis.json"\n[validator]\nkey_file = "validator.key"\n'
            f'[rpc]\nport = {free_port()}\n[ops]\nlisten = "127.0.0.1:{free_port()}"\n'
            f'[p2p]\nlisten = "127.0.0.1:{free_port()}"\nkey_file = "transport.key"\ntls = false\npeers = [\n{peers}]\n'
        )
        return Node(self.cluster.programs, folder, number), address

    def add(self):
        """A new node joins, syncs from genesis, is accepted, waits, is acknowledged, validates; its address."""
        node, address = self.make_node()
        self.run("auditor", "gov", "node-key", node.id, "--organisation", AUDITOR_ORGANISATION)
        self.cluster.nodes.append(node)
        node.start()
        self.cluster.wait_for_height(self.cluster.top(), BOUND_SECONDS)
        before = len(self.validators())
        self.run("operator", "gov", "propose-validator", address, "--organisation", AUDITOR_ORGANISATION)
        (candidate,) = self.run("operator", "gov", "status")["candidates"]
        assert candidate["validator"] == address and "acknowledges" in candidate["waitsFor"], candidate
        assert len(self.validators()) == before
        self.run("auditor", "gov", "acknowledge", address, node=node)
        # The set is that of the next block, and a quiet chain makes none.
        self.cluster.keep_busy(4, BOUND_SECONDS)
        assert len(self.validators()) == before + 1, self.validators()
        return address

    def remove(self, validator):
        before = len(self.validators())
        self.run("operator", "gov", "remove-validator", validator)
        self.cluster.keep_busy(4, BOUND_SECONDS)
        assert len(self.validators()) == before - 1, self.validators()

    def next_proposer(self):
        """Who proposes on the newest block in round 0: the validator after its proposer."""
        miner = self.cluster.nodes[0].call("eth_getBlockByNumber", "latest", False)["miner"]
        validators = sorted(self.validators())
        return validators[(validators.index(miner) + 1) % len(validators)]


class Governance(Case):
    def grow(self, name, size):
        network = Growing(self.programs, self.folder / name, size)
        self.addCleanup(network.cluster.stop)
        return network

    def test_one_to_two(self):
        """One validator becomes two: without the second nothing is final, and with it the chain goes on"""
        network = self.grow("two", 1)
        network.add()
        second = network.cluster.nodes[1]
        second.kill()
        with self.assertRaises(Refused):
            network.run("provider", "--timeout", "5", "tx", "send", network.cluster.accounts["buyer"])
        top = network.cluster.top()
        second.start()
        network.cluster.wait_for_height(top + 1, BOUND_SECONDS)

    def test_four_to_seven_to_four(self):
        """Four validators become seven and four again, each new one a fresh node that syncs from genesis"""
        network = self.grow("seven", 4)
        added = [network.add() for _ in range(3)]
        self.assertEqual(len(network.validators()), 7)
        for validator in added:
            network.remove(validator)
        self.assertEqual(len(network.validators()), 4)

    def test_next_proposer(self):
        """The validator whose turn is next may be removed: the chain goes on"""
        network = self.grow("proposer", 4)
        # The removal is a block of its own: whose turn comes after that one.
        proposers = sorted(network.validators())
        proposer = proposers[(proposers.index(network.next_proposer()) + 1) % len(proposers)]
        network.remove(proposer)
        self.assertNotIn(proposer, network.validators())

    def test_waiting_change(self):
        """A change that waits says for what, a dropped candidate no longer does, and a stranger is refused"""
        network = self.grow("waiting", 1)
        _, address = network.make_node()
        self.assertEqual(network.run("operator", "gov", "status"), {"candidates": [], "proposals": [], "schedule": []})
        with self.refused(5, "reverted", "NotAuthorised"):
            network.run("provider", "gov", "propose-validator", address, "--organisation", AUDITOR_ORGANISATION)
        network.run("operator", "gov", "propose-validator", address, "--organisation", AUDITOR_ORGANISATION)
        with self.refused(5, "reverted", "NotAuthorised"):
            network.run("buyer", "gov", "acknowledge", address)
        self.assertEqual(len(network.run("operator", "gov", "status")["candidates"]), 1)
        network.run("operator", "gov", "remove-validator", address)
        self.assertEqual(network.run("operator", "gov", "status")["candidates"], [])
        first = network.validators()[0]
        with self.refused(1, "already-validator", "validates already"):
            network.run("operator", "gov", "propose-validator", first, "--organisation", "1")

    def test_scheduled_revision(self):
        """A scheduled revision holds from its height on, in calls on old blocks too, and for a node that comes later"""
        network = self.grow("revision", 1)
        first = network.cluster.top() + 5
        with self.refused(2, "usage", "is not known to this version, only cancun, prague, osaka"):
            network.run("operator", "gov", "schedule-protocol", str(first), "--revision", "amsterdam")
        with self.refused(1, "step-refused", r"revision 1 \(Cancun\) is older than 2 \(Prague\)"):
            network.run("operator", "gov", "schedule-protocol", str(first), "--revision", "cancun")
        unknown = ("--revision", "osaka", "--precompiles", "0x01-0x12")
        with self.refused(1, "step-refused", f"of height {first}: precompile 0x12 is not known"):
            network.run("operator", "gov", "schedule-protocol", str(first), *unknown)
        with self.refused(1, "height-not-ascending", "HEIGHT: 0 must be above .*, the newest block"):
            network.run("operator", "gov", "schedule-protocol", "0", "--revision", "osaka")
        network.run("operator", "gov", "schedule-protocol", str(first), "--revision", "osaka")
        (step,) = network.run("operator", "gov", "status")["schedule"]
        self.assertEqual((step["height"], step["rules"]), (first, "Osaka, precompiles 0x01-0x11,0x100"))
        with self.refused(1, "height-not-ascending", f"must be above {first}, the last step"):
            network.run("operator", "gov", "schedule-protocol", str(first), "--revision", "osaka")
        network.cluster.keep_busy(first - network.cluster.top(), BOUND_SECONDS)
        self.assertEqual(network.run("operator", "gov", "status")["schedule"], [])
        network.add()
        for node in network.cluster.nodes:
            self.assertEqual([has_clz(node, height) for height in (first - 1, first)], [False, True])
            self.assertEqual(node.call("qbft_getConsensusState")["rules"]["revision"], "Osaka")

    def test_unknown_revision(self):
        """Before a revision that it does not know a node ends by name, keeps its blocks, and does not start again"""
        self.stops_before_step("unknown_revision", 9, 0x1FFFF, "revision 9 is not known, only 1 (Cancun) to 3 (Osaka)")

    def test_unknown_precompile(self):
        """Before a precompile that it does not know a node ends by name, keeps its blocks, and does not start again"""
        self.stops_before_step("unknown_precompile", 3, 0x3FFFF, "precompile 0x12 is not known")

    def stops_before_step(self, name, revision, precompiles, reason):
        """The contract takes what `gov schedule-protocol` would refuse to send."""
        network = self.grow(name, 1)
        cluster, (node,) = network.cluster, network.cluster.nodes
        first = cluster.top() + 5
        step = [str(number) for number in (first, revision, precompiles)]
        network.run("operator", "contract", "send", "Governance", "scheduleProtocol", *step)
        said = network.run("operator", "chain", "status")["explanation"]
        self.assertTrue(any(f"stops before height {first}" in sentence for sentence in said), said)
        self.assertIn(f"datapact_consensus_stops_before_height {first}\n", node.ops("/metrics")[1])
        self.assertIn(f"this node will stop before height {first}: ", (node.folder / "log").read_text())
        writer = Writer(cluster, "provider")
        code = node.process.wait(timeout=BOUND_SECONDS)
        writer.stop()
        why = f"height {first} has rules that this node lacks: the protocol step of height {first}: {reason};"
        self.assertEqual(code, 3)
        self.assertIn(why, (node.folder / "log").read_text())
        for _ in range(2):
            again = self.ends([self.programs.datapactd, "--config", node.config, "run"])
            self.assertEqual(again.returncode, 3, again.stderr)
            self.assertIn(f"datapactd: {why}", again.stderr)
            # One client may wait for the last block's receipt in vain; what it was told before is there.
            kept = self.ends([self.programs.kept_blocks, cluster.folder / "genesis.json", node.folder / "data"])
            self.assertEqual(len(kept.stdout.split()), first - 1, kept.stderr)
            self.assertLessEqual(set(writer.acknowledged.values()), set(kept.stdout.split()))

    def ends(self, command):
        return subprocess.run(command, capture_output=True, text=True, timeout=BOUND_SECONDS, check=False)


def has_clz(node, height):
    """Whether a creation with CLZ, an instruction of Osaka, runs in a call on that block."""
    try:
        return node.call("eth_call", {"data": "0x60011e00"}, hex(height)) == "0x"
    except Unreachable:  # An error instead of a result.
        return False


if __name__ == "__main__":
    main(Governance, with_world=False)
