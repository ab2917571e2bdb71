"""Streams: one document a line, nothing lost or doubled, also when the node goes away and comes back.
usage: follow_test.py BUILD_DIR"""

import json
import queue
import subprocess
import threading

from world import PATIENCE_SECONDS, Case, interrupt, main, run_json, wait_until


class Stream:
    """A command whose stdout is read line by line while it runs."""

    def __init__(self, command):
        line = [str(word) for word in command]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.notes = []
        self.readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.lines.put), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.notes.append), daemon=True),
        ]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(source, put):
        for line in source:
            put(line)

    def next(self):
        return json.loads(self.lines.get(timeout=PATIENCE_SECONDS))

    def end(self):
        """Its exit code and what is left of stdout."""
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        for reader in self.readers:
            reader.join()
        rest = []
        while not self.lines.empty():
            rest.append(self.lines.get())
        return code, rest

    def stop(self):
        interrupt(self.process)
        return self.end()


class Follow(Case):
    def send(self):
        buyer = self.world.buyer
        return int(buyer.run("tx", "send", buyer.address)["blockNumber"], 16)

    def test_blocks(self):
        """Blocks come in order from the height that was asked for, and Ctrl-C ends them with 130 and no error"""
        stream = Stream(self.world.auditor.command("chain", "block", "0", "--follow"))
        height = self.send()
        self.assertEqual([int(stream.next()["number"], 16) for _ in range(height + 1)], list(range(height + 1)))
        more = self.send()
        last = height
        while last < more:
            block = int(stream.next()["number"], 16)
            self.assertEqual(block, last + 1)
            last = block
        code, rest = stream.stop()
        self.assertEqual(code, 130)
        for line in rest:
            self.assertIn("number", json.loads(line))

    def test_restart(self):
        """A network that is stopped and started again loses and doubles no block and no event, and both are noted"""
        blocks = Stream(self.world.auditor.command("chain", "block", "--follow"))
        events = Stream(self.world.auditor.command("chain", "logs", "--follow", "--from-block", "0"))
        first = int(blocks.next()["number"], 16)
        first_event = events.next()
        self.world.devnet("down")
        wait_until(lambda: any("trying again" in note for note in blocks.notes), "the note that the node is away")
        run_json([self.programs.datapact, "--json", "devnet", "up", "--dir", self.world.net])
        self.world.provider.run("deal", "deposit", "1")
        self.world.provider.run("deal", "deposit", "2")
        head = int(self.world.auditor.run("rpc", "eth_blockNumber"), 16)
        seen = [first]
        while seen[-1] < head:
            seen.append(int(blocks.next()["number"], 16))
        self.assertEqual(seen, list(range(first, head + 1)))
        self.assertTrue(any("going on from height " in note for note in blocks.notes), blocks.notes)
        whole = self.world.auditor.run("chain", "logs")
        self.assertEqual([first_event, *(events.next() for _ in whole[1:])], whole)
        for stream in (blocks, events):
            self.assertEqual(stream.stop()[0], 130)

    def test_count(self):
        """--count ends a stream with 0; what is no stream refuses it"""
        words = ("chain", "block", "0", "--follow", "--count", "2")
        code, lines = Stream(self.world.auditor.command(*words)).end()
        self.assertEqual((code, [json.loads(line)["number"] for line in lines]), (0, ["0x0", "0x1"]))
        with self.refused(2, "usage", "--count"):
            self.world.auditor.run("chain", "block", "0", "--count", "2")

    def test_error(self):
        """A failure of a stream is a document in one line too"""
        words = ("chain", "logs", "--follow", "--from-block", "0", "--to-block", "2")
        code, lines = Stream(self.world.auditor.command(*words)).end()
        self.assertEqual((code, len(lines), json.loads(lines[0])["error"]["name"]), (2, 1, "usage"))
        code, lines = Stream(self.world.auditor.command("chain", "block", "--follow", rpc="http://127.0.0.1:9")).end()
        self.assertEqual((code, len(lines), json.loads(lines[0])["error"]["code"]), (4, 1, 4))

    def test_deal(self):
        """A deal's events come one a line, and the last one ends them"""
        deal = self.world.locked_deal(self.world.register(self.world.make_file("followed", 3000)))
        stream = Stream(self.world.buyer.command("deal", "watch", deal, "--follow"))
        self.assertEqual(stream.next()["event"], "Locked")
        self.world.provider.run("deal", "reveal", deal)
        self.assertEqual(stream.next()["event"], "Revealed")
        settled = self.world.buyer.run("deal", "settle", deal)
        event = stream.next()
        self.assertEqual((event["event"], event["transaction"]), ("Settled", settled["transaction"]))
        self.assertEqual(stream.end(), (0, []))

    def test_log(self):
        """A node's log goes on line by line, also over its restart"""
        log = self.world.net / "node1" / "log"
        words = ("devnet", "logs", "--dir", self.world.net, "--follow")
        stream = Stream([self.programs.datapact, "--json", *words])
        before = log.read_text().splitlines()
        self.assertEqual([stream.next()["line"] for _ in before], before)
        self.world.devnet("down")
        run_json([self.programs.datapact, "--json", "devnet", "up", "--dir", self.world.net])
        after = log.read_text().splitlines()[len(before) :]
        self.assertEqual([stream.next()["line"] for _ in after], after)
        self.assertEqual(stream.stop()[0], 130)

    def test_wait(self):
        """tx wait waits on over a node's restart, and says so"""
        missing = "0x" + "ab" * 32
        waiting = Stream(self.world.auditor.command("-v", "tx", "wait", missing, timeout="120"))
        wait_until(lambda: any("eth_getTransactionReceipt" in note for note in waiting.notes), "a first answer")
        hash_ = self.world.buyer.run("tx", "send", self.world.buyer.address)["transactionHash"]
        self.assertEqual(self.world.auditor.run("tx", "wait", hash_)["transactionHash"], hash_)
        self.world.devnet("down")
        wait_until(lambda: any("trying again" in note for note in waiting.notes), "the note that the node is away")
        run_json([self.programs.datapact, "--json", "devnet", "up", "--dir", self.world.net])
        self.assertIsNone(waiting.process.poll())
        self.assertEqual(waiting.stop()[0], 130)


if __name__ == "__main__":
    main(Follow)
