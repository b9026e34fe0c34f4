"""``series.str``: plain text operations; patterns are refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace import text
from golive.pack.trace.cases import cased
from golive.pack.trace.casts import missing_becomes
from golive.pack.trace.proxy import Proxy, only
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Expr, Nodes
    from golive.pack.trace.series import Series

_GIVEN_NOTHING = object()
_TEXT = type(pd.Series(["a"]).str)


class Strings(Proxy):
    """Text operations; a missing text stays missing."""

    owner = "`.str`"
    stands_for = (_TEXT,)

    def __init__(self, series: Series) -> None:
        if series.expr.kind != "text":
            raise AttributeError("Can only use .str accessor with string values")
        self.session = series.session
        self._series = series

    def lower(self) -> Series:
        return self._cased(self._series.real.str.lower(), "lower")

    def upper(self) -> Series:
        return self._cased(self._series.real.str.upper(), "upper")

    def _cased(self, real: Any, op: str) -> Series:
        return self._series.made(real, cased(self.session, self._series.real, self._series.expr, op))

    def strip(self, to_strip: Any = None) -> Series:
        return self._stripped(self._series.real.str.strip(to_strip), to_strip, text.stripped)

    def lstrip(self, to_strip: Any = None) -> Series:
        return self._stripped(self._series.real.str.lstrip(to_strip), to_strip, text.left_stripped)

    def rstrip(self, to_strip: Any = None) -> Series:
        return self._stripped(self._series.real.str.rstrip(to_strip), to_strip, text.right_stripped)

    def _stripped(self, real: Any, to_strip: Any, step: Callable[[Nodes, Expr, object], Expr]) -> Series:
        return self._series.made(real, step(self.session.nodes, self._series.expr, to_strip))

    def len(self) -> Series:
        return self._made(self._series.real.str.len(), "length")

    def replace(
        self, pat: Any, repl: Any = None, n: int = -1, case: Any = None, flags: int = 0, regex: bool = False
    ) -> Series:
        if n != -1 or case is not None or flags or (regex and not is_plain(pat)):
            raise refusal(
                "replacing a pattern in text is not compiled", 'replace plain text: .str.replace("a", "b", regex=False)'
            )
        if regex and isinstance(repl, str) and "\\" in repl:
            raise refusal("a replacement with a backslash is part of a pattern", "add regex=False")
        real = self._series.real.str.replace(pat, repl, regex=regex)
        return self._series.made(real, text.replaced(self.session.nodes, self._series.expr, pat, repl))

    def slice(self, start: Any = None, stop: Any = None, step: Any = None) -> Series:
        real = self._series.real.str.slice(start, stop, step)
        return self._series.made(real, text.sliced(self.session.nodes, self._series.expr, start, stop, step))

    def get(self, i: Any) -> Series:
        if not isinstance(i, int):
            raise refusal(f"item {i!r:.30} of a text is not compiled", "use a plain position")
        return self._series.made(self._series.real.str.get(i), text.letter(self.session.nodes, self._series.expr, i))

    def __getitem__(self, key: Any) -> Series:
        return self.slice(key.start, key.stop, key.step) if isinstance(key, slice) else self.get(key)

    def contains(
        self, pat: Any, case: bool = True, flags: int = 0, na: Any = _GIVEN_NOTHING, regex: bool = True
    ) -> Series:
        if not case or flags:
            raise refusal("a search that ignores case is not compiled", ".str.lower().str.contains(...)")
        words = pat.split("|") if isinstance(pat, str) and regex else [pat]
        if not all(isinstance(word, str) and (not regex or is_plain(word)) for word in words):
            raise refusal(
                f"the pattern {pat!r:.40} is not compiled",
                "search plain text, .str.contains('a', regex=False), or one of several words, 'a|b'",
            )
        nodes = self.session.nodes
        found = nodes.apply("contains", self._series.expr, text=words[0])
        for word in words[1:]:
            found = nodes.apply("or", found, nodes.apply("contains", self._series.expr, text=word))
        return self._tested(lambda s, **options: s.str.contains(pat, regex=regex, **options), found, na)

    def startswith(self, pat: Any, na: Any = _GIVEN_NOTHING) -> Series:
        found = text.starts(self.session.nodes, self._series.expr, pat)
        return self._tested(lambda s, **options: s.str.startswith(pat, **options), found, na)

    def endswith(self, pat: Any, na: Any = _GIVEN_NOTHING) -> Series:
        found = text.starts(self.session.nodes, self._series.expr, pat, "ends_with")
        return self._tested(lambda s, **options: s.str.endswith(pat, **options), found, na)

    def removeprefix(self, prefix: Any) -> Series:
        real = self._series.real.str.removeprefix(prefix)
        return self._series.made(real, text.without(self.session.nodes, self._series.expr, prefix, "starts_with"))

    def removesuffix(self, suffix: Any) -> Series:
        real = self._series.real.str.removesuffix(suffix)
        return self._series.made(real, text.without(self.session.nodes, self._series.expr, suffix, "ends_with"))

    def split(self, pat: Any = None, *, n: int = -1, expand: bool = False, regex: Any = None) -> Any:
        if n != -1 or regex or (isinstance(pat, str) and regex is None and len(pat) > 1 and not is_plain(pat)):
            raise refusal("a split at a pattern or with a limit is not compiled", 'use .str.split("-")')
        text.piece(self.session.nodes, self._series.expr, pat, 0)
        real = self._series.real.str.split(pat, expand=expand)
        return self._spread(pat, real) if expand else Pieces(self._series, pat, real)

    def cat(self, others: Any = None, sep: Any = None, **options: Any) -> Series:
        only(options, "str.cat", na_rep=None, join="left")
        if not isinstance(others, type(self._series)):
            raise refusal(
                "str.cat of the rows of one column is not compiled", "join two columns: df['a'].str.cat(df['b'])"
            )
        self._series.check_aligned(others)
        return self._series + others if sep is None else self._series + sep + others

    def _made(self, real: Any, op: str) -> Series:
        return self._series.made(real, self.session.nodes.apply(op, self._series.expr))

    def _tested(self, step: Callable[..., Any], found: Expr, na: Any) -> Series:
        """A truth per text. What it is for a missing text differs between versions of pandas: pandas is asked."""
        options = {} if na is _GIVEN_NOTHING else {"na": na}
        nodes, series = self.session.nodes, self._series
        absent = self.session.freeze(
            "kind of a step", lambda: missing_becomes(series, lambda s: step(s, **options)), shown=False
        )
        if absent is None and series.expr.nullable:
            if not self.session.replaying and series.real.isna().any():
                raise refusal("a missing text gives a missing truth here", "say what it counts as: na=False")
            self.session.guard(nodes.is_missing(series.expr))
        if absent is True:
            found = nodes.apply("or", found, nodes.is_missing(series.expr))
        return series.made(step(series.real, **options), found)

    def _spread(self, separator: str, real: Any) -> Frame:
        from golive.pack.trace.frame import Frame

        columns = self.session.freeze("kind of a step", lambda: list(real.columns), shown=False)
        pieces = {at: text.piece(self.session.nodes, self._series.expr, separator, at) for at in columns}
        return Frame(self.session, real.reindex(columns=columns), pieces, self._series.rows)


class Pieces(Proxy):
    """``series.str.split("-")``: lists in cells; single pieces are taken with ``.str[0]``."""

    owner = "a column of lists"
    stands_for = (pd.Series, _TEXT)

    def __init__(self, series: Series, separator: str, real: Any) -> None:
        self.session = series.session
        self._series, self._separator, self._real = series, separator, real

    @property
    def str(self) -> Pieces:
        return self

    def get(self, i: Any) -> Series:
        expr = text.piece(self.session.nodes, self._series.expr, self._separator, i)
        return self._series.made(self._real.str.get(i), expr)

    __getitem__ = get


def is_plain(pattern: Any) -> bool:
    """True for a pattern that means nothing but itself."""
    return isinstance(pattern, str) and re.escape(pattern).replace("\\ ", " ").replace("\\-", "-") == pattern
