"""What Python raises on some rows: a branch of the function, told apart from what tracing itself may run into."""

from __future__ import annotations

from golive.errors import GoliveError


class ExpectedError(Exception):
    """Mixed into an error that the ordinary function would raise on the same rows."""


class UnansweredError(GoliveError):
    """The graph has no answer on some rows, though Python may: no ``except`` of the function catches it."""


def _expected(error: type[Exception]) -> type[Exception]:
    return type(error.__name__, (ExpectedError, error), {})


EXPECTED: dict[type[Exception], type[Exception]] = {
    error: _expected(error)
    for error in (ZeroDivisionError, ValueError, OverflowError, TypeError, AttributeError, IndexError, KeyError)
}
