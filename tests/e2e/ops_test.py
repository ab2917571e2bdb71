"""Operating four validators: what probes, metrics and commands say when it runs and when it halts. usage: ops_test.py BUILD_DIR"""

import json

from cluster import Cluster
from world import Case, main, run_json, wait_until

HEALED_SECONDS = 30


class Ops(Case):
    cluster: Cluster

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(cls.programs, cls.folder / "net", 4)
        cls.cluster.wait_for_height(1, HEALED_SECONDS)

    @classmethod
    def tearDownClass(cls):
        cls.cluster.stop()

    def command(self, *words):
        return run_json([self.programs.datapact, "--json", "--rpc", self.cluster.nodes[0].url, *words])

    def metric(self, name):
        status, text = self.cluster.nodes[0].ops("/metrics")
        self.assertEqual(status, 200)
        found = [line for line in text.splitlines() if line.startswith(f"datapact_{name} ")]
        self.assertEqual(len(found), 1, name)
        return float(found[0].split()[1])

    def probe(self, path):
        status, text = self.cluster.nodes[0].ops(path)
        return status, json.loads(text)

    def test_1_healthy(self):
        """Of a healthy network the probes say UP with reasons, the metrics count, the commands name four validators"""
        wait_until(lambda: self.metric("p2p_peers") == 3, "three peers")
        self.assertEqual(self.metric("consensus_validators"), 4)
        self.assertEqual(self.metric("consensus_height"), self.cluster.nodes[0].height())
        self.assertEqual(self.probe("/liveness")[0], 200)
        status, readiness = self.probe("/readiness?minPeers=3&maxBlocksBehind=5")
        self.assertEqual(status, 200, readiness)
        self.assertTrue(all(check["reason"] for check in readiness["checks"]))
        self.assertEqual(self.probe("/readiness?minPeers=4")[0], 503)
        self.assertEqual(len(self.command("chain", "validators")), 4)
        self.assertIn(self.command("chain", "status")["mood"], ("quiet", "busy"))

    def test_2_halted(self):
        """Two of four killed: live but not ready, and the dump names round, quorum and the missing; back again it is ready"""
        killed = self.cluster.nodes[2:]
        for node in killed:
            node.kill()
        writer = [
            self.programs.datapact, "--json", "--rpc", self.cluster.nodes[0].url, "--home", self.cluster.folder / "buyer",
            "--from", self.cluster.accounts["buyer"], "--password-file", self.cluster.folder / "password",
            "--no-wait", "tx", "send", self.cluster.accounts["provider"], "--value", "1",
        ]  # fmt: skip
        run_json(writer)
        halted = wait_until(lambda: (s := self.command("chain", "status"))["mood"] == "stuck" and s, "a halt")
        self.assertEqual(halted["quorum"], "0x3")
        self.assertGreaterEqual(int(halted["round"], 16), 1)
        self.assertTrue(any("of the 3 needed" in sentence for sentence in halted["explanation"]), halted)
        missing = {validator["address"] for validator in halted["validators"] if validator["missing"]}
        alive = {node.call("qbft_getConsensusState")["self"] for node in self.cluster.nodes[:2]}
        self.assertTrue(missing)
        self.assertFalse(missing & alive, (missing, alive))
        self.assertEqual(self.probe("/liveness")[0], 200)
        status, readiness = self.probe("/readiness")
        self.assertEqual(status, 503)
        self.assertEqual([c["name"] for c in readiness["checks"] if c["status"] == "DOWN"], ["chain"])
        for node in killed:
            node.start()
        wait_until(lambda: self.probe("/readiness?minPeers=3")[0] == 200, "readiness after the halt")
        self.cluster.wait_for_height(int(halted["height"], 16), HEALED_SECONDS)


if __name__ == "__main__":
    main(Ops, with_world=False)
