"""What the tests of the house share: the tree under test and a clean folder to copy it into."""

import os
import re
import shutil
import subprocess
import sys
import unittest

SOURCE_DIR = os.environ.get(
    "DATAPACT_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
)
HOUSE_DIR = os.environ.get("DATAPACT_HOUSE_DIR", os.path.join(SOURCE_DIR, "build/house"))
COMPILER = os.environ.get("CXX", "g++-12")

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE_DIR, "tools"))


def clean_folder(name):
    path = os.path.join(HOUSE_DIR, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as handle:
        handle.write(text)


def copy(root, path):
    source, target = os.path.join(SOURCE_DIR, path), os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules", "out", "cache"))
    else:
        shutil.copy(source, target)


def run(*command, cwd=None):
    """(exit code, everything printed)."""
    done = subprocess.run(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


def lint(root, *arguments):
    """(exit code, findings) of the lint over a copy; the summary line is left out."""
    code, output = run(sys.executable, os.path.join(SOURCE_DIR, "tools/lint"), "--root", root, *arguments)
    return code, [line for line in output.splitlines() if not line.startswith("lint: ")]


def refuses_missing_header(output, header):
    return re.search(re.escape(header) + r".*(No such file|file not found)", output) is not None


def main():
    """Runs the tests of the calling module; the last line states the counts."""
    program = unittest.main(exit=False, verbosity=2)
    failed = len(program.result.failures) + len(program.result.errors)
    print(f"{program.result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
