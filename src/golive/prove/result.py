"""Evidence that shows itself in a notebook."""

from __future__ import annotations

from importlib import import_module

from golive.records.evidence import Evidence


class Result(Evidence, frozen=True, kw_only=True, tag="evidence/1", dict=True):
    """The evidence record, with a face. It is written and read as plain `Evidence`."""

    @property
    def carrying(self) -> tuple[int, ...]:
        """Rows (from 0, of those handed in) behind the condition `few_effective_cases`, ascending.

        No field of the record: the order of a file changes nothing there.
        """
        found: tuple[int, ...] = self.__dict__.get("rows", ())
        return found

    @property
    def carrying_in(self) -> str:
        """The same as people find them in their file: ``lines 5, 9``; empty without such rows."""
        found: str = self.__dict__.get("where", "")
        return found

    def _repr_html_(self) -> str:
        """Return the report in a frame of its own; drawn only when a notebook asks."""
        page: str = import_module("golive.prove.report").notebook(self)
        return page

    def __repr__(self) -> str:
        sentence = self.sentences[0].text
        return f"{self.verdict.word.value}: {self.verdict.sentence}\n{sentence}\n{self.score.direction}"


def with_carrying(found: Result, rows: tuple[int, ...], where: str = "") -> Result:
    """Note which rows carry most of the money."""
    found.__dict__.update(rows=rows, where=where)
    return found
