"""cmake --install of a build: what lies where, and that it works from there."""

import os
import pathlib
import shutil
import subprocess
import unittest

import house

BUILD_DIR = os.environ["DATAPACT_BUILD_DIR"]
GROUPS = ("devnet", "network", "account", "tx", "contract", "data", "deal", "evidence", "chain", "gov")
FILES = {
    "bin/datapact", "bin/datapactd",
    "share/man/man1/datapact.1", *(f"share/man/man1/datapact-{group}.1" for group in GROUPS),
    "share/bash-completion/completions/datapact", "share/zsh/site-functions/_datapact",
    "share/fish/vendor_completions.d/datapact.fish",
    "lib/systemd/system/datapactd@.service", "lib/sysusers.d/datapact.conf",
    *(f"share/doc/datapact/{name}" for name in ("LICENSE", "NOTICE", "README.md", "README.zh-CN.md", "CHANGELOG.md", "SECURITY.md")),
    "share/doc/datapact/genesis.json", "share/doc/datapact/docs/operating.md", "share/doc/datapact/docs/formats/node-config.md",
}  # fmt: skip


class Install(unittest.TestCase):
    def install(self, *words, **variables):
        command = ["cmake", "--install", BUILD_DIR, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **variables})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def run_program(self, *words, **variables):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, env={**os.environ, **variables})
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout} {done.stderr}")
        return done.stdout

    def files_in(self, root):
        return {str(path.relative_to(root)) for path in pathlib.Path(root).rglob("*") if path.is_file()}

    def test_prefix(self):
        """Programs, manual pages, completions, unit and documents lie where GNUInstallDirs puts them, and work from there"""
        prefix = pathlib.Path(house.clean_folder(self.id()))
        self.install("--prefix", str(prefix))
        found = self.files_in(prefix)
        self.assertEqual(FILES - found, set())
        # Nothing of the build's own: no libraries of its modules, no headers, no tests.
        folders = {"bin/", "share/man/man1/", "share/bash-completion/", "share/zsh/", "share/fish/", "share/doc/datapact/", "lib/s"}
        self.assertEqual({name for name in found if not name.startswith(tuple(folders))}, set())

        program = prefix / "bin" / "datapact"
        self.assertRegex(self.run_program(program, "--version"), r"^datapact \d+\.\d+\.\d+\n$")
        self.assertIn(str(prefix / "bin" / "datapactd"), self.run_program(program, "network", "unit"))
        self.run_program(prefix / "bin" / "datapactd", "--help")
        for shell, file in (("bash", "bash-completion/completions/datapact"), ("zsh", "zsh/site-functions/_datapact"),
                            ("fish", "fish/vendor_completions.d/datapact.fish")):  # fmt: skip
            self.assertEqual((prefix / "share" / file).read_text(), self.run_program(program, "completion", shell))
        self.check_unit(prefix / "lib" / "systemd" / "system" / "datapactd@.service", prefix / "bin" / "datapactd")

    def check_unit(self, unit, program):
        self.assertIn(f"ExecStart={program} --config node.toml run\n", unit.read_text())
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze: the unit is not verified")
        # Only an instance can be verified.
        instance = unit.with_name("datapactd@bank-1.service")
        shutil.copy(unit, instance)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", instance], capture_output=True, text=True, check=False)
        self.assertEqual([line for line in done.stderr.splitlines() if "datapactd" in line], [])

    def test_manual(self):
        """man shows the installed pages"""
        prefix = pathlib.Path(house.clean_folder(self.id()))
        self.install("--prefix", str(prefix))
        if not shutil.which("man"):
            self.skipTest("no man")
        for page in sorted((prefix / "share" / "man" / "man1").iterdir()):
            shown = self.run_program("man", "-P", "cat", "-l", page, LANG="C.UTF-8", MANWIDTH="120")
            self.assertRegex(shown.splitlines()[0], "(?i)" + page.stem + r"\(1\)")
            self.assertRegex(shown, rf"NAME\n +{page.stem} +- ")

    def test_destdir(self):
        """A package is made under DESTDIR: what its files say names the places where they will lie"""
        stage = pathlib.Path(house.clean_folder(self.id()))
        self.install("--prefix", "/usr", DESTDIR=str(stage))
        self.assertEqual({f"usr/{name}" for name in FILES} - self.files_in(stage), set())
        unit = (stage / "usr/lib/systemd/system/datapactd@.service").read_text()
        self.assertIn("ExecStart=/usr/bin/datapactd --config node.toml run\n", unit)
        self.assertNotIn(str(stage), unit)
        self.assertFalse((pathlib.Path(BUILD_DIR) / "printed").exists())


if __name__ == "__main__":
    house.main()
