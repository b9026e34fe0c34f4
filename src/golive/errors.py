"""Every error that golive raises on purpose, and the one door for optional libraries.

::

    GoliveError                   exit  what is wrong
    ├── InputError                   2  the data or a document that somebody handed in
    │   ├── ContractError                 rows that break the contract of their inputs
    │   ├── DocumentError                 a TOML or JSON document; carries every problem with its place
    │   ├── BundleError                   a bundle file is missing, changed, truncated or unknown
    │   ├── NotebookError                 a notebook that cannot be read, run or sliced
    │   └── OutputExistsError             something would be written over
    ├── RefusedError                 2  something golive will not compile, sign or serve, and why
    │   ├── UnsupportedError              an operation or estimator that has no exact equal in the graph
    │   └── ApprovalError                 not signed, expired, withdrawn, or signed for other bytes
    ├── ParityError                  1  the graph and Python disagree: the build stops
    └── WorldError                   3  nothing was wrong with the input, yet it could not be done
        └── MissingExtraError             an optional library is not installed

A message says what is wrong, the value, and what was expected; ``hint`` is something to paste.
Errors know nothing of HTTP or of terminals; ``exit_code`` is the only thing the command line asks of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = [
    "ApprovalError",
    "BundleError",
    "ContractError",
    "DocumentError",
    "GoliveError",
    "InputError",
    "MissingExtraError",
    "NotebookError",
    "OutputExistsError",
    "ParityError",
    "RefusedError",
    "UnsupportedError",
    "WorldError",
    "need",
]


class GoliveError(Exception):
    """The root. ``message`` is one sentence, ``hint`` is what to do about it (may be empty)."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class InputError(GoliveError):
    """The data or a document that somebody handed in is wrong."""

    exit_code = 2


class ContractError(InputError):
    """Rows that break the contract of their inputs.

    ``problems`` lists them as (row number from 0, field, what is wrong); at most the first hundred.
    """

    def __init__(self, message: str, *, problems: Sequence[tuple[int, str, str]] = (), hint: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__(message, hint=hint)


class DocumentError(InputError):
    """A TOML or JSON document that cannot be used.

    All problems are collected before it is raised, so that ten mistakes are mended in one go.
    Each line of ``problems`` names its place: ``money.toml:7:12: unknown column `Amout` ...``.
    """

    def __init__(self, message: str, *, problems: Sequence[str] = (), hint: str = "") -> None:
        self.problems = tuple(problems)
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(message + listed, hint=hint)


class BundleError(InputError):
    """A bundle file is missing, changed, truncated or of a format this version does not know."""


class NotebookError(InputError):
    """A notebook that cannot be read, run or sliced; the message names cell and line."""


class OutputExistsError(InputError):
    """Something would be written over."""


class RefusedError(GoliveError):
    """Something that golive will not do because it could not stand behind the result."""

    exit_code = 2


class UnsupportedError(RefusedError):
    """An operation or an estimator that has no exact equal in the row graph.

    ``where`` is ``file:line`` of the user's own code when it is known, else empty.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        self.where = where
        super().__init__(f"{where}: {message}" if where else message, hint=hint)


class ApprovalError(RefusedError):
    """Not signed, expired, withdrawn, or signed for other bytes than these."""


class ParityError(GoliveError):
    """The graph and Python disagree on a row. Nothing is written."""

    exit_code = 1


class WorldError(GoliveError):
    """Nothing was wrong with what was handed in, yet it could not be done (disk, port, process)."""


class MissingExtraError(WorldError):
    """An optional library is not installed."""


def need(module: str, *, extra: str) -> ModuleType:
    """Import an optional library, or say which extra brings it.

    Parameters
    ----------
    module
        Dotted name, e.g. ``"scipy.special"``.
    extra
        The extra of golive that installs it, e.g. ``"prove"``.

    Raises
    ------
    MissingExtraError
        The library is not there. One that is there but broken raises its own error, unchanged:
        a broken package is not a missing one.
    """
    try:
        return import_module(module)
    except ImportError as exc:
        if exc.name != module.partition(".")[0]:
            raise
        raise MissingExtraError(
            f"this step needs the library `{exc.name}`, which is not installed",
            hint=f"pip install 'golive[{extra}]'",
        ) from None
