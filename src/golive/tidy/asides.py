"""What stands in a cell and is not Python becomes a comment, so that lines keep their numbers."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

_MAGIC = re.compile(r"^(\s*)(%{1,2}\w|!|\?|[\w, ]+=\s*[!%]\s*\w|[\w.]+\?{1,2}\s*$)")
_TIMED = re.compile(r"^(\s*)(?:(\w+)\s*=\s*)?%time\s+(?=\S)")
_KERNEL = re.compile(r"^(\s*)(?:[\w, ]+=\s*)?get_ipython\(\)\.(\w+)\(")
_SHELL = frozenset({"system", "getoutput", "run_line_magic", "magic", "run_cell_magic"})
_KEPT = ("%%time", "%%capture", "%%python", "%%python3")
"""Cells that begin with these are Python below the first line; ``%%timeit`` keeps nothing of what it makes."""
_LANGUAGES = frozenset(
    {
        *("sql", "r", "scala", "julia", "bash", "sh", "shell", "script", "html", "svg", "javascript", "js", "latex"),
        *("perl", "ruby", "python2", "pypy", "cython", "bigquery", "md", "markdown", "fs", "rust", "writefile", "file"),
        *("timeit", "prun", "debug"),
    }
)
_WRITES = ("%%writefile", "%%file")
_OPENING = {"(": ")", "[": "]", "{": "}"}
_TEXT = re.compile(r"""[rbuftRBUFT]{0,2}("{3}|'{3}|"|')""")


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A line of a cell that is not Python, or not for here."""

    line: int
    text: str
    reason: str


def python(source: str) -> tuple[str, tuple[Aside, ...]]:
    """Return the cell with what is not Python as comments, and the list of it."""
    source = _unwrapped(source)
    lines = source.splitlines()
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines and (reason := other_language(lines[first], alone=len(lines) - first == 1)):
        return commented(lines), (Aside(line=first + 1, text=lines[first].strip()[:200], reason=reason),)
    if "get_ipython()" not in source and parses(source):
        return source, ()
    return _by_line(lines)


def _unwrapped(source: str) -> str:
    """An export writes a cell that begins with ``%%time`` as one call with the code in a text."""
    if not source.lstrip().startswith("get_ipython().run_cell_magic(") or not parses(source):
        return source
    call = getattr(ast.parse(source).body[0], "value", None)
    values = [getattr(one, "value", None) for one in call.args] if isinstance(call, ast.Call) else []
    given = [value for value in values if isinstance(value, str)]
    return f"%%{given[0]} {given[1]}\n{given[2]}" if len(given) == 3 else source


def commented(lines: list[str]) -> str:
    """The same lines as comments."""
    return "\n".join(f"# {line}" for line in lines)


def other_language(line: str, *, alone: bool = False) -> str:
    """Why a cell that begins with this line is not Python, or nothing.

    Parameters
    ----------
    alone
        Nothing comes after the line: ``%sql SELECT 1`` is then a command among others.
    """
    mark = re.match(r"(%{1,2})([A-Za-z]\w*)", line)
    if mark is None or line.startswith(_KEPT):
        return ""
    if line.startswith(_WRITES):
        return f"writes {' '.join(line.split()[1:]) or 'a file'} ({mark[0]}); it is no part of the run"
    if mark[1] == "%%" or (mark[2].lower() in _LANGUAGES and line.strip() == mark[0] and not alone):
        return f"a cell in another language or mode ({mark[0]})"
    return ""


def why(text: str) -> str:
    """Why a line that Python does not know is left out."""
    if re.match(r"[!%]\s*(?:pip|conda|mamba)\b", text) or re.match(r"!.*\bpip3?\s+install\b", text):
        return "installs a package; tidy runs with what is installed"
    if text.startswith("%run"):
        return "runs another file, which tidy does not read"
    if re.match(r"(?:[\w, ]+=\s*)?!", text):
        return "a command of the shell, not Python"
    if text.startswith("?") or text.endswith("?"):
        return "asks for help"
    return "a command of the notebook, not Python"


def parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):  # ValueError: a null byte
        return False
    return True


def _by_line(lines: list[str]) -> tuple[str, tuple[Aside, ...]]:
    asides: list[Aside] = []
    inside = _Inside()
    index = 0
    while index < len(lines):
        line = lines[index]
        if not inside.open and (timed := _TIMED.match(line)):
            lines[index] = timed[1] + (f"{timed[2]} = " if timed[2] else "") + line[timed.end() :]
        elif not inside.open and (indent := _not_python(line)) is not None:
            asides.append(Aside(line=index + 1, text=line.strip()[:200], reason=why(_said(line))))
            lines[index] = f"{indent}pass  # {line.strip()}" if indent else f"# {line}"
            while line.endswith("\\") and index + 1 < len(lines):  # a command may go on in the next line
                index += 1
                line = lines[index]
                lines[index] = f"# {line}"
            index += 1
            continue
        inside.see(lines[index])
        index += 1
    return "\n".join(lines), tuple(asides)


def _not_python(line: str) -> str | None:
    """The indent of a line that is a command; none where it is Python."""
    if kernel := _KERNEL.match(line):
        return kernel[1] if kernel[2] in _SHELL else None
    magic = _MAGIC.match(line)
    return magic[1] if magic else None


def _said(line: str) -> str:
    """``get_ipython().system('pip install x')`` is how an export writes ``!pip install x``."""
    line = line.strip()
    exported = re.match(r"(?:[\w, ]+=\s*)?get_ipython\(\)\.(\w+)\(u?['\"](.*)", line)
    if not exported:
        return line
    return ("!" if exported[1] in ("system", "getoutput") else "%") + exported[2]


class _Inside:
    """Whether the next line begins inside a text, a bracket or a continued line."""

    def __init__(self) -> None:
        self.quote = ""
        self.brackets = 0
        self.continued = False

    @property
    def open(self) -> bool:
        return bool(self.quote) or self.brackets > 0 or self.continued

    def see(self, line: str) -> None:
        place = 0
        while place < len(line):
            place = self._in_text(line, place) if self.quote else self._in_code(line, place)
        self.continued = line.endswith("\\")
        if len(self.quote) == 1 and not self.continued:
            self.quote = ""  # a text in one quote ends with its line, whatever is wrong with it

    def _in_text(self, line: str, place: int) -> int:
        if line[place] == "\\":
            return place + 2
        if line.startswith(self.quote, place):
            place += len(self.quote)
            self.quote = ""
            return place
        return place + 1

    def _in_code(self, line: str, place: int) -> int:
        if line[place] == "#":
            return len(line)
        if text := _TEXT.match(line, place):
            self.quote = text[1]
            return text.end()
        if line[place] in _OPENING:
            self.brackets += 1
        elif line[place] in _OPENING.values():
            self.brackets = max(0, self.brackets - 1)
        return place + 1
