"""JavaScript of ours without what only people need: comments, indentation, spaces and lines that mean nothing.

Texts, templates and regular expressions are known as such and stay; what stands in ``${...}`` of a template is
squeezed. Names stay, so that a script can still be read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PLAIN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<word>[\w$]+)"""
    r"|(?P<line>\s*\n\s*)|(?P<space>[^\S\n]+)|(?P<sign>.)",
    re.DOTALL,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_PATTERN = frozenset("(,=:[!&|?{};+-*%<>~^")
"""After these signs a slash begins a regular expression; after a name, a number or a closed bracket it divides."""
_WORDS_BEFORE_PATTERN = frozenset({"return", "typeof", "case", "in", "of", "void", "delete", "throw", "new", "else"})
_GOES_ON = frozenset("{([,;:?&|=*<>!%^~")
"""A line that ends so does not end a statement."""
_GOES_ON_WITH = frozenset(")],;.?:&|=*<>%}")
"""A line that begins so goes on with the one before, or ends it as well as a line break does."""


class _Token(NamedTuple):
    kind: str
    text: str


def squeezed(script: str) -> str:
    """Return a script of ours without what means nothing.

    Examples
    --------
    >>> squeezed("// why\\nif (a + b) {\\n  c = a - -b;  // so\\n}\\nd = `x  ${ c }`;\\n")
    'if(a+b){c=a- -b}\\nd=`x  ${c}`;'
    """
    tokens = [token for token in _tokens(script) if token.kind != "comment"]
    said: list[str] = []
    for at, token in enumerate(tokens):
        before, after = said[-1][-1:] if said else "\n", tokens[at + 1].text[:1] if at + 1 < len(tokens) else ""
        if token.kind == "line":
            said += [] if _joins(before, after, tokens, at) else ["\n"]
        elif token.kind == "space":
            said += [" "] if _apart(before, after) else []
        elif token.text != ";" or before == ")" or _next(tokens, at) != "}":
            said.append(token.text)
    return "".join(said).strip()


def _joins(before: str, after: str, tokens: list[_Token], at: int) -> bool:
    """Return whether a line break can go; two that stand beside each other (a comment between them) are one."""
    following = _next(tokens, at)
    return before == "\n" or before in _GOES_ON or (after in _GOES_ON_WITH and after != "") or following == "}"


def _next(tokens: list[_Token], at: int) -> str:
    """Return the first sign of what follows, spaces left out; empty at the end of the script."""
    at += 1
    while at < len(tokens) and tokens[at].kind in ("line", "space"):
        at += 1
    return tokens[at].text[0] if at < len(tokens) else ""


def _apart(before: str, after: str) -> bool:
    """Return whether a space keeps two words, or two equal signs, apart."""
    return (_in_word(before) and _in_word(after)) or (before in "+-" and after in "+-" and before != "")


def _in_word(sign: str) -> bool:
    return sign.isalnum() or sign in ("_", "$", '"', "'", "`", "#")


def _tokens(script: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(script):
        if script[at] == "`":
            token = _template(script, at)
            found.append(_Token("text", token[0]))
            at = token[1]
            continue
        if script[at] == "/" and script[at + 1 : at + 2] not in ("/", "*") and _pattern_here(found):
            match = _PATTERN.match(script, at)
            assert match is not None
            found.append(_Token("text", match[0]))
        else:
            match = _PLAIN.match(script, at)
            assert match is not None
            found.append(_Token(str(match.lastgroup), match[0]))
        at = match.end()
    return found


def _pattern_here(before: list[_Token]) -> bool:
    last = next((token for token in reversed(before) if token.kind in ("word", "text", "sign")), _Token("sign", ";"))
    return last.text in _WORDS_BEFORE_PATTERN or (last.kind == "sign" and last.text in _BEFORE_PATTERN)


def _template(script: str, start: int) -> tuple[str, int]:
    """Return a template with its expressions squeezed, and the place behind it."""
    said, at = "`", start + 1
    while script[at] != "`":
        if script.startswith("${", at):
            end = _closed(script, at + 2)
            said += f"${{{squeezed(script[at + 2 : end])}}}"
            at = end + 1
        else:
            size = 2 if script[at] == "\\" else 1
            said += script[at : at + size]
            at += size
    return f"{said}`", at + 1


def _closed(script: str, at: int) -> int:
    """Return the place of the brace that closes an expression of a template."""
    depth = 0
    while depth or script[at] != "}":
        if script[at] == "`":
            at = _template(script, at)[1]
            continue
        match = _PLAIN.match(script, at)
        assert match is not None
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        at = match.end()
    return at
