"""What bash, zsh and fish offer for a line of the command, each asked by itself. usage: completion_test.py BUILD_DIR"""

import os
import pty
import select
import shutil
import subprocess
import time

from world import PATIENCE_SECONDS, Case, main

# What stands on the line when TAB is pressed, and what is offered.
LINES = {
    "datapact de": {"devnet", "deal"},
    "datapact --rpc http://deal --json deal re": {"request", "reveal", "refund"},
    "datapact --from deal de": {"devnet", "deal"},
    "datapact -q deal re": {"request", "reveal", "refund"},
    "datapact contract call deal ref": set(),
    "datapact deal offer --am": {"--amount"},
    "datapact deal show --am": set(),
    "datapact deal show --verb": {"--verbose"},
    "datapact data register --he": {"--help"},
    "datapact devnet up --prod": {"--production-like"},
    "datapact --color a": {"auto", "always"},
    "datapact --color=ne": {"never"},
    "datapact devnet logs --lang zh": {"zh_CN"},
    "datapact completion ": {"bash", "zsh", "fish"},
    "datapact data register vill": {"villages.csv"},
    "datapact --config vill": {"villages.csv"},
    "datapact --config=vill": {"villages.csv"},
}

# Writes what is offered into a file instead of a menu, then a line that says that this was all.
ZSH = r"""
PROMPT=
setopt no_beep
fpath=(FOLDER $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
  local -a hits
  [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] || {
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >> FOLDER/offered
  }
  builtin compadd "$@"
}
finished() { print all >> FOLDER/offered }
comppostfuncs=(finished)
bindkey '^I' complete-word
print ready >> FOLDER/offered
"""


class Completion(Case):
    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.place.mkdir()
        (self.place / "villages.csv").touch()
        self.env = {**os.environ, "HOME": str(self.place), "PATH": f"{self.programs.datapact.parent}:{os.environ['PATH']}"}

    def script(self, shell, name):
        """The shell's script, in a file of that name."""
        if not shutil.which(shell):
            self.skipTest(f"no {shell}")
        command = [self.programs.datapact, "completion", shell]
        (self.place / name).write_text(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return self.place / name

    def check(self, offered):
        for line, expected in LINES.items():
            with self.subTest(line=line):
                self.assertEqual(offered(line), sorted(expected))

    def test_bash(self):
        """bash completes groups, verbs, flags of the command, values that are one of several, and files"""
        script = self.script("bash", "datapact.bash")

        def offered(line):
            words = line.replace("=", " = ").split(" ")  # As bash takes it apart.
            simulate = (
                f"set -eu; source '{script}'; COMP_WORDS=({' '.join(words[:-1])} '{words[-1]}'); COMP_CWORD={len(words) - 1}; "
                '_datapact; printf "%s\\n" "${COMPREPLY[@]}"'
            )
            done = subprocess.run(["bash", "-c", simulate], capture_output=True, text=True, check=False, cwd=self.place)
            self.assertEqual((done.returncode, done.stderr), (0, ""), line)
            return sorted(done.stdout.split())

        self.check(offered)

    def test_zsh(self):
        """zsh completes the same"""
        self.script("zsh", "_datapact")
        (self.place / ".zshrc").write_text(ZSH.replace("FOLDER", str(self.place)))
        self.check(self.offered_by_zsh)

    def offered_by_zsh(self, line):
        """A new shell, to whose terminal the line and a TAB are typed."""
        found = self.place / "offered"
        found.unlink(missing_ok=True)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.place)
            os.execvpe("zsh", ["zsh", "-i"], {**self.env, "ZDOTDIR": str(self.place), "TERM": "dumb"})
        try:
            self.read_until(terminal, found, "ready")
            os.write(terminal, f"{line}\t".encode())
            *offered, _ = self.read_until(terminal, found, "all")
            return sorted(offered[1:])
        finally:
            os.close(terminal)
            os.waitpid(child, 0)

    def read_until(self, terminal, file, last):
        """The lines of the file once it ends with `last`; what the shell writes to its terminal must be taken away meanwhile."""
        deadline, shown = time.monotonic() + PATIENCE_SECONDS, b""
        while time.monotonic() < deadline:
            lines = file.read_text().splitlines() if file.exists() else []
            if lines[-1:] == [last]:
                return lines
            if select.select([terminal], [], [], 0.02)[0]:
                shown += os.read(terminal, 4096)
        raise AssertionError(f"zsh has not come to {last}: {shown}")

    def test_fish(self):
        """fish completes the same"""
        self.script("fish", "datapact.fish")

        def offered(line):
            ask = f"set fish_complete_path '{self.place}'; complete -C '{line}'"
            command = ["fish", "--no-config", "-c", ask]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.place, env=self.env)
            self.assertEqual((done.returncode, done.stderr), (0, ""), line)
            words = (found.partition("\t")[0] for found in done.stdout.splitlines())
            return sorted(word.partition("=")[2] if "=" in word else word for word in words)

        self.check(offered)

    def test_unknown_shell(self):
        """Another shell is refused by name"""
        done = subprocess.run([self.programs.datapact, "completion", "tcsh"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn('SHELL must be bash, zsh or fish, got "tcsh"', done.stderr)


if __name__ == "__main__":
    main(Completion, with_world=False)
