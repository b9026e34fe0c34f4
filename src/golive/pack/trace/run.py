"""Run a cleaning function once on the training frame, and again on other rows with what it froze."""

from __future__ import annotations

import inspect
import io
import warnings
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.errors import GoliveError, InputError, UnsupportedError
from golive.pack.trace import calls_numpy, calls_pandas, python
from golive.pack.trace.filters import NobodyLeftError
from golive.pack.trace.frame import Frame
from golive.pack.trace.kinds import is_interval, kind_of
from golive.pack.trace.replayed import Replayed
from golive.pack.trace.rules import DEFAULT, Choice, Ruled, ruled
from golive.pack.trace.runtime import Runtime
from golive.pack.trace.session import Raw, Session, Tape
from golive.pack.trace.site import Site, last, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from golive.engine.builder import Builder
    from golive.pack.trace.filters import Rows
    from golive.records.contract import Kind
    from golive.records.parity import Frozen

_FUNCTIONS = {**python.FUNCTIONS, **calls_numpy.FUNCTIONS, **calls_pandas.FUNCTIONS}
_Clean = "Callable[[pd.DataFrame], pd.DataFrame]"


@dataclass(frozen=True)
class Traced:
    """A cleaning function as nodes of the graph."""

    columns: dict[str, int]
    """Cleaned column -> node, in the order pandas gave. A column made from something that is not an input of the
    model (the outcome) is not here."""
    frame: Any
    """What pandas gave on the training frame (a DataFrame)."""
    frozen: tuple[Frozen, ...]
    """The aggregates that are constants now."""
    depends: dict[str, tuple[str, ...]]
    """Cleaned column -> raw columns it is made of; of every column of ``frame``."""
    guards: tuple[int, ...]
    """Nodes that are true on rows where pandas would have raised: no score of theirs may be used."""
    ruled: Ruled
    """What the function's row filters say about a case."""
    places: NDArray[np.intp]
    """Where the rows of ``frame`` stood in the training frame."""
    _clean: Callable[[Any], Any]
    _kinds: Mapping[str, Kind]
    _tape: Tape
    _raw: Any

    def replay(self, frame: Any) -> Any:
        """Clean other rows as `replayed` does; give only the rows that are left (a DataFrame)."""
        return self.replayed(frame).frame

    def replayed(self, frame: Any) -> Replayed:
        """Clean other rows by real pandas, with every aggregate as it was on the training frame.

        Parameters
        ----------
        frame
            Raw rows with the columns of the training frame. Rows must fit the contract.

        Returns
        -------
        Replayed
            The cleaned rows, with the columns of ``self.frame``. A filter that is a rule takes rows away, one of
            training alone does not.

        Raises
        ------
        InputError
            A column is absent, or pandas raises on one of the rows (in the graph such a row is guarded).
        """
        session = open_session(None, self._kinds, self._tape, _like(frame, self._raw, self._kinds))
        try:
            result = _run(self._clean, session)
        except NobodyLeftError as nobody:
            return Replayed(self.frame.iloc[:0], nobody.rows.places, self._gone(nobody.rows))
        if list(result.real.columns) != list(self.frame.columns):
            raise UnsupportedError("the cleaning function gave other columns than on the training frame")
        places = np.arange(len(frame)) if result.rows is None else result.rows.places
        return Replayed(result.real, places, self._gone(result.rows))

    def _gone(self, rows: Rows | None) -> dict[int, str]:
        steps = [step for step in (rows.filters if rows else ()) if self._tape.filters.get(step.number)]
        return {int(place): step.where for step in steps for place in step.gone}


def trace(
    clean: Callable[..., Any], train: Any, builder: Builder, kinds: Mapping[str, Kind], filters: Choice = DEFAULT,
    tape: Tape | None = None,
) -> Traced:  # fmt: skip
    """Compile a pandas cleaning function into nodes of the graph.

    Parameters
    ----------
    clean
        ``clean(df)`` or ``clean(df, learned=None)``, unchanged, as the model was trained with.
    train
        The whole training frame (pandas), as it entered `clean`.
    builder
        Where the nodes go.
    kinds
        Raw input -> kind. A column that is not in here (the outcome) is no input: what is made of it gets no node.
    filters
        What happens to a case that a row filter would take away: see `golive.pack.trace.rules`.
    tape
        Where to write down what is frozen, for who wants to see it even when the function is refused.

    Raises
    ------
    UnsupportedError
        A step has no exact equal in the graph; the message names file, line and what to write instead.
    InputError
        The training frame or the function cannot be used at all, or ``filters`` names what is not there.
    """
    _check(clean, train)
    session = open_session(builder, kinds, Tape() if tape is None else tape, train.copy())
    result = _run(clean, session)
    _check_result(result, _start(clean))
    found = ruled(result.rows, session, builder, filters)
    _check_equal(clean, train, result.real)
    exprs = {str(name): result.expr(name) for name in result.real.columns}
    dates = {str(name) for name in result.real.columns if result.real[name].dtype.kind in "mM"}
    return Traced(
        columns={name: expr.node for name, expr in exprs.items() if expr.node is not None and name not in dates},
        frame=result.real,
        frozen=tuple(session.tape.frozen),
        depends={name: tuple(sorted(expr.depends)) for name, expr in exprs.items()},
        guards=tuple(dict.fromkeys(guard.node for guard in session.guards if guard.node is not None)),
        ruled=found,
        places=np.arange(len(train)) if result.rows is None else result.rows.places,
        _clean=clean,
        _kinds=kinds,
        _tape=session.tape,
        _raw=train.iloc[:1].copy(),
    )


def open_session(builder: Builder | None, kinds: Mapping[str, Kind], tape: Tape, frame: Any) -> Session:
    """Return a session whose runtime knows every function that is followed."""
    session = Session(builder, kinds, tape, frame)
    session.runtime = Runtime(session, _FUNCTIONS)
    return session


def _run(clean: Callable[..., Any], session: Session) -> Frame:
    start = Frame(session, session.frame.copy(), {name: Raw(name) for name in session.frame.columns})
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # the user's own warnings came up when the model was trained
            result = session.runtime.call(clean, start)
    except Exception as exc:
        if isinstance(exc, NobodyLeftError) or (isinstance(exc, GoliveError) and not session.replaying):
            raise
        problem = f"the cleaning function stopped with {type(exc).__name__}: {exc}"
        if session.replaying:
            raise InputError(problem) from exc
        hint = "does it run by itself? clean(train.copy())"
        raise refusal(problem, hint, last(exc.__traceback__) or _start(clean)) from exc
    if not isinstance(result, Frame):
        raise refusal(
            f"the cleaning function gives a `{type(result).__name__}` in which the columns can no longer be followed",
            "return the table (a DataFrame) that was handed in, or one made from its columns",
            _start(clean),
        )
    return result


def _start(clean: Any) -> Site | None:
    """The first line of the function, for what is only seen at its end."""
    code = getattr(clean, "__code__", None)
    return Site(code.co_filename, code.co_firstlineno) if code is not None else None


def _check(clean: Any, train: Any) -> None:
    if not isinstance(train, pd.DataFrame):
        raise InputError(f"the training frame is a `{type(train).__name__}`; expected a pandas DataFrame")
    if not callable(clean):
        raise InputError(f"`clean` is a `{type(clean).__name__}`; expected a function that takes a table and gives one")
    if isinstance(train.columns, pd.MultiIndex) or not all(isinstance(name, str) for name in train.columns):
        raise InputError(
            "the columns of the training frame need plain text names", hint="df.columns = [str(c) for c in df.columns]"
        )
    if not train.columns.is_unique:
        twice = train.columns[train.columns.duplicated()][0]
        raise InputError(f"two columns of the training frame are called `{twice}`", hint="give each its own name")
    if not train.index.is_unique:
        raise InputError("the training frame has the same row label twice", hint="train = train.reset_index(drop=True)")
    if len(train) == 0:
        raise InputError("the training frame has no rows")
    needed = [p for p in inspect.signature(clean).parameters.values() if p.default is p.empty and p.kind in (0, 1, 3)]
    if len(needed) != 1:
        raise InputError(
            f"`clean` needs {len(needed)} arguments; expected one, the table",
            hint="def clean(df): ... ; give the others a default",
        )


def _check_result(result: Frame, start: Site | None) -> None:
    if len(result.real) != len(result.session.frame if result.rows is None else result.rows.places):
        raise refusal("the cleaning function changes the number of rows in a way that cannot be followed", at=start)
    for name in result.real.columns:
        if not isinstance(name, str):
            raise refusal(f"the cleaned column {name!r} has no text name", "df.columns = df.columns.astype(str)", start)
        if is_interval(result.real[name]):
            raise refusal(
                f"the cleaned column `{name}` holds intervals of pd.cut",
                "give labels: pd.cut(x, bins, labels=[...]) or labels=False",
                start,
            )
        try:
            kind = kind_of(result.real[name], name)
        except UnsupportedError as exc:
            raise refusal(f"in the cleaned table {exc.message}", exc.hint, start) from exc
        if (expr := result.expr(name)).kind != kind:
            raise refusal(f"the cleaned column `{name}` is {kind} in pandas and {expr.kind} in the graph", at=start)


def _check_equal(clean: Callable[..., Any], train: Any, traced: Any) -> None:
    """The function itself, untouched and by pandas alone, must give what the traced run gave."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        expected = clean(train.copy())
    try:
        pd.testing.assert_frame_equal(traced, expected, check_exact=True, check_column_type=False, check_names=False)
    except AssertionError as exc:
        problem = " ".join(str(exc).split())
        raise UnsupportedError(
            f"the traced run of the cleaning function differs from pandas: {problem:.300}",
            hint="does it use something that changes between two calls (random numbers, a global that it fills)?",
        ) from exc


def _like(frame: Any, raw: Any, kinds: Mapping[str, Kind]) -> Any:
    """Other rows with the columns and types of the training frame, where they fit without loss.

    The outcome may be absent: nothing that reaches the model is made of it, so any value will do.
    """
    absent = [name for name in raw.columns if name not in frame.columns]
    if needed := [name for name in absent if name in kinds]:
        raise InputError(f"the rows lack the column `{needed[0]}`", hint=f"expected: {', '.join(raw.columns)}")
    made = frame.assign(**{name: raw[name].iloc[0] for name in absent})[list(raw.columns)].copy()
    for name in made.columns:
        wanted = raw[name].dtype
        if made[name].dtype != wanted and _fits(made[name], wanted):
            made[name] = made[name].astype(wanted)
    return made


def _fits(column: Any, wanted: Any) -> bool:
    """A whole number or a truth cannot be missing; text and numbers do not become each other."""
    if isinstance(wanted, np.dtype) and wanted.kind in "iub":
        return (
            not column.isna().any() and bool((column.astype("float64") % 1 == 0).all())
            if column.dtype != object
            else not column.isna().any()
        )
    if isinstance(wanted, np.dtype) and wanted.kind == "f":
        return column.dtype != object or bool(column.isna().all())
    return True
