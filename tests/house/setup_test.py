"""tools/setup and tools/quickstart on a machine that lacks packages: as root, with sudo, and with neither.

The programs that they start are scripts of the test's own: nothing is installed, and what was asked of them is in a log.
"""

import os
import shutil
import stat
import subprocess
import unittest

import house

_REAL = (
    "awk", "base64", "bash", "cat", "cut", "dirname", "env", "grep", "mkdir", "openssl", "realpath", "rm", "sed", "sha256sum",
    "stat", "tail", "tee",
)  # fmt: skip
_PACKAGES, _DEV_PACKAGES = ["cmake", "g++-12", "jq"], ["shellcheck"]
_NPM_FOLDERS = ["contracts", "crypto/blst", "tests/clients", "tests/ethereumjs"]
_STUBS = {
    "id": 'echo "$FAKE_UID"',
    "dpkg-query": """
for package; do :; done
grep -qx "$package" installed && printf installed""",
    # Whoever is not root gets nothing, as on a real machine.
    "apt-get": """
echo "apt-get $*" >>log
[ "${BECAME_ROOT:-$FAKE_UID}" = 0 ] || { echo "E: are you root?"; exit 100; }
[ "${FAILS:-}" != "$1" ] || exit 100
case " $* " in *" install "*) ;; *) exit 0 ;; esac
[ "$DEBIAN_FRONTEND" = noninteractive ] || [ -n "${BY_HAND:-}" ] || exit 99
for word; do case "$word" in install | -* | Dpkg::*) ;; *) echo "$word" >>installed; echo "Setting up $word (1) ..." ;; esac; done""",
    "npm": """
echo "npm $* in ${PWD#"$ROOT"/}" >>"$ROOT/log"
mkdir -p node_modules""",
}
_SUDO = """
echo "sudo $*" >>log
[ "$1" != -n ] || { [ -z "${WANTS_PASSWORD:-}" ]; exit; }
BECAME_ROOT=0 exec "$@\""""


class Setup(unittest.TestCase):
    def setUp(self):
        self.root = house.clean_folder(self.id())
        for script in ("setup", "quickstart"):
            house.copy(self.root, f"tools/{script}")
        house.write(self.root, "tools/packages.txt", "\n".join(_PACKAGES) + "\n")
        house.write(self.root, "tools/packages-dev.txt", "\n".join(_DEV_PACKAGES) + "\n")
        house.write(self.root, "installed", "cmake\n")
        for folder in _NPM_FOLDERS:
            house.write(self.root, f"{folder}/package-lock.json", "{}")
        self.bin = os.path.join(self.root, "bin")
        os.makedirs(self.bin)
        for name in _REAL:
            os.symlink(shutil.which(name), os.path.join(self.bin, name))
        for name, text in _STUBS.items():
            self.stub(name, text)

    def stub(self, name, text):
        path = os.path.join(self.bin, name)
        house.write(self.root, f"bin/{name}", f"#!{shutil.which('bash')}\n{text.strip()}\n")
        os.chmod(path, stat.S_IRWXU)

    def start(self, *command, uid=1000, **environment):
        """(exit code, stdout, stderr); on no terminal."""
        done = subprocess.run(
            command, cwd=self.root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": self.bin, "ROOT": self.root, "FAKE_UID": str(uid), "LANG": "C", **environment},
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def setup(self, *arguments, **options):
        return self.start("tools/setup", *arguments, **options)

    def read(self, name):
        path = os.path.join(self.root, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def apt_calls(self, before=""):
        options = "-q -y --no-install-recommends -o Dpkg::Use-Pty=0 install"
        return [f"{before}apt-get -qq update", f"{before}apt-get {options} g++-12 jq"]

    def test_neither_root_nor_sudo_prints_the_line_to_run_and_exits_with_3(self):
        code, out, err = self.setup("--no-npm")
        self.assertEqual(code, 3, err)
        self.assertEqual(out, "apt-get install -y --no-install-recommends g++-12 jq\n")
        self.assertIn("need root rights; run this, then start again", err)
        self.assertEqual(self.read("log"), [])
        # Run by root as it stands, the line installs what was missing.
        self.assertEqual(self.start("bash", "-c", out, uid=0, BY_HAND="yes")[0], 0)
        code, out, err = self.setup("--no-npm")
        self.assertEqual((code, out), (0, ""), err)
        self.assertIn("all Debian packages are installed", err)

    def test_sudo_that_wants_a_password_on_no_terminal_is_no_sudo(self):
        self.stub("sudo", _SUDO)
        code, out, _ = self.setup("--no-npm", WANTS_PASSWORD="yes")
        self.assertEqual((code, out), (3, "apt-get install -y --no-install-recommends g++-12 jq\n"))
        self.assertEqual(self.read("log"), ["sudo -n true"])

    def test_root_installs_what_is_missing_and_nothing_the_second_time(self):
        self.stub("sudo", _SUDO)
        code, out, err = self.setup("--no-npm", uid=0)
        self.assertEqual((code, out), (0, ""), err)
        self.assertEqual(self.read("log"), self.apt_calls())
        self.assertEqual(self.read("installed"), ["cmake", "g++-12", "jq"])
        self.assertEqual(self.setup("--no-npm", uid=0)[0], 0)
        self.assertEqual(self.read("log"), self.apt_calls())

    def test_who_is_not_root_installs_by_sudo(self):
        self.stub("sudo", _SUDO)
        code, out, err = self.setup("--no-npm")
        self.assertEqual((code, out), (0, ""), err)
        update, install = self.apt_calls()
        install_by_sudo = f"sudo env DEBIAN_FRONTEND=noninteractive {install}"
        self.assertEqual(self.read("log"), ["sudo -n true", f"sudo {update}", update, install_by_sudo, install])

    def test_the_development_packages_are_asked_for_by_name(self):
        self.assertEqual(self.setup("--no-npm", "--dev", uid=0)[0], 0)
        self.assertEqual(self.read("installed"), ["cmake", "g++-12", "jq", "shellcheck"])

    def test_check_says_what_is_missing_and_installs_nothing(self):
        code, _, err = self.setup("--check", uid=0)
        self.assertEqual(code, 3)
        self.assertIn("missing Debian packages: g++-12 jq", err)
        self.assertIn("npm packages of contracts are missing", err)
        self.assertEqual(self.read("log"), [])

    def test_a_failed_installation_exits_with_1_and_names_the_packages(self):
        for step in ("-qq", "-q"):
            with self.subTest(step):
                code, _, err = self.setup("--no-npm", uid=0, FAILS=step)
                self.assertEqual(code, 1)
                self.assertIn("apt-get update failed" if step == "-qq" else "apt-get install failed for: g++-12 jq", err)

    def test_another_system_exits_with_3(self):
        os.remove(os.path.join(self.bin, "apt-get"))
        code, _, err = self.setup("--no-npm", uid=0)
        self.assertEqual(code, 3)
        self.assertIn("apt-get not found", err)

    def test_npm_packages_are_installed_once_for_each_lock_file(self):
        house.write(self.root, "installed", "cmake\ng++-12\njq\n")
        calls = [f"npm ci --ignore-scripts --no-audit --no-fund --loglevel=error in {name}" for name in _NPM_FOLDERS]
        for _ in range(2):
            self.assertEqual(self.setup()[0], 0)
            self.assertEqual(self.read("log"), calls)
        house.write(self.root, "crypto/blst/package-lock.json", '{"changed": true}')
        self.assertEqual(self.setup("--build")[0], 0)
        self.assertEqual(self.read("log"), [*calls, calls[1]])

    def test_a_failed_npm_exits_with_1_and_is_tried_again(self):
        house.write(self.root, "installed", "cmake\ng++-12\njq\n")
        self.stub("npm", "exit 1")
        for _ in range(2):
            code, _, err = self.setup("--build")
            self.assertEqual(code, 1)
            self.assertIn("npm ci failed in crypto/blst", err)

    def test_an_unknown_argument_exits_with_2(self):
        self.assertEqual(self.setup("--everything")[0], 2)

    def test_quickstart_without_root_passes_on_the_line_and_the_exit_code(self):
        code, out, _ = self.start("tools/quickstart")
        self.assertEqual(code, 3)
        self.assertIn("apt-get install -y --no-install-recommends g++-12 jq\n", out)

    def test_quickstart_installs_what_a_build_needs_and_then_builds_it(self):
        self.stub("cmake", 'echo "cmake $*" >>"$ROOT/log"')
        house.write(self.root, "tools/configure", "#!/usr/bin/env bash\necho configure $* >>log\n")
        os.chmod(os.path.join(self.root, "tools/configure"), stat.S_IRWXU)
        code, _, err = self.start("tools/quickstart", uid=0)
        self.assertEqual(code, 2, err)  # A stub builds nothing.
        self.assertIn("build/debug/tools/datapact", err)
        npm_ci = "npm ci --ignore-scripts --no-audit --no-fund --loglevel=error in crypto/blst"
        builds = ["configure debug", "cmake --build build/debug --target datapact datapactd"]
        self.assertEqual(self.read("log"), [*self.apt_calls(), npm_ci, *builds])

    def test_quickstart_refuses_and_removes_a_package_that_is_not_the_pinned_one(self):
        self.stub("npm", "echo forged >china-division-2.7.0.tgz")
        house.write(self.root, "built/tools/datapact", "")
        os.chmod(os.path.join(self.root, "built/tools/datapact"), stat.S_IRWXU)
        code, _, err = self.start("tools/quickstart", "--build", "built")
        self.assertEqual(code, 1)
        self.assertRegex(err, "china-division-2.7.0.tgz is not the pinned package: expected sha512-.*it was removed")
        self.assertEqual(os.listdir(os.path.join(self.root, "build/quickstart/cache")), [])


if __name__ == "__main__":
    house.main()
