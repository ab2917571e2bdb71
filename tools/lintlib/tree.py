"""The source tree as the lint sees it: its rooms, its files, its findings."""

import json
import os
from dataclasses import dataclass

SKIPPED_DIRS = {".git", "build", "node_modules", "__pycache__"}
SKIPPED_PATHS = {"contracts/out", "contracts/cache"}
CPP_SUFFIXES = (".hpp", ".h", ".cpp", ".cc", ".ipp", ".inc")
FREE_ROOTS = ("tests", "bench")


@dataclass(frozen=True, order=True)
class Finding:
    """One violated rule. Text form is what editors and CI understand: file:line: message."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """A checkout rooted at `root`; `layers` maps a room to the rooms it may include."""

    def __init__(self, root):
        self.root = os.path.abspath(root)
        with open(os.path.join(self.root, "docs/layers.json"), encoding="utf-8") as handle:
            self.layers = json.load(handle)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as handle:
            return handle.read()

    def exists(self, path):
        return os.path.exists(os.path.join(self.root, path))

    def room_of(self, path):
        """The room a file or an include path lies in, or None. The longest room name wins."""
        names = [room for room in self.layers if path.startswith(room + "/")]
        return max(names, key=len, default=None)

    def is_free(self, path):
        """Tests and benches may include every room."""
        return path.split("/", 1)[0] in FREE_ROOTS

    def files(self):
        """Every file of the tree, relative, sorted; symbolic links are listed and not followed."""
        found = []
        for folder, subfolders, names in os.walk(self.root):
            relative = os.path.relpath(folder, self.root).replace(os.sep, "/")
            relative = "" if relative == "." else relative + "/"
            links = [d for d in subfolders if os.path.islink(os.path.join(folder, d))]
            subfolders[:] = sorted(
                d
                for d in subfolders
                if d not in SKIPPED_DIRS and relative + d not in SKIPPED_PATHS and d not in links
            )
            found += [relative + name for name in names + links if name not in SKIPPED_DIRS]
        return sorted(found)

    def is_link(self, path):
        return os.path.islink(os.path.join(self.root, path))


def is_cpp(path):
    return path.endswith(CPP_SUFFIXES)


def is_header(path):
    return path.endswith((".hpp", ".h", ".ipp", ".inc"))
