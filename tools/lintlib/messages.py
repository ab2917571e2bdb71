"""Texts that the command line shows: each has a Chinese form in tools/cli/chinese_*.cpp, and each form is of a text that
is shown (tools/cli/chinese.hpp).

A text is a string literal, or literals joined with what is put between them: `"no " + what` and `fmt::format("no {}", what)`
are both the pattern `no {}`. Which literals are shown is told by their look: one with a space between words is prose, one
word is not, except where a table or a list of rows names its columns or lines."""

import re

from .cpp_text import without_comments
from .tree import Finding

ROOM = "tools/"
# A word may be a heading and a value.
VALUES = "tools/cli/chinese_values.cpp"
# What others say is made where this does not look.
OF_OTHERS = "tools/cli/chinese_of_others.cpp"
CATALOGUES = (
    "tools/cli/chinese_messages.cpp", "tools/cli/chinese_help.cpp", "tools/cli/chinese_of_trade.cpp",
    VALUES, OF_OTHERS,
)  # fmt: skip
# What these say is for shells, manual readers and Markdown, in English.
NOT_SHOWN = {
    *CATALOGUES, "tools/cli/completion.cpp", "tools/cli/examples.cpp", "tools/cli/manual.cpp", "tools/cli/reference.cpp",
}  # fmt: skip

_TOKEN = re.compile(r'R"\(.*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|::|->|\d[\w.\']*|\S', re.DOTALL)
_OPEN, _CLOSE = "([{", ")]}"
# What an expression that is joined with + ends at.
_ENDS = {",", ";", "?", ":", "=", "return", "<", ">", "&", "|", "!"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b"}
_HOLE = re.compile(r"\{[^{}]*\}")


def _unquoted(token):
    def letter(match):
        return chr(int(match.group(1)[1:], 16)) if match.group(1)[0] == "x" else _ESCAPES.get(match.group(1), match.group(1))

    return re.sub(r"\\(x[0-9a-fA-F]+|.)", letter, token[1:-1], flags=re.DOTALL)


def pattern_of_format(text):
    """A format of fmt with {} for whatever is put in."""
    text = text.replace("{{", "\1").replace("}}", "\2")
    return _HOLE.sub("{}", text).replace("\1", "{").replace("\2", "}")


def _tokens(text):
    """(text, position) of what is code, without comments and preprocessor lines."""
    text = re.sub(r"^[ \t]*#[^\n]*", lambda m: " " * len(m.group(0)), without_comments(text), flags=re.M)
    return [(match.group(0), match.start()) for match in _TOKEN.finditer(text)], text


def _is_text(token):
    return token.startswith('"')


def _runs(tokens):
    """Lists of operands at one depth with nothing between them that ends an expression; an operand in brackets is the
    index of its opening bracket."""
    runs, stack = [], [[]]

    def end():
        if stack[-1]:
            runs.append(stack[-1])
        stack[-1] = []

    for index, (token, _) in enumerate(tokens):
        if token in _OPEN:
            stack[-1].append(index)
            stack.append([])
        elif token in _CLOSE:
            end()
            if len(stack) > 1:
                stack.pop()
                stack[-1].append(index)
        elif token in _ENDS:
            end()
        else:
            stack[-1].append(index)
    end()
    return runs


def _operands(tokens, run):
    """The run cut at its + signs: each a literal's text, or None for what is put in."""
    operands, current = [], []
    for index in [*run, None]:
        if index is not None and tokens[index][0] != "+":
            current.append(tokens[index][0])
            continue
        texts = [token for token in current if _is_text(token)]
        is_literal = bool(texts) and len(texts) == len(current)
        operands.append("".join(map(_unquoted, texts)) if is_literal else None)
        current = []
    return operands


def texts_of(source):
    """(pattern, line) of every literal, joined with its neighbours."""
    tokens, text = _tokens(source)
    found = []
    for run in _runs(tokens):
        operands = _operands(tokens, run)
        literals = [operand for operand in operands if operand is not None]
        if not literals:
            continue
        if len(operands) == 1:
            # A format when it is fmt's: braces of others would be doubled.
            pattern = pattern_of_format(literals[0])
        else:
            pattern = "".join("{}" if operand is None else operand for operand in operands)
        position = next(tokens[index][1] for index in run if _is_text(tokens[index][0]))
        found.append((pattern, text.count("\n", 0, position) + 1))
    return found


_CHINESE = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"""(?:^|[ ("}])[A-Za-z]{2,}(?:[',.;)"?!{ ]|:(?!//)|$)""")


def is_prose(pattern):
    """English, of more than one word or of a word and what is put in."""
    return " " in pattern.strip() and not _CHINESE.search(pattern) and _WORD.search(pattern) is not None


_HEADINGS = re.compile(r"Table\s*(?:\w+)?\{\{([^{}]*)\}")
_ROW = re.compile(r'(?:rows|more)\.emplace_back\(\s*"((?:\\.|[^"\\\n])*)"\s*,')
_ROWS = re.compile(r"Rows\s+\w+\{")


def labels_of(source):
    """(word, line) of what tables and lists of rows call their columns and lines."""
    text = without_comments(source)
    found = []
    for match in _HEADINGS.finditer(text):
        for word in re.findall(r'"((?:\\.|[^"\\\n])*)"', match.group(1)):
            found.append((word, text.count("\n", 0, match.start()) + 1))
    for match in _ROW.finditer(text):
        found.append((match.group(1), text.count("\n", 0, match.start()) + 1))
    for match in _ROWS.finditer(text):
        depth, at = 1, match.end()
        while depth > 0 and at < len(text):
            if depth == 2 and text[at - 1] == "{" and text[at] == '"':
                word = re.match(r'"((?:\\.|[^"\\\n])*)"\s*,', text[at:])
                if word:
                    found.append((word.group(1), text.count("\n", 0, at) + 1))
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
    return found


# Names of protocols and their parts, templates of files, commands to paste: they are the same in every language.
SAME_EVERYWHERE = (
    re.compile(r"datapact( [a-z-]+)*( (\{\}|--[a-z-]+|[A-Z]+))*"),
    re.compile(r"\{\} --(help|config \{\})"),
    re.compile(r"(\{\} )+(gas|ms|wei|UTC)"),
    re.compile(r"Governance, Settlement, DatasetRegistry, FairExchange"),
    re.compile(r"(Bearer|bytes) [{*].*"),
    re.compile(r"(chain|data|deal|devnet|evidence|tx) [a-z-]+"),
    re.compile(r"(\x19Ethereum Signed Message|Datapact data access|Datapact FairExchange|datapact \d|#|\[rpc\]|\{\} data register).*", re.S),
    re.compile(r"devnet \{\}: the private key is .*|(devnet (organisation|deposit)|validator|transport) \{\}"),
)  # fmt: skip

_ENTRY = re.compile(r'ChineseText\{((?:\s*"(?:\\.|[^"\\\n])*")+)\s*,((?:\s*"(?:\\.|[^"\\\n])*")+)\s*\}')
_LITERAL = re.compile(r'"(?:\\.|[^"\\\n])*"')
_PLACE = re.compile(r"\{(\d?)(?::t)?\}")


def _joined(literals):
    return "".join(_unquoted(literal) for literal in _LITERAL.findall(literals))


def entries_of(source):
    """(English, Chinese, line) of a catalogue."""
    return [
        (_joined(match.group(1)), _joined(match.group(2)), source.count("\n", 0, match.start()) + 1)
        for match in _ENTRY.finditer(source)
    ]  # fmt: skip


def is_translatable(pattern):
    return is_prose(pattern) and not any(rule.fullmatch(pattern) for rule in SAME_EVERYWHERE)


def _check_places(path, english, chinese, line):
    """Every hole is shown, in the order of the English or by number."""
    count = english.count("{}")
    places = _PLACE.findall(chinese)
    numbers = {int(number) for number in places if number} or set(range(len(places)))
    if numbers == set(range(count)) and ("" in places) != any(places) | (not places):
        return []
    return [Finding(path, line, f'the Chinese of "{english}" does not show what is put in, each by number or each in order')]


def check_messages(tree):
    """The command line says nothing that it cannot say in Chinese."""
    if not all(tree.exists(path) for path in CATALOGUES):
        return []
    findings, known = [], {}
    for path in CATALOGUES:
        for english, chinese, line in entries_of(tree.read(path)):
            if english in known and path != VALUES:
                findings.append(Finding(path, line, f'"{english}" has a Chinese form in {known[english][0]} already'))
            known[english] = (path, line)
            findings += _check_places(path, english, chinese, line)
    said = set()
    for path in tree.files():
        if not path.startswith(ROOM) or not path.endswith((".cpp", ".hpp")) or path in NOT_SHOWN:
            continue
        source = tree.read(path)
        texts, labels = texts_of(source), labels_of(source)
        said.update(pattern for pattern, _ in texts + labels)
        for pattern, line in [text for text in texts if is_translatable(text[0])] + labels:
            if pattern and pattern not in known:
                findings.append(Finding(path, line, f'"{pattern}" has no Chinese form in {CATALOGUES[0]} and its like'))
    for english, (path, line) in known.items():
        if path != OF_OTHERS and english not in said:
            findings.append(Finding(path, line, f'nobody says "{english}"'))
    return findings
