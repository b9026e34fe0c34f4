"""`golive.build`: the whole of pack as one call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from golive.engine.bundle import Bundle, load
from golive.engine.folder import write_bundle
from golive.engine.place import need_place
from golive.errors import InputError, OutputExistsError, need
from golive.records.training_rows import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def build(
    model: Any, train: Any, *, clean: Callable[[Any], Any] | None = None, outcome: str | None = None,
    event: object = None, reference: Any = None, holdout: Any = None, filters: str | Mapping[str, str] = "review",
    converters: Mapping[type, Any] | None = None, sidecar: Callable[[Any], Any] | None = None,
    out: str | Path | None = None, name: str | None = None, force: bool = False,
) -> Bundle:  # fmt: skip
    """Compile a fitted classifier and its cleaning function into a bundle, proven equal on every row.

    Parameters
    ----------
    model
        A fitted binary classifier of scikit-learn, XGBoost, LightGBM or CatBoost, alone or at the end of a pipeline.
    train
        The raw frame as it entered ``clean`` (or the model) when the model was fitted: all of its rows.
    clean
        The pandas function that turns raw rows into the model's columns. Without it, the raw columns are the model's.
    outcome
        The column of ``train`` that says what happened. It is never an input.
    event
        The class the score is the probability of. Required unless labels are 0/1 or booleans, where it is 1.
    reference
        The model's own scores on ``train``, one per row (or per row that ``clean`` left); compared when given. A
        difference means that this is not the frame the model was fitted on.
    holdout
        More raw rows to compare, which the model was not fitted on.
    filters
        What happens to a case that a row filter of ``clean`` would take away: ``review``, another action of the policy
        (never its favourable one), or ``training``: it is scored like any other. One for all, or by place:
        ``{"clean.py:12": "training", "*": "reject"}``.
    converters
        Your own transformers: ``{MyTransformer: convert}``, where ``convert(step, columns, graph)`` returns the columns
        that ``step.transform`` makes, written in the operations of the graph. Compared like everything else.
    sidecar
        The last way out for one step that cannot be compiled: a function of the raw frame (without the outcome) that
        gives a frame of more columns, row by row. ``clean`` and the model get them as raw columns; in production the
        product computes them before it asks. Its text is kept in the contract and never run.
    out
        The folder to write; ``NAME.golive`` in the current directory when absent.
    name
        What people call the bundle; taken from ``out``, else ``model``.
    force
        Replace a bundle that is already there.

    Returns
    -------
    Bundle
        The bundle, opened from where it was written. Beside it lies ``NAME.training-rows.json`` with a keyed digest of
        each training row, by which `golive prove` finds them again: keep it with the training project.

    Raises
    ------
    InputError
        Frames, labels or scores that cannot be right; the value and what was expected are named.
    UnsupportedError
        An estimator, an option or a pandas call that has no exact equal in the graph.
    ParityError
        The graph and Python disagree on a row. Nothing is written.
    OutputExistsError
        ``out`` is there and ``force`` was not given.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.linear_model import LogisticRegression
    >>> train = pd.DataFrame({"income": [float(i) for i in range(40)], "late": [i % 3 for i in range(40)]})
    >>> model = LogisticRegression().fit(train, [int(i < 15) for i in range(40)])
    >>> bundle = build(model, train, out="example.golive", force=True)
    >>> bundle.score([{"income": 3.0, "late": 2}]).shape
    (1,)
    """
    need("pandas", extra="pack")
    need("sklearn", extra="pack")
    from golive.pack.assemble import assemble
    from golive.pack.frames import checked
    from golive.pack.remember import keep_marks

    path, called = place_for(out, name, force=force)
    files = assemble(
        model, train, clean=clean, outcome=outcome, event=event, reference=reference, holdout=holdout, filters=filters,
        converters=converters, sidecar=sidecar,
    )  # fmt: skip
    bundle = load(write_bundle(path, files, name=called, force=force))
    keep_marks(bundle, checked(train, "train"), outcome)
    return bundle


def place_for(out: str | Path | None, name: str | None, *, force: bool) -> tuple[Path, str]:
    """Return where a bundle goes and what it is called; asked before minutes of work, `write_bundle` looks again.

    Raises
    ------
    InputError
        No bundle can be called or lie so.
    OutputExistsError
        It is there and ``force`` is off.
    """
    called = name or (Path(out).resolve().name.removesuffix(".golive") if out is not None else "model")
    if not called.isprintable() or not called or set(called) & set("/\\") or called.startswith("."):
        raise InputError(f"{called!r} cannot be the name of a bundle", hint="letters, digits and dashes, as in credit")
    path = Path(out) if out is not None else Path(f"{called}.golive")
    need_place(path)
    for one in (path, beside(path)):
        if one.exists() and not force:
            raise OutputExistsError(
                f"`{one}` is already there", hint="choose another folder, or add --force (in Python: force=True)"
            )
    return path, called
