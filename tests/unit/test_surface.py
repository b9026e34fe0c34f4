"""The public names: what is promised is there, is documented, and survives a second use."""

from __future__ import annotations

import builtins
import inspect
from importlib.metadata import version
from pathlib import Path

import golive
from golive.records.version import VERSION

ROOMS = {path.name for path in Path(golive.__file__).parent.iterdir() if path.is_dir()}
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "python.md"


def test_no_public_name_equals_a_room_or_a_builtin() -> None:
    assert not set(golive.__all__) & (ROOMS | set(dir(builtins)))


def test_every_public_name_is_the_same_thing_when_asked_twice() -> None:
    for name in golive.__all__:
        first = getattr(golive, name)
        assert getattr(golive, name) is first
        assert not (inspect.ismodule(first) and name != "errors")


def test_the_version_is_the_one_that_is_installed_and_the_one_that_is_written_down() -> None:
    assert golive.__version__ == VERSION == version("golive")


def test_every_public_name_is_documented_in_the_code_and_on_the_reference_page() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    for name in golive.__all__:
        assert f"golive.{name}" in page, name
        if name != "__version__":
            assert inspect.getdoc(getattr(golive, name)), name


def test_public_functions_explain_their_parameters() -> None:
    for function in (golive.build, golive.load, golive.measure):
        doc = inspect.getdoc(function) or ""
        for parameter in inspect.signature(function).parameters:
            assert parameter in doc, (function.__name__, parameter)
