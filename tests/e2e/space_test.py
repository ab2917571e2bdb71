"""No space left: one clear error that names the file, exit code 3, and nothing lost. A limit on the size of files
(RLIMIT_FSIZE) stands for the full disk, because it needs no rights; root fills small filesystems as well.
usage: space_test.py BUILD_DIR"""

import contextlib
import os
import resource
import subprocess
import unittest

from world import Case, LoneNode, Refused, main

KIB = 1024


def files_at_most(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@contextlib.contextmanager
def filesystem_at(folder, size):
    """A filesystem of `size` bytes, in memory, lies over the folder meanwhile."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


needs_root = unittest.skipUnless(os.geteuid() == 0, "only root may mount a small filesystem")


class NoSpace(Case):
    def folders(self, path):
        return sorted(entry.name for entry in path.iterdir()) if path.exists() else []

    def test_register(self):
        """Registering without space for the manifest changes nothing, and works with space"""
        provider = self.world.provider
        file = self.world.make_file("register", 2_000_000)
        before = self.folders(provider.home / "datasets")
        with self.refused(3, "disk-full", "cannot write .*manifest.part: File too large"):
            provider.run("data", "register", file, limits=files_at_most(8 * KIB))
        self.assertEqual(self.folders(provider.home / "datasets"), before)
        provider.run("data", "register", file)

    def test_offer(self):
        """Offering without space for the ciphertext leaves nothing behind, and works with space"""
        world = self.world
        request = world.request(world.register(world.make_file("offer", 2_000_000)))
        before = self.folders(world.provider.home / "deals")
        offer = ("deal", "offer", request, "--amount", "10")
        # A sample is decrypted first, to learn what a buyer's work takes.
        for limit, name in ((500 * KIB, "sample-"), (2_010_000, "ciphertext")):
            with self.subTest(name), self.refused(3, "disk-full", f"cannot write .*{name}.*\\.part: File too large"):
                world.provider.run(*offer, limits=files_at_most(limit))
            self.assertEqual(self.folders(world.provider.home / "deals"), before)
            self.assertEqual(list(world.provider.home.glob("sample-*")), [])
        world.provider.run(*offer)

    def test_fetch(self):
        """A download that fills the disk keeps what has arrived and resumes"""
        world = self.world
        deal = world.offer(world.register(world.make_file("fetch", 2_000_000)))
        part = world.buyer.deal_folder(deal) / "ciphertext.part"
        with world.data_server() as url:
            fetch = ("deal", "fetch", deal, "--url", url)
            with self.refused(3, "disk-full", "cannot write .*ciphertext.part: File too large"):
                world.buyer.run(*fetch, limits=files_at_most(500 * KIB))
            self.assertEqual(part.stat().st_size, 500 * KIB)
            world.buyer.run(*fetch)
        world.buyer.run("deal", "lock", deal)

    def test_decrypt(self):
        """A decrypted file that finds no space does not appear, and the key is not lost"""
        world = self.world
        file = world.make_file("decrypt", 2_000_000)
        deal = world.locked_deal(world.register(file))
        world.provider.run("deal", "reveal", deal)
        out = world.folder / "decrypted"
        decrypt = ("deal", "decrypt", deal, "--out", out)
        with self.refused(3, "disk-full", "cannot write .*decrypted.part: File too large"):
            world.buyer.run(*decrypt, limits=files_at_most(500 * KIB))
        self.assertEqual([path.name for path in world.folder.glob("decrypted*")], [])
        world.buyer.run(*decrypt)
        self.assertEqual(out.read_bytes(), file.read_bytes())

    def test_keystore(self):
        """A keystore that finds no space is not half there"""
        home = self.world.folder / "small-home"
        with self.refused(3, "disk-full", "cannot write .*keystore/0x.*json: File too large"):
            self.world.buyer.run("account", "new", "--light", home=home, limits=files_at_most(100), **{"from": None})
        self.assertEqual(self.folders(home / "keystore"), [])

    def test_result(self):
        """A result that cannot be written is a failure, not a success without a word"""
        with open("/dev/full", "w", encoding="utf-8") as full:
            command = [str(word) for word in self.world.buyer.command("chain", "block")]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, "error: cannot write the result: No space left on device\n")

    def test_node(self):
        """A node without space stops with an error that names its storage, and has lost nothing when it starts again"""
        node = LoneNode(self.programs, self.world.folder / "full-node")
        node.start()
        # The vote journal has its whole size from the start; the ledger grows.
        size = max(path.stat().st_size for path in node.folder.glob("data/ledger/*")) + 500 * KIB
        resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (size, size))
        known = []
        with self.assertRaises(Refused) as refusal:
            while len(known) < 100:
                known.append(node.run("tx", "send", node.ADDRESS, "--data", "0x" + "5a" * 60_000)["transactionHash"])
        self.assertEqual(refusal.exception.code, 4, refusal.exception)
        self.assertEqual(node.process.wait(timeout=30), 3)
        self.assertRegex(node.log(), "error .*File too large")
        self.assertGreater(len(known), 0)
        node.start()
        for txn in known:
            self.assertEqual(node.run("chain", "receipt", txn)["status"], "0x1")
        self.assertEqual(node.stop(), 0)

    @needs_root
    def test_full_filesystem_of_a_wallet(self):
        """Registering on a full filesystem says so and leaves nothing behind"""
        provider = self.world.provider
        file = self.world.make_file("register-full", 2_000_000)
        datasets = provider.home / "datasets"
        datasets.mkdir(exist_ok=True)
        with filesystem_at(datasets, 8 * KIB):
            with self.refused(3, "disk-full", "cannot write .*manifest.part: No space left on device"):
                provider.run("data", "register", file)
            self.assertEqual(self.folders(datasets), [])
        provider.run("data", "register", file)

    @needs_root
    def test_full_filesystem_of_a_node(self):
        """A node on a full filesystem stops before it votes again, and has lost nothing when there is space"""
        folder = self.world.folder / "full-disk"
        node = LoneNode(self.programs, folder)
        (folder / "data").mkdir()
        with filesystem_at(folder / "data", 64 * KIB * KIB):
            node.start()
            filler = folder / "data" / "filler"
            with filler.open("wb", buffering=0) as out, contextlib.suppress(OSError):
                while True:
                    out.write(bytes(64 * KIB))
            os.truncate(filler, filler.stat().st_size - 500 * KIB)
            known = []
            with self.assertRaises(Refused) as refusal:
                while len(known) < 100:
                    sent = node.run("tx", "send", node.ADDRESS, "--data", "0x" + "5a" * 60_000)
                    known.append(sent["transactionHash"])
            self.assertEqual(refusal.exception.code, 4, refusal.exception)
            self.assertEqual(node.process.wait(timeout=30), 3)
            self.assertRegex(node.log(), "error .*No space left on device")
            self.assertGreater(len(known), 0)
            filler.unlink()
            node.start()
            for txn in known:
                self.assertEqual(node.run("chain", "receipt", txn)["status"], "0x1")
            self.assertEqual(node.stop(), 0)


if __name__ == "__main__":
    main(NoSpace)
