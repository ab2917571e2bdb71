"""Four validators whose processes and links fail while clients write. usage: faults_test.py BUILD_DIR [--nodes N]"""

import random
import socket
import sys
import time

from cluster import Cluster, Writer
from world import Case, main

# From a healed fault to new blocks everywhere: a capped round, a dial with back-off, and a loaded machine.
HEALED_SECONDS = 30
NODES = int(sys.argv.pop(sys.argv.index("--nodes") + 1)) if "--nodes" in sys.argv else 4
if "--nodes" in sys.argv:
    sys.argv.remove("--nodes")


class Faults(Case):
    cluster: Cluster

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(cls.programs, cls.folder / "net", NODES)
        cls.cluster.wait_for_height(1, HEALED_SECONDS)
        cls.writers = [Writer(cls.cluster, role) for role in ("provider", "buyer", "operator")]

    @classmethod
    def tearDownClass(cls):
        for writer in cls.writers:
            writer.stop()
        cls.cluster.stop()

    def others(self, node):
        return [other for other in self.cluster.nodes if other is not node]

    def test_1_kill(self):
        """Each node is killed in turn: the others go on without it, and it catches up when it is back"""
        for node in self.cluster.nodes:
            node.kill()
            self.cluster.wait_for_growth(4, HEALED_SECONDS, self.others(node))
            node.start()
            self.cluster.wait_for_growth(2, HEALED_SECONDS)

    def test_2_pause(self):
        """Each node is paused in turn: the others go on without it, and it catches up afterwards"""
        for node in self.cluster.nodes:
            node.pause()
            self.cluster.wait_for_growth(4, HEALED_SECONDS, self.others(node))
            node.go_on()
            self.cluster.wait_for_growth(2, HEALED_SECONDS)

    def test_3_one_link_cut(self):
        """Any one link may be cut: nobody falls behind for long"""
        for one, other in self.cluster.links()[:3]:
            self.cluster.relay.cut(one, other)
            self.cluster.wait_for_growth(4, HEALED_SECONDS)
            self.cluster.relay.mend(one, other)

    def test_4_halves(self):
        """Cut in halves nobody finalises anything; mended, the chain grows again"""
        half = len(self.cluster.nodes) // 2
        crossing = [(a, b) for a, b in self.cluster.links() if (a <= half) != (b <= half)]
        for one, other in crossing:
            self.cluster.relay.cut(one, other)
        time.sleep(1)
        before = self.cluster.top()
        time.sleep(3)
        self.assertEqual(self.cluster.top(), before)
        for one, other in crossing:
            self.cluster.relay.mend(one, other)
        self.cluster.wait_for_growth(3, HEALED_SECONDS)

    def test_5_slow_links(self):
        """With 50 ms on every link the chain goes on"""
        self.cluster.relay.delay_all(0.05)
        self.cluster.wait_for_growth(5, HEALED_SECONDS)
        self.cluster.relay.delay_all(0)

    def test_6_hostile_sockets(self):
        """Garbage, a half-open upgrade and an endless header on the peers' port disturb nobody"""
        seed = 6
        garbage = random.Random(seed).randbytes(100_000)
        upgrade = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        sockets = []
        for node in self.cluster.nodes:
            for words in (garbage, upgrade, upgrade + b"X: " + b"y" * 200_000):
                hostile = socket.create_connection(("127.0.0.1", node.p2p_port), timeout=5)
                sockets.append(hostile)
                try:
                    hostile.sendall(words)
                except OSError:
                    pass  # It was shut out already.
        self.cluster.wait_for_growth(3, HEALED_SECONDS)
        for hostile in sockets:
            hostile.close()
        self.assertTrue(all(node.process.poll() is None for node in self.cluster.nodes))

    def test_9_nothing_lost(self):
        """In the end all heads agree, and every acknowledged transaction is where its client saw it"""
        for writer in self.writers:
            writer.stop()
        target = self.cluster.top()
        self.cluster.wait_for_height(target, HEALED_SECONDS)
        for height in range(target + 1):
            self.assertEqual(len({node.block_hash(height) for node in self.cluster.nodes}), 1, f"height {height}")
        acknowledged = {txn: block for writer in self.writers for txn, block in writer.acknowledged.items()}
        self.assertGreater(len(acknowledged), 10)
        for txn, block in acknowledged.items():
            for node in self.cluster.nodes:
                receipt = node.call("eth_getTransactionReceipt", txn)
                self.assertIsNotNone(receipt, f"node {node.number} lost {txn}")
                self.assertEqual(receipt["blockHash"], block)
        failures = sum(writer.failures for writer in self.writers)
        print(f"{len(acknowledged)} acknowledged, 0 lost, {failures} refused or timed out, height {target}", flush=True)


if __name__ == "__main__":
    main(Faults, with_world=False)
