"""Inputs and constants: the nodes without arguments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.operation import Constants, Functions, Operation, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def _input(_: Constants) -> Functions:
    return Functions(_never, _never)


def _never() -> None:
    raise AssertionError("the value of an input comes from the case")


def _number(constants: Constants) -> Functions:
    value = constants.params["value"]
    number = math.nan if value is None else float(value)
    column = np.asarray(number)
    return Functions(lambda: number, lambda: column)


def _text(constants: Constants) -> Functions:
    value = constants.params["value"]
    column = Text(np.asarray(-1 if value is None else 0, dtype=np.int32), [] if value is None else [value])
    return Functions(lambda: value, lambda: column)


def _boolean(constants: Constants) -> Functions:
    value = constants.params["value"]
    column = np.asarray(value, dtype=np.bool_)
    return Functions(lambda: value, lambda: column)


CONSTANTS: Mapping[str, Operation] = {
    "input": Operation("-> k", _input, {"name": kinds.is_text, "kind": kinds.is_kind}),
    "number": Operation("-> n", _number, {"value": kinds.is_number_or_null}),
    "text": Operation("-> t", _text, {"value": kinds.is_text_or_null}),
    "boolean": Operation("-> b", _boolean, {"value": kinds.is_boolean}),
}
