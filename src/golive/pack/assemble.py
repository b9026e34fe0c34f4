"""From a model, its cleaning and its frames to the bytes of a bundle, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from golive.pack.answers import Python, cleaned_by
from golive.pack.contract import probe, tolerant
from golive.pack.door import Door
from golive.pack.drawing import draw
from golive.pack.exactness import float_class
from golive.pack.forms import forms_of
from golive.pack.frames import checked, model_columns
from golive.pack.golden import golden_rows
from golive.pack.labels import check_direction, find_event, outcome_column
from golive.pack.models import check_model
from golive.pack.proving import compare_reference, prove
from golive.pack.sample import Sample
from golive.pack.sidecar import beside, marked
from golive.pack.trace.rules import DEFAULT
from golive.pack.typical import with_shapley
from golive.pack.versions import strings, versions
from golive.records.document import encode
from golive.records.parity import Parity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from golive.pack.draft import Estimator
    from golive.pack.drawing import Drawn
    from golive.pack.own import Convert
    from golive.pack.trace.rules import Choice
    from golive.records.contract import Contract

    Clean = Callable[[pd.DataFrame], pd.DataFrame]


def assemble(
    model: Estimator, train: object, *, clean: Clean | None, outcome: str | None, event: object, reference: object,
    holdout: object, filters: Choice = DEFAULT, converters: Mapping[type, Convert] | None = None,
    sidecar: Callable[[Any], Any] | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """Compile, prove and encode; see `golive.pack.build.build` for the arguments and what is raised."""
    check_model(model)
    frame = checked(train, "train")
    more = None if holdout is None else checked(holdout, "holdout", fewest=1)
    aside = None if sidecar is None else beside(sidecar, frame, outcome)
    if aside is not None:
        frame, more = aside.frame, None if more is None else aside.extended(more, "holdout")
    outcomes = outcome_column(frame, outcome)
    event_of = find_event(model, event, outcomes)

    cleaned = checked(cleaned_by(clean, frame), "the cleaned training frame", fewest=1)
    columns = model_columns(model, cleaned, outcome)
    expected = Python(model, columns, event_of.index).training(cleaned)

    drawn = draw(
        model, frame, cleaned, columns, clean=clean, outcome=outcome, event_index=event_of.index, filters=filters,
        converters=converters,
    )  # fmt: skip
    check_direction(event_of, None if outcomes is None else outcomes.iloc[drawn.places], expected.score)
    checks = compare_reference(reference, expected, frame, drawn.places)
    contract = _contract(frame, drawn, event_of.label, outcome)
    contract = contract if aside is None else marked(contract, aside)
    sample = Sample(frame, contract)
    graph = drawn.graph if drawn.graph.terms else with_shapley(drawn.graph, drawn.data, sample)
    if not graph.terms and graph.shapley is None:
        contract = replace(contract, reasons="none")
    door = Door(contract, graph, drawn.data)
    door.measure(frame.iloc[drawn.places])
    python = Python(model, columns, event_of.index, drawn.replay)
    python.check_alone(expected)

    proved, left_out = prove(door, python, sample, expected, more, drawn.places)
    golden = golden_rows(door, python, sample)
    if aside is not None:
        golden, checks = replace(golden, sidecar=aside.golden), (*checks, aside.check)
    parity = Parity(
        checks=(*checks, *proved),
        frozen=drawn.frozen,
        left_out=left_out,
        float_class=float_class(door)[0],
        versions=versions(drawn.compiled.libraries),
        strings=strings(frame),
    )
    return {
        "contract.json": encode(contract),
        "graph.json": encode(graph),
        "arrays.bin": drawn.data,
        "golden/golden.json": encode(golden),
        "parity.json": encode(parity),
    }


def _contract(train: pd.DataFrame, drawn: Drawn, event: str, outcome: str | None) -> Contract:
    used = [str(name) for name in train.columns if name in drawn.graph.inputs]
    depends = {name: drawn.depends[name] for name in drawn.graph.cleaned}
    accepting = tolerant(used, drawn.compiled.tolerated, depends)
    return probe(
        train, drawn.kinds.known, used, accepting, event=event, outcome=outcome, reasons=drawn.compiled.reasons,
        reasons_in=drawn.compiled.reasons_in, rules=drawn.rules, forms=forms_of(drawn.graph),
    )  # fmt: skip
