"""Long work that is interrupted, politely or not, and finished by the same command.
usage: resume_test.py BUILD_DIR"""

import json
import os
import random
import shutil
import signal
import subprocess
import time

from world import PATIENCE_SECONDS, Case, main

MIB = 1 << 20
FILE_MIB = 96
ATTEMPTS = 5


def first(folder, pattern):
    return next(iter(folder.glob(pattern)), None)


class Resume(Case):
    def big_file(self, name):
        """Many batches of work, every mebibyte different."""
        path = self.world.folder / name
        block = bytearray(random.randbytes(MIB))
        with path.open("wb") as out:
            for i in range(FILE_MIB):
                block[:8] = i.to_bytes(8, "big")
                out.write(block)
            out.write(b"and a partial last chunk")
        return path

    def interrupted(self, party, words, checkpoint, how):
        """Starts the command of words() and sends it the signal once it has a checkpoint. A run that was quicker than
        the signal does not count. Returns the command and what it printed."""
        for _ in range(ATTEMPTS):
            command = words()
            process = party.start(*command)
            while process.poll() is None and not checkpoint():
                time.sleep(0.001)
            process.send_signal(how)
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
            if process.returncode == 0:
                continue
            self.assertEqual(process.returncode, 130 if how == signal.SIGINT else -signal.SIGKILL, out + err)
            if how == signal.SIGINT:
                error = json.loads(out)["error"]
                self.assertEqual(error["name"], "interrupted")
                self.assertRegex(error["message"], r"(registering|encrypting|decrypting) was interrupted at .*B of 100.7 MB")
                self.assertEqual(error["hint"], "run the same command again: it goes on from there")
            return command
        self.fail(f"{words()} is quicker than a signal")

    # --- data register -----------------------------------------------------------------------------------------------

    def register_interrupted(self, file, how):
        datasets = self.world.provider.home / "datasets"
        register = lambda: ("data", "register", file)  # noqa: E731
        return self.interrupted(self.world.provider, register, lambda: first(datasets, "register-*/checkpoint"), how)

    def dataset_count(self):
        return int(self.world.auditor.run("contract", "call", "DatasetRegistry", "datasetCount")[0])

    def test_register(self):
        """Registering goes on after an interrupt and after kill -9, and leaves nothing behind"""
        world = self.world
        file = self.big_file("register")
        datasets = world.provider.home / "datasets"
        for how in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(how.name):
                command = self.register_interrupted(file, how)
                before = self.dataset_count()
                done, said = self.finished(world.provider, *command)
                self.assertIn("registering goes on at ", said)
                self.assertEqual(self.dataset_count(), before + 1)
                self.assertEqual(done["fileSha256"], "0x" + self.sha256(file))
                self.assertIsNone(first(datasets, "register-*"))
                # The offer decrypts every chunk and compares it with the manifest.
                world.offer(done["version"])

    def test_register_put_back(self):
        """A file changed in place with its time put back is registered anew; one that was only touched goes on"""
        for changes in (True, False):
            with self.subTest(changes=changes):
                file = self.big_file(f"put-back-{changes}")
                command = self.register_interrupted(file, signal.SIGKILL)
                times = file.stat()
                if changes:
                    with file.open("r+b") as out:
                        out.write(b"CHANGED")
                else:
                    file.chmod(0o600)
                os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
                done, said = self.finished(self.world.provider, *command)
                self.assertEqual("this one begins anew" in said, changes, said)
                self.assertEqual("registering goes on at" in said, not changes, said)
                self.assertEqual(done["fileSha256"], "0x" + self.sha256(file))

    def sha256(self, path):
        return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]

    def test_register_changed(self):
        """A file that changed since the interrupted run is registered anew, and that is said"""
        file = self.big_file("changed")
        command = self.register_interrupted(file, signal.SIGKILL)
        with file.open("ab") as out:
            out.write(b"one more row")
        done, said = self.finished(self.world.provider, *command)
        self.assertIn(f"{file} or the options have changed since the interrupted run: this one begins anew", said)
        self.assertNotIn("goes on at", said)
        self.assertEqual(done["fileSha256"], "0x" + self.sha256(file))

    def test_register_once(self):
        """A registration whose command died after its transactions is not made twice"""
        world = self.world
        file = world.make_file("once", 200_000)
        datasets = world.provider.home / "datasets"
        with self.refused(4, "connection", "."):
            world.provider.run("data", "register", file, rpc="http://127.0.0.1:1")
        job = first(datasets, "register-*")
        kept = world.folder / "kept-job"
        shutil.copytree(job, kept)
        before = self.dataset_count()
        done, said = self.finished(world.provider, "data", "register", file)
        self.assertIn("registering goes on at ", said)
        shutil.copytree(kept, job)
        again, _ = self.finished(world.provider, "data", "register", file)
        self.assertEqual((again["version"], again["dataset"]), (done["version"], done["dataset"]))
        self.assertEqual(self.dataset_count(), before + 1)
        self.assertIsNone(first(datasets, "register-*"))
        other, _ = self.finished(world.provider, "data", "register", file)
        self.assertNotEqual(other["version"], done["version"])

    # --- deal offer --------------------------------------------------------------------------------------------------

    def offer_interrupted(self, version, how, *options):
        world = self.world
        deals = world.provider.home / "deals"
        others = set(deals.glob("offer-*/checkpoint"))
        words = lambda: ("deal", "offer", world.request(version), "--amount", "10", "--bond", "4", *options)  # noqa: E731
        return self.interrupted(world.provider, words, lambda: set(deals.glob("offer-*/checkpoint")) - others, how)

    def key_of(self, path):
        document = json.loads(path.read_text())
        return document.get("secrets", document)["key"]

    def test_offer(self):
        """Encrypting goes on after an interrupt and after kill -9 under the same key, and is done once"""
        world = self.world
        file = self.big_file("offer")
        version = world.register(file)
        deals = world.provider.home / "deals"
        for how in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(how.name):
                command = self.offer_interrupted(version, how)
                job = first(deals, "offer-*")
                kept = world.folder / f"kept-{how.name}"
                shutil.copytree(job, kept)
                done, said = self.finished(world.provider, *command)
                self.assertIn("encrypting goes on at ", said)
                folder = world.provider.deal_folder(done["deal"])
                self.assertEqual(self.key_of(kept / "job.json"), self.key_of(folder / "sealed.json"))
                self.assertIsNone(first(deals, "offer-*"))
                # As if the command had died after signing: the same offer, not a second one under its key.
                shutil.copytree(kept, job)
                shutil.copy(folder / "offer.json", job / "signed.json")
                again, _ = self.finished(world.provider, *command)
                self.assertEqual(again["deal"], done["deal"])
                self.assertIsNone(first(deals, "offer-*"))
                world.fetch(done["deal"])
                for check in world.buyer.run("deal", "check", done["deal"]):
                    self.assertTrue(check["ok"], check)
                self.signed_and_gone(command, kept, done["deal"], job, is_locked=how == signal.SIGINT)

    def signed_and_gone(self, command, kept, deal, job, is_locked):
        """As if the command had died after signing, and the offer was locked or cancelled before it ran again."""
        world = self.world
        offer = world.provider.deal_folder(deal) / "offer.json"
        shutil.copytree(kept, job)
        shutil.copy(offer, job / "signed.json")
        if is_locked:
            world.buyer.run("deal", "lock", deal)
            self.assertEqual(self.finished(world.provider, *command)[0]["deal"], deal)
        else:
            nonce = json.loads(offer.read_text())["header"]["nonce"]
            # By another client: the command line's own cancellation would take the folder with it.
            world.provider.run("contract", "send", "FairExchange", "cancel", nonce)
            with self.refused(1, "nonce-taken", f"the offer that was signed before cannot be locked: nonce {nonce} is used") as it:
                world.provider.run(*command)
            self.assertEqual(it.error.hint, "the buyer asks again: datapact deal request VERSION")
        self.assertFalse(job.exists())

    def test_offer_expiring(self):
        """An offer that was signed before is not handed out when it can hardly be locked in time"""
        world = self.world
        version = world.register(self.big_file("expiring"))
        command = self.offer_interrupted(version, signal.SIGKILL, "--lock-for", "50")
        job = first(world.provider.home / "deals", "offer-*")
        kept = world.folder / "kept-expiring"
        shutil.copytree(job, kept)
        done, _ = self.finished(world.provider, *command)
        shutil.copytree(kept, job)
        shutil.copy(world.provider.deal_folder(done["deal"]) / "offer.json", job / "signed.json")
        lock_by = done["offer"]["header"]["lockBy"]
        with self.refused(1, "expiring", f"the offer that was signed before stands until {lock_by} only, less than 60 s") as it:
            world.provider.run(*command)
        self.assertEqual(it.error.hint, "run the same command again when that has passed: it signs anew")
        self.assertTrue((job / "signed.json").exists())

    def test_offer_changed(self):
        """Another price gets another key; a file that was only touched keeps the work, and a changed one is refused"""
        world = self.world
        file = self.big_file("other-key")
        version = world.register(file)
        deals = world.provider.home / "deals"
        for change in ("price", "time", "content"):
            with self.subTest(change):
                command = list(self.offer_interrupted(version, signal.SIGKILL))
                key = self.key_of(first(deals, "offer-*") / "job.json")
                times = file.stat()
                if change == "price":
                    command[command.index("10")] = "11"
                elif change == "time":
                    os.utime(file)
                else:
                    with file.open("r+b") as out:
                        out.seek(MIB * (FILE_MIB - 1))
                        out.write(b"CHANGED")
                    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
                    message = f"{file} is not the registered file any more: it was changed since the interrupted run"
                    with self.refused(8, "file-changed", message):
                        world.provider.run(*command)
                    self.assertIsNone(first(deals, "offer-*"))
                    continue
                done, said = self.finished(world.provider, *command)
                anew = f"{file} or the options have changed since the interrupted run: this one begins anew"
                self.assertEqual(anew in said, change == "price", said)
                self.assertEqual("encrypting goes on at " in said, change == "time", said)
                same = self.key_of(world.provider.deal_folder(done["deal"]) / "sealed.json") == key
                self.assertEqual(same, change == "time")

    def test_offer_cancelled(self):
        """An unfinished offer whose nonce was cancelled does not keep its folder; one that may be finished does"""
        world = self.world
        version = world.register(self.big_file("cancelled"))
        deals = world.provider.home / "deals"
        alive = self.offer_interrupted(version, signal.SIGKILL)
        kept = first(deals, "offer-*")
        for learns in ("cancel", "show", "offer", "the same offer"):
            with self.subTest(learns):
                command = self.offer_interrupted(version, signal.SIGKILL)
                (dead,) = set(deals.glob("offer-*")) - {kept}
                nonce = json.loads(command[2].read_text())["nonce"]
                if learns == "cancel":
                    world.provider.run("deal", "cancel", nonce)
                else:
                    world.provider.run("contract", "send", "FairExchange", "cancel", nonce)
                if learns == "show":
                    _, said = self.finished(world.provider, "deal", "show", "0x" + "11" * 32)
                    self.assertIn(f"removed an unfinished offer: its nonce {nonce} is used", said)
                elif learns == "offer":
                    world.offer(world.register(world.make_file("small", 3000)))
                elif learns == "the same offer":
                    with self.refused(1, "nonce-taken", f"nonce {nonce} is taken"):
                        world.provider.run(*command)
                self.assertFalse(dead.exists())
                self.assertTrue(kept.exists())
        _, said = self.finished(world.provider, *alive)
        self.assertIn("encrypting goes on at ", said)

    # --- deal decrypt ------------------------------------------------------------------------------------------------

    def test_decrypt(self):
        """Decrypting goes on after an interrupt and after kill -9, and a damaged part is not believed"""
        world = self.world
        file = self.big_file("decrypt")
        deal = world.locked_deal(world.register(file))
        world.provider.run("deal", "reveal", deal)
        folder = world.buyer.deal_folder(deal)
        out, part = world.folder / "plain", world.folder / "plain.part"

        def words():
            # An attempt that was quicker than the signal has made it.
            out.unlink(missing_ok=True)
            return ("deal", "decrypt", deal, "--out", out)

        for how, damaged in ((signal.SIGINT, False), (signal.SIGKILL, False), (signal.SIGKILL, True)):
            with self.subTest(how.name, damaged=damaged):
                command = self.interrupted(world.buyer, words, lambda: first(folder, "decrypt-*/checkpoint"), how)
                self.assertFalse(out.exists())
                if damaged:
                    with part.open("r+b") as half:
                        half.seek(1_000_000)
                        byte = half.read(1)[0]
                        half.seek(1_000_000)
                        half.write(bytes([byte ^ 1]))
                _, said = self.finished(world.buyer, *command)
                self.assertEqual("decrypting goes on at " in said, not damaged, said)
                self.assertEqual(self.sha256(out), self.sha256(file))
                self.assertFalse(part.exists())
                self.assertIsNone(first(folder, "decrypt-*"))


if __name__ == "__main__":
    main(Resume)
