"""The public surface as a type checker sees it: read by mypy, never run."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import golive

bundle = golive.load("credit.golive")
assert_type(bundle, golive.Bundle)
assert_type(bundle.score([{"Income": 1.0}]), NDArray[np.float64])
assert_type(bundle.decide({"Income": None}), golive.Decision)
assert_type(bundle.decide_many([{"Income": 1.0}]), list[golive.Decision])
assert_type(bundle.contract, golive.Contract)
assert_type(bundle.decide({"Income": 1.0}).reasons, tuple[golive.Reason, ...])
assert_type(golive.measure([0, 1], [0.1, 0.9]), golive.Evidence)
assert_type(golive.build(object(), object(), event=1), golive.Bundle)
assert_type(golive.errors.ContractError("rows").exit_code, int)
