"""What happens when a seller does not keep to the offer, and what an honest one is protected from.
usage: dispute_test.py BUILD_DIR"""

import json
import subprocess
import time

from retold_node import RetoldNode
from world import MICRO, Case, main, wait_until

PRICE, BOND, PENALTY = 10 * MICRO, 4 * MICRO, 1 * MICRO
GENERATOR = ("1", "2")
SHORT = ("--reveal-window", "2")


class Disputes(Case):
    def setUp(self):
        world = self.world
        self.file = world.make_file(f"file-{self.id()}", 100_000)
        self.version = world.register(self.file)
        self.buyer_before = world.buyer.balance()
        self.deposit_before = world.provider.free_deposit()

    def gains(self):
        """What buyer's balance and seller's free deposit have gained since the start."""
        buyer, deposit = self.world.buyer.balance(), self.world.provider.free_deposit()
        return buyer - self.buyer_before, deposit - self.deposit_before

    def let_the_window_pass(self, deal):
        until = int(self.world.buyer.run("deal", "show", deal)["revealUntil"])
        wait_until(lambda: time.time() > until + 1, "the end of the reveal window")

    def is_revealed(self, deal):
        with self.refused(7, "not-found", f"the key of deal {deal} is not revealed: it is locked"):
            self.world.buyer.run("deal", "decrypt", deal, "--out", self.world.folder / "nothing")
        self.assertFalse((self.world.folder / "nothing").exists())

    def test_refund(self):
        """A seller that withholds the key loses the penalty, and the buyer gets the price back with it"""
        world = self.world
        deal = world.locked_deal(self.version, *SHORT)
        with self.refused(5, "reverted", "WindowOpen"):
            world.buyer.run("deal", "refund", deal)
        self.assertEqual(self.gains(), (-PRICE, -BOND))
        self.let_the_window_pass(deal)
        world.buyer.run("deal", "refund", deal)
        self.assertEqual(self.gains(), (PENALTY, -PENALTY))
        self.assertEqual(world.status(deal), "refunded")

    def test_late_reveal(self):
        """A reveal that would come too late is not sent: the key stays secret"""
        world = self.world
        deal = world.locked_deal(self.version, *SHORT)
        self.let_the_window_pass(deal)
        with self.refused(1, "too-late", f"the reveal window of deal {deal} ended at .*; the key was not sent"):
            world.provider.run("deal", "reveal", deal)
        self.is_revealed(deal)

    def refuse_reveal(self, deal, later, message):
        """Through a node that says so, no reveal leaves, not even as a question for its gas."""
        with RetoldNode(self.world.url, *later) as node:
            with self.refused(1, "too-late", message):
                self.world.provider.run("deal", "reveal", deal, rpc=node.url)
        self.assertEqual([call for call in node.calls if "eth_sendRaw" in call], [])
        return node.calls

    def test_reveal_margin(self):
        """An announced reveal is sent while 20 blocks or 30 s are left, whichever is more, and not with less"""
        world = self.world
        deal = world.locked_deal(self.version, "--reveal-window", "20")
        world.provider.run("deal", "announce", deal)
        calls = self.refuse_reveal(deal, (45, 25), f"window of deal {deal} ends at .* less than 30 s and 20 blocks of it are left")
        self.assertEqual([call for call in calls if "eth_estimateGas" in call], [])
        self.refuse_reveal(deal, (70, 45), f"window of deal {deal} ended at .* and height [0-9]+; the key was not sent")
        self.is_revealed(deal)
        with RetoldNode(world.url, 3600, 0) as node:
            world.provider.run("deal", "reveal", deal, rpc=node.url)
        self.assertEqual(world.status(deal), "revealed")

    def test_slow_signature(self):
        """Time that passes while the reveal is signed counts: no key is sent when the window is over, or nearly"""
        world = self.world
        for later, name, message in ((3600, "too-late", "ended at"), (580, "signed-late", "too little .* was left")):
            deal = world.locked_deal(self.version, "--reveal-window", "600")

            class SlowlySigned(RetoldNode):
                def answer(self, request, later=later):
                    if b"eth_getTransactionCount" in request:
                        self.added = (0, later)
                    return super().answer(request)

            with self.subTest(name), SlowlySigned(world.url) as node:
                with self.refused(1, name, message):
                    world.provider.run("deal", "reveal", deal, rpc=node.url)
                self.assertEqual([call for call in node.calls if "eth_sendRaw" in call], [])
            self.is_revealed(deal)

    def test_stale_node(self):
        """The blocks that a node which catches up says are left are not believed"""
        world = self.world
        deal = world.locked_deal(self.version, "--reveal-window", "20")
        world.provider.run("deal", "announce", deal)

        class CatchingUp(RetoldNode):
            def answer(self, request):
                if b"eth_syncing" not in request:
                    return super().answer(request)
                self.calls.append(request.decode())
                answer = {"jsonrpc": "2.0", "id": json.loads(request)["id"], "result": {"currentBlock": "0x1"}}
                return json.dumps(answer).encode()

        with CatchingUp(world.url, 3600, 0) as node:
            with self.refused(1, "too-late", "less than 30 s and 20 blocks of it are left"):
                world.provider.run("deal", "reveal", deal, rpc=node.url)
            self.assertEqual([call for call in node.calls if "eth_sendRaw" in call], [])
        self.is_revealed(deal)

    def test_late_announcement(self):
        """An announcement that comes too late fails without harm: the key does not follow it"""
        deal = self.world.locked_deal(self.version, *SHORT)
        self.let_the_window_pass(deal)
        calls = self.refuse_reveal(deal, (-20, 0), f"the reveal window of deal {deal} ended at .*; the key was not sent")
        self.assertEqual(len([call for call in calls if "eth_estimateGas" in call]), 1)
        self.is_revealed(deal)

    def test_foreign_seller(self):
        """Only the seller's account reveals: another's reveal would fail, with the key in it"""
        deal = self.world.locked_deal(self.version)
        stranger = self.world.bank
        with self.refused(2, "usage", f"the seller of deal {deal} is {self.world.provider.address}, but --from is"):
            self.world.provider.run("deal", "reveal", deal, **{"from": stranger.home / "keystore" / f"{stranger.address}.json"})
        self.is_revealed(deal)

    def test_wrong_key(self):
        """A wrong key is proved to the contract: price and bond go to the buyer"""
        world = self.world
        deal = world.locked_deal(self.version)
        world.provider.run("contract", "send", "FairExchange", "reveal", deal, *GENERATOR, "0x" + "11" * 32)
        with self.refused(8, "wrong-key", "does not open the commitment") as refusal:
            world.buyer.run("deal", "decrypt", deal, "--out", world.folder / "never")
        self.assertEqual(refusal.error.hint, f"datapact deal complain {deal}")
        self.assertEqual(world.buyer.run("deal", "complain", deal)["step"], "complainKey")
        self.assertEqual(self.gains(), (BOND, -BOND))
        self.assertEqual(world.status(deal), "complaint upheld")

    def dishonest_deal(self):
        """A locked deal whose ciphertext is not of the registered file in one byte."""
        world = self.world
        wrong = bytearray(self.file.read_bytes())
        wrong[77_777] ^= 1
        other = world.folder / "wrong-file"
        other.write_bytes(wrong)
        honest = world.offer(self.version)
        seller = [world.programs.dishonest_seller, world.provider.home, honest, other]
        deal = subprocess.run(seller, check=True, capture_output=True, text=True).stdout.strip()
        world.fetch(deal)
        world.buyer.run("deal", "lock", deal)
        return deal

    def test_wrong_chunk(self):
        """One wrong byte in the ciphertext is proved to the contract: price and bond go to the buyer"""
        world = self.world
        deal = self.dishonest_deal()
        world.provider.run("deal", "reveal", deal)
        with self.refused(8, "wrong-chunk", "chunk 38 does not hash to its leaf"):
            world.buyer.run("deal", "decrypt", deal, "--out", world.folder / "never")
        self.assertFalse((world.folder / "never").exists())
        self.assertEqual(world.buyer.run("deal", "complain", deal)["step"], "complainChunk")
        self.assertEqual(self.gains(), (BOND, -BOND))
        self.assertEqual(world.status(deal), "complaint upheld")

    def damage(self, path, at):
        content = bytearray(path.read_bytes())
        content[at] ^= 1
        path.write_bytes(content)

    def test_damaged_copy(self):
        """A ciphertext damaged on the buyer's own disk is not blamed on the seller, and the next fetch mends it"""
        world = self.world
        deal = world.locked_deal(self.version)
        world.provider.run("deal", "reveal", deal)
        self.damage(world.buyer.deal_folder(deal) / "ciphertext", 7 * 2048 + 5)
        copy = world.folder / "mended"
        for words in (("deal", "decrypt", deal, "--out", copy), ("deal", "complain", deal)):
            with self.subTest(words[1]), self.refused(
                8, "damaged-copy", f"your copy of the ciphertext of deal {deal} is damaged at bytes 14336-16383"
            ) as it:
                world.buyer.run(*words)
            self.assertEqual(it.error.hint, f"run datapact deal fetch {deal} --url URL to fetch these parts again")
        self.assertEqual(world.status(deal), "revealed")
        self.assertEqual(world.fetch(deal)["mendedBytes"], "2048")
        self.assertEqual(world.fetch(deal)["mendedBytes"], "0")
        world.buyer.run("deal", "decrypt", deal, "--out", copy)
        self.assertEqual(copy.read_bytes(), self.file.read_bytes())

    def test_damaged_copy_of_a_lie(self):
        """A lie is proved though the copy is damaged elsewhere, but not while the chunk that shows it is"""
        world = self.world
        deal = self.dishonest_deal()
        world.provider.run("deal", "reveal", deal)
        copy = world.buyer.deal_folder(deal) / "ciphertext"
        self.damage(copy, 0)
        self.damage(copy, 38 * 2048)
        with self.refused(8, "damaged-copy", "is damaged at bytes 0-2047, 77824-79871; the seller is not to blame for that"):
            world.buyer.run("deal", "complain", deal)
        self.assertEqual(world.fetch(deal)["mendedBytes"], "4096")
        self.damage(copy, 0)
        self.assertEqual(world.buyer.run("deal", "complain", deal)["step"], "complainChunk")

    def test_damaged_offer(self):
        """Terms that no longer hash to the signed digest are the buyer's damage, not a wrong key, and are fetched again"""
        world = self.world
        deal = world.locked_deal(self.version)
        world.provider.run("deal", "reveal", deal)
        path = world.buyer.deal_folder(deal) / "offer.json"
        offer = json.loads(path.read_text())
        offer["terms"]["judged"]["keyCommit"] = "0x" + "22" * 32
        path.write_text(json.dumps(offer))
        for verb in (("decrypt", deal, "--out", world.folder / "never"), ("complain", deal)):
            with self.refused(8, "damaged-copy", f"your copy of the offer of deal {deal} is damaged: its terms do not hash"):
                world.buyer.run("deal", *verb)
        world.fetch(deal)
        world.buyer.run("deal", "decrypt", deal, "--out", world.folder / "after-damaged-offer")

    def test_states(self):
        """A step that a deal's state does not allow says which state that is"""
        world = self.world
        deal = world.locked_deal(self.version)
        with self.refused(1, "wrong-state", f"deal {deal} cannot be locked: it is locked, and the seller may reveal the key until"):
            world.buyer.run("deal", "lock", deal)
        with self.refused(1, "wrong-state", f"deal {deal} cannot be complained of: it is locked"):
            world.buyer.run("deal", "complain", deal)
        with self.refused(5, "reverted", f"WrongStatus.*: deal {deal} cannot be settled: it is locked"):
            world.buyer.run("deal", "settle", deal)
        with self.refused(5, "reverted", f"WindowOpen.*: deal {deal} cannot be refunded: it is locked, and the seller may"):
            world.buyer.run("deal", "refund", deal)
        world.provider.run("deal", "reveal", deal)
        with self.refused(5, "reverted", f"WindowOpen.*: only the buyer can settle deal {deal} yet"):
            world.provider.run("deal", "settle", deal)
        world.buyer.run("deal", "settle", deal)
        settled = "it is settled: its payee was paid"
        with self.refused(1, "wrong-state", f"the key of deal {deal} was not sent: {settled}"):
            world.provider.run("deal", "reveal", deal)
        with self.refused(5, "reverted", f"WrongStatus.*: the key of deal {deal} cannot be announced: {settled}"):
            world.provider.run("deal", "announce", deal)
        with self.refused(1, "wrong-state", f"deal {deal} cannot be complained of: {settled}"):
            world.buyer.run("deal", "complain", deal)
        with self.refused(1, "wrong-state", f"deal {deal} cannot be locked: {settled}"):
            world.buyer.run("deal", "lock", deal)

    def test_seller_decrypts(self):
        """A seller that decrypts its own deal is told who may, and nobody is blamed"""
        world = self.world
        deal = world.locked_deal(self.version)
        world.provider.run("deal", "reveal", deal)
        seller, buyer = world.provider.address, world.buyer.address
        for verb in (("decrypt", deal, "--out", world.folder / "never"), ("complain", deal)):
            with self.refused(6, "not-the-buyer", f"{seller} is the seller of deal {deal}: only its buyer {buyer} can open the key"):
                world.provider.run("deal", *verb)
        self.assertFalse((world.provider.home / "deal-secret").exists())

    def test_nothing_wrong(self):
        """Of an honest sale there is nothing to complain, and the seller is not paid before the buyer's time is over"""
        world = self.world
        deal = world.locked_deal(self.version)
        world.provider.run("deal", "reveal", deal)
        with self.refused(1, "nothing-wrong", "every chunk of deal .* are right"):
            world.buyer.run("deal", "complain", deal)
        with self.refused(5, "reverted", "WindowOpen"):
            world.provider.run("deal", "settle", deal)
        world.buyer.run("deal", "settle", deal)
        self.assertEqual(self.gains(), (-PRICE, 0))

    def test_changed_file(self):
        """A seller whose file has changed since it was registered cannot offer it by mistake"""
        world = self.world
        request = world.request(self.version)
        content = bytearray(self.file.read_bytes())
        content[0] ^= 1
        self.file.write_bytes(content)
        with self.refused(8, "file-changed", f"{self.file} is not the registered file any more: chunk 0"):
            world.provider.run("deal", "offer", request, "--amount", "10")
        self.assertEqual(list(world.provider.home.glob("deals/offer-*")), [])

    def test_damaged_key(self):
        """A seller whose own key file is damaged does not send a wrong key"""
        world = self.world
        deal = world.locked_deal(self.version)
        path = world.provider.deal_folder(deal) / "sealed.json"
        right = path.read_text()
        path.write_text(json.dumps({**json.loads(right), "key": "0x" + "22" * 32}))
        with self.refused(8, "wrong-key", "does not open the commitment of the offer; it was not sent"):
            world.provider.run("deal", "reveal", deal)
        self.is_revealed(deal)
        path.write_text(right)
        world.provider.run("deal", "reveal", deal)

    def test_quiet_chain(self):
        """How long a quiet chain waits for a block is asked of the chain, by the seller's offer and by the buyer's check"""
        world = self.world
        deal = world.offer(self.version)
        world.fetch(deal)
        refusal = "minBlocks 40 cannot pass within complainWindow 3600 s on a quiet chain"
        with RetoldNode(world.url, emptyBlockPeriodMs=90_001) as node:
            with self.refused(8, "offer-refused", f"windows and header: {refusal} .*every 90001 ms"):
                world.buyer.run("deal", "check", deal, rpc=node.url)
            with self.refused(2, "usage", f"this offer would be refused: {refusal}"):
                world.offer(self.version, rpc=node.url)
        short = ("--complain-window", "40")
        with self.refused(2, "usage", "this offer would be refused: minBlocks 40 cannot pass within complainWindow 40 s"):
            world.offer(self.version, *short)
        with RetoldNode(world.url, emptyBlockPeriodMs=1000) as node:
            offered = world.offer(self.version, *short, rpc=node.url)
            world.fetch(offered)
            checks = {check["check"]: check["detail"] for check in world.buyer.run("deal", "check", offered, rpc=node.url)}
        self.assertRegex(checks["windows and header"], r"\(work of [0-9]+ s: decrypting .* here took .* every 1000 ms\)$")

    def test_careless_offer(self):
        """A seller makes no offer that a careful buyer refuses: too few blocks for the faults the validators bear"""
        with self.refused(2, "usage", r"this offer would be refused: minBlocks 39 is below 20 \* \(f \+ 1\) = 40"):
            self.world.offer(self.version, "--min-blocks", "39")

    def test_work(self):
        """A buyer that says it needs longer than a third of the complaint window does not lock"""
        world = self.world
        deal = world.offer(self.version)
        world.fetch(deal)
        for verb in ("check", "lock"):
            with self.refused(8, "offer-refused", "complainWindow 3600 s is shorter than three times the work of 1201 s"):
                world.buyer.run("deal", verb, deal, "--work-seconds", "1201")
        world.buyer.run("deal", "check", deal)
        self.assertEqual([*world.buyer.deal_folder(deal).glob("sample*"), *world.provider.home.glob("sample*")], [])
        world.buyer.run("deal", "lock", deal, "--work-seconds", "1200")
        self.assertEqual(world.status(deal), "locked")

    def offer_to(self, request):
        return self.world.provider.run("deal", "offer", request, "--amount", "10", "--lock-for", "3")

    def test_fresh_key(self):
        """A second offer to the same buyer under the same nonce has a key and a ciphertext of its own"""
        world = self.world
        request = world.request(self.version)
        first = self.offer_to(request)
        lock_by = int(first["offer"]["header"]["lockBy"])
        wait_until(lambda: time.time() > lock_by, "the end of the first offer")
        folders = [world.provider.deal_folder(deal) for deal in (first["deal"], self.offer_to(request)["deal"])]
        keys = {json.loads((folder / "sealed.json").read_text())["key"] for folder in folders}
        self.assertEqual(len(keys), 2)
        texts = [(folder / "ciphertext").read_bytes() for folder in folders]
        self.assertEqual(len(texts[0]), len(texts[1]))
        stream = {text[at : at + 32] for text in texts for at in range(0, len(text), 32)}
        self.assertEqual(len(stream), 2 * len(texts[0]) // 32)

    def test_taken_nonce(self):
        """One request gets one offer, since a nonce is good for one lock"""
        world = self.world
        request = world.request(self.version)
        world.provider.run("deal", "offer", request, "--amount", "10")
        with self.refused(1, "nonce-taken", "nonce [0-9]+ is taken"):
            world.provider.run("deal", "offer", request, "--amount", "11")

    def test_no_backup(self):
        """Money is locked only when the deal secret has a backup that can be read"""
        world = self.world
        deal = world.offer(self.version)
        world.fetch(deal)
        backup = world.folder / "backup" / "deal-secret"
        right = backup.read_text()
        backup.write_text("0x" + "33" * 32 + "\n")
        with self.refused(3, "wrong-backup", f"{backup} is not a backup"):
            world.buyer.run("deal", "lock", deal)
        backup.unlink()
        with self.refused(3, "no-such-file", str(backup)):
            world.buyer.run("deal", "lock", deal)
        self.assertEqual(self.gains(), (0, 0))
        backup.write_text(right)
        world.buyer.run("deal", "lock", deal)

    def test_no_wait(self):
        """With --no-wait a lock prints its transaction without waiting; commands that need a receipt refuse it"""
        world = self.world
        deal = world.offer(self.version)
        world.fetch(deal)
        sent = world.buyer.run("deal", "lock", deal, "--no-wait")
        self.assertNotIn("height", sent)
        world.buyer.run("tx", "wait", sent["transaction"])
        self.assertEqual(world.status(deal), "locked")
        with self.refused(2, "usage", "data register cannot run with --no-wait"):
            world.provider.run("data", "register", self.file, "--no-wait")
        with self.refused(2, "usage", "deal watch cannot run with --no-wait"):
            world.buyer.run("deal", "watch", deal, "--no-wait")


if __name__ == "__main__":
    main(Disputes)
