"""C++ text without the parts that are not code, line numbers kept."""

import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def join_continued_lines(text):
    """Joins lines ended by a backslash and puts the lost line breaks after them."""
    out, pending = [], 0
    for line in text.split("\n"):
        if line.endswith("\\"):
            out.append(line[:-1])
            pending += 1
        else:
            out.append(line + "\n" * (pending + 1))
            pending = 0
    return "".join(out)


def without_comments(text):
    """Comments become blanks; strings stay, because an include's file name is one."""

    def keep_strings(match):
        token = match.group(0)
        return _blank(token) if token.startswith("/") else token

    return _TOKEN.sub(keep_strings, join_continued_lines(text))


def code_only(text):
    """Comments and the insides of strings and characters become blanks."""
    return _TOKEN.sub(lambda match: _blank(match.group(0)), join_continued_lines(text))
