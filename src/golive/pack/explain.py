"""What pack makes of a model and its cleaning, for people, also where it has to refuse. Nothing is written."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from golive.engine.builder import Builder
from golive.errors import UnsupportedError
from golive.pack.answers import cleaned_by, quiet
from golive.pack.compiling import compile_model
from golive.pack.converters import CONVERTERS, REFUSED
from golive.pack.draft import Feature, called, qualified
from golive.pack.drawing import draw
from golive.pack.frames import checked, model_columns
from golive.pack.kinds import kinds_of
from golive.pack.labels import find_event, outcome_column
from golive.pack.models import check_model
from golive.pack.own import with_own
from golive.pack.sidecar import beside
from golive.pack.trace.probing import user_functions
from golive.pack.trace.reasons import never
from golive.pack.trace.rewrite import definition
from golive.pack.trace.rules import DEFAULT
from golive.pack.trace.session import Tape
from golive.pack.trace.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from golive.pack.draft import Estimator
    from golive.pack.drawing import Drawn
    from golive.pack.own import Convert
    from golive.pack.trace.rules import Choice
    from golive.records.contract import RowRule
    from golive.records.graph import Graph
    from golive.records.parity import Frozen

    Clean = Callable[[pd.DataFrame], pd.DataFrame]

LOOKED_UP = "looked up"
"""What the list of frozen values calls a function that became a look-up."""


@dataclass(frozen=True)
class Made:
    """A column that the model sees."""

    name: str
    inputs: tuple[str, ...]
    operations: tuple[str, ...]
    """Of the graph, in order, each once."""
    lines: tuple[str, ...]
    """``file:line`` of the user's code."""


@dataclass(frozen=True)
class Refused:
    """Something that has no exact equal in the graph."""

    what: str
    """Place, reason and the user's own line, as far as there are any."""
    instead: str
    """What to write instead; may be empty."""
    sure: bool = True
    """False where it was only seen in the source, because the run ended before."""


@dataclass(frozen=True)
class Explained:
    """What was compiled, and what was not."""

    columns: tuple[Made, ...]
    model: tuple[str, ...]
    """The parts of the model, indented as they hold each other; with the operations that became of them."""
    frozen: tuple[Frozen, ...]
    """Where the cleaning was refused: those of the lines before."""
    rules: tuple[RowRule, ...]
    refused: tuple[Refused, ...]


def explain(
    model: Estimator, train: object, *, clean: Clean | None = None, outcome: str | None = None, event: object = None,
    filters: Choice = DEFAULT, converters: Mapping[type, Convert] | None = None,
    sidecar: Callable[[Any], Any] | None = None,
) -> Explained:  # fmt: skip
    """Compile without proof; see `golive.pack.build.build` for the arguments.

    Raises
    ------
    InputError
        What was handed in cannot be right. What has no equal in the graph is not raised but listed.
    """
    check_model(model)
    frame = checked(train, "train")
    frame = frame if sidecar is None else beside(sidecar, frame, outcome).frame
    event_of = find_event(model, event, outcome_column(frame, outcome))
    cleaned = checked(cleaned_by(clean, frame), "the cleaned training frame", fewest=1)
    columns = model_columns(model, cleaned, outcome)
    tape, parts = Tape(), tuple(_parts(model))
    try:
        drawn = draw(
            model, frame, cleaned, columns, clean=clean, outcome=outcome, event_index=event_of.index, filters=filters,
            tape=tape, converters=converters,
        )  # fmt: skip
    except UnsupportedError as exc:
        refused = tuple(_refusals(exc, model, cleaned, columns, clean, event_of.index, converters))
        return Explained((), parts, tuple(tape.frozen), (), refused)
    counted = ", ".join(f"{op} ({count})" if count > 1 else op for op, count in _model_operations(drawn).items())
    return Explained(tuple(_made(drawn)), (*parts, f"became: {counted}"), drawn.frozen, drawn.rules, ())


def told(found: Explained) -> Iterator[str]:
    """Yield the lines for people."""
    if found.columns:
        yield f"compiled: {len(found.columns)} columns of the model"
    for made in found.columns:
        by = f"; {', '.join(made.operations)}" if made.operations else ", as it is"
        yield f"  {made.name}: from {', '.join(made.inputs) or 'constants'}{by}" + _at(made.lines)
    yield "the model" if not found.refused else "the model, part by part"
    yield from (f"  {part}" for part in found.model)
    looked_up = [one for one in found.frozen if one.what.startswith(LOOKED_UP)]
    frozen = [one for one in found.frozen if one not in looked_up]
    yield from _listed("frozen on the training rows", (f"{one.what} = {one.value}, {one.where}" for one in frozen))
    yield from _listed("looked up", (f"{one.what}: {one.value}, {one.where}" for one in looked_up))
    yield from _listed(
        "filtered", (f"{rule.name}: {rule.text}; {rule.dropped:,} training rows; {rule.action}" for rule in found.rules)
    )
    sure = [one for one in found.refused if one.sure]
    yield from _listed("refused", _written(sure))
    yield from _listed("likely to be refused next (seen in the source, not run)", _written(found.refused[len(sure) :]))


def _written(refusals: Iterable[Refused]) -> Iterator[str]:
    for one in refusals:
        yield one.what.replace("\n", "\n  ") + (f"\n    instead: {one.instead}" if one.instead else "")


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield f"{title}: {len(listed)}"
        yield from (f"  {line}" for line in listed)


def _at(lines: Sequence[str]) -> str:
    return f" ({', '.join(lines)})" if lines else ""


def _made(drawn: Drawn) -> Iterator[Made]:
    for name, node in drawn.graph.cleaned.items():
        steps = [drawn.graph.nodes[number] for number in _behind(drawn.graph, [node])]
        operations = [step.op for step in steps if step.op not in ("input", "number", "text", "boolean")]
        inputs = [str(step.params["name"]) for step in steps if step.op == "input"]
        lines = [step.where for step in steps if step.where]
        yield Made(name, tuple(inputs), tuple(dict.fromkeys(operations)), tuple(dict.fromkeys(lines)))


def _model_operations(drawn: Drawn) -> Mapping[str, int]:
    cleaning = set(_behind(drawn.graph, [*drawn.graph.cleaned.values(), *drawn.graph.rules.values()]))
    own = [number for number in _behind(drawn.graph, [drawn.graph.score]) if number not in cleaning]
    return Counter(drawn.graph.nodes[number].op for number in own)


def _behind(graph: Graph, ends: Sequence[int]) -> list[int]:
    """The nodes that some nodes are made of, themselves included, in order."""
    needed = set(ends)
    for number in range(len(graph.nodes) - 1, -1, -1):
        if number in needed:
            needed.update(graph.nodes[number].args)
    return sorted(needed)


def _parts(model: Estimator, depth: int = 0) -> Iterator[str]:
    """The estimators in a model by what was fitted, each under the one that holds it."""
    yield "  " * depth + called(model)
    for part in _held(model):
        yield from _parts(part, depth + 1)


def _held(model: Estimator) -> Iterator[Estimator]:
    for value in model.get_params(deep=False).values():
        several = value if isinstance(value, list | tuple) else [value]
        flat = [part for one in several for part in (one if isinstance(one, tuple) else (one,))]
        yield from (one for one in flat if hasattr(one, "get_params") and not isinstance(one, type))


def _refusals(
    exc: UnsupportedError, model: Estimator, cleaned: pd.DataFrame, columns: Sequence[str], clean: Clean | None,
    event_index: int, converters: Mapping[type, Convert] | None,
) -> Iterator[Refused]:  # fmt: skip
    """The refusal that ended the run, then those that can be found without it."""
    first = Refused(exc.message, exc.hint)
    yield first
    others = [*_of_parts(model, converters), *_of_model(model, cleaned, columns, event_index, converters)]
    known = [first.what]
    for one in others:
        if not any(one.what in what or what in one.what for what in known):
            known.append(one.what)
            yield one
    if clean is not None and exc.where:
        yield from _in_source(clean, exc.where)


def _of_parts(model: Estimator, converters: Mapping[type, Convert] | None) -> Iterator[Refused]:
    """Parts whose class is in no table."""
    for part in [model, *_all_held(model)]:
        name = qualified(part)
        if name not in with_own(CONVERTERS, converters):
            reason, hint = REFUSED.get(name, ("", ""))
            what = f"`{called(part)}` cannot be compiled to the row graph" + (f": {reason}" if reason else "")
            yield Refused(what, hint or "docs/reference/estimators.md lists what can be")


def _all_held(model: Estimator) -> Iterator[Estimator]:
    for part in _held(model):
        yield part
        yield from _all_held(part)


def _of_model(
    model: Estimator, cleaned: pd.DataFrame, columns: Sequence[str], event_index: int,
    converters: Mapping[type, Convert] | None,
) -> Iterator[Refused]:  # fmt: skip
    """What the model alone is refused for, on the columns that pandas gave."""
    builder, kinds = Builder(), kinds_of(cleaned, without=None)
    features = [
        Feature(name, builder.input(name, kinds.known[name].value), (name,), column=name)
        if name in kinds.known
        else Feature(name, builder.node("number", value=None), (), unfit=kinds.unfit[name])
        for name in columns
    ]
    try:
        with quiet():
            compile_model(
                model, builder, tuple(features), cleaned[list(columns)], event_index=event_index, converters=converters
            )
    except UnsupportedError as exc:
        yield Refused(exc.message, exc.hint)


def _in_source(clean: Clean, refused_at: str) -> Iterator[Refused]:
    """Names in the user's functions that are always refused, other than at the line where the run ended."""
    for function in user_functions(clean):
        code = function.__code__
        for node in ast.walk(definition(code)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                why, instead = never(node.func.attr)
                at = Site(code.co_filename, node.func.end_lineno or node.lineno)
                if why and at.where != refused_at:
                    yield Refused(f"{at.where}: {why}\n  {at.source}", instead, sure=False)
