"""A development network in a folder of its own, and the command line run by its parties.

Every command is a process of its own with --json; a test reads its document, or the error document and exit code.
"""

import contextlib
import json
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PATIENCE_SECONDS = 60
MICRO = 1_000_000
ROLES = ("operator", "registrar", "bank", "provider", "buyer", "auditor")


def node_ports():
    """Ports outside those of outgoing connections, one of which could otherwise take a node's before it listens."""
    first, last = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    below, above = range(10_000, first), range(last + 1, 65_536)
    return next((ports for ports in (below, above) if len(ports) >= 1_000), range(10_000, 65_536))


def free_port():
    """One of node_ports() that nobody listens on now."""
    while True:
        port = random.choice(node_ports())
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def wait_until(condition, what):
    """Polls until condition() is true; its value is returned."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"in vain waited for {what}")


class Refused(AssertionError):
    """A command that failed: its exit code and error document."""

    def __init__(self, command, code, error, stderr):
        super().__init__(f"{' '.join(map(str, command))}: exit {code}, {json.dumps(error)} {stderr}")
        self.code = code
        self.name = error.get("name")
        self.message = error.get("message", "")
        self.hint = error.get("hint", "")


class Programs:
    """Where a build has put them."""

    def __init__(self, build):
        build = pathlib.Path(build).resolve()
        self.datapact = build / "tools" / "datapact"
        self.datapactd = build / "node" / "datapactd"
        self.dishonest_seller = build / "tests" / "e2e" / "dishonest_seller"
        self.account_seller = build / "tests" / "e2e" / "account_seller"
        self.kept_blocks = build / "tests" / "e2e" / "kept_blocks"
        self.client_chain = build / "tests" / "clients" / "client_chain"


def run_json(command, limits=None, **options):
    """The command's document. A failure must be one error document, and is raised as Refused."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        preexec_fn=limits, **options
    )
    try:
        document = json.loads(done.stdout)
    except ValueError as error:
        raise AssertionError(f"{command}: exit {done.returncode}, not one document: {done.stdout} {done.stderr}") from error
    if done.returncode == 0:
        return document
    raise Refused(command, done.returncode, document["error"], done.stderr)


class Party:
    """One role with its home, keystore and password."""

    def __init__(self, world, role, address):
        self.world, self.role, self.address = world, role, address
        self.home = world.net / role

    def command(self, *words, **flags):
        """The command line of this party; flags such as rpc= or password_file= replace its own, None leaves one out."""
        own = {
            "rpc": self.world.url, "home": self.home, "from": self.address, "password_file": self.world.net / "password",
        }  # fmt: skip
        given = {**own, **flags}
        line = [self.world.programs.datapact, "--json"]
        for name, value in given.items():
            if value is not None:
                line += ["--" + name.replace("_", "-"), value]
        return line + list(words)

    def run(self, *words, limits=None, **flags):
        return run_json(self.command(*words, **flags), limits=limits)

    def start(self, *words):
        return subprocess.Popen(
            [str(word) for word in self.command(*words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def balance(self):
        return int(self.run("contract", "call", "Settlement", "balanceOf", self.address)[0])

    def free_deposit(self):
        settlement = "0x0000000000000000000000000000000000001001"
        return int(self.run("contract", "call", "FairExchange", "freeDeposit", settlement, self.address)[0])

    def deal_folder(self, deal):
        return self.home / "deals" / deal


class World:
    """A running network with its six parties."""

    def __init__(self, programs, folder):
        self.programs, self.folder = programs, pathlib.Path(folder)
        self.net = self.folder / "net"
        up = run_json([programs.datapact, "--json", "devnet", "up", "--dir", self.net, "--port", "0"])
        self.url, self.genesis = up["url"], up["genesis"]
        self.port = int(self.url.rpartition(":")[2])
        for role in ROLES:
            setattr(self, role, Party(self, role, up["accounts"][role]))
        self.provider.run("deal", "deposit", "500")

    def devnet(self, verb):
        return run_json([self.programs.datapact, "--json", "devnet", verb, "--dir", self.net])

    def stop(self):
        with contextlib.suppress(Refused):
            self.devnet("down")

    def make_file(self, name, size):
        """Text of that many bytes, different in every line."""
        path = self.folder / name
        path.write_text("".join(f"{line:06} {name} 数据\n" for line in range(size // 20 + 1))[:size])
        return path

    def register(self, path):
        return self.provider.run("data", "register", path)["version"]

    def request(self, version):
        path = self.folder / f"request-{time.monotonic_ns()}.json"
        self.buyer.run("deal", "request", version, "--out", path)
        self.buyer.run("deal", "backup", self.folder / "backup" / "deal-secret")
        return path

    def offer(self, version, *options, **flags):
        """The id of a deal about the version, at a price of 10 with a bond of 4 and a penalty of 1; `flags` are the seller's."""
        words = ("--amount", "10", "--bond", "4", "--penalty", "1", *options)
        return self.provider.run("deal", "offer", self.request(version), *words, **flags)["deal"]

    @contextlib.contextmanager
    def data_server(self):
        """The provider's data server; gives its URL."""
        server = self.provider.start("data", "serve", "--listen", "127.0.0.1:0")
        try:
            yield json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")["url"]
        finally:
            server.terminate()
            server.communicate(timeout=PATIENCE_SECONDS)

    def fetch(self, deal):
        with self.data_server() as url:
            return self.buyer.run("deal", "fetch", deal, "--url", url)

    def locked_deal(self, version, *options):
        deal = self.offer(version, *options)
        self.fetch(deal)
        self.buyer.run("deal", "lock", deal)
        return deal

    def status(self, deal):
        return self.buyer.run("deal", "show", deal)["status"]


class LoneNode:
    """One node of a chain of its own, with an account that has money. Its log is FOLDER/log."""

    KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
    ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"

    def __init__(self, programs, folder):
        self.programs, self.folder, self.process = programs, folder, None
        folder.mkdir()
        subprocess.run([programs.client_chain, folder, self.ADDRESS], check=True)

    def init(self):
        command = [self.programs.datapactd, "--config", self.folder / "node.toml", "init"]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    def start(self):
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            command = [self.programs.datapactd, "--config", self.folder / "node.toml", "run"]
            self.process = subprocess.Popen(command, stderr=log)
        self.url = wait_until(self._serving, "the node")

    def _serving(self):
        found = re.search(r"serving (http://\S+)", self.log())
        return found and found.group(1)

    def log(self):
        return (self.folder / "log").read_text()

    def run(self, *words):
        line = [self.programs.datapact, "--json", "--rpc", self.url, "--insecure-key", self.KEY, "--timeout", "5"]
        return run_json(line + list(words))

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=PATIENCE_SECONDS)


class Case(unittest.TestCase):
    """Cases share one world. The name of each is its docstring, a sentence."""

    world: World
    programs: Programs

    def refused(self, code, name, message):
        """A context in which a command must be refused so; `message` is a pattern."""
        return _Refusal(code, name, message)

    def finished(self, party, *words):
        """The command's document and what it said on stderr."""
        process = party.start(*words)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
        self.assertEqual(process.returncode, 0, out + err)
        return json.loads(out), err


class _Refusal:
    def __init__(self, code, name, message):
        self.code, self.name, self.message = code, name, message
        self.error = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _trace):
        if kind is None:
            raise AssertionError(f"not refused; expected exit {self.code}, {self.name}")
        if not isinstance(error, Refused):
            return False
        self.error = error
        if error.code != self.code or error.name != self.name or not re.search(self.message, error.message):
            raise AssertionError(f"expected exit {self.code}, {self.name}, /{self.message}/; got {error}") from error
        return True


class _Report(unittest.TextTestResult):
    def getDescription(self, test):  # noqa: N802 unittest's name
        return test.shortDescription() or str(test)


def main(case, with_world=True):
    """Runs the cases of one class: `FILE BUILD_DIR [NAME…]`. The last line is "N passed, M failed"."""
    case.programs = Programs(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="datapact-e2e-")
    world = None
    try:
        if with_world:
            world = case.world = World(case.programs, folder)
        case.folder = pathlib.Path(folder)
        names = sys.argv[2:] or unittest.TestLoader().getTestCaseNames(case)
        suite = unittest.TestSuite(case(name) for name in names)
        result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=_Report).run(suite)
    finally:
        if world is not None:
            world.stop()
        shutil.rmtree(folder, ignore_errors=True)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def interrupt(process):
    process.send_signal(signal.SIGINT)
