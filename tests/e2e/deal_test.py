"""What a seller can take back before a lock, and what it cannot afterwards. usage: deal_test.py BUILD_DIR"""

import json
import subprocess
import time

from world import MICRO, PATIENCE_SECONDS, Case, main, wait_until

PRICE, BOND = 10 * MICRO, 4 * MICRO


class Deals(Case):
    def setUp(self):
        world = self.world
        self.version = world.register(world.make_file(f"file-{self.id()}", 5000))

    def step(self, *words):
        """A step of the provider's, whose document names it and its receipt."""
        done = self.world.provider.run("deal", *words)
        self.assertEqual(done["step"], words[0])
        receipt = self.world.auditor.run("chain", "receipt", done["transaction"])
        self.assertEqual((receipt["status"], receipt["gasUsed"]), ("0x1", done["gasUsed"]))
        return done

    def text_step(self, *words):
        """The same, as text."""
        command = [str(word) for word in self.world.provider.command("deal", *words) if word != "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, rf"^{words[0]} +0x[0-9a-f]{{64}}\nheight +[0-9]+\ngas +[0-9]+\n$")

    def offered(self):
        """A deal whose files are at the buyer, and its nonce."""
        deal = self.world.offer(self.version)
        self.world.fetch(deal)
        offer = json.loads((self.world.buyer.deal_folder(deal) / "offer.json").read_text())
        return deal, offer["header"]["nonce"]

    def refuse_lock(self, deal, reason):
        before = self.world.buyer.balance()
        with self.refused(5, "reverted", f"the contract refused: {reason}"):
            self.world.buyer.run("deal", "lock", deal)
        self.assertEqual((self.world.buyer.balance(), self.world.status(deal)), (before, "none"))

    def test_withdraw(self):
        """Only what no locked deal has reserved leaves the deposit, and it comes back to the balance"""
        provider = self.world.provider
        free, balance = provider.free_deposit(), provider.balance()
        self.step("withdraw", "2.5")
        self.text_step("withdraw", "0.5")
        self.assertEqual((free - provider.free_deposit(), provider.balance() - balance), (3 * MICRO, 3 * MICRO))
        deal, _ = self.offered()
        self.world.buyer.run("deal", "lock", deal)
        free -= 3 * MICRO
        self.assertEqual(free - provider.free_deposit(), BOND)
        for amount in (free, free - BOND + 1):
            with self.refused(5, "reverted", "the contract refused: InsufficientDeposit"):
                provider.run("deal", "withdraw", f"{amount / MICRO:.6f}")
        self.step("withdraw", f"{(free - BOND) / MICRO:.6f}")
        self.assertEqual((provider.free_deposit(), provider.balance() - balance), (0, 3 * MICRO + free - BOND))
        self.text_step("deposit", f"{(free - BOND) / MICRO:.6f}")
        self.assertEqual(provider.free_deposit(), free - BOND)

    def test_no_money(self):
        """A deposit of nothing, or of more than there is, is refused with the rule and the value"""
        provider = self.world.provider
        for verb in ("deposit", "withdraw"):
            with self.refused(2, "usage", 'AMOUNT must be above 0, got "0.000"'):
                provider.run("deal", verb, "0.000")
        rule = f"AMOUNT must be at most what {provider.address} has free in Settlement, [0-9.]+, got \"100000000\""
        with self.refused(1, "not-enough-money", rule):
            provider.run("deal", "deposit", "100000000")

    def test_offer_beyond_money(self):
        """An offer that nobody could lock as things are is made, and what it lacks is said"""
        world = self.world
        many = ("--amount", "100000000", "--bond", "100000")
        _, said = self.finished(world.provider, "deal", "offer", world.request(self.version), *many)
        self.assertRegex(said, f"--amount 100000000.00 is more than the buyer {world.buyer.address} has free in Settlement, [0-9.]+: it")
        self.assertRegex(said, r"--bond 100000.00 is more than your free deposit, [0-9.]+: nobody can lock this offer before")
        _, said = self.finished(world.provider, "deal", "offer", world.request(self.version), "--amount", "0")
        self.assertIn("--amount is 0: the buyer gets the file for nothing", said)
        self.assertNotIn("free", said)

    def test_pause(self):
        """While a seller pauses, its offers cannot be locked; deals that are locked go on"""
        locked = self.world.locked_deal(self.version)
        deal, _ = self.offered()
        self.step("pause")
        self.refuse_lock(deal, "SellerPaused")
        self.world.provider.run("deal", "reveal", locked)
        self.step("pause", "--off")
        self.text_step("pause")
        self.refuse_lock(deal, "SellerPaused")
        self.text_step("pause", "--off")
        self.world.buyer.run("deal", "lock", deal)
        self.assertEqual(self.world.status(deal), "locked")

    def test_cancel(self):
        """An offer whose nonce is cancelled cannot be locked, and the nonce serves no other"""
        deal, nonce = self.offered()
        self.step("cancel", nonce)
        self.refuse_lock(deal, "NonceUsed")
        other, other_nonce = self.offered()
        self.assertNotEqual(nonce, other_nonce)
        self.text_step("cancel", other_nonce)
        self.refuse_lock(other, "NonceUsed")
        with self.refused(5, "reverted", "the contract refused: NonceUsed"):
            self.world.provider.run("deal", "cancel", nonce)
        with self.refused(2, "usage", "NONCE must be .*, got \"soon\""):
            self.world.provider.run("deal", "cancel", "soon")

    def test_cancel_after_lock(self):
        """A locked deal cannot be cancelled"""
        deal, nonce = self.offered()
        self.world.buyer.run("deal", "lock", deal)
        with self.refused(5, "reverted", "the contract refused: NonceUsed"):
            self.world.provider.run("deal", "cancel", nonce)
        self.world.provider.run("deal", "reveal", deal)
        self.assertEqual(self.world.status(deal), "revealed")

    def test_announce(self):
        """An announcement keeps the reveal open, and the refund shut, beyond the window of the offer"""
        world = self.world
        # The lock becomes final and three commands run before it ends.
        deal = world.locked_deal(self.version, "--reveal-window", "20")
        until = int(world.buyer.run("deal", "show", deal)["revealUntil"])
        with self.refused(5, "reverted", "the contract refused: NotSeller"):
            world.buyer.run("deal", "announce", deal)
        height = int(self.step("announce", deal)["height"], 16)
        shown = world.buyer.run("deal", "show", deal)
        self.assertGreaterEqual(int(shown["revealUntil"]), until - 20 + 60)
        self.assertEqual(int(shown["revealUntilHeight"], 16), height + 40)
        with self.refused(5, "reverted", "the contract refused: AlreadyAnnounced"):
            world.provider.run("deal", "announce", deal)
        wait_until(lambda: time.time() > until + 1, "the end of the offer's window")
        with self.refused(5, "reverted", "the contract refused: WindowOpen"):
            world.buyer.run("deal", "refund", deal)
        world.provider.run("deal", "reveal", deal)
        self.assertEqual(world.status(deal), "revealed")

    def test_announce_in_time(self):
        """An announcement is refused before the lock and after the window; then the buyer is refunded"""
        world = self.world
        deal = world.offer(self.version, "--reveal-window", "2")
        with self.refused(5, "reverted", "the contract refused: WrongStatus"):
            world.provider.run("deal", "announce", deal)
        world.fetch(deal)
        before = world.buyer.balance()
        world.buyer.run("deal", "lock", deal)
        until = int(world.buyer.run("deal", "show", deal)["revealUntil"])
        wait_until(lambda: time.time() > until + 1, "the end of the window")
        with self.refused(5, "reverted", "the contract refused: WindowClosed"):
            world.provider.run("deal", "announce", deal)
        world.buyer.run("deal", "refund", deal)
        self.assertEqual((world.status(deal), world.buyer.balance() - before), ("refunded", 1 * MICRO))

    def test_announce_as_text(self):
        """The text of an announcement names its transaction, and the deal's until when the key may come"""
        deal = self.world.locked_deal(self.version)
        self.text_step("announce", deal)
        command = [str(word) for word in self.world.buyer.command("deal", "show", deal) if word != "--json"]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True).stdout
        self.assertRegex(shown, r"reveal until +[0-9]+ \(Unix seconds\), or below height [0-9]+\n")


if __name__ == "__main__":
    main(Deals)
