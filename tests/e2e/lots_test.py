"""A file sold in lots, each a deal of its own, and put together again.
usage: lots_test.py BUILD_DIR"""

import json
import shutil
import signal
import time

from world import PATIENCE_SECONDS, Case, Refused, main

# 500 chunks of 2,016 bytes of data.
LOT = 1_008_000
ATTEMPTS = 5


def damaged(path):
    """The file's content with another last byte."""
    content = path.read_bytes()
    return content[:-1] + bytes([content[-1] ^ 1])


class Lots(Case):
    def registered(self, name, *options):
        """A file of three lots, and its version."""
        file = self.world.make_file(name, 2_500_000)
        return file, self.world.provider.run("data", "register", file, "--lot-bytes", "1009000", *options)

    def request(self, version, lot):
        path = self.world.folder / f"lot-request-{time.monotonic_ns()}.json"
        self.world.buyer.run("deal", "request", version, "--lot", str(lot), "--out", path)
        return path

    def offered(self, version, lot):
        """The id of a deal about the lot, fetched."""
        world = self.world
        world.buyer.run("deal", "backup", world.folder / "backup" / "deal-secret")
        words = ("--amount", "10", "--bond", "4", "--penalty", "1")
        deal = world.provider.run("deal", "offer", self.request(version, lot), *words)["deal"]
        world.fetch(deal)
        return deal

    def bought(self, version, lot):
        """The id of a deal about the lot whose key is revealed."""
        deal = self.offered(version, lot)
        self.world.buyer.run("deal", "lock", deal)
        self.world.provider.run("deal", "reveal", deal)
        return deal

    def test_sale_of_lots(self):
        """A file sold in three lots comes together byte for byte, and the evidence of the last lot verifies"""
        world = self.world
        file, registered = self.registered("three-lots")
        version = registered["version"]
        self.assertEqual([int(lot["length"]) for lot in registered["lots"]], [LOT, LOT, file.stat().st_size - 2 * LOT])
        shown = world.buyer.run("data", "show", version)
        self.assertEqual(shown["lots"], registered["lots"])
        self.assertEqual(shown["root"], registered["root"])
        # In any order, each paid alone.
        deals = {lot: self.bought(version, lot) for lot in (2, 0, 1)}
        content = file.read_bytes()
        for lot, deal in deals.items():
            for check in world.buyer.run("deal", "check", deal)[:8]:
                self.assertTrue(check["ok"], check)
            self.assertEqual(world.buyer.run("deal", "show", deal)["lot"], str(lot))
            part = world.folder / f"lot-{lot}"
            world.buyer.run("deal", "decrypt", deal, "--out", part)
            self.assertEqual(part.read_bytes(), content[lot * LOT : (lot + 1) * LOT])
            world.buyer.run("deal", "settle", deal)
        joined = world.folder / "joined"
        result = world.buyer.run("data", "join", version, "--out", joined)
        self.assertEqual(joined.read_bytes(), content)
        self.assertEqual(result["sha256"], registered["fileSha256"])
        self.assertFalse(any((world.buyer.home / "joins").iterdir()))
        self.evidence_of(deals[2], version)

    def evidence_of(self, deal, version):
        """It names lot 2, verifies without a node, and not for another lot."""
        world = self.world
        bundle = world.folder / "lot-evidence.json"
        world.buyer.run("evidence", "export", deal, "--out", bundle)
        nowhere = {"rpc": "http://127.0.0.1:1"}
        verify = ("evidence", "verify", bundle, "--genesis", world.genesis)
        rest = world.auditor.run(*verify, **nowhere)["terms"]["rest"]
        self.assertEqual((rest["version"], rest["lot"]), (version, "2"))
        document = json.loads(bundle.read_text())
        sealed = document["deal"]["rest"]
        document["deal"]["rest"] = sealed.replace(version[2:] + "00000002", version[2:] + "00000001")
        self.assertNotEqual(document["deal"]["rest"], sealed)
        bundle.write_text(json.dumps(document))
        with self.assertRaises(Refused) as refusal:
            world.auditor.run(*verify, **nowhere)
        self.assertEqual(refusal.exception.code, 8)

    def test_one_lot(self):
        """A file is one lot when nothing is said, and can be joined out of it"""
        world = self.world
        file = world.make_file("one-lot", 50_000)
        version = world.register(file)
        self.assertEqual(len(world.buyer.run("data", "show", version)["lots"]), 1)
        self.bought(version, 0)
        joined = world.folder / "joined-one"
        world.buyer.run("data", "join", version, "--out", joined)
        self.assertEqual(joined.read_bytes(), file.read_bytes())

    def test_lot_out_of_range(self):
        """A lot that the version does not have can be neither asked for nor offered"""
        world = self.world
        _, registered = self.registered("range")
        version = registered["version"]
        with self.refused(7, "not-found", f"version {version} has no lot 3: it has 3, from 0 on"):
            world.buyer.run("deal", "request", version, "--lot", "3")
        path = self.request(version, 2)
        request = json.loads(path.read_text())
        request["lot"] = "3"
        path.write_text(json.dumps(request))
        with self.refused(7, "not-found", f"version {version} has 3 lots, the first is number 0: no lot 3"):
            world.provider.run("deal", "offer", path, "--amount", "10")

    def test_lot_bytes(self):
        """A lot holds a chunk at least, and a version has a thousand lots at most"""
        provider = self.world.provider
        file = self.world.make_file("lot-bytes", 2_500_000)
        with self.refused(2, "usage", "--lot-bytes must hold at least one chunk of 2016 bytes of data, got 2015"):
            provider.run("data", "register", file, "--lot-bytes", "2015")
        file.write_bytes(bytes(1000 * 2016 + 1))
        with self.refused(2, "usage", f"{file} would be 1001 lots: one version has at most 1000"):
            provider.run("data", "register", file, "--lot-bytes", "2016")
        file.write_bytes(bytes(1000 * 2016))
        registered = provider.run("data", "register", file, "--lot-bytes", "2016")
        self.assertEqual(len(self.world.buyer.run("data", "show", registered["version"])["lots"]), 1000)

    def test_missing_lot(self):
        """A file is not joined while a lot is missing, unpaid or of another version"""
        world = self.world
        _, registered = self.registered("missing")
        version = registered["version"]
        other = world.provider.run(
            "data", "register", world.folder / "missing", "--lot-bytes", "1009000", "--dataset", registered["dataset"]
        )["version"]
        self.bought(version, 0)
        self.bought(version, 2)
        self.bought(other, 1)
        joined = world.folder / "never-joined"
        join = ("data", "join", version, "--out", joined)
        with self.refused(7, "not-found", "lot 1 of 3 is missing: this home has no deal about it whose key is revealed or may") as missing:
            world.buyer.run(*join)
        self.assertEqual(missing.error.hint, f"datapact deal request {version} --lot 1")
        deal = self.offered(version, 1)
        with self.refused(7, "not-paid", f"lot 1 of 3 is not paid for: deal {deal} is not locked: the buyer has not paid in") as unpaid:
            world.buyer.run(*join)
        self.assertEqual(unpaid.error.hint, f"datapact deal lock {deal}")
        world.buyer.run("deal", "lock", deal)
        until = world.buyer.run("deal", "show", deal)["revealUntil"]
        state = rf"deal {deal} is locked, and the seller may reveal the key until {until} \(Unix seconds\)"
        with self.refused(7, "awaits-key", f"lot 1 of 3 awaits its key: {state}") as awaited:
            world.buyer.run(*join)
        self.assertRegex(awaited.error.hint, f"^datapact deal watch {deal} waits for it; .* datapact deal refund {deal}$")
        self.assertFalse(joined.exists())
        world.provider.run("deal", "reveal", deal)
        world.buyer.run(*join)
        self.assertEqual(joined.read_bytes(), (world.folder / "missing").read_bytes())

    def test_many_requests(self):
        """Requests of one buyer never collide, however many are open"""
        world = self.world
        _, registered = self.registered("many")
        nonces = [json.loads(self.request(registered["version"], 0).read_text())["nonce"] for _ in range(24)]
        self.assertEqual(len(set(nonces)), len(nonces))
        other = world.folder / "request-of-another"
        world.auditor.run("deal", "request", registered["version"], "--out", other)
        # Words of 255 nonces: another buyer's lie far from them.
        words = {int(nonce) // 255 for nonce in nonces}
        self.assertNotIn(int(json.loads(other.read_text())["nonce"]) // 255, words)

    def test_wrong_files(self):
        """A manifest or ciphertext of another lot is refused before the lock and when joining"""
        world = self.world
        _, registered = self.registered("swapped")
        version = registered["version"]
        first, second = self.offered(version, 0), self.offered(version, 1)
        folders = [world.buyer.deal_folder(deal) for deal in (first, second)]
        kept = {name: (folders[0] / name).read_bytes() for name in ("manifest", "ciphertext")}
        for name, content in kept.items():
            shutil.copy(folders[1] / name, folders[0] / name)
            with self.refused(8, "offer-refused", f"{name}: the {name} hashes to root 0x.*, expected 0x"):
                world.buyer.run("deal", "lock", first)
            (folders[0] / name).write_bytes(content)
        for deal in (first, second, self.offered(version, 2)):
            world.buyer.run("deal", "lock", deal)
            world.provider.run("deal", "reveal", deal)
        joined = world.folder / "wrongly-joined"
        shutil.copy(folders[1] / "manifest", folders[0] / "manifest")
        with self.refused(8, "damaged-copy", f"your copy of the manifest of deal {first} is damaged: the manifest hashes to root 0x"):
            world.buyer.run("data", "join", version, "--out", joined)
        (folders[0] / "manifest").write_bytes(kept["manifest"])
        shutil.copy(folders[0] / "ciphertext", folders[1] / "ciphertext")
        with self.refused(8, "damaged-copy", f"your copy of the ciphertext of deal {second} is damaged at bytes 0-1023999"):
            world.buyer.run("data", "join", version, "--out", joined)
        self.assertFalse(joined.exists())

    def test_other_deal(self):
        """A lot that was bought twice is joined out of the deal that serves, and refused when neither does"""
        world = self.world
        file, registered = self.registered("twice")
        version = registered["version"]
        deals = sorted([self.bought(version, 1), self.bought(version, 1)])
        self.bought(version, 0)
        self.bought(version, 2)
        first, second = (world.buyer.deal_folder(deal) for deal in deals)
        joined = world.folder / "joined-twice"
        join = ("data", "join", version, "--out", joined)
        damages = {
            "manifest": ("the manifest hashes to root 0x.*, expected 0x", lambda path: path.write_bytes(damaged(path))),
            "ciphertext": ("is damaged at bytes 1021952-1023999", lambda path: path.write_bytes(damaged(path))),
            "no ciphertext": ("no such file: ", lambda path: path.unlink()),
        }
        for name, (reason, damage) in damages.items():
            with self.subTest(name):
                path = first / name.split()[-1]
                kept = path.read_bytes()
                damage(path)
                _, said = self.finished(world.buyer, *join)
                self.assertRegex(said, f"deal {deals[0]} does not serve: .*{reason}.*: the next deal about lot 1 is tried")
                self.assertEqual(joined.read_bytes(), file.read_bytes())
                joined.unlink()
                path.write_bytes(kept)
        (first / "ciphertext").unlink()
        manifest = second / "manifest"
        kept = manifest.read_bytes()
        manifest.write_bytes(damaged(manifest))
        with self.refused(8, "damaged-copy", "the manifest hashes to root 0x.*, expected 0x"):
            world.buyer.run(*join)
        self.assertFalse(joined.exists())
        manifest.write_bytes(kept)
        world.buyer.run(*join)
        self.assertEqual(joined.read_bytes(), file.read_bytes())

    def test_interrupted(self):
        """Registering in lots and joining them go on after kill -9, whatever lot they were in"""
        world = self.world
        file = world.folder / "long-lots"
        with file.open("wb") as out:
            for i in range(96):
                out.write(i.to_bytes(4, "big") * (1 << 18))
        register = ("data", "register", file, "--lot-bytes", str(36 << 20))
        self.kill(world.provider, register, world.provider.home / "datasets", "register-*/manifest-1.part")
        registered, said = self.finished(world.provider, *register)
        self.assertIn("registering lot 0 of 3 goes on at ", said)
        version = registered["version"]
        for lot in range(3):
            self.bought(version, lot)
        joined = world.folder / "long-joined"
        join = ("data", "join", version, "--out", joined)
        self.kill(world.buyer, join, world.buyer.home / "joins", "*/checkpoint", joined)
        _, said = self.finished(world.buyer, *join)
        self.assertRegex(said, "decrypting lot [0-2] of 3 goes on at ")
        self.assertEqual(joined.read_bytes(), file.read_bytes())

    def kill(self, party, words, folder, pattern, made=None):
        """Kills the command when there is one more such file. A run that was quicker does not count, and what it made goes."""
        others = set(folder.glob(pattern))
        for _ in range(ATTEMPTS):
            if made:
                made.unlink(missing_ok=True)
            process = party.start(*words)
            while process.poll() is None and not set(folder.glob(pattern)) - others:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
            if process.returncode == -signal.SIGKILL:
                return
            self.assertEqual(process.returncode, 0, out + err)
        self.fail(f"{words} is quicker than a signal")


if __name__ == "__main__":
    main(Lots)
