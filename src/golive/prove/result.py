"""Evidence that shows itself in a notebook."""

from __future__ import annotations

from importlib import import_module

from golive.records.evidence import Evidence


class Result(Evidence, frozen=True, kw_only=True, tag="evidence/1"):
    """The evidence record, with a face. It is written and read as plain `Evidence`."""

    def _repr_html_(self) -> str:
        """Return the report in a frame of its own; drawn only when a notebook asks."""
        page: str = import_module("golive.prove.report").notebook(self)
        return page

    def __repr__(self) -> str:
        sentence = self.sentences[0].text
        return f"{self.verdict.word.value}: {self.verdict.sentence}\n{sentence}\n{self.score.direction}"
